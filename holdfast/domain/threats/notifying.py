"""The notification of a threat: put forward, decided, handed over, answered (DORA Art. 19(2)).

It is voluntary and has no limit, so an incomplete form is never put forward. What was sent is never
changed: a correction is a further version.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.submissions import Submission
from holdfast.domain.threats.asking import (
    PutThreatForward,
    RecordThreatOtherMeans,
    RecordThreatReceipt,
    SubmitThreatAgain,
)
from holdfast.domain.threats.content import ThreatContent
from holdfast.domain.threats.filling import authors_of, content_of, gaps_of
from holdfast.domain.threats.naming import notification_id, version_of
from holdfast.domain.threats.recording import notification_question
from holdfast.domain.threats.state import Notification, NotificationState
from holdfast.domain.threats.terms import KeptForm
from holdfast.domain.threats.work import ThreatWork
from holdfast.domain.values import JsonObject, digest_of, rfc3339
from holdfast.dora.three_valued import Answer

__all__ = ["decided", "handed_over", "put_forward", "receipted", "send_again", "sent_otherwise"]

_AHEAD = timedelta(minutes=5)
_KIND = "threat_notification"
_LEAVES = frozenset(
    {NotificationState.APPROVED, NotificationState.REFUSED, NotificationState.NOTIFIED}
)


def put_forward(
    work: ThreatWork, submission: Submission, body: PutThreatForward, now: datetime
) -> Refusal | None:
    """Ask whether exactly this form leaves; an earlier version is asked about no more."""
    state = work.state
    content = content_of(state, len(state.versions) + 1, now)
    if refusal := _refuse(work, content):
        return refusal
    digest = digest_of(content.model_dump(mode="json"))
    authors = authors_of(content, state) | {submission.principal.id}
    payload: JsonObject = {
        "version": content.version,
        "entity": content.entity,
        "content": digest,
        "authors": sorted(authors),
        "authority": _authority(work),
        "corrects": state.last_notified(content.version),
        "comment": body.comment,
        "again": False,
    }
    version = Notification(
        number=content.version,
        content=digest,
        state=NotificationState.PUT_FORWARD,
        put_forward=f"submission:{submission.submission_id}",
    )
    about = work.called(version)
    entry = work.note(EventKind.THREAT_PUT_FORWARD, payload, subject=about, submission=submission)
    work.withdraw("a newer version takes its place", entry)
    state.versions.append(version.model_copy(update={"put_forward": entry}))
    state.to_keep.append(KeptForm(content=content.canonical().decode()))
    question = notification_question(about.id, {"threat": state.threat, **payload}, entry)
    work.desk.ask(question, now, None)
    return None


def decided(work: ThreatWork, result: Decided) -> None:
    """Send what was approved; give back what was not."""
    state = work.state
    version = state.versions[version_of(result.request.subject.id) - 1]
    by = [given.actor.model_dump(mode="json") for given in result.request.answers]
    about, causes = work.called(version), (result.entry,)
    if result.option != "approved":
        payload = {"version": version.number, "by": by[-1], "comments": result.rationale}
        work.note(EventKind.THREAT_RETURNED, payload, subject=about, causes=causes)
        state.keep(version.model_copy(update={"state": NotificationState.RETURNED}))
        return
    payload = {
        "version": version.number,
        "content": version.content,
        "authority": _authority(work),
        "by": by,
    }
    entry = work.note(EventKind.THREAT_APPROVED, payload, subject=about, causes=causes)
    update = {"state": NotificationState.APPROVED, "approved": entry}
    state.keep(version.model_copy(update=update))
    _send(work, version, entry)


def handed_over(
    work: ThreatWork, order: SubmissionOrder, outcome: SubmissionOutcome, now: datetime
) -> None:
    """Take in what became of an order; what was refused for good is people's to look after."""
    state = work.state
    if order not in state.to_submit:
        return
    state.to_submit.remove(order)
    version = state.versions[version_of(order.subject) - 1]
    about, causes = work.called(version), (order.approved,)
    if outcome.submitted_at is None:
        payload: JsonObject = {
            "version": version.number,
            "channel": outcome.channel,
            "because": outcome.because,
            "attempts": outcome.attempts,
        }
        work.note(EventKind.THREAT_REFUSED, payload, subject=about, causes=causes)
        if version.submitted_at is None:
            state.keep(version.model_copy(update={"state": NotificationState.REFUSED}))
        return
    submitted_at = now - outcome.ago
    payload = {
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
        "because": None,
        "documents": [],
    }
    work.note(EventKind.THREAT_NOTIFIED, payload, subject=about, causes=causes)
    _notified(work, version, submitted_at)


