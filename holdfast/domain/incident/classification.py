"""Classification: is the incident major? Evaluated whenever facts change, decided by people.

DORA Art. 18 and Delegated Regulation (EU) 2024/1772 Art. 8. What was once decided as major stays
so, unless people find that the criteria were met at no time (Implementing Regulation (EU) 2025/302
Art. 5): an impact that fades unmakes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.classifying import Evaluation
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.incident import reporting
from holdfast.domain.incident.children import tell_reportings
from holdfast.domain.incident.classification_clocks import (
    CLASSIFICATION_CLOCK,
    NOTIFICATION_CLOCK,
    arm_notification,
)
from holdfast.domain.incident.state import ClassificationState, EvaluationState
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import DORA_CLASSIFICATION, REGISTER
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject, digest_of, rfc3339
from holdfast.dora.three_valued import Answer

__all__ = [
    "Ruling",
    "ask_again",
    "classification_decided",
    "confirmation_question",
    "decided_payload",
    "evaluated",
    "evaluated_payload",
    "reversal_decided",
    "reversal_question",
    "ruling_of",
    "summary_of",
]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What people decided: major or not, against the proposal or not, as never met or not."""

    major: bool
    overridden: bool
    reversed: bool
    decided_by: Actor
    decided_at: datetime


def evaluated(work: Work, evaluation: Evaluation, now: datetime) -> None:
    """Keep an evaluation that is news, and ask people where it says other than they have."""
    state, before = work.state, work.state.evaluation
    inputs = _inputs_digest(evaluation, state.all_pins)
    if before and before.inputs_digest == inputs and before.outcome_digest == _outcome(evaluation):
        return
    number = before.number + 1 if before else 1
    content = evaluated_payload(
        evaluation, number, before.major if before else None, state.find_pin(REGISTER)
    )
    digest = digest_of(content)
    entry = work.record(
        Event(
            kind=EventKind.CLASSIFICATION_EVALUATED,
            subject=Subject(type="evaluation", id=f"evaluation-{number}", digest=digest),
            payload=content,
            policy=state.pin(DORA_CLASSIFICATION),
        )
    )
    state.evaluation = EvaluationState(
        number=number,
        entry=entry,
        major=evaluation.major,
        summary=summary_of(content),
        digest=digest,
        outcome_digest=_outcome(evaluation),
        inputs_digest=inputs,
    )
    _propose(work, state.evaluation, before, now)


def evaluated_payload(
    evaluation: Evaluation, number: int, before: Answer | None, register: PolicyPin | None
) -> JsonObject:
    """What `classification.evaluated` holds: inputs, proof and answer of every entity."""
    return {
        **evaluation.model_dump(mode="json"),
        "number": number,
        "register": register.model_dump(mode="json") if register else None,
        "before": str(before) if before else None,
    }


def summary_of(content: JsonObject) -> JsonObject:
    """What people need to see of an evaluation in the question; the digest covers all of it."""
    return {
        "number": content["number"],
        "major": content["major"],
        "entities": [
            {
                "entity": part["entity"],
                "major": part["major"],
                "critical_services_affected": part["classification"]["critical_services_affected"],
                "thresholds": part["classification"]["thresholds"],
                "nearest": part["classification"]["nearest"],
            }
            for part in content["entities"]
        ],
    }


def confirmation_question(
    incident_id: str, summary: JsonObject, digest: str, cause: str
) -> Question:
    """Whether the incident is major; what is unknown cannot be confirmed, only decided."""
    unknown = summary["major"] == Answer.UNKNOWN
    return Question(
        kind=DecisionKind.CLASSIFICATION_CONFIRMATION,
        subject=Subject(type="classification", id=incident_id, digest=digest),
        without=("confirm",) if unknown else (),
        context=summary,
        causes=(cause,),
    )


def reversal_question(incident_id: str, summary: JsonObject, digest: str, cause: str) -> Question:
    """Whether a major incident at no time met the criteria."""
    return Question(
        kind=DecisionKind.CLASSIFICATION_REVERSAL,
        subject=Subject(type="classification", id=incident_id, digest=digest),
        context=summary,
        causes=(cause,),
    )


def classification_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Take in what people decided; the first time that it is major, the law's clock starts."""
    _decide(work, decided, now)


