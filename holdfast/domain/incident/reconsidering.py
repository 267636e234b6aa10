"""A second look at severity or classification, and a running incident under other policies.

An incident keeps the versions of policies that it was opened under; going on under others is a
decision, taken by somebody else than who asks for it.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, PolicyPin, Subject
from holdfast.domain.incident.classification import ask_again
from holdfast.domain.incident.classification_clocks import take_up_classification
from holdfast.domain.incident.standing_down import reconsider_standing_down
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.triage import severity_question
from holdfast.domain.incident.work import Work
from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = ["reconsider", "repinning_decided", "repinning_question", "request_repinning"]


def reconsider(
    work: Work, submission: Submission, body: Reconsider, now: datetime
) -> Refusal | None:
    """Put the question once more, about what is proposed now."""
    if body.about is Matter.STAND_DOWN:
        return reconsider_standing_down(work, submission, body, now)
    state = work.state
    proposal = state.proposal if body.about is Matter.SEVERITY else state.evaluation
    if proposal is None:
        detail = f"nothing is proposed yet as {body.about}"
        return Refusal(RefusalReason.NOTHING_TO_RECONSIDER, detail)
    entry = work.receipt(
        EventKind.RECONSIDERATION_REQUESTED,
        submission,
        {"about": str(body.about), "reason": body.reason},
    )
    if body.about is Matter.CLASSIFICATION:
        ask_again(work, entry, now)
    elif state.proposal is not None:
        work.ask(severity_question(state.incident_id, state.proposal, entry), now)
    return None


def request_repinning(
    work: Work, submission: Submission, body: Repin, now: datetime
) -> Refusal | None:
    """Ask whether the incident may go on under other versions."""
    state = work.state
    new = body.all_pins
    if all(pin == state.find_pin(pin.name) for pin in new):
        return Refusal(RefusalReason.ALREADY_PINNED, "the incident is pinned to these already")
    if DecisionKind.POLICY_REPINNING not in work.desk.kinds:
        detail = "the incident's approval matrix knows no re-pinning"
        return Refusal(RefusalReason.MALFORMED, detail)
    before = tuple(pin for pin in map(state.find_pin, (pin.name for pin in new)) if pin)
    entry = work.receipt(
        EventKind.REPINNING_REQUESTED, submission, _content(new, before, body.reason)
    )
    question = repinning_question(
        state.incident_id, new, before, body.reason, submission.principal, entry
    )
    request = work.ask(question, now)
    state.repinnings = {request.id: body}
    return None


def repinning_question(
    incident_id: str,
    new: tuple[PolicyPin, ...],
    before: tuple[PolicyPin, ...],
    reason: str,
    asked_by: Actor,
    cause: str,
) -> Question:
    """Whether the incident may go on under these versions; not for who asked for it."""
    content = _content(new, before, reason)
    return Question(
        kind=DecisionKind.POLICY_REPINNING,
        subject=Subject(type="policies", id=incident_id, digest=digest_of(content)),
        requested_by=asked_by,
        context=content,
        causes=(cause,),
    )


def repinning_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Go on under the other versions; what is open and armed stays as it was asked and set."""
    state = work.state
    body = state.repinnings.pop(decided.request.id, None)
    if decided.option != "approved" or body is None:
        return
    before = state.all_pins
    state.policies |= {policy.pin.name: policy for policy in body.policies}
    state.pins |= {pin.name: pin for pin in body.pins}
    work.take_up_matrix()
    entry = work.note(
        EventKind.POLICY_REPINNED,
        {
            "policies": [pin.model_dump(mode="json") for pin in state.all_pins],
            "before": [pin.model_dump(mode="json") for pin in before],
        },
        causes=(decided.entry,),
    )
    take_up_classification(work, entry, now)
    if state.phase is not Phase.DETECT:
        state.assessment_wanted = True


def _content(new: tuple[PolicyPin, ...], before: tuple[PolicyPin, ...], reason: str) -> JsonObject:
    return {
        "policies": [pin.model_dump(mode="json") for pin in new],
        "before": [pin.model_dump(mode="json") for pin in before],
        "reason": reason,
    }