def send_again(
    work: ThreatWork, submission: Submission, body: SubmitThreatAgain, now: datetime
) -> Refusal | None:
    """Send an approved version over the channel once more."""
    del now
    version = _approved(work, body.version)
    if isinstance(version, Refusal):
        return version
    if any(version_of(order.subject) == version.number for order in work.state.to_submit):
        detail = f"version {version.number} is on its way already"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    payload = {
        "version": version.number,
        "content": version.content,
        "authority": _authority(work),
        "comment": body.because,
        "again": True,
    }
    about = work.called(version)
    work.note(EventKind.THREAT_PUT_FORWARD, payload, subject=about, submission=submission)
    _send(work, version, str(version.approved))
    return None


def sent_otherwise(
    work: ThreatWork, submission: Submission, body: RecordThreatOtherMeans, now: datetime
) -> Refusal | None:
    """Record that a version has reached the authority by other means: nothing waits any more."""
    state = work.state
    version = _approved(work, body.version)
    if isinstance(version, Refusal):
        return version
    detected_at = state.report.detected_at if state.report else now
    if not detected_at <= body.submitted_at <= now + _AHEAD:
        detail = (
            f"submitted_at {rfc3339(body.submitted_at)} does not lie between the detection at"
            f" {rfc3339(detected_at)} and now"
        )
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    payload = {
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
    about = work.called(version)
    work.note(EventKind.THREAT_NOTIFIED, payload, subject=about, submission=submission)
    state.to_submit[:] = [
        order for order in state.to_submit if version_of(order.subject) != version.number
    ]
    _notified(work, version, body.submitted_at)
    return None


def receipted(
    work: ThreatWork, submission: Submission, body: RecordThreatReceipt, now: datetime
) -> Refusal | None:
    """Record what the authority has answered."""
    version = work.state.version(body.version)
    if version is None or version.submitted_at is None:
        return Refusal(RefusalReason.WRONG_STAGE, f"no version {body.version} was submitted")
    if not version.submitted_at <= body.received_at <= now + _AHEAD:
        detail = (
            f"received_at {rfc3339(body.received_at)} does not lie between the submission at"
            f" {rfc3339(version.submitted_at)} and now"
        )
        return Refusal(RefusalReason.TIMES_CONTRADICT, detail)
    payload = {
        "version": version.number,
        "received_at": rfc3339(body.received_at),
        "reference": body.reference,
        "statement": body.statement,
        "documents": list(body.documents),
    }
    about = work.called(version)
    work.note(EventKind.THREAT_RECEIPTED, payload, subject=about, submission=submission)
    return None


def _refuse(work: ThreatWork, content: ThreatContent) -> Refusal | None:
    state = work.state
    if state.significant is not Answer.YES:
        said = {Answer.NO: "not significant", Answer.UNKNOWN: "not known to be significant"}
        detail = f"{state.threat} is {said[state.significant]} (2024/1772 Art. 10): state its facts"
        return Refusal(RefusalReason.THREAT_NOT_SIGNIFICANT, detail)
    if not work.can_be_notified:
        detail = (
            f"the policies of {state.threat} name no authority and contacts of {content.entity},"
            " or no rule for the decision: record it again under policies that do"
        )
        return Refusal(RefusalReason.NO_REPORTING_RULES, detail)
    if gaps := gaps_of(content):
        said_of = "; ".join(f"{gap.field} ({gap.label}): {gap.problem}" for gap in gaps)
        return Refusal(RefusalReason.FIELD_INVALID, f"the form is not complete: {said_of}")
    return None


def _send(work: ThreatWork, version: Notification, approved: str) -> None:
    state = work.state
    state.submissions += 1
    called = notification_id(state.threat, version.number)
    state.to_submit.append(
        SubmissionOrder(
            key=f"{called}/submission-{state.submissions}",
            chain=state.threat,
            subject=called,
            kind=_KIND,
            authority=_authority(work),
            content=version.content,
            approved=approved,
        )
    )


def _notified(work: ThreatWork, version: Notification, at: datetime) -> None:
    update = {"state": NotificationState.NOTIFIED, "submitted_at": version.submitted_at or at}
    work.state.keep(version.model_copy(update=update))


def _of(work: ThreatWork, version: Notification) -> JsonObject:
    """What every submission of a version says."""
    return {
        "version": version.number,
        "content": version.content,
        "corrects": work.state.last_notified(version.number),
        "again": version.submitted_at is not None,
    }


def _authority(work: ThreatWork) -> str:
    rules = work.terms.rules(work.state.report.entity) if work.state.report else None
    return rules.authority if rules else "none"


def _approved(work: ThreatWork, number: int) -> Notification | Refusal:
    version = work.state.version(number)
    if version is None or version.state not in _LEAVES:
        stands = version.state if version else "not there"
        detail = f"version {number} is {stands}: only what is approved leaves"
        return Refusal(RefusalReason.WRONG_STAGE, detail)
    return version
