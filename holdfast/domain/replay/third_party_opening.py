"""The opening of escalations, judged again: what invoked each, and which terms it was held to."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.incident.escalations import Beginning, opened_payload
from holdfast.domain.policies import REGISTER
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reading import read_firing
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_reading import read_invocation, read_notification
from holdfast.domain.replay.third_party_work import known_behind, work_on
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.third_party.kinds import EscalationStage, Invocation
from holdfast.domain.third_party.opening import TermsRead
from holdfast.domain.third_party.policy import ThirdPartyPolicy
from holdfast.domain.third_party.taking import taken_terms
from holdfast.domain.values import JsonObject, digest_of
from holdfast.dora.register import Register

__all__ = ["opened", "terms_read"]

_INVOKED = "invoked"
_UNREAD: JsonObject = {}


def opened(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Open it again: by what was decided, by what the provider has told, or by what has fired."""
    course.need(Aspect.THIRD_PARTIES, Aspect.SEVERITY)
    beginning = _beginning(course, entry)
    for known in course.escalations.values():
        ended = known.state.stage is EscalationStage.CLOSED
        if known.opening.contract == beginning.contract and not ended:
            message = f"{beginning.contract} is escalated to as {known.opening.id}"
            raise Contradicted(message)
    register = course.pin(REGISTER)
    if register is None:
        course.begun()
        message = "the incident is pinned to no register"
        raise Contradicted(message)
    return opened_payload(len(course.escalations) + 1, beginning, course.severity, register)


def terms_read(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Take the terms again from the register that the incident was pinned to, and our policy.

    Which version of our policy was in force, the entry alone says.
    """
    known = known_behind(course, entry)
    course.cause(entry, EventKind.THIRD_PARTY_OPENED)
    work, _ = work_on(course, shelf, known)
    pin, contract = known.opening.register_of_information, known.opening.contract
    register, policy = shelf.named_register(pin), entry.event.policy
    if policy is not None:
        read = taken_terms(register, pin, contract, shelf.third_parties(policy), policy)
    else:
        read = _none_to_take(register, pin, contract)
    return work.content(read.model_dump(mode="json"))


def _none_to_take(register: Register, pin: PolicyPin, contract: str) -> TermsRead:
    """Why there are no terms, which needs no policy of ours."""
    unused = ThirdPartyPolicy.model_construct(**_UNREAD)
    read = taken_terms(register, pin, contract, unused, pin)
    if read.taken is not None:
        message = f"the register has {contract}; which policy of ours was in force is not said"
        raise NotReplayable(message)
    return read


def _beginning(course: Course, entry: KnownEntry) -> Beginning:
    if entry.event.answers is not None:
        return _told(entry)
    cause = course.cause(entry, EventKind.DECISION_DECIDED, EventKind.ESCALATION_TRIGGERED)
    if cause.event.kind is EventKind.ESCALATION_TRIGGERED:
        return _fired(cause, entry)
    return _decided(course, cause, entry)


def _told(entry: KnownEntry) -> Beginning:
    told = read_notification(entry)
    return Beginning(
        contract=told.contract,
        provider=told.provider,
        invocation=Invocation.NOTIFICATION,
        because=told.statement,
        asked_at=told.said_at,
        asked_by=told.source,
        notified_at=told.said_at,
        their_reference=told.their_reference,
    )


def _fired(cause: KnownEntry, entry: KnownEntry) -> Beginning:
    firing, wanted = read_firing(cause), entry.event.payload.get("contract")
    for contract in firing.contracts:
        if contract.reference == wanted:
            return Beginning(
                contract=contract.reference,
                provider=contract.provider,
                invocation=Invocation.TRIGGER,
                because=firing.because,
                asked_at=entry.at,
            )
    message = f"{cause.entry} escalates to no contract {wanted}"
    raise Contradicted(message)


def _decided(course: Course, cause: KnownEntry, entry: KnownEntry) -> Beginning:
    request = course.request(cause.event.subject.id)
    is_decided = request.state is DecisionState.DECIDED and request.outcome == _INVOKED
    if request.kind is not DecisionKind.THIRD_PARTY_INVOCATION or not is_decided:
        message = f"{request.id} has not decided to escalate"
        raise Contradicted(message)
    asked = _asked_for(course, request.subject.id)
    if digest_of(asked.event.payload) != request.subject.digest:
        message = f"{request.id} is about {request.subject.digest}, not about {asked.entry}"
        raise Contradicted(message)
    body = read_invocation(asked)
    return Beginning(
        contract=body.contract,
        provider=body.provider,
        invocation=Invocation.DECISION,
        because=body.because,
        facts=body.facts,
        asked_at=body.asked_at or entry.at,
        asked_by=body.asked_by,
        their_reference=body.their_reference,
    )


def _asked_for(course: Course, called: str) -> KnownEntry:
    for known in course.entries.values():
        is_invocation = known and known.event.kind is EventKind.INVOCATION_REQUESTED
        if known is not None and is_invocation and known.event.subject.id == called:
            return known
    if None in course.entries.values():
        message = f"the entry that asks for {called} is not at hand"
        raise NotReplayable(message)
    message = f"nobody has asked for {called}"
    raise Contradicted(message)
