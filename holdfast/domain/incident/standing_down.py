"""Standing down: once a recovery is validated, people decide that the response may end.

Asked as the incident enters learn, and again by whoever asks; what is open then (plans, services,
plays) is what the question is about, so that it changes with them.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.following import response_of
from holdfast.domain.incident.format_five import learns
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.unavailability import unavailable_services
from holdfast.domain.incident.work import Work
from holdfast.domain.reconsidering import Reconsider
from holdfast.domain.recovery.state import OpenResponse
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.values import digest_of

__all__ = [
    "ask_to_stand_down",
    "open_response",
    "reconsider_standing_down",
    "refuse_standing_down",
    "renew",
    "stand_down_decided",
    "stand_down_question",
]

_STOOD_DOWN = "stood_down"


def ask_to_stand_down(work: Work, cause: str, now: datetime) -> None:
    """Ask whether the response may end; `cause` is the entry that leads to it."""
    if learns(work):
        question = stand_down_question(work.state.incident_id, open_response(work), cause)
        work.ask(question, now)


def renew(work: Work, cause: str, now: datetime) -> None:
    """Ask anew where the question is open and what it is about has changed with that entry."""
    digest = digest_of(open_response(work).content)
    for request in work.desk.open_requests(DecisionKind.RECOVERY_STAND_DOWN):
        if request.subject.digest != digest:
            ask_to_stand_down(work, cause, now)


def stand_down_question(incident_id: str, left: OpenResponse, cause: str) -> Question:
    """Whether those who respond may stand down, with what is open still before them."""
    content = left.content
    return Question(
        kind=DecisionKind.RECOVERY_STAND_DOWN,
        subject=Subject(type="response", id=incident_id, digest=digest_of(content)),
        context=content,
        causes=(cause,),
    )


def open_response(work: Work) -> OpenResponse:
    """What of the response goes on still."""
    state = work.state
    plans = (plan.plan for plan in state.continuity.values() if plan.active)
    plays = (play.number for play in state.plays.values() if not play.finished)
    return OpenResponse(
        continuity=tuple(sorted(plans)),
        services=unavailable_services(work),
        plays=tuple(sorted(plays)),
    )


def stand_down_decided(
    work: Work,
    decided: Decided,
    now: datetime,  # noqa: ARG001 - one shape for all follow-ups
) -> None:
    """Record that the response has ended; with `stay` it goes on until somebody asks again."""
    if decided.option != _STOOD_DOWN:
        return
    work.state.stood_down = True
    response = response_of(work)
    work.note(
        EventKind.RESPONSE_STOOD_DOWN,
        {
            "because": decided.rationale,
            "roles": [str(role) for role in response.involve] if response else [],
        },
        subject=Subject(type="response", id=work.state.incident_id),
        causes=(decided.entry,),
    )


def reconsider_standing_down(
    work: Work, submission: Submission, body: Reconsider, now: datetime
) -> Refusal | None:
    """Put the question of standing down once more, after people had decided to stay."""
    state = work.state
    if not learns(work):
        detail = "the incident's approval matrix knows no standing down"
        return Refusal(RefusalReason.MALFORMED, detail)
    if state.phase is not Phase.LEARN:
        detail = f"standing down belongs to learn; the incident is in {state.phase}"
        return Refusal(RefusalReason.WRONG_PHASE, detail)
    if state.stood_down:
        return Refusal(RefusalReason.NOTHING_TO_RECONSIDER, "those who respond have stood down")
    entry = work.receipt(
        EventKind.RECONSIDERATION_REQUESTED,
        submission,
        {"about": str(body.about), "reason": body.reason},
    )
    ask_to_stand_down(work, entry, now)
    return None


def refuse_standing_down(work: Work, answer: Answer) -> Refusal | None:
    """Refuse to stand down over active continuity plans, and to close before standing down."""
    request = work.state.requests.get(answer.request_id)
    if request is None or not learns(work):
        return None
    ends = (request.kind, answer.option) == (DecisionKind.RECOVERY_STAND_DOWN, _STOOD_DOWN)
    closes = (request.kind, answer.option) == (DecisionKind.INCIDENT_CLOSURE, "close")
    if (ends or closes) and (plans := open_response(work).continuity):
        detail = f"still active, to be deactivated first: {', '.join(plans)}"
        return Refusal(RefusalReason.CONTINUITY_ACTIVE, detail)
    if ends and request.subject.digest != digest_of(open_response(work).content):
        # Steps of playbooks go on beside it, and put no question of their own.
        detail = "plays have begun or ended since: ask again whether to stand down"
        return Refusal(RefusalReason.STALE_DIGEST, detail)
    if closes and not work.state.stood_down:
        detail = "nobody has stood down: ask again whether those who respond may"
        return Refusal(RefusalReason.DECISIONS_PENDING, detail)
    return None
