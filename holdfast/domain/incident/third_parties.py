"""The third parties of an incident: escalated to by decision, on their notification, by a trigger.

The incident opens an escalation, opens the communications that it calls for, asks for a failover
where a breach allows one, and hears when it is closed; the rest is the escalation's own process.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.actions import ActionCategory, TakeAction
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.wishes import DeliveryWish, DraftWish, VendorCall
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.escalation import Firing
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident import communicating, remediation, response
from holdfast.domain.incident.communications import open_by_itself
from holdfast.domain.incident.escalations import (
    Beginning,
    begin,
    beginning_of,
    keep,
    opened_content,
    refuse_opening,
)
from holdfast.domain.incident.facts_by_rule import state_fact
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Role
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party.asking import (
    InvokeEscalation,
    RecordNotification,
    WithdrawEscalation,
)
from holdfast.domain.third_party.calling import CALLS
from holdfast.domain.third_party.kinds import Invocation
from holdfast.domain.third_party.naming import escalation_id, escalation_workflow_id
from holdfast.domain.third_party.opening import OpenedEscalation
from holdfast.domain.values import JsonObject, digest_of, rfc3339

__all__ = [
    "fired",
    "heard",
    "invocation_decided",
    "invocation_question",
    "invoke",
    "notified",
    "pending",
    "write_off",
    "writer_of",
]

_AHEAD = timedelta(minutes=1)
"""How far ahead a moment may lie: clocks are not exact."""

_ORIGIN_FACT = "third_party_origin"


def invoke(
    work: Work, submission: Submission, body: InvokeEscalation, now: datetime
) -> Refusal | None:
    """Ask whether the provider of a contract is escalated to."""
    if refusal := refuse_opening(work, body.contract):
        return refusal
    if body.asked_at is not None and body.asked_at > now + _AHEAD:
        detail = f"it was asked at {rfc3339(body.asked_at)}, which lies ahead"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    state = work.state
    called = f"{state.incident_id}/invocation-{len(state.invocations) + 1}"
    content = body.model_dump(mode="json", exclude={"type"})
    about = Subject(type="invocation", id=called, digest=digest_of(content))
    entry = work.receipt(EventKind.INVOCATION_REQUESTED, submission, content, subject=about)
    state.invocations[called] = body
    work.ask(invocation_question(about, submission.principal.id, content, entry), now)
    return None


def invocation_question(about: Subject, asked_by: str, content: JsonObject, entry: str) -> Question:
    """Whether that provider is escalated to; `entry` is that of the request."""
    return Question(
        kind=DecisionKind.THIRD_PARTY_INVOCATION,
        subject=about,
        authors=(asked_by,),
        context=content,
        causes=(entry,),
    )


def invocation_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Open the escalation, unless another way has opened it meanwhile."""
    body = work.state.invocations[decided.request.subject.id]
    if decided.option != "invoked" or refuse_opening(work, body.contract):
        return
    beginning = Beginning(
        contract=body.contract,
        provider=body.provider,
        invocation=Invocation.DECISION,
        because=body.because,
        facts=body.facts,
        asked_at=body.asked_at or now,
        asked_by=body.asked_by,
        their_reference=body.their_reference,
    )
    number, about = beginning_of(work)
    content = opened_content(work, number, beginning)
    kind = EventKind.THIRD_PARTY_OPENED
    opened = work.note(kind, content, subject=about, causes=(decided.entry,))
    begin(work, number, beginning, opened)


def notified(
    work: Work, submission: Submission, body: RecordNotification, now: datetime
) -> Refusal | None:
    """Open the escalation of a provider that has told us of an incident of its own."""
    if refusal := refuse_opening(work, body.contract):
        return refusal
    if body.said_at > now + _AHEAD:
        detail = f"it was told at {rfc3339(body.said_at)}, which lies ahead"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    beginning = Beginning(
        contract=body.contract,
        provider=body.provider,
        invocation=Invocation.NOTIFICATION,
        because=body.statement,
        asked_at=body.said_at,
        asked_by=body.source,
        notified_at=body.said_at,
        their_reference=body.their_reference,
    )
    number, about = beginning_of(work)
    content = opened_content(work, number, beginning)
    kind = EventKind.THIRD_PARTY_OPENED
    opened = work.receipt(kind, submission, content, subject=about, sealed=body.sealed)
    begin(work, number, beginning, opened)
    return None


