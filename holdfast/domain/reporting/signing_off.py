"""Review and approval of one exact version, as the matrix says, in time before its limit."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.reporting import handing_over
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.reporting.naming import report_id
from holdfast.domain.reporting.state import ReportVersion
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "approval_decided",
    "approval_question",
    "ask",
    "review_decided",
    "review_question",
    "sign_off_of",
]


def sign_off_of(
    work: ReportingWork, kind: ReportKind, covers: tuple[ReportStage, ...]
) -> JsonObject:
    """Who is asked about a version, and until when, so that the ladders run before the limit."""
    sign_off = work.sign_off(kind)
    approve_by, review_by = _answer_by(work, covers)
    return {
        "reviewers": [str(role) for role in sign_off.reviewers],
        "approvers": [str(role) for role in sign_off.approvers],
        "bypass": sign_off.bypass,
        "review_by": rfc3339(review_by) if review_by else None,
        "approve_by": rfc3339(approve_by) if approve_by else None,
    }


def ask(
    work: ReportingWork, version: ReportVersion, drafted: JsonObject, entry: str, now: datetime
) -> None:
    """Ask who clears it; where nobody has to, who approves it. `drafted` is what `entry` holds."""
    incident, sign_off = work.state.opening.incident, drafted["sign_off"]
    reviewers = [Role(role) for role in sign_off["reviewers"]]
    if not reviewers:
        _ask_for_approval(work, version, drafted, entry, now)
        return
    asked = [
        work.ask(review_question(incident, drafted, role, entry), now).id for role in reviewers
    ]
    update = {"state": VersionState.REVIEW, "reviews_left": tuple(asked)}
    work.state.keep(version.model_copy(update=update))


def review_question(incident: str, drafted: JsonObject, role: Role, entry: str) -> Question:
    """Whether a role clears the version; `drafted` is what `entry` holds."""
    called = report_id(incident, drafted["number"], drafted["version"])
    sign_off = drafted["sign_off"]
    return Question(
        kind=DecisionKind.REPORT_REVIEW,
        subject=Subject(type="report", id=f"{called}/{role}", digest=drafted["content"]),
        authors=tuple(drafted["authors"]),
        roles=(role,),
        bypassable=sign_off["bypass"],
        due_by=_instant(sign_off["review_by"]),
        context=_context(drafted),
        causes=(entry,),
    )


def approval_question(incident: str, cleared: JsonObject, entry: str) -> Question:
    """Whether exactly this version goes to the authority; with a gap only by exception.

    `cleared` is what `entry` holds: `report.cleared`, or `report.drafted` if nobody reviews it.
    """
    drafted, sign_off = cleared, cleared["sign_off"]
    called = report_id(incident, drafted["number"], drafted["version"])
    return Question(
        kind=DecisionKind.REPORT_APPROVAL,
        subject=Subject(type="report", id=called, digest=drafted["content"]),
        authors=tuple(drafted["authors"]),
        roles=tuple(Role(role) for role in sign_off["approvers"]),
        bypassable=sign_off["bypass"],
        only_by_exception=("approved",) if drafted["gaps"] else (),
        due_by=_instant(sign_off["approve_by"]),
        context=_context(drafted),
        causes=(entry,),
    )


def review_decided(work: ReportingWork, decided: Decided, now: datetime) -> None:
    """Wait for the other reviews, ask for the approval, or give the version back."""
    version = _asked_about(work, decided)
    if version is None:
        return
    if decided.option != "cleared":
        _return(work, version, decided, "review")
        return
    left = tuple(each for each in version.reviews_left if each != decided.request.id)
    version = version.model_copy(update={"reviews_left": left})
    work.state.keep(version)
    if left:
        return
    by = _given(work, DecisionKind.REPORT_REVIEW, version)
    content: JsonObject = {
        "by": [actor.model_dump(mode="json") for actor in by],
        "kind": str(version.kind),
        "covers": [str(stage) for stage in version.covers],
        "content": version.content,
        "gaps": list(version.gaps),
        "authors": list(version.authors),
        "sign_off": version.sign_off,
    }
    cleared = work.of_version(EventKind.REPORT_CLEARED, version, content, causes=(decided.entry,))
    about = {**work.head, "version": version.number, **content}
    _ask_for_approval(work, version, about, cleared, now)


def approval_decided(work: ReportingWork, decided: Decided, now: datetime) -> None:
    """Let the version leave, or give it back."""
    version = _asked_about(work, decided)
    if version is None:
        return
    if decided.option != "approved":
        _return(work, version, decided, "approval")
        return
    given = [answer for answer in decided.request.answers if answer.option == decided.option]
    rules = work.policy.entities.get(work.state.opening.entity)
    content = {
        "kind": str(version.kind),
        "covers": [str(stage) for stage in version.covers],
        "content": version.content,
        "gaps": list(version.gaps),
        "by": [answer.actor.model_dump(mode="json") for answer in given],
        "exception_code": given[-1].exception_code,
        "authority": rules.authority if rules else None,
    }
    approved = work.of_version(EventKind.REPORT_APPROVED, version, content, causes=(decided.entry,))
    update = {"state": VersionState.APPROVED, "approved": approved}
    work.state.keep(version := version.model_copy(update=update))
    handing_over.send(work, version, approved, now)


def _ask_for_approval(
    work: ReportingWork, version: ReportVersion, cleared: JsonObject, entry: str, now: datetime
) -> None:
    work.ask(approval_question(work.state.opening.incident, cleared, entry), now)
    work.state.keep(version.model_copy(update={"state": VersionState.APPROVAL}))


def _asked_about(work: ReportingWork, decided: Decided) -> ReportVersion | None:
    """The version that was decided upon, while people are still asked about it."""
    for version in work.state.versions:
        if version.content == decided.request.subject.digest and version.state.asked:
            return version
    return None


def _return(work: ReportingWork, version: ReportVersion, decided: Decided, of: str) -> None:
    given = decided.request.answers[-1]
    content = {
        "of": of,
        "by": given.actor.model_dump(mode="json"),
        "comments": decided.rationale,
    }
    returned = work.of_version(EventKind.REPORT_RETURNED, version, content, causes=(decided.entry,))
    work.state.keep(version.model_copy(update={"state": VersionState.RETURNED}))
    for request in work.desk.open_requests():
        if request.subject.digest == version.content and request.subject.type == "report":
            work.desk.void(request, f"version {version.number} was given back", causes=(returned,))


def _given(work: ReportingWork, kind: DecisionKind, version: ReportVersion) -> tuple[Actor, ...]:
    """Who has decided so of that version, in order."""
    return tuple(
        given.actor
        for request in work.state.requests.values()
        if request.kind is kind
        and request.state is DecisionState.DECIDED
        and request.subject.digest == version.content
        for given in request.answers
        if given.option == request.outcome
    )


def _answer_by(
    work: ReportingWork, covers: tuple[ReportStage, ...]
) -> tuple[datetime | None, datetime | None]:
    """Until when the approval, and until when the reviews are due: the earliest limit counts."""
    moments = []
    for stage in covers:
        clock = work.clocks.get(work.clock_id(stage))
        if clock is not None and clock.open:
            before = work.rules(stage).answer_before / work.clocks.pace
            moments.append((clock.due_at - before, clock.due_at - before * 2))
    return min(moments, default=(None, None))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _context(drafted: JsonObject) -> JsonObject:
    """What people need to see; what the report says, they read by its digest."""
    gaps = [gap if isinstance(gap, str) else gap["field"] for gap in drafted["gaps"]]
    shown = {name: drafted[name] for name in ("number", "entity", "version", "kind", "covers")}
    return {**shown, "gaps": list(dict.fromkeys(gaps))}
