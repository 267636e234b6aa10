"""Every version of every report: drafted, cleared, approved, submitted, answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.kinds import VersionState
from holdfast.domain.reporting.naming import report_id, reporting_id
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.reporting.tables import report_version
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_report_version"]

Columns = dict[str, Any]


def project_report_version(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a version of a report; others change nothing here."""
    kind = stored.event.kind
    if kind is EventKind.REPORT_DRAFTED:
        changes.put(report_version, _drafted(stored))
    elif becomes := _BECOMES.get(kind):
        values, items = becomes(stored)
        changes.set(report_version, _key(stored), **values, last_entry=stored.entry.id)
        if items:
            changes.add(report_version, _key(stored), **items)


def _drafted(stored: StoredEntry) -> Columns:
    said, entry = stored.event.payload, stored.entry
    copied = (
        *("version", "kind", "covers", "content", "fields", "gaps", "authors", "as_of", "ahead"),
        *("corrects", "because", "put_forward", "sign_off"),
    )
    unknown = (
        *("cleared_by", "cleared_at", "returned", "approved_by", "approved_at", "approved_entry"),
        *("exception_code", "authority", "submitted_at", "reference"),
    )
    return {
        **{name: said[name] for name in copied},
        **dict.fromkeys(unknown),
        "report_id": _key(stored)[0],
        "reporting_id": reporting_id(entry.incident, said["number"]),
        "incident_id": entry.incident,
        "state": str(_first_state(said)),
        "drafted_entry": entry.id,
        "drafted_at": entry.occurred_at,
        **{name: [] for name in ("submissions", "refusals", "receipts")},
        "last_entry": entry.id,
    }


def _first_state(said: JsonObject) -> VersionState:
    """Whether people are asked about it at once, and who first."""
    if said["content"] is None:
        return VersionState.RETURNED
    if said["sign_off"] is None:
        return VersionState.DRAFTED
    return VersionState.REVIEW if said["sign_off"]["reviewers"] else VersionState.APPROVAL


def _cleared(stored: StoredEntry) -> tuple[Columns, Columns]:
    by, at = stored.event.payload["by"], stored.entry.occurred_at
    return {"state": str(VersionState.APPROVAL), "cleared_by": by, "cleared_at": at}, {}


def _returned(stored: StoredEntry) -> tuple[Columns, Columns]:
    noted = _noted(stored, "of", "by", "comments")
    return {"state": str(VersionState.RETURNED), "returned": noted}, {}


def _approved(stored: StoredEntry) -> tuple[Columns, Columns]:
    said, entry = stored.event.payload, stored.entry
    values = {name: said[name] for name in ("exception_code", "authority")}
    approved = {"approved_by": said["by"], "approved_at": entry.occurred_at}
    state = str(VersionState.APPROVED)
    return {**values, **approved, "approved_entry": entry.id, "state": state}, {}


def _submitted(stored: StoredEntry) -> tuple[Columns, Columns]:
    said = stored.event.payload
    noted = _noted(
        stored,
        *("means", "channel", "submitted_at", "sent", "media_type", "size", "receipt"),
        *("reference", "attempts", "diverted", "because", "documents", "again"),
    )
    values: Columns = {"state": str(VersionState.SUBMITTED), **_reference(said)}
    if not said["again"]:
        values["submitted_at"] = datetime.fromisoformat(said["submitted_at"])
    return values, {"submissions": [noted]}


def _refused(stored: StoredEntry) -> tuple[Columns, Columns]:
    return {}, {"refusals": [_noted(stored, "channel", "because", "attempts")]}


def _receipted(stored: StoredEntry) -> tuple[Columns, Columns]:
    noted = _noted(stored, "received_at", "reference", "statement", "documents")
    return _reference(stored.event.payload), {"receipts": [noted]}


def _reference(said: JsonObject) -> Columns:
    """What the authority calls it, where it has said so."""
    return {} if said["reference"] is None else {"reference": said["reference"]}


def _key(stored: StoredEntry) -> tuple[str]:
    said = stored.event.payload
    return (report_id(stored.entry.incident, said["number"], said["version"]),)


def _noted(stored: StoredEntry, *names: str) -> Columns:
    """What an entry says, with when it was said and where."""
    said = {name: stored.event.payload[name] for name in names}
    return {**said, "at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


_BECOMES: dict[EventKind, Callable[[StoredEntry], tuple[Columns, Columns]]] = {
    EventKind.REPORT_CLEARED: _cleared,
    EventKind.REPORT_RETURNED: _returned,
    EventKind.REPORT_APPROVED: _approved,
    EventKind.REPORT_SUBMITTED: _submitted,
    EventKind.REPORT_REFUSED: _refused,
    EventKind.REPORT_RECEIPTED: _receipted,
}
