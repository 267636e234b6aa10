"""Communications, judged again: who had to sign which version off, and whether it could leave.

The rules of the process are run once more over what was recorded. That all reviews that were
wanted are there, and that an approval of exactly this message stands, is looked at apart from
them: the process keeps in its state what here has to follow from the entries.
"""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication import drafting, publishing, signing_off
from holdfast.domain.communication.asking import PublishCommunication, SubmitDraft
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import Draft, OnCommand, ScheduledFor
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal
from holdfast.domain.replay.communication_course import CommunicationCourse
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.sign_off_severity import severity_at_hand
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["approved", "cleared", "released", "submitted"]

_CLEARED = "cleared"


def submitted(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Hand the version in again: who has to clear and approve it, and who has written in it."""
    try:
        heard = _hand_in(course, shelf, entry)
    except Contradicted as reason:
        course.weighed[entry.entry] = str(reason)
        raise
    course.weighed[entry.entry] = heard
    return heard.events[0].payload


def cleared(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look again whether everybody who had to has cleared exactly this version, and still does."""
    known = _known(course, entry)
    cause = course.cause(entry, EventKind.COMMUNICATION_SUBMITTED, EventKind.DECISION_DECIDED)
    _require_stage(known, Stage.REVIEW)
    if cause.event.kind is EventKind.COMMUNICATION_SUBMITTED:
        return _consequence(course, cause, EventKind.COMMUNICATION_CLEARED)
    kind = DecisionKind.COMMUNICATION_REVIEW
    request = _standing(course, known, cause, kind)
    _require_reviews(course, known)
    work, heard = _work(shelf, known, entry)
    work.state.requests.update(_requests(course, known))
    waiting = [each.id for each in work.desk.open_requests(kind)]
    work.state.reviews_left = [request.id, *waiting]
    signing_off.review_decided(work, _decided(request, cause), entry.at)
    return _first(heard, EventKind.COMMUNICATION_CLEARED, cause)


def approved(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look again whether exactly this version was approved, and when it may leave."""
    known = _known(course, entry)
    cause = course.cause(entry, EventKind.COMMUNICATION_SUBMITTED, EventKind.DECISION_DECIDED)
    if cause.event.kind is EventKind.COMMUNICATION_SUBMITTED:
        _require_stage(known, Stage.REVIEW)
        return _consequence(course, cause, EventKind.COMMUNICATION_APPROVED)
    _require_stage(known, Stage.APPROVAL)
    return _approval(course, shelf, entry, cause)


def released(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look again whether an approval of exactly these bytes stands, and whether it is time."""
    known = _known(course, entry)
    approval = _standing_approval(course, shelf, known)
    _require_stage(known, Stage.APPROVED)
    work, heard = _work(shelf, known, entry)
    if entry.event.answers is None:
        _require_due(_draft(known), entry)
        publishing.release(work, approval.entry)
    else:
        body = PublishCommunication(message=_draft(known).message)
        asked = _submission(known, entry, body)
        _accepted(publishing.publish_on_request(work, asked, body, entry.at))
    return heard.events[0].payload


def _hand_in(course: Course, shelf: Shelf, entry: KnownEntry) -> Heard:
    known = _known(course, entry)
    severity = severity_at_hand(course, known, entry)
    work, heard = _work(shelf, known, entry, severity)
    if entry.event.answers is None:
        _require_standing(known, work)
        signing_off.hand_in(work, None, entry.at)
    else:
        body = SubmitDraft(message=_draft(known).message)
        _accepted(drafting.submit(work, _submission(known, entry, body), body, entry.at))
    return heard


def _standing_approval(course: Course, shelf: Shelf, known: CommunicationCourse) -> KnownEntry:
    approval = known.approved
    if approval is None:
        message = f"no approval of version {known.version} stands"
        raise Contradicted(message)
    if approval.event.payload.get("message") != known.message:
        message = f"{approval.entry} approves another message than {known.message}"
        raise Contradicted(message)
    cause = course.cause(approval, EventKind.COMMUNICATION_SUBMITTED, EventKind.DECISION_DECIDED)
    if cause.event.kind is EventKind.DECISION_DECIDED:
        _approval(course, shelf, approval, cause)
    else:
        _consequence(course, cause, EventKind.COMMUNICATION_APPROVED)
    return approval


def _approval(course: Course, shelf: Shelf, entry: KnownEntry, decision: KnownEntry) -> JsonObject:
    """What follows from a decision about the latest version that stands."""
    known = _known(course, entry)
    request = _standing(course, known, decision, DecisionKind.COMMUNICATION_APPROVAL)
    work, heard = _work(shelf, known, entry)
    signing_off.approval_decided(work, _decided(request, decision), entry.at)
    return _first(heard, EventKind.COMMUNICATION_APPROVED, decision)


def _known(course: Course, entry: KnownEntry) -> CommunicationCourse:
    known = course.communication(entry.event.subject.id)
    course.need(Aspect.COMMUNICATIONS, since=known.since)
    return known


def _work(
    shelf: Shelf,
    known: CommunicationCourse,
    entry: KnownEntry,
    severity: Severity | None = None,
) -> tuple[CommunicationWork, Heard]:
    """The communication as it stood there, with a journal that only listens."""
    heard, policy = Heard(), shelf.matrix_of(known, entry)
    state = CommunicationState(
        opening=known.opening,
        matrix=policy,
        stage=known.stage,
        version=known.version,
        draft=_draft(known),
        drafted=known.drafted,
        authors=known.authors,
        severity=severity,
        approved=known.approved.entry if known.approved else None,
    )
    return CommunicationWork(state, heard.record), heard


def _draft(known: CommunicationCourse) -> Draft:
    if known.draft is None:
        message = f"{known.opening.id} has no draft yet"
        raise Contradicted(message)
    return known.draft


def _submission(
    known: CommunicationCourse, entry: KnownEntry, body: SubmitDraft | PublishCommunication
) -> Submission:
    return Submission(
        submission_id=entry.event.answers or entry.entry,
        workflow_id=known.opening.workflow_id,
        principal=entry.event.actor,
        submitted_at=entry.at,
        body=body,
    )


def _accepted(refusal: Refusal | None) -> None:
    if refusal is not None:
        message = f"the rules refuse it ({refusal.reason}): {refusal.detail}"
        raise Contradicted(message)


def _require_stage(known: CommunicationCourse, stage: Stage) -> None:
    if known.stage is not stage:
        message = f"{known.opening.id} is in stage {known.stage} there, not in {stage}"
        raise Contradicted(message)


def _require_standing(known: CommunicationCourse, work: CommunicationWork) -> None:
    opening = known.opening
    written = opening.wish is None or known.authors
    if written or opening.purpose not in work.sign_off.standing:
        message = f"nothing lets version {known.version} of {opening.id} leave unasked"
        raise Contradicted(message)


def _require_due(draft: Draft, entry: KnownEntry) -> None:
    """What leaves by itself leaves at its approval, or at its time."""
    release = draft.release
    if isinstance(release, OnCommand):
        message = "it leaves when somebody says so, and nobody has"
        raise Contradicted(message)
    if isinstance(release, ScheduledFor) and release.at > entry.at:
        message = f"it was not to leave before {release.at.isoformat()}"
        raise Contradicted(message)


def _standing(
    course: Course, known: CommunicationCourse, decision: KnownEntry, kind: DecisionKind
) -> DecisionRequest:
    """The request that was settled there: about exactly the latest version, and not voided."""
    course.need(Aspect.REQUESTS, since=known.since)
    request = course.request(decision.event.subject.id)
    if request.kind is not kind or not _is_of(known, request):
        message = f"{request.id} is no {kind} of {known.opening.id}"
        raise Contradicted(message)
    if request.state is not DecisionState.DECIDED:
        message = f"{request.id} is {request.state}"
        raise Contradicted(message)
    if request.subject.digest != known.message:
        message = f"{request.id} is about {request.subject.digest}, not about {known.message}"
        raise Contradicted(message)
    return request


def _require_reviews(course: Course, known: CommunicationCourse) -> None:
    """Every role that had to clear the version has done so, and nobody has taken it back."""
    given = {
        str(role)
        for request in _requests(course, known).values()
        if request.kind is DecisionKind.COMMUNICATION_REVIEW
        and request.state is DecisionState.DECIDED
        and request.outcome == _CLEARED
        and request.subject.digest == known.message
        for role in request.roles
    }
    if missing := [role for role in known.reviewers if role not in given]:
        message = f"version {known.version} was not cleared by {', '.join(missing)}"
        raise Contradicted(message)


def _requests(course: Course, known: CommunicationCourse) -> dict[str, DecisionRequest]:
    return {name: each for name, each in course.requests.items() if _is_of(known, each)}


def _is_of(known: CommunicationCourse, request: DecisionRequest) -> bool:
    return communication_of_request(request.id) == known.opening.number


def _decided(request: DecisionRequest, decision: KnownEntry) -> Decided:
    return Decided(request, str(request.outcome), {}, decision.entry)


def _consequence(course: Course, cause: KnownEntry, kind: EventKind) -> JsonObject:
    """What follows at once from handing in, where the matrix wants nobody's review or approval."""
    heard = course.weighed.get(cause.entry)
    if heard is None:
        message = f"{cause.entry} could not be judged again"
        raise NotReplayable(message)
    if isinstance(heard, str):
        message = f"of {cause.entry}, {heard}"
        raise Contradicted(message)
    return _first(heard, kind, cause)


def _first(heard: Heard, kind: EventKind, cause: KnownEntry) -> JsonObject:
    event = heard.first(kind)
    if event is None:
        message = f"{cause.entry} does not lead to {kind}"
        raise Contradicted(message)
    return event.payload
