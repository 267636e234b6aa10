"""Review and approval of one exact version, as the matrix says for its audience and severity."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication import ending, publishing
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import OnApproval, ScheduledFor
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, rfc3339

__all__ = [
    "approval_decided",
    "approval_question",
    "hand_in",
    "review_decided",
    "review_question",
]


def hand_in(work: CommunicationWork, submission: Submission | None, now: datetime) -> None:
    """Ask who has to review this version; where nobody has to, who approves it.

    Without a submission it is the process that hands in what the matrix lets leave unasked.
    """
    state, sign_off = work.state, work.sign_off
    standing = submission is None
    reviewers = () if standing else sign_off.reviewers(state.severity)
    content: JsonObject = {
        **_summary(work),
        "severity": str(state.severity) if state.severity else None,
        "reviewers": [str(role) for role in reviewers],
        "approvers": [] if standing else [str(role) for role in sign_off.approvers],
        "bypass": sign_off.bypass,
        "standing": standing,
    }
    kind = EventKind.COMMUNICATION_SUBMITTED
    if submission is None:
        submitted = work.note(kind, content, causes=(str(state.drafted),))
        _approve(work, (), submitted, now, standing=True)
        return
    submitted = work.receipt(kind, submission, content)
    if not reviewers:
        _clear(work, (), submitted, now)
        return
    state.stage = Stage.REVIEW
    about = {**work.head, **content}
    for role in reviewers:
        question = review_question(state.opening.id, about, role, submitted)
        state.reviews_left.append(work.desk.ask(question, now, None).id)


def review_question(communication: str, submitted: JsonObject, role: Role, entry: str) -> Question:
    """Whether a role clears the version that was handed in; `submitted` is what `entry` holds."""
    return Question(
        kind=DecisionKind.COMMUNICATION_REVIEW,
        subject=Subject(type="message", id=f"{communication}/{role}", digest=submitted["message"]),
        authors=tuple(submitted["authors"]),
        roles=(role,),
        bypassable=submitted["bypass"],
        context=_context(submitted),
        causes=(entry,),
    )


def approval_question(communication: str, cleared: JsonObject, entry: str) -> Question:
    """Whether exactly this version may leave; `cleared` is what `entry` holds."""
    return Question(
        kind=DecisionKind.COMMUNICATION_APPROVAL,
        subject=Subject(type="message", id=communication, digest=cleared["message"]),
        authors=tuple(cleared["authors"]),
        roles=tuple(Role(role) for role in cleared["approvers"]),
        bypassable=cleared["bypass"],
        context={**_context(cleared), "cleared_by": cleared["by"]},
        causes=(entry,),
    )


def review_decided(work: CommunicationWork, decided: Decided, now: datetime) -> None:
    """Wait for the other reviews, ask for the approval, or give the version back."""
    state = work.state
    if decided.option != "cleared":
        _return(work, decided, "review")
        return
    state.reviews_left.remove(decided.request.id)
    if not state.reviews_left:
        clearing = _given(work, DecisionKind.COMMUNICATION_REVIEW)
        _clear(work, clearing, decided.entry, now)


def approval_decided(work: CommunicationWork, decided: Decided, now: datetime) -> None:
    """Let the version leave when it should, or give it back."""
    if decided.option != "approved":
        _return(work, decided, "approval")
        return
    by = tuple(given.actor for given in decided.request.answers if given.option == decided.option)
    _approve(work, by, decided.entry, now, standing=False)


def _clear(work: CommunicationWork, by: tuple[Actor, ...], cause: str, now: datetime) -> None:
    state, sign_off = work.state, work.sign_off
    content: JsonObject = {
        **_summary(work),
        "by": [actor.model_dump(mode="json") for actor in by],
        "approvers": [str(role) for role in sign_off.approvers],
        "bypass": sign_off.bypass,
    }
    cleared = work.note(EventKind.COMMUNICATION_CLEARED, content, causes=(cause,))
    state.stage = Stage.APPROVAL
    about = {**work.head, **content}
    work.desk.ask(approval_question(state.opening.id, about, cleared), now, None)


def _approve(
    work: CommunicationWork, by: tuple[Actor, ...], cause: str, now: datetime, *, standing: bool
) -> None:
    state, release = work.state, work.draft.release
    at = release.at if isinstance(release, ScheduledFor) else None
    content = {
        "standing": standing,
        "by": [actor.model_dump(mode="json") for actor in by],
        "when": release.when,
        "publish_at": rfc3339(at) if at else None,
    }
    state.stage = Stage.APPROVED
    state.approved = work.note(EventKind.COMMUNICATION_APPROVED, content, causes=(cause,))
    if isinstance(release, OnApproval) or (at is not None and at <= now):
        publishing.release(work, state.approved)
    else:
        state.publish_at = at


def _return(work: CommunicationWork, decided: Decided, of: str) -> None:
    state, given = work.state, decided.request.answers[-1]
    returned = work.note(
        EventKind.COMMUNICATION_RETURNED,
        {"of": of, "by": given.actor.model_dump(mode="json"), "comments": decided.rationale},
        causes=(decided.entry,),
    )
    state.stage = Stage.DRAFT
    ending.void(work, f"version {state.version} was given back", causes=(returned,))


def _given(work: CommunicationWork, kind: DecisionKind) -> tuple[Actor, ...]:
    """Who has decided so of the latest version, in order."""
    return tuple(
        given.actor
        for request in work.state.requests.values()
        if request.kind is kind
        and request.state is DecisionState.DECIDED
        and request.subject.digest == work.state.message
        for given in request.answers
        if given.option == request.outcome
    )


def _summary(work: CommunicationWork) -> JsonObject:
    """What people need to see of a version to sign it off, besides its texts."""
    state, draft = work.state, work.draft
    return {
        "purpose": str(state.opening.purpose),
        "audience": str(state.opening.audience),
        "subject": draft.subject,
        "languages": list(draft.languages),
        "deliveries": [
            {
                "channel": each.channel,
                "group": each.group,
                "language": each.language,
                "count": each.count,
                "alternative": each.alternative,
            }
            for each in draft.deliveries
        ],
        "attachments": len(draft.attachments),
        "release": draft.release.model_dump(mode="json"),
        "supersedes": draft.supersedes,
        "authors": list(state.authors),
    }


_SHOWN = (
    *("number", "version", "purpose", "audience", "subject", "languages", "deliveries"),
    *("attachments", "release", "supersedes"),
)


def _context(content: JsonObject) -> JsonObject:
    return {name: content[name] for name in _SHOWN}