def fired(work: Work, firing: Firing, entry: str, now: datetime) -> None:
    """Open an escalation of each contract that a trigger names and that has none open."""
    for contract in firing.contracts:
        if refuse_opening(work, contract.reference):
            continue
        beginning = Beginning(
            contract=contract.reference,
            provider=contract.provider,
            invocation=Invocation.TRIGGER,
            because=firing.because,
            asked_at=now,
        )
        number, about = beginning_of(work)
        content = opened_content(work, number, beginning)
        kind = EventKind.THIRD_PARTY_OPENED
        opened = work.note(kind, content, subject=about, causes=(entry,))
        begin(work, number, beginning, opened)


def writer_of(work: Work, noticed: Noticed) -> OpenedEscalation | None:
    """The escalation whose workflow has recorded it."""
    state = work.state
    for known in state.third_parties.values():
        if noticed.workflow == escalation_workflow_id(state.incident_id, known.number):
            return known
    return None


def heard(work: Work, known: OpenedEscalation, noticed: Noticed, now: datetime) -> None:
    """Take in what one of the incident's escalations has recorded, each entry once."""
    state, event = work.state, noticed.event
    if noticed.entry in state.heard:
        return
    state.heard.append(noticed.entry)
    if event.kind in CALLS:
        _call(work, known, noticed)
    elif event.kind is EventKind.THIRD_PARTY_BREACHED:
        _breached(work, known, noticed, now)
    elif event.kind is EventKind.CLOCK_ESCALATED:
        roles = tuple(Role(role) for role in event.payload["roles"])
        because = f"Overdue: {event.payload['title']}"
        communicating.brief(work, roles, because, noticed.entry)
    elif event.kind is EventKind.ORIGIN_STATED:
        source = f"{event.subject.id}: {event.payload['name']}"
        state_fact(work, _ORIGIN_FACT, source[:200], now, noticed.entry)
    elif event.kind is EventKind.REMEDIATION_PROPOSED:
        remediation.follow(work, noticed, now)
    elif event.kind is EventKind.THIRD_PARTY_CLOSED:
        keep(work, known.model_copy(update={"closed": True}))


def pending(work: Work) -> list[str]:
    """The escalations that are not closed, by name."""
    return [
        f"third party {known.number}"
        for known in work.state.third_parties.values()
        if not known.closed
    ]


def write_off(
    work: Work, submission: Submission, body: WithdrawEscalation, now: datetime
) -> Refusal | None:
    """Count an escalation as ended whose workflow is no more, as somebody has found."""
    del now
    known = work.state.third_parties.get(str(body.escalation))
    if known is None or known.closed:
        detail = f"there is no open escalation {body.escalation}"
        return Refusal(RefusalReason.UNKNOWN_THIRD_PARTY, detail)
    incident_id = work.state.incident_id
    content = {
        "number": known.number,
        "contract": known.contract,
        "provider": known.provider,
        "round": None,
        "because": body.because,
    }
    about = Subject(type="third_party", id=escalation_id(incident_id, known.number))
    withdrawn = work.receipt(EventKind.THIRD_PARTY_WITHDRAWN, submission, content, subject=about)
    # Should there be a workflow after all, it has to end too.
    workflow = escalation_workflow_id(incident_id, known.number)
    work.state.to_tell.append((workflow, withdrawn))
    keep(work, known.model_copy(update={"closed": True}))
    return None


def _call(work: Work, known: OpenedEscalation, noticed: Noticed) -> None:
    """Open the message of a call, to the rung of the provider's ladder that it names."""
    said = noticed.event.payload
    asked = noticed.event.kind is EventKind.THIRD_PARTY_ASKED
    deliveries: tuple[DeliveryWish, ...] = ()
    if said["channel"] is not None:
        wish = DeliveryWish(
            channel=said["channel"],
            contacts=tuple(said["contacts"]),
            alternative=said["alternative"],
            language=said["language"],
        )
        deliveries = (wish,)
    call = VendorCall(**said["call"], entry=noticed.entry)
    purpose = Purpose.VENDOR_REQUEST if asked else Purpose.VENDOR_CALL
    wished = DraftWish(purpose=purpose, audience=Audience.VENDOR, deliveries=deliveries, call=call)
    open_by_itself(work, wished, (noticed.entry,), escalation=known.number)


def _breached(work: Work, known: OpenedEscalation, noticed: Noticed, now: datetime) -> None:
    """Ask for the failover that the terms know of, once an escalation."""
    failover = noticed.event.payload["failover"]
    if failover is None or known.failover is not None:
        return
    taken = TakeAction(
        category=ActionCategory.FAILOVER,
        action=failover["action"],
        service=failover["service"],
        disruptive=True,
        detail=failover["detail"],
    )
    action = response.propose(work, taken, noticed.entry, now)
    keep(work, known.model_copy(update={"failover": action}))
