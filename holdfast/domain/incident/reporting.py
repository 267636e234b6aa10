"""The reports of a major incident: one reporting for each financial entity that is hit.

DORA Art. 19(4). It is opened when people decide that the incident is major, and goes on by itself;
the incident is not closed before the final report, or a reclassification in its place, has left.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import EventKind, PolicyPin, Subject
from holdfast.domain.incident.communications import has_rules, open_by_itself
from holdfast.domain.incident.format_six import reports
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.policies import REGISTER
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.asking import WriteOffReporting
from holdfast.domain.reporting.kinds import CLIENT_INTERESTS, ReportingOutcome
from holdfast.domain.reporting.naming import reporting_id, reporting_workflow_id
from holdfast.domain.reporting.opening import OpenedReporting, ReportingOpening
from holdfast.domain.reporting.policy import REPORTING, ReportingPolicy, reporting_policy
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.three_valued import Answer

__all__ = [
    "CLIENT_NOTIFICATION",
    "arm_client_notification",
    "begin",
    "entities_to_report",
    "heard",
    "opened_content",
    "pending",
    "tell_clients",
    "unreported",
    "write_off",
    "writer_of",
]

CLIENT_NOTIFICATION = "client-notification"
"""The clock within which clients are told (DORA Art. 19(3))."""

_CLIENT_INTERESTS_FACT = "client_interests_affected"
_FINAL = frozenset({"final", "reclassification"})


def begin(work: Work, decided: str, now: datetime) -> bool:
    """Open a reporting for each entity that has none; `decided` is the entry that says major.

    Returns:
        Whether every entity that is hit has one: else somebody has to report by hand.
    """
    state, evaluation = work.state, work.state.evaluation
    if not reports(work) or evaluation is None or state.find_pin(REGISTER) is None:
        return False
    entities = entities_to_report(evaluation.summary)
    for entity in entities:
        if entity is not None and entity not in _reported(work):
            _open(work, entity, evaluation.entry, decided, now)
    tell_clients(work, decided, now)
    return None not in entities and bool(entities)


def entities_to_report(summary: JsonObject) -> tuple[str | None, ...]:
    """The entities of an evaluation for which the incident is major; None is an unknown one.

    Where people have decided against the evaluation, those for which it cannot be ruled out; if it
    rules all of them out, all of them.
    """
    parts = summary["entities"]
    for answers in ({Answer.YES}, {Answer.UNKNOWN}, {Answer.NO}):
        found = tuple(part["entity"] for part in parts if part["major"] in answers)
        if found:
            return found
    return ()


def unreported(work: Work, summary: JsonObject) -> bool:
    """Whether an evaluation finds it major for an entity that was not decided upon."""
    if not reports(work) or not work.state.reportings:
        return False
    found = {part["entity"] for part in summary["entities"] if part["major"] == Answer.YES}
    return bool(found - {None} - _reported(work))


def tell_clients(work: Work, cause: str, now: datetime) -> None:
    """Open the notice to clients once their financial interests are known to be hit."""
    fact = work.state.facts.get(_CLIENT_INTERESTS_FACT)
    if fact is not None and fact.value is True:
        _tell_clients(work, cause, now)


def writer_of(work: Work, noticed: Noticed) -> OpenedReporting | None:
    """The reporting whose workflow has recorded it."""
    state = work.state
    for known in state.reportings.values():
        if noticed.workflow == reporting_workflow_id(state.incident_id, known.number):
            return known
    return None


def heard(work: Work, known: OpenedReporting, noticed: Noticed, now: datetime) -> None:
    """Note how a reporting stands, and what it says of clients."""
    event = noticed.event
    if event.kind is EventKind.REPORT_FIELD_SUPPLIED:
        supplied = event.payload
        if supplied["field"] == CLIENT_INTERESTS and supplied["value"] == "yes":
            _tell_clients(work, noticed.entry, now)
    elif event.kind is EventKind.REPORT_SUBMITTED:
        said = {event.payload["kind"], *event.payload["covers"]}
        if event.payload["kind"] != "delay_notice" and said & _FINAL:
            _keep(work, known.model_copy(update={"submitted": True}))
    elif event.kind is EventKind.REPORTING_CLOSED:
        _keep(work, known.model_copy(update={"submitted": True, "closed": True}))


def pending(work: Work) -> list[str]:
    """The reportings whose final report has not left, by name. A drill does not wait for them."""
    if work.state.drill is not None:
        return []
    return [
        f"reporting {known.number} ({known.entity})"
        for known in work.state.reportings.values()
        if not known.submitted
    ]


def write_off(
    work: Work, submission: Submission, body: WriteOffReporting, now: datetime
) -> Refusal | None:
    """Count a reporting as ended whose workflow is no more, as somebody has found."""
    del now
    known = work.state.reportings.get(str(body.reporting))
    if known is None or known.closed:
        detail = f"there is no open reporting {body.reporting}"
        return Refusal(RefusalReason.UNKNOWN_REPORT, detail)
    content = {
        "number": known.number,
        "entity": known.entity,
        "outcome": str(ReportingOutcome.WRITTEN_OFF),
        "because": body.because,
    }
    entry = work.receipt(
        EventKind.REPORTING_CLOSED, submission, content, subject=_about(work, known.number)
    )
    # Should there be a workflow after all, it has to end too.
    called = reporting_workflow_id(work.state.incident_id, known.number)
    work.state.to_tell.append((called, entry))
    _keep(work, known.model_copy(update={"submitted": True, "closed": True}))
    return None


def opened_content(
    work: Work, number: int, entity: str, evaluation: str, decided: str
) -> JsonObject:
    """What `reporting.opened` holds but for the moments."""
    state = work.state
    return {
        "number": number,
        "entity": entity,
        "evaluation": evaluation,
        "decided": decided,
        "policy": state.pin(REPORTING).model_dump(mode="json"),
        "register": state.pin(REGISTER).model_dump(mode="json"),
        "matrix": state.matrix_policy.pin.model_dump(mode="json"),
        "severity": str(state.severity) if state.severity else None,
    }


def _open(work: Work, entity: str, evaluation: str, decided: str, now: datetime) -> None:
    state = work.state
    number, aware_at = len(state.reportings) + 1, state.aware_at or now
    content = {
        **opened_content(work, number, entity, evaluation, decided),
        "aware_at": rfc3339(aware_at),
        "classified_at": rfc3339(now),
    }
    opened = work.note(
        EventKind.REPORTING_OPENED, content, subject=_about(work, number), causes=(decided,)
    )
    opening = ReportingOpening(
        incident=state.incident_id,
        number=number,
        entity=entity,
        # In a drill the time since awareness counts at the pace too: longer than on the wall.
        aware_at=aware_at,
        classified_at=now,
        opened=opened,
        policy=state.policies[REPORTING],
        register_of_information=state.pin(REGISTER),
        severity=state.severity,
        pace=work.clocks.pace,
        drill=state.drill is not None,
    )
    _keep(work, OpenedReporting(number=number, entity=entity))
    state.to_report.append((opening, state.matrix_policy))


def _tell_clients(work: Work, cause: str, now: datetime) -> None:
    """Set until when clients are told, and open the message, once in an incident."""
    major = work.state.classification is not None and work.state.classification.major
    if not reports(work) or not major or work.clocks.get(CLIENT_NOTIFICATION) is not None:
        return
    policy = reporting_policy(work.state.policies[REPORTING].content)
    arm_client_notification(work.clocks, policy, work.state.pin(REPORTING), now, cause)
    if has_rules(work):
        wish = DraftWish(purpose=Purpose.CLIENT_NOTICE, audience=Audience.CLIENTS)
        open_by_itself(work, wish, (cause,))


def arm_client_notification(
    clocks: Clocks, policy: ReportingPolicy, pin: PolicyPin, now: datetime, cause: str
) -> Clock:
    """Set until when clients are told."""
    title = "Tell clients whose financial interests are hit, and what is done (DORA Art. 19(3))"
    schedule = policy.client_notification
    return clocks.arm(CLIENT_NOTIFICATION, title, now, schedule, policy=pin, causes=(cause,))


def _reported(work: Work) -> set[str | None]:
    """The entities that have a reporting which was not taken back."""
    return {known.entity for known in work.state.reportings.values() if not known.closed}


def _about(work: Work, number: int) -> Subject:
    return Subject(type="reporting", id=reporting_id(work.state.incident_id, number))


def _keep(work: Work, known: OpenedReporting) -> None:
    work.state.reportings[str(known.number)] = known
