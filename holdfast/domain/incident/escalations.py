"""Opening an escalation of the incident: its number, its entry, and the start of its workflow."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import PolicyPin, Subject
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import REGISTER
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.kinds import Invocation, Source
from holdfast.domain.third_party.naming import escalation_id
from holdfast.domain.third_party.opening import EscalationOpening, OpenedEscalation
from holdfast.domain.values import Frozen, Identifier, Instant, JsonObject, Line, Text
from holdfast.dora.register.codes import ContractReference

__all__ = [
    "Beginning",
    "begin",
    "beginning_of",
    "keep",
    "opened_content",
    "opened_payload",
    "refuse_opening",
]


class Beginning(Frozen):
    """With what an escalation begins, before it has a number."""

    contract: ContractReference
    provider: Identifier
    invocation: Invocation
    because: Text
    facts: tuple[Identifier, ...] = ()
    asked_at: Instant
    asked_by: Source | None = None
    notified_at: Instant | None = None
    their_reference: Line | None = None


def refuse_opening(work: Work, contract: str) -> Refusal | None:
    """Refuse what cannot be opened: there are no rules for it, or it is open already."""
    state = work.state
    ruled = DecisionKind.THIRD_PARTY_INVOCATION in work.desk.kinds
    if not ruled or state.find_pin(REGISTER) is None:
        detail = (
            f"the approval matrix of {state.incident_id} says nothing of third parties:"
            " re-pin it to the matrix in force"
        )
        return Refusal(RefusalReason.NO_THIRD_PARTY_RULES, detail)
    for known in state.third_parties.values():
        if known.contract == contract and not known.closed:
            detail = f"{contract} is escalated to as third party {known.number}"
            return Refusal(RefusalReason.ALREADY_ESCALATED, detail)
    return None


def beginning_of(work: Work) -> tuple[int, Subject]:
    """The number of the next escalation, and what entries call it."""
    number = len(work.state.third_parties) + 1
    called = escalation_id(work.state.incident_id, number)
    return number, Subject(type="third_party", id=called)


def opened_content(work: Work, number: int, beginning: Beginning) -> JsonObject:
    """What `third_party.opened` holds."""
    return opened_payload(number, beginning, work.state.severity, work.state.pin(REGISTER))


def opened_payload(
    number: int, beginning: Beginning, severity: Severity | None, register: PolicyPin
) -> JsonObject:
    """The same, at that severity and with the register that the incident is pinned to."""
    return {
        "number": number,
        **beginning.model_dump(mode="json"),
        "severity": str(severity) if severity else None,
        "register": register.model_dump(mode="json"),
    }


def begin(work: Work, number: int, beginning: Beginning, opened: str) -> None:
    """Let its workflow be started, once everything that leads to it is durable."""
    state = work.state
    opening = EscalationOpening(
        incident=state.incident_id,
        number=number,
        **beginning.model_dump(exclude={"facts"}),
        opened=opened,
        register_of_information=state.pin(REGISTER),
        severity=state.severity,
        pace=work.clocks.pace,
    )
    contract, provider = beginning.contract, beginning.provider
    keep(work, OpenedEscalation(number=number, contract=contract, provider=provider))
    state.to_escalate.append((opening, state.matrix_policy))


def keep(work: Work, known: OpenedEscalation) -> None:
    """Keep what the incident knows of it."""
    work.state.third_parties[str(known.number)] = known
