"""What financial entities report to their authorities, as it stands: reporting by reporting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import reporting_id, reporting_of_request
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.report_stages import ReportStage
from holdfast.store.projections.changes import Changes
from holdfast.store.reporting.tables import report_deadline, report_field, reporting
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_reporting"]

_WAITS = "waits"
"""The state of a deadline whose clock was never armed."""


def project_reporting(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a reporting as a whole; others change nothing here."""
    if stored.event.subject.type == "clock":
        _clock(changes, stored)
    elif handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)
        changes.set(reporting, _key(stored), last_entry=stored.entry.id)


def _opened(changes: Changes, stored: StoredEntry) -> None:
    said, entry = stored.event.payload, stored.entry
    copied = ("number", "entity", "evaluation", "decided", "policy", "register", "matrix")
    changes.put(
        reporting,
        {
            **{name: said[name] for name in (*copied, "severity")},
            **dict.fromkeys(("outcome", "reference", "computed", "update_required", "closed_at")),
            "reporting_id": _key(stored)[0],
            "incident_id": entry.incident,
            "aware_at": datetime.fromisoformat(said["aware_at"]),
            "classified_at": datetime.fromisoformat(said["classified_at"]),
            "state": "open",
            "delays": [],
            "opened_entry": entry.id,
            "opened_at": entry.occurred_at,
            "last_entry": entry.id,
        },
    )
    unknown = ("due_at", "strict_due_at", "clause", "relief", "because")
    for stage in ReportStage:
        changes.put(
            report_deadline,
            {
                **dict.fromkeys((*unknown, "clock_due_at", "settled_at")),
                "reporting_id": _key(stored)[0],
                "stage": str(stage),
                "incident_id": entry.incident,
                "clock": _WAITS,
                "late": False,
            },
        )


def _computed(changes: Changes, stored: StoredEntry) -> None:
    said = stored.event.payload
    computed = {name: said[name] for name in ("case", "calendar", "because")}
    noted = {**computed, "entry": stored.entry.id, "at": rfc3339(stored.entry.occurred_at)}
    changes.set(reporting, _key(stored), computed=noted)
    for stage in ReportStage:
        deadline = said["deadlines"][stage]
        if deadline is None:
            continue
        changes.set(
            report_deadline,
            (*_key(stored), str(stage)),
            due_at=datetime.fromisoformat(deadline["due_at"]),
            strict_due_at=datetime.fromisoformat(deadline["strict_due_at"]),
            **{name: deadline[name] for name in ("clause", "relief", "because")},
        )


def _clock(changes: Changes, stored: StoredEntry) -> None:
    """Only clocks of the three reports: their ids say whose they are."""
    clock = stored.event.subject.id
    number, stage = reporting_of_request(clock), clock.partition(":")[2]
    if number is None or stage not in _STAGES:
        return
    kind, said = stored.event.kind, stored.event.payload
    values: JsonObject = {"clock": said["state"]}
    if kind is EventKind.CLOCK_ARMED:
        due_at = datetime.fromisoformat(said["due_at"])
        values |= {"clock_due_at": due_at, "late": False, "settled_at": None}
    elif kind is EventKind.CLOCK_MISSED:
        values |= {"late": True}
    elif kind in {EventKind.CLOCK_MET, EventKind.CLOCK_CANCELLED}:
        as_of = said.get("as_of")
        settled_at = datetime.fromisoformat(as_of) if as_of else stored.entry.occurred_at
        values |= {"late": said["after_deadline"], "settled_at": settled_at}
    key = (reporting_id(stored.entry.incident, number), stage)
    changes.set(report_deadline, key, **values)


def _field(changes: Changes, stored: StoredEntry) -> None:
    said, entry = stored.event.payload, stored.entry
    changes.put(
        report_field,
        {
            **{name: said[name] for name in ("field", "value", "estimate", "because", "replaces")},
            "reporting_id": _key(stored)[0],
            "incident_id": entry.incident,
            "entry_id": entry.id,
            "supplied_by": stored.event.actor.model_dump(mode="json"),
            "supplied_at": entry.occurred_at,
        },
    )


def _submitted(changes: Changes, stored: StoredEntry) -> None:
    said, kind = stored.event.payload, ReportKind(stored.event.payload["kind"])
    # A delay notice speaks of a report, and is none.
    covers = set(said["covers"]) if kind.stage else set()
    if kind is ReportKind.RECLASSIFICATION or ReportStage.FINAL in covers:
        changes.set(reporting, _key(stored), state="submitted")
    if covers & {ReportStage.INTERMEDIATE, ReportStage.FINAL}:
        changes.set(reporting, _key(stored), update_required=None)
    _refer(changes, stored)


def _refer(changes: Changes, stored: StoredEntry) -> None:
    reference = stored.event.payload["reference"]
    if reference is not None:
        changes.set(reporting, _key(stored), reference=reference)


def _update_required(changes: Changes, stored: StoredEntry) -> None:
    changes.set(reporting, _key(stored), update_required=_noted(stored, "because"))


def _delayed(changes: Changes, stored: StoredEntry) -> None:
    by = stored.event.actor.model_dump(mode="json")
    noted = {**_noted(stored, "stage", "because", "expected_at"), "by": by}
    changes.add(reporting, _key(stored), delays=[noted])


def _closed(changes: Changes, stored: StoredEntry) -> None:
    outcome, at = stored.event.payload["outcome"], stored.entry.occurred_at
    changes.set(reporting, _key(stored), state="closed", outcome=outcome, closed_at=at)


def _key(stored: StoredEntry) -> tuple[str]:
    return (reporting_id(stored.entry.incident, stored.event.payload["number"]),)


def _noted(stored: StoredEntry, *names: str) -> JsonObject:
    """What an entry says, with when it was said and where."""
    said = {name: stored.event.payload[name] for name in names}
    return {**said, "at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


_STAGES = frozenset(str(stage) for stage in ReportStage)

_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.REPORTING_OPENED: _opened,
    EventKind.DEADLINES_COMPUTED: _computed,
    EventKind.REPORT_FIELD_SUPPLIED: _field,
    EventKind.REPORT_SUBMITTED: _submitted,
    EventKind.REPORT_RECEIPTED: _refer,
    EventKind.REPORT_UPDATE_REQUIRED: _update_required,
    EventKind.DELAY_EXPLAINED: _delayed,
    EventKind.REPORTING_CLOSED: _closed,
}
