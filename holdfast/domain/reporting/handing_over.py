"""Handing approved versions to the authority: over its channel, by other means, with its receipt.

What was sent is never changed: each further submission is the same bytes again, or another version.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import RecordOtherMeans, RecordReceipt, SubmitAgain
from holdfast.domain.reporting.briefing import brief
from holdfast.domain.reporting.kinds import VersionState
from holdfast.domain.reporting.naming import report_id
from holdfast.domain.reporting.sent import submitted
from holdfast.domain.reporting.state import ReportVersion
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.roles import Role
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, rfc3339

__all__ = ["CHANNEL", "handed_over", "receipted", "send", "send_again", "sent_otherwise"]

CHANNEL = "channel"
"""The clock of a submission that the channel has not taken yet, as its id ends."""

_AHEAD = timedelta(minutes=5)
_NONE = "none"


def send(work: ReportingWork, version: ReportVersion, approved: str, now: datetime) -> None:
    """Have an approved version submitted over the channel of the authority."""
    state, opening = work.state, work.state.opening
    rules = work.policy.entities.get(opening.entity)
    state.submissions += 1
    called = report_id(opening.incident, opening.number, version.number)
    order = SubmissionOrder(
        key=f"{called}/submission-{state.submissions}",
        chain=opening.incident,
        subject=called,
        kind=str(version.kind),
        authority=rules.authority if rules else _NONE,
        content=str(version.content),
        approved=approved,
        drill=opening.drill,
    )
    state.to_submit.append(order)
    clock = work.clocks.get(work.clock_id(CHANNEL))
    if clock is None or not clock.open:
        title = f"The channel of {order.authority} takes the submission"
        due_at = now + work.policy.channel_down.due_after / work.clocks.pace
        work.arm(CHANNEL, title, now, due_at, work.policy.channel_down, approved)


def handed_over(
    work: ReportingWork, order: SubmissionOrder, outcome: SubmissionOutcome, now: datetime
) -> None:
    """Take in what became of an order; one that was refused for good is people's task."""
    state = work.state
    if order not in state.to_submit:
        return
    state.to_submit.remove(order)
    version = _version_of(work, order)
    if outcome.submitted_at is None:
        content = {
            "channel": outcome.channel,
            "because": outcome.because,
            "attempts": outcome.attempts,
            "receipt": outcome.receipt,
        }
        refused = work.of_version(
            EventKind.REPORT_REFUSED, version, content, causes=(order.approved,)
        )
        if not state.to_submit:
            work.clocks.cancel(work.clock_id(CHANNEL), causes=(refused,))
        roles = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER)
        because = f"Not taken by {outcome.channel}: {outcome.because}"
        brief(work, roles, because, refused)
        return
    # By the workflow's own clock, by which the limits run: clocks of two machines differ.
    submitted_at = now - outcome.ago
    content = {
        **_of(work, version),
        "means": "channel",
        "channel": outcome.channel,
        "submitted_at": rfc3339(submitted_at),
        "sent": outcome.sent,
        "media_type": outcome.media_type,
        "size": outcome.size,
        "receipt": outcome.receipt,
        "reference": outcome.reference,
        "attempts": outcome.attempts,
        "diverted": outcome.diverted,
    }
    entry = work.of_version(EventKind.REPORT_SUBMITTED, version, content, causes=(order.approved,))
    if not state.to_submit:
        work.clocks.meet(work.clock_id(CHANNEL), causes=(entry,))
    submitted(work, version, entry, submitted_at, now)


def send_again(
    work: ReportingWork, submission: Submission, body: SubmitAgain, now: datetime
) -> Refusal | None:
    """Send a version over the channel once more, as when a portal is back (2025/302 Art. 4)."""
    version = _approved(work, body.version)
    if isinstance(version, Refusal):
        return version
    if any(_version_of(work, order).number == version.number for order in work.state.to_submit):
        detail = f"version {version.number} is on its way already"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    content = {
        "kind": str(version.kind),
        "covers": [str(stage) for stage in version.covers],
        "comment": body.because,
        "version": version.number,
    }
    about = work.about(version)
    work.receipt(EventKind.REPORT_PUT_FORWARD, submission, content, subject=about)
    send(work, version, str(version.approved), now)
    return None


