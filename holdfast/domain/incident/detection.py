"""Detect: a report opens the incident, alerts join it, people say whether it is real."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DataField, DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.drills.plan import TITLE
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.classification_clocks import take_up_classification
from holdfast.domain.incident.closure import close
from holdfast.domain.incident.format_five import learns
from holdfast.domain.incident.state import Outcome, Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.process_model.model import process_pin
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.submissions import AlertBatch, Report, Submission
from holdfast.domain.values import JsonObject, digest_of, rfc3339

__all__ = ["confirmation_decided", "confirmation_question", "join_alerts", "open_incident"]


def open_incident(
    work: Work, submission: Submission, report: Report, now: datetime
) -> Refusal | None:
    """Open the incident on its first report, and ask whether it is real."""
    state = work.state
    if tuple(sorted(report.policies, key=lambda pin: pin.name)) != state.all_pins:
        return Refusal(RefusalReason.MALFORMED, "the report pins other policies than the workflow")
    if any(value.about != submission.submission_id for value in report.sealed.values()):
        return Refusal(RefusalReason.MALFORMED, "a sealed value was sealed for another submission")
    if report.drill is not None and not report.title.startswith(TITLE):
        detail = f"the title of a drill begins with '{TITLE.strip()}'"
        return Refusal(RefusalReason.MALFORMED, detail)
    if report.drill is not None:
        state.drill = report.drill
        work.take_up_pace(report.drill.pace)
    state.phase, state.title, state.origin = Phase.DETECT, report.title, report.origin
    state.opened_at, state.aware_at, state.reporter = now, report.aware_at, report.reporter
    state.facts = state.facts.affecting(report.services)
    for change in report.facts:
        state.facts = state.facts.changed(change, report.reporter, now)
    opening = _opening(report, work)
    opened = work.receipt(EventKind.INCIDENT_OPENED, submission, opening, sealed=report.sealed)
    if report.alerts is not None:
        _count(work, report.alerts)
    work.ask(confirmation_question(state.incident_id, report, submission.principal, opened), now)
    take_up_classification(work, opened, now)
    return None


def join_alerts(
    work: Work,
    submission: Submission,
    batch: AlertBatch,
    now: datetime,  # noqa: ARG001 - one shape
) -> Refusal | None:
    """Take more alerts into the open incident; a service first seen here becomes affected."""
    state = work.state
    before = state.facts.services
    state.facts = state.facts.affecting(batch.services)
    _count(work, batch)
    work.receipt(
        EventKind.ALERTS_JOINED,
        submission,
        {**_alerts(batch), "total": state.alerts, "all_services": list(state.facts.services)},
        subject=Subject(type="alerts", id=batch.batch, digest=batch.manifest),
    )
    if state.facts.services != before and state.phase is not Phase.DETECT:
        state.assessment_wanted = True
    return None


def confirmation_decided(
    work: Work,
    decided: Decided,
    now: datetime,  # noqa: ARG001 - one shape for all follow-ups
) -> None:
    """Go on to triage, or end as false positive or duplicate."""
    if decided.option == "confirmed":
        confirmed = work.note(
            EventKind.INCIDENT_CONFIRMED, {"request": decided.request.id}, causes=(decided.entry,)
        )
        work.enter(Phase.TRIAGE, causes=(confirmed,))
        work.state.assessment_wanted = True
    elif decided.option == "duplicate":
        duplicate_of = str(decided.data[DataField.DUPLICATE_OF])
        close(work, Outcome.DUPLICATE, causes=(decided.entry,), duplicate_of=duplicate_of)
    else:
        close(work, Outcome.FALSE_POSITIVE, causes=(decided.entry,))


def confirmation_question(
    incident_id: str, report: Report, principal: Actor, opened: str
) -> Question:
    """Whether the incident is real; `principal` handed the report in, `opened` is its entry."""
    # An alert source drafts nothing. A person who reports does, and so does whoever types a report
    # in for somebody else: neither can confirm it.
    by_alert = report.reporter.role is Role.ALERT_SOURCE
    return Question(
        kind=DecisionKind.INCIDENT_CONFIRMATION,
        subject=Subject(
            type="report", id=incident_id, digest=digest_of(report.model_dump(mode="json"))
        ),
        authors=() if by_alert else (report.reporter.id, principal.id),
        requested_by=SYSTEM if by_alert else report.reporter,
        context={"title": report.title, "services": list(report.services)},
        causes=(opened,),
    )


def _opening(report: Report, work: Work) -> JsonObject:
    return {
        "title": report.title,
        "description": report.description,
        "origin": str(report.origin),
        "aware_at": rfc3339(report.aware_at),
        "services": list(work.state.facts.services),
        "reporter": report.reporter.model_dump(mode="json"),
        "facts": [change.model_dump(mode="json") for change in report.facts],
        "alerts": _alerts(report.alerts) if report.alerts else None,
        "policies": [pin.model_dump(mode="json") for pin in report.policies],
        "phase": str(work.state.phase),
        **({"drill": report.drill.model_dump(mode="json")} if report.drill else {}),
        **({"process": process_pin()} if learns(work) else {}),
    }


def _alerts(batch: AlertBatch) -> JsonObject:
    return batch.model_dump(mode="json", exclude={"type"})


def _count(work: Work, batch: AlertBatch) -> None:
    work.state.alerts += batch.count
