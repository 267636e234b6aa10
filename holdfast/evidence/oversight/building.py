"""Building an oversight file from the entries of its incident: pure, the same for the same entries.

Entries that are withheld are simply not there; what only they say is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import EscalationStage, Said
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.domain.values import JsonObject
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.calls import calls
from holdfast.evidence.oversight.chain import Chain
from holdfast.evidence.oversight.document import (
    Invoked,
    OversightFile,
    Party,
    ReceivedMail,
    RefusedLink,
    SeverityStep,
    TakenHold,
)
from holdfast.evidence.oversight.findings import (
    breaches,
    failovers,
    measures,
    origins,
    proposed_failovers,
    reviews,
    weaknesses,
)
from holdfast.evidence.oversight.held_times import Moment, held_times
from holdfast.evidence.oversight.statements import (
    pauses,
    relapses,
    restorations,
    statements,
    withdrawal,
)
from holdfast.evidence.oversight.taken_decisions import taken_decisions

__all__ = ["oversight_file"]


def oversight_file(entries: Iterable[Entry], number: int) -> OversightFile:
    """Make the file of the escalation of that number from the entries of its incident.

    Raises:
        NotFound: none of the entries is the escalation's.
    """
    chain = Chain(entries, number)
    if not chain.own:
        message = (
            f"no entry of an escalation {number} is here: look at the incident's third parties"
        )
        raise NotFound(message, number=number)
    hold, taken = _hold(chain)
    times = held_times(chain)
    decisions = taken_decisions(chain, proposed_failovers(chain))
    closed = chain.closed
    file = OversightFile(
        incident=chain.incident,
        number=number,
        escalation=chain.escalation,
        as_of=chain.own[-1].occurred_at,
        entries=(),
        contract=_named(chain, "contract"),
        provider=_party(chain, taken),
        functions=taken.functions if taken else (),
        services=taken.services if taken else (),
        critical=taken.supports_critical_function if taken else None,
        stage=_stage(chain) if closed is None else EscalationStage.CLOSED,
        rounds=max((e.event.payload.get("round") or 0 for e in chain.own), default=0),
        severities=_severities(chain),
        invoked=_invoked(chain),
        hold=hold,
        times=times,
        calls=calls(chain),
        statements=statements(chain, times, decisions),
        pauses=pauses(chain, decisions),
        restorations=restorations(chain),
        relapses=relapses(chain),
        withdrawal=withdrawal(chain),
        breaches=breaches(chain, times),
        failovers=failovers(chain, decisions),
        decisions=decisions,
        origins=origins(chain),
        weaknesses=weaknesses(chain),
        reviews=reviews(chain, decisions),
        measures=measures(chain),
        refused_links=_refused_links(chain),
        mails=_mails(chain),
        closed=Moment(at=closed.occurred_at, entry=closed.id) if closed else None,
    )
    return file.model_copy(update=_stands_on(chain, file))


def _stands_on(chain: Chain, file: OversightFile) -> dict[str, object]:
    """The entries that a file names, with the escalation's own, and when the last of them was."""
    named = {entry.id for entry in chain.own}
    waiting: list[object] = [file.model_dump()]
    while waiting:
        match waiting.pop():
            case dict() as members:
                waiting += members.values()
            case list() | tuple() as members:
                waiting += members
            case str() as text if text in chain.by_id:
                named.add(text)
    entries = [entry for entry in chain.entries if entry.id in named]
    return {"entries": tuple(each.id for each in entries), "as_of": entries[-1].occurred_at}


def _hold(chain: Chain) -> tuple[TakenHold | None, TakenTerms | None]:
    for entry in chain.own_of(EventKind.THIRD_PARTY_TERMS_READ):
        payload = entry.event.payload
        taken = TakenTerms.model_validate(payload["taken"]) if payload["taken"] else None
        hold = TakenHold(
            entry=entry.id,
            at=entry.occurred_at,
            register_of_information=taken.register_of_information if taken else None,
            policy=taken.policy if taken else None,
            terms=taken.terms if taken else None,
            because=payload["because"],
        )
        return hold, taken
    return None, None


def _party(chain: Chain, taken: TakenTerms | None) -> Party | None:
    if taken is not None:
        return Party(
            id=taken.provider,
            name=taken.provider_name,
            code_type=taken.provider_code_type,
            code=taken.provider_code,
        )
    named = _named(chain, "provider")
    return Party(id=named) if named else None


def _named(chain: Chain, member: str) -> str | None:
    """What the payloads of the escalation begin with, from the first that is here."""
    return next((e.event.payload[member] for e in chain.own if member in e.event.payload), None)