def sent_otherwise(
    work: ReportingWork, submission: Submission, body: RecordOtherMeans, now: datetime
) -> Refusal | None:
    """Record that a version has reached the authority by other means: nothing waits any more."""
    version = _approved(work, body.version)
    if isinstance(version, Refusal):
        return version
    if refusal := _refuse_moment(work, version, body.submitted_at, now):
        return refusal
    content = {
        "version": version.number,
        **_of(work, version),
        "means": body.means,
        "channel": None,
        "submitted_at": rfc3339(body.submitted_at),
        "sent": None,
        "media_type": None,
        "size": None,
        "receipt": None,
        "reference": body.reference,
        "attempts": 0,
        "diverted": False,
        "because": body.because,
        "documents": list(body.documents),
    }
    about = work.about(version)
    entry = work.receipt(EventKind.REPORT_SUBMITTED, submission, content, subject=about)
    left = [order for order in work.state.to_submit if _version_of(work, order) != version]
    work.state.to_submit[:] = left
    if not left:
        work.clocks.cancel(work.clock_id(CHANNEL), causes=(entry,))
    submitted(work, version, entry, body.submitted_at, now)
    return None


def receipted(
    work: ReportingWork, submission: Submission, body: RecordReceipt, now: datetime
) -> Refusal | None:
    """Record what the authority has answered; its reference is field 3.1 from then on."""
    version = work.state.version(body.version)
    if version is None or version.submitted_at is None:
        detail = f"no version {body.version} was submitted"
        return Refusal(RefusalReason.UNKNOWN_REPORT, detail)
    if body.received_at > now + _AHEAD or body.received_at < version.submitted_at:
        detail = (
            f"a receipt at {rfc3339(body.received_at)} does not lie between the submission at"
            f" {rfc3339(version.submitted_at)} and now"
        )
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    content = {
        "version": version.number,
        "received_at": rfc3339(body.received_at),
        "reference": body.reference,
        "statement": body.statement,
        "documents": list(body.documents),
    }
    about = work.about(version)
    work.receipt(EventKind.REPORT_RECEIPTED, submission, content, subject=about)
    return None


def _of(work: ReportingWork, version: ReportVersion) -> JsonObject:
    """What every submission of a version says."""
    return {
        "kind": str(version.kind),
        "covers": [str(stage) for stage in version.covers],
        "corrects": work.state.last_submitted(version.kind, version.number),
        "because": None,
        "documents": [],
        "again": version.submitted_at is not None,
    }


def _version_of(work: ReportingWork, order: SubmissionOrder) -> ReportVersion:
    return work.state.versions[int(order.subject.rpartition("-")[2]) - 1]


def _approved(work: ReportingWork, number: int) -> ReportVersion | Refusal:
    version = work.state.version(number)
    if version is None:
        return Refusal(RefusalReason.UNKNOWN_REPORT, f"there is no version {number}")
    if version.state not in {VersionState.APPROVED, VersionState.SUBMITTED}:
        detail = f"version {number} is {version.state}: only what is approved leaves"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    return version


def _refuse_moment(
    work: ReportingWork, version: ReportVersion, at: datetime, now: datetime
) -> Refusal | None:
    """Refuse what cannot have been submitted then: before it was classified, or in the future."""
    earliest = max(
        [work.state.opening.classified_at]
        + ([work.state.initial_at] if work.state.initial_at and not _first(version) else [])
    )
    if earliest <= at <= now + _AHEAD:
        return None
    detail = f"submitted_at {rfc3339(at)} does not lie between {rfc3339(earliest)} and now"
    return Refusal(RefusalReason.TIMES_CONTRADICT, detail)


def _first(version: ReportVersion) -> bool:
    return "initial" in version.covers or version.kind == "delay_notice"
