"""Cursors: where a page ended, as text that callers hand back unread."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, datetime

from holdfast.domain.values import MAX_SAFE_INTEGER
from holdfast.errors import InvalidInput

__all__ = [
    "incident_cursor",
    "observation_cursor",
    "position_cursor",
    "read_incident_cursor",
    "read_observation_cursor",
    "read_position_cursor",
    "read_task_cursor",
    "task_cursor",
]

_LONGEST = 400


def position_cursor(position: int) -> str:
    """Write the place after an entry."""
    return _write([position])


def read_position_cursor(cursor: str | None) -> int:
    """Read the position after which a page begins; the start where there is no cursor.

    Raises:
        InvalidInput: it is no cursor of ours.
    """
    if cursor is None:
        return 0
    match _read(cursor):
        case [int(position)] if 0 <= position <= MAX_SAFE_INTEGER:
            return position
    raise _foreign()


def incident_cursor(opened_at: datetime, incident_id: str) -> str:
    """Write the place after an incident."""
    return _write([opened_at.isoformat(), incident_id])


def read_incident_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Read the incident after which a page begins; None where there is no cursor.

    Raises:
        InvalidInput: it is no cursor of ours.
    """
    if cursor is None:
        return None
    match _read(cursor):
        case [str(opened_at), str(incident_id)] if incident_id.isascii() and opened_at.isascii():
            try:
                moment = datetime.fromisoformat(opened_at)
            except ValueError as error:
                raise _foreign() from error
            if moment.tzinfo is not None and incident_id.isprintable():
                return moment, incident_id
    raise _foreign()


def observation_cursor(at: datetime, incident_id: str, subject: str) -> str:
    """Write the place after an observation of a key figure."""
    return _write([at.isoformat(), incident_id, subject])


def read_observation_cursor(cursor: str | None) -> tuple[datetime, str, str] | None:
    """Read the observation after which a page begins; None where there is no cursor.

    Raises:
        InvalidInput: it is no cursor of ours.
    """
    if cursor is None:
        return None
    match _read(cursor):
        case [str(at), str(incident_id), str(subject)] if (at + incident_id + subject).isascii():
            try:
                moment = datetime.fromisoformat(at)
            except ValueError as error:
                raise _foreign() from error
            if moment.tzinfo is not None and (incident_id + subject).isprintable():
                return moment, incident_id, subject
    raise _foreign()


def task_cursor(due_on: date, task_id: str) -> str:
    """Write the place after a remediation task."""
    return _write([due_on.isoformat(), task_id])


def read_task_cursor(cursor: str | None) -> tuple[date, str] | None:
    """Read the task after which a page begins; None where there is no cursor.

    Raises:
        InvalidInput: it is no cursor of ours.
    """
    if cursor is None:
        return None
    match _read(cursor):
        case [str(due_on), str(task_id)] if (due_on + task_id).isascii() and task_id.isprintable():
            try:
                return date.fromisoformat(due_on), task_id
            except ValueError as error:
                raise _foreign() from error
    raise _foreign()


def _write(place: list[int | str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> object:
    if len(cursor) > _LONGEST:
        raise _foreign()
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _foreign() from error


def _foreign() -> InvalidInput:
    return InvalidInput("the cursor is not one that this list has given out")
