"""Reading what entries hold back into the values that the rules work on.

Payloads are read by the members that a value has; members that only the entry has are left aside.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from holdfast.domain.actions import Action, ActionState, PostIncidentReview, TakeAction
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.opening import Opening
from holdfast.domain.decisions import DecisionRequest, GivenAnswer
from holdfast.domain.escalation import Firing
from holdfast.domain.events import PolicyPin, Subject
from holdfast.domain.facts import FactChange
from holdfast.domain.incident.classification import summary_of
from holdfast.domain.incident.state import CheckState, ClassificationState, EvaluationState
from holdfast.domain.recurrence.assessment import EntityFinding, RecurrenceInputs, Series
from holdfast.domain.replay.verdicts import KnownEntry, NotReplayable, Unreadable
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import SeverityProposal
from holdfast.domain.submissions import Answer, Report
from holdfast.domain.values import (
    Identifier,
    Instant,
    JsonObject,
    JsonValue,
    canonical_json,
    digest_of,
)
from holdfast.dora.three_valued import Answer as Certainty

__all__ = [
    "read_action",
    "read_answer",
    "read_as",
    "read_changes",
    "read_check",
    "read_classification",
    "read_communication",
    "read_draft",
    "read_due",
    "read_evaluation",
    "read_firing",
    "read_found_series",
    "read_given_answer",
    "read_outcome",
    "read_pin",
    "read_pins",
    "read_proposal",
    "read_recurrence",
    "read_repinning",
    "read_report",
    "read_request",
    "read_review",
    "read_reviewers",
    "read_services",
]

_Model = TypeVar("_Model", bound=BaseModel)

_SERVICES = TypeAdapter(tuple[Identifier, ...])
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_ROLES = TypeAdapter(tuple[Role, ...])


def read_report(entry: KnownEntry) -> Report:
    """The report that opened the incident; its services are all that were affected then.

    Raises:
        NotReplayable: the entry does not hold such content, or part of it is sealed. So all below.
    """
    sealed = {name: value.model_dump(mode="json") for name, value in entry.event.sealed.items()}
    return read_as(Report, entry, {**entry.event.payload, "sealed": sealed})


def read_services(value: JsonValue) -> tuple[str, ...]:
    """The ids of services."""
    try:
        return _SERVICES.validate_json(canonical_json(value))
    except (ValidationError, TypeError) as error:
        message = "its services are no list of ids"
        raise Unreadable(message) from error


def read_changes(entry: KnownEntry) -> tuple[FactChange, ...]:
    """The statements of facts."""
    changes = entry.event.payload.get("changes")
    if not isinstance(changes, list):
        message = f"{entry.entry} holds no list of changes"
        raise Unreadable(message)
    return tuple(read_as(FactChange, entry, change) for change in changes)


def read_proposal(entry: KnownEntry) -> SeverityProposal:
    """The severity that the tree proposed, with its path."""
    return read_as(SeverityProposal, entry, entry.event.payload)


def read_evaluation(entry: KnownEntry) -> EvaluationState:
    """The evaluation in short, with the digest of all of it."""
    content = entry.event.payload
    digest = digest_of(content)
    try:
        return EvaluationState(
            number=content["number"],
            entry=entry.entry,
            major=Certainty(content["major"]),
            summary=summary_of(content),
            digest=digest,
            outcome_digest=digest,
            inputs_digest=digest,
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"{entry.entry} does not hold an evaluation"
        raise Unreadable(message) from error


def read_classification(entry: KnownEntry) -> ClassificationState:
    """Major or not, as it was decided."""
    return read_as(ClassificationState, entry, entry.event.payload)


def read_pins(entry: KnownEntry, member: str = "policies") -> tuple[PolicyPin, ...]:
    """The versions of policies that the entry names."""
    pins = entry.event.payload.get(member)
    if not isinstance(pins, list):
        message = f"{entry.entry} names no policies"
        raise Unreadable(message)
    return tuple(read_as(PolicyPin, entry, pin) for pin in pins)


def read_pin(entry: KnownEntry, member: str) -> PolicyPin:
    """The version of a policy that the entry names there."""
    return read_as(PolicyPin, entry, entry.event.payload.get(member))


def read_repinning(
    entry: KnownEntry,
) -> tuple[tuple[PolicyPin, ...], tuple[PolicyPin, ...], str]:
    """Which versions are asked for, which they would replace, and why."""
    reason = entry.event.payload.get("reason")
    if not isinstance(reason, str):
        message = f"{entry.entry} gives no reason"
        raise Unreadable(message)
    return read_pins(entry), read_pins(entry, "before"), reason


def read_firing(entry: KnownEntry) -> Firing:
    """The trigger that fired."""
    return read_as(Firing, entry, entry.event.payload)


def read_action(entry: KnownEntry) -> Action:
    """The action as it was proposed."""
    return Action(
        id=entry.event.subject.id,
        taken=read_as(TakeAction, entry, entry.event.payload),
        proposed_by=entry.event.actor,
        proposed_at=entry.at,
        state=ActionState.PROPOSED,
    )


def read_check(entry: KnownEntry) -> CheckState:
    """The result of a recovery check."""
    recorded = {
        "recorded_by": entry.event.actor.model_dump(mode="json"),
        "recorded_at": entry.at.isoformat(),
    }
    return read_as(CheckState, entry, {**entry.event.payload, **recorded})


def read_review(entry: KnownEntry) -> PostIncidentReview:
    """A draft of the post-incident review."""
    return read_as(PostIncidentReview, entry, entry.event.payload)


def read_request(entry: KnownEntry) -> DecisionRequest:
    """The question as it was put, nobody having answered yet."""
    about = entry.event.payload.get("about")
    subject = read_as(Subject, entry, about)
    request = {
        **entry.event.payload,
        "id": entry.event.subject.id,
        "subject": subject.model_dump(mode="json"),
    }
    return read_as(DecisionRequest, entry, request)


def read_answer(entry: KnownEntry) -> Answer:
    """The answer as it was given; the digest is that of the subject it was accepted for."""
    about = {
        "request_id": entry.event.subject.id,
        "subject_digest": entry.event.subject.digest,
    }
    return read_as(Answer, entry, {**entry.event.payload, **about})


def read_outcome(decision: KnownEntry) -> tuple[str, JsonObject]:
    """The option that was decided on, and what was said with it."""
    option, data = decision.event.payload.get("outcome"), decision.event.payload.get("data")
    if not isinstance(option, str) or not isinstance(data, dict):
        message = f"{decision.entry} holds no decision"
        raise Unreadable(message)
    return option, data


def read_given_answer(entry: KnownEntry) -> GivenAnswer:
    """The answer as the request keeps it."""
    actor = entry.event.actor.model_dump(mode="json")
    return read_as(GivenAnswer, entry, {**entry.event.payload, "actor": actor})


def read_recurrence(entry: KnownEntry) -> RecurrenceInputs:
    """What an assessment of recurring incidents rests on."""
    return read_as(RecurrenceInputs, entry, entry.event.payload)


def read_found_series(entry: KnownEntry) -> tuple[Series, ...]:
    """The series that an assessment has found, of all entities."""
    findings = entry.event.payload.get("findings")
    if not isinstance(findings, list):
        message = f"{entry.entry} holds no findings"
        raise Unreadable(message)
    read = (read_as(EntityFinding, entry, finding) for finding in findings)
    return tuple(series for finding in read for series in finding.series)


def read_communication(entry: KnownEntry) -> Opening:
    """With what a communication began."""
    payload = entry.event.payload
    author = None if payload.get("draft") is None else entry.event.actor.model_dump(mode="json")
    incident = entry.event.subject.id.rpartition("/")[0]
    about: JsonObject = {"incident": incident, "opened": entry.entry, "author": author}
    return read_as(Opening, entry, {**payload, **about})


def read_draft(entry: KnownEntry) -> tuple[Draft, int, str | None]:
    """A version of a communication in short, its number, and who wrote it, if a person did."""
    payload = entry.event.payload
    version, author = payload.get("version"), payload.get("author")
    if not isinstance(version, int):
        message = f"{entry.entry} does not say which version it is"
        raise Unreadable(message)
    written_by = None if author is None else read_as(Actor, entry, author).id
    return read_as(Draft, entry, payload.get("draft")), version, written_by


def read_due(entry: KnownEntry) -> datetime:
    """Until when the authority wants an answer."""
    try:
        return _INSTANT.validate_python(entry.event.payload.get("due_at"))
    except ValidationError as error:
        message = f"{entry.entry} does not say until when"
        raise Unreadable(message) from error


def read_reviewers(entry: KnownEntry) -> tuple[str, ...]:
    """The roles that have to clear what was handed in."""
    try:
        return _ROLES.validate_python(entry.event.payload.get("reviewers"))
    except ValidationError as error:
        message = f"{entry.entry} does not say who has to clear it"
        raise Unreadable(message) from error


def read_as(model: type[_Model], entry: KnownEntry, content: JsonValue) -> _Model:
    """The members of a value that a part of the entry holds; others are left aside."""
    if not isinstance(content, dict):
        message = f"{entry.entry} does not hold a {model.__name__}"
        raise Unreadable(message)
    members: JsonObject = {name: content[name] for name in model.model_fields if name in content}
    _require_open(model, entry, members)
    try:
        return model.model_validate_json(canonical_json(members))
    except ValidationError as error:
        message = f"{entry.entry} does not hold a {model.__name__}: {_first(error)}"
        raise Unreadable(message) from error


def _require_open(model: type[BaseModel], entry: KnownEntry, members: JsonObject) -> None:
    # A sealed member is missing here and reads as if nobody had said it: that must not be judged.
    sealed = [name for name in entry.event.sealed if name in model.model_fields]
    if missing := [name for name in sealed if members.get(name) is None]:
        message = f"{', '.join(missing)} of {entry.entry} is sealed"
        raise NotReplayable(message)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])} {first['msg']}".strip()
