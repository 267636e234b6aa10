"""Learn: the post-incident review is recorded, signed off by others, and the incident closed."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.actions import PostIncidentReview, ReportReview
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident import communicating, remediation, reporting, third_parties
from holdfast.domain.incident.closure import close
from holdfast.domain.incident.format_five import learns
from holdfast.domain.incident.replies import pending_questions
from holdfast.domain.incident.state import Outcome, Phase, ReviewState
from holdfast.domain.incident.work import Work
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reviews.completeness import missing
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.values import digest_of

__all__ = [
    "closure_decided",
    "closure_question",
    "next_draft",
    "record_review",
    "refuse_early_closure",
    "sign_off_decided",
    "sign_off_question",
]


def record_review(
    work: Work, submission: Submission, body: ReportReview, now: datetime
) -> Refusal | None:
    """Record a draft of the review and ask for its sign-off; that of an earlier draft is void."""
    state = work.state
    if state.phase is not Phase.LEARN:
        return Refusal(
            RefusalReason.WRONG_PHASE,
            f"a review belongs to learn; the incident is in {state.phase}",
        )
    if learns(work) and (lacking := missing(body.review)):
        detail = f"the review does not say all it has to: {'; '.join(lacking)}"
        return Refusal(RefusalReason.REVIEW_INCOMPLETE, detail)
    state.review = next_draft(state.review, body.review, submission.principal)
    content = body.review.model_dump(mode="json")
    subject = Subject(type="review", id=state.incident_id, digest=digest_of(content))
    entry = work.receipt(
        EventKind.REVIEW_RECORDED,
        submission,
        {**content, "version": state.review.version},
        subject=subject,
    )
    work.clocks.meet("review", actor=submission.principal, causes=(entry,))
    for request in work.desk.open_requests(DecisionKind.INCIDENT_CLOSURE):
        work.desk.void(request, "the review has changed", causes=(entry,))
    work.ask(sign_off_question(state.incident_id, state.review, submission.principal, entry), now)
    return None


def next_draft(
    earlier: ReviewState | None, review: PostIncidentReview, author: Actor
) -> ReviewState:
    """The review as it stands with one more draft; whoever drafted an earlier one stays with it."""
    drafted_by = {author.id, *(earlier.drafted_by if earlier else ())}
    return ReviewState(
        review=review,
        version=earlier.version + 1 if earlier else 1,
        drafted_by=tuple(sorted(drafted_by)),
    )


def sign_off_question(
    incident_id: str, draft: ReviewState, author: Actor, recorded: str
) -> Question:
    """Whether the review stands; `author` wrote this draft, `recorded` is its entry."""
    content = draft.review.model_dump(mode="json")
    return Question(
        kind=DecisionKind.REVIEW_SIGN_OFF,
        subject=Subject(type="review", id=incident_id, digest=digest_of(content)),
        authors=draft.drafted_by,
        requested_by=author,
        context={"version": draft.version, "summary": draft.review.summary},
        causes=(recorded,),
    )


def closure_question(incident_id: str, draft: ReviewState | None, decided: str) -> Question:
    """Whether the incident may be closed, with this review; `decided` is the entry before."""
    content = {
        "incident": incident_id,
        "review": draft.model_dump(mode="json") if draft else None,
    }
    return Question(
        kind=DecisionKind.INCIDENT_CLOSURE,
        subject=Subject(type="closure", id=incident_id, digest=digest_of(content)),
        causes=(decided,),
    )


def sign_off_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Ask for closure once the review is signed off; a returned one waits for its next draft."""
    if decided.option == "signed_off":
        _ask_for_closure(work, decided.entry, now)


def closure_decided(work: Work, decided: Decided, now: datetime) -> None:
    """Close, or keep open and ask again."""
    if decided.option == "close":
        close(work, Outcome.RESOLVED, causes=(decided.entry,))
    else:
        _ask_for_closure(work, decided.entry, now)


def refuse_early_closure(work: Work, answer: Answer, now: datetime) -> Refusal | None:
    """Refuse to close over decisions that are still pending, such as a bypass not yet ratified."""
    request = work.state.requests.get(answer.request_id)
    closes = request is not None and request.kind is DecisionKind.INCIDENT_CLOSURE
    if not closes or answer.option != "close":
        return None
    undecided = [other.id for other in work.desk.open_requests() if other.id != answer.request_id]
    open_ends = [*communicating.pending(work), *pending_questions(work)]
    left = (
        (RefusalReason.DECISIONS_PENDING, "still to be decided", undecided),
        (
            RefusalReason.COMMUNICATIONS_PENDING,
            "still to be published, cancelled or answered",
            open_ends,
        ),
        (
            RefusalReason.THIRD_PARTIES_PENDING,
            "still to be restored or withdrawn, and reviewed",
            third_parties.pending(work),
        ),
        (
            RefusalReason.REMEDIATION_PENDING,
            "neither validated as effective nor accepted as a risk",
            remediation.pending(work, now),
        ),
        (
            RefusalReason.REPORTING_PENDING,
            "the final report has not been submitted yet",
            reporting.pending(work),
        ),
    )
    for reason, what, names in left:
        if names:
            return Refusal(reason, f"{what}: {', '.join(names)}")
    return None


def _ask_for_closure(work: Work, cause: str, now: datetime) -> None:
    work.ask(closure_question(work.state.incident_id, work.state.review, cause), now)