def _severities(chain: Chain) -> tuple[SeverityStep, ...]:
    """The severities of the incident from the beginning of the escalation to its end."""
    first, closed = chain.own[0], chain.closed
    assigned = [
        SeverityStep(
            severity=Severity(entry.event.payload["severity"]),
            at=entry.occurred_at,
            entry=entry.id,
        )
        for entry in chain.of(EventKind.SEVERITY_ASSIGNED)
        if closed is None or entry.occurred_at <= closed.occurred_at
    ]
    before = [step for step in assigned if step.at <= first.occurred_at]
    after = [step for step in assigned if step.at > first.occurred_at]
    return (*before[-1:], *after)


def _invoked(chain: Chain) -> Invoked | None:
    opened = chain.opened
    if opened is None:
        return None
    payload, led = opened.event.payload, list(chain.led_to(opened))
    wanted = [e for e in led if e.event.kind is EventKind.INVOCATION_REQUESTED]
    decided = [e.event.subject.id for e in led if e.event.kind is EventKind.DECISION_DECIDED]
    author = wanted[0].event.actor if wanted else opened.event.actor
    return Invoked(
        entry=opened.id,
        at=opened.occurred_at,
        how=payload["invocation"],
        by=author,
        because=payload["because"],
        facts=tuple(payload["facts"]),
        asked_at=payload["asked_at"],
        asked_by=payload["asked_by"],
        notified_at=payload["notified_at"],
        their_reference=payload["their_reference"],
        asked_for=wanted[0].id if wanted else None,
        decisions=tuple(sorted(decided)),
        led_to_by=tuple(sorted(each.id for each in led)),
        sealed=tuple(sorted(opened.event.sealed)),
    )


def _stage(chain: Chain) -> EscalationStage:
    """Where the escalation stands after its last entry."""
    stage, outcome = EscalationStage.ASKED, EscalationStage.ASKED
    for entry in chain.own:
        payload = entry.event.payload
        match entry.event.kind:
            case EventKind.THIRD_PARTY_ASKED:
                stage = outcome = EscalationStage.ASKED
            case EventKind.THIRD_PARTY_STATED if _claims(stage, payload):
                stage = EscalationStage.CLAIMED
            case EventKind.THIRD_PARTY_RESTORED:
                stage = outcome = EscalationStage.RESTORED
            case EventKind.THIRD_PARTY_WITHDRAWN:
                stage = outcome = EscalationStage.WITHDRAWN
            case EventKind.THIRD_PARTY_REVIEWED:
                stage = EscalationStage.REVIEW
            case EventKind.DECISION_DECIDED:
                stage = _decided(stage, outcome, payload)
    return stage


def _claims(stage: EscalationStage, payload: JsonObject) -> bool:
    return stage is EscalationStage.ASKED and payload["said"] == Said.RESTORATION


def _decided(
    stage: EscalationStage, outcome: EscalationStage, payload: JsonObject
) -> EscalationStage:
    """A restoration that nobody confirms, and a review that is given back, change the stage."""
    kind, decided = payload["kind"], payload["outcome"]
    if kind == DecisionKind.THIRD_PARTY_RESTORATION and decided != "confirmed":
        return EscalationStage.ASKED
    if kind == DecisionKind.THIRD_PARTY_REVIEW and decided != "signed_off":
        return outcome
    return stage


def _refused_links(chain: Chain) -> tuple[RefusedLink, ...]:
    return tuple(
        RefusedLink(
            entry=entry.id,
            at=entry.occurred_at,
            reason=entry.event.payload["reason"],
            act=entry.event.payload["act"],
            presented=entry.event.payload["presented"],
            unrecorded=entry.event.payload["unrecorded"],
        )
        for entry in chain.of(EventKind.VENDOR_LINK_REFUSED)
        if entry.event.payload["escalation"] == chain.escalation
    )


def _mails(chain: Chain) -> tuple[ReceivedMail, ...]:
    return tuple(
        ReceivedMail(
            entry=entry.id,
            at=entry.occurred_at,
            id=entry.event.subject.id,
            received_at=entry.event.payload["received_at"],
            message_id=entry.event.payload["message_id"],
            size=entry.event.payload["size"],
            automatic=entry.event.payload["automatic"],
            attachments=tuple(entry.event.payload["attachments"]),
        )
        for entry in chain.of(EventKind.VENDOR_MAIL_RECEIVED)
        if entry.event.payload["escalation"] == chain.escalation
    )