def reversal_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Reclassify as not major where the criteria were met at no time; else it stays major."""
    if decided.option == "never_met":
        _decide(work, decided, now)


def decided_payload(
    evaluation: EvaluationState, before: ClassificationState | None, ruling: Ruling
) -> JsonObject:
    """What `classification.decided` holds: major or not, and on which evaluation it rests."""
    first = before.first_major_at if before else None
    if ruling.major and first is None:
        first = ruling.decided_at
    return {
        "major": ruling.major,
        "before": before.major if before else None,
        "proposed": str(evaluation.major),
        "overridden": ruling.overridden,
        "reversed": ruling.reversed,
        "evaluation": evaluation.entry,
        "first_major_at": rfc3339(first) if first else None,
        "decided_by": ruling.decided_by.model_dump(mode="json"),
    }


def ruling_of(option: str, data: JsonObject, proposed: Answer, by: Actor, at: datetime) -> Ruling:
    """What an outcome of either question says about the incident.

    Raises:
        KeyError: an override names no class.
    """
    overridden = option == "override"
    major = bool(data[DataField.MAJOR]) if overridden else proposed is Answer.YES
    never = option == "never_met"
    return Ruling(major and not never, overridden, never, by, at)


def ask_again(work: Work, cause: str, now: datetime) -> bool:
    """Put the question once more about the latest evaluation; False where there is none yet."""
    if work.state.evaluation is None:
        return False
    _ask(work, work.state.evaluation, cause, now)
    return True


def _decide(work: Work, decided: Decided, now: datetime) -> None:
    state, evaluation = work.state, work.state.evaluation
    if evaluation is None:
        message = "a classification was decided that nobody has evaluated"
        raise ValueError(message)
    by = decided.request.answers[-1].actor
    ruling = ruling_of(decided.option, decided.data, evaluation.major, by, now)
    before = state.classification
    content = decided_payload(evaluation, before, ruling)
    first = content["first_major_at"]
    state.classification = ClassificationState(
        major=ruling.major,
        evaluation=evaluation.entry,
        first_major_at=datetime.fromisoformat(first) if first else None,
    )
    entry = work.note(EventKind.CLASSIFICATION_DECIDED, content, causes=(decided.entry,))
    work.clocks.meet(CLASSIFICATION_CLOCK, actor=by, causes=(entry,))
    tell_reportings(work, entry)
    if ruling.major:
        by_hand = not reporting.begin(work, entry, now)
        if by_hand and not (before and before.major):
            _notify(work, now, entry)
    elif ruling.reversed:
        work.clocks.cancel(NOTIFICATION_CLOCK, causes=(entry,))
    state.assessment_wanted = True


def _notify(work: Work, now: datetime, decided: str) -> None:
    policy, aware_at = work.state.classification_policy, work.state.aware_at
    if policy is None or aware_at is None:
        message = "an incident was classified that is pinned to no rules of classification"
        raise ValueError(message)
    arm_notification(work.clocks, policy, aware_at, now, decided)


def _propose(
    work: Work, evaluation: EvaluationState, before: EvaluationState | None, now: datetime
) -> None:
    decided = work.state.classification
    if before is not None and before.outcome_digest != evaluation.outcome_digest:
        tell_reportings(work, evaluation.entry)
    kinds = (DecisionKind.CLASSIFICATION_CONFIRMATION, DecisionKind.CLASSIFICATION_REVERSAL)
    pending = [request for kind in kinds for request in work.desk.open_requests(kind)]
    if decided is not None and decided.major and reporting.unreported(work, evaluation.summary):
        # It is major for one more entity: that is decided for itself, and reported.
        _ask(work, evaluation, evaluation.entry, now, ask=confirmation_question)
        return
    if decided is not None and _agrees(decided, evaluation):
        why = f"the facts say '{evaluation.major}' again, as was decided"
        for request in pending:
            work.desk.void(request, why, causes=(evaluation.entry,))
        return
    news = before is None or before.major is not evaluation.major
    if decided is None or pending or news:
        _ask(work, evaluation, evaluation.entry, now)


def _agrees(decided: ClassificationState, evaluation: EvaluationState) -> bool:
    if decided.major:
        # An unknown does not say that a major incident never was one.
        return evaluation.major is not Answer.NO
    return evaluation.major is Answer.NO


def _ask(
    work: Work,
    evaluation: EvaluationState,
    cause: str,
    now: datetime,
    ask: Callable[[str, JsonObject, str, str], Question] | None = None,
) -> None:
    decided = work.state.classification
    if ask is None:
        ask = reversal_question if decided and decided.major else confirmation_question
    work.ask(ask(work.state.incident_id, evaluation.summary, evaluation.digest, cause), now)


def _outcome(evaluation: Evaluation) -> str:
    return digest_of(evaluation.outcome)


def _inputs_digest(evaluation: Evaluation, pins: tuple[PolicyPin, ...]) -> str:
    """What was known, under which rules; that time has passed is no news of itself."""
    rules = [
        pin.model_dump(mode="json") for pin in pins if pin.name in {DORA_CLASSIFICATION, REGISTER}
    ]
    return digest_of({"facts": evaluation.facts_digest, "rules": rules})
