"""What an assessment puts into evidence: its inputs, its findings, its questions, the outcomes."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.recurrence.assessment import EntityFinding, RecurrenceInputs, Series
from holdfast.domain.recurrence.periods import Period
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.values import JsonObject
from holdfast.dora.three_valued import Answer

__all__ = ["CONFIRM", "INPUTS", "assessed_event", "assessed_payload", "decided_payload", "question"]

CONFIRM = "confirm"

INPUTS = frozenset(RecurrenceInputs.model_fields)
"""The members of `recurrence.assessed` that are its inputs; the others follow from them."""


def assessed_payload(
    inputs: RecurrenceInputs, findings: tuple[EntityFinding, ...], pins: tuple[PolicyPin, ...]
) -> JsonObject:
    """What `recurrence.assessed` holds; `pins` are the policies behind the inputs."""
    series = [one for finding in findings for one in finding.series]
    return {
        **inputs.model_dump(mode="json"),
        "pins": [pin.model_dump(mode="json") for pin in pins],
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "incidents": sum(part.incidents for part in inputs.parts),
        "series": len(series),
        "to_decide": sum(one.asks for one in series),
    }


def assessed_event(
    period: Period, payload: JsonObject, policy: PolicyPin, asked: tuple[str, Actor] | None
) -> Event:
    """The entry of the assessment; `asked` is the submission of whoever started it by hand."""
    submission_id, actor = asked or (None, SYSTEM)
    return Event(
        kind=EventKind.RECURRENCE_ASSESSED,
        subject=Subject(type="recurrence", id=period.name),
        actor=actor,
        payload=payload,
        policy=policy,
        causes=(f"submission:{submission_id}",) if submission_id else (),
        answers=submission_id,
    )


def question(series: Series, assessed: str) -> Question:
    """Whether the series is one major incident; `assessed` is the entry that found it.

    What is unknown proposes nothing, so that there is nothing to confirm.
    """
    return Question(
        kind=DecisionKind.RECURRENCE_CONFIRMATION,
        subject=Subject(type="recurrence", id=series.id, digest=series.digest),
        without=(CONFIRM,) if series.major is Answer.UNKNOWN else (),
        context=series.content,
        causes=(assessed,),
    )


def decided_payload(option: str, data: JsonObject, series: Series, decided_by: Actor) -> JsonObject:
    """What `recurrence.decided` holds: what people made of the proposal.

    Raises:
        KeyError: an override says nothing of what it is.
    """
    overridden = option != CONFIRM
    major = data[DataField.MAJOR] if overridden else series.major is Answer.YES
    return {
        "series": series.id,
        "incidents": list(series.incidents),
        "members": dict(series.members),
        "major": major,
        "proposed": str(series.major),
        "overridden": overridden,
        "decided_by": decided_by.model_dump(mode="json"),
    }
