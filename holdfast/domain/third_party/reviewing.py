"""The oversight review: drafted, signed off by role, and what has to follow from it.

The vendor manager signs it off, then the management body where a critical or important function is
supported. A breach bears on the right to terminate (DORA Art. 28(7)) and on the exit plan (28(8)).
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal
from holdfast.domain.roles import Role
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party import closing, weaknesses
from holdfast.domain.third_party.asking import ReviewEscalation
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.measures import measures_of
from holdfast.domain.third_party.naming import escalation_prefix
from holdfast.domain.third_party.state import ReviewDraft
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject, digest_of

__all__ = ["await_review", "put_off", "record_review", "review_decided", "review_question"]

_ENDED = (EscalationStage.RESTORED, EscalationStage.WITHDRAWN, EscalationStage.REVIEW)


def await_review(work: EscalationWork, now: datetime, cause: str) -> None:
    """Note what the rules have found, and set until when the review has to be drafted."""
    weaknesses.note_found(work, now, cause)
    work.state.reviews += 1
    work.clocks.arm(
        _clock_id(work),
        f"{work.taken.provider_name}: draft the oversight review"[:200],
        now,
        work.taken.rules.review,
        policy=work.taken.policy,
        causes=(cause,),
    )


def put_off(work: EscalationWork, cause: str) -> None:
    """Take the review back: the provider is asked again."""
    for request in work.desk.open_requests(DecisionKind.THIRD_PARTY_REVIEW):
        work.desk.void(request, "the service is broken again", causes=(cause,))
    work.clocks.cancel(_clock_id(work), causes=(cause,))


def record_review(
    work: EscalationWork, submission: Submission, body: ReviewEscalation, now: datetime
) -> Refusal | None:
    """Record a draft of the review and ask for its sign-off; that of an earlier draft is void."""
    if refusal := work.wrong_stage(*_ENDED):
        return refusal
    state, earlier = work.state, work.state.review
    critical = work.taken.supports_critical_function
    content = work.content(
        {
            "version": earlier.version + 1 if earlier else 1,
            "review": body.review.model_dump(mode="json"),
            "breaches": list(state.breaches),
            "weaknesses": list(state.weaknesses),
            "critical": critical,
        }
    )
    about = Subject(type="third_party", id=state.opening.id, digest=digest_of(content))
    entry = work.receipt(EventKind.THIRD_PARTY_REVIEWED, submission, content, subject=about)
    drafted_by = {submission.principal.id, *(earlier.drafted_by if earlier else ())}
    for request in work.desk.open_requests(DecisionKind.THIRD_PARTY_REVIEW):
        work.desk.void(request, "the review has changed", causes=(entry,))
    state.review = ReviewDraft(
        review=body.review,
        version=content["version"],
        drafted_by=tuple(sorted(drafted_by)),
        entry=entry,
        content=content,
    )
    state.stage = EscalationStage.REVIEW
    work.clocks.meet(_clock_id(work), actor=submission.principal, causes=(entry,))
    _ask(work, state.review, Role.VENDOR_MANAGER, now)
    return None


def review_question(
    escalation: str, reviewed: JsonObject, role: Role, authors: tuple[str, ...], entry: str
) -> Question:
    """Whether the review stands, in the eyes of a role; `reviewed` is what `entry` holds.

    `authors` are all who have drafted it or signed it off before: nobody signs twice.
    """
    return Question(
        kind=DecisionKind.THIRD_PARTY_REVIEW,
        subject=Subject(
            type="oversight_review", id=f"{escalation}/{role}", digest=digest_of(reviewed)
        ),
        authors=authors,
        roles=(role,),
        context={
            "version": reviewed["version"],
            "summary": reviewed["review"]["summary"],
            "breaches": reviewed["breaches"],
            "weaknesses": reviewed["weaknesses"],
            "critical": reviewed["critical"],
        },
        causes=(entry,),
    )


def review_decided(work: EscalationWork, decided: Decided, now: datetime) -> None:
    """Ask for the next signature, close, or give the draft back."""
    state, draft = work.state, work.state.review
    if draft is None or state.outcome is None:
        return
    if decided.option != "signed_off":
        state.stage = state.outcome
        return
    signer = decided.request.answers[-1].actor.id
    state.review = draft = draft.model_copy(update={"signed_by": (*draft.signed_by, signer)})
    first = decided.request.roles == (Role.VENDOR_MANAGER,)
    if first and draft.content["critical"]:
        _ask(work, draft, Role.MANAGEMENT_BODY, now)
        return
    for measure in measures_of(work.taken, draft.content, draft.review):
        state.tasks += 1
        called = f"{state.opening.id}/task-{state.tasks}"
        proposed = work.note(
            EventKind.REMEDIATION_PROPOSED,
            {"task": state.tasks, **measure},
            subject=Subject(type="remediation", id=called),
            causes=(draft.entry, decided.entry),
        )
        if DecisionKind.REMEDIATION_ACCEPTANCE in work.desk.kinds:
            work.tell(proposed)
    closing.close(work, (decided.entry,))


def _ask(work: EscalationWork, draft: ReviewDraft, role: Role, now: datetime) -> None:
    authors = (*draft.drafted_by, *draft.signed_by)
    question = review_question(work.state.opening.id, draft.content, role, authors, draft.entry)
    work.ask(question, now)


def _clock_id(work: EscalationWork) -> str:
    return f"{escalation_prefix(work.state.opening.number)}review-{work.state.reviews}"
