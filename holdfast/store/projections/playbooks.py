"""Playbooks as they are carried out: one row a play, and one a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.kinds import StepMode, StepStage
from holdfast.domain.playbooks.naming import play_of_clock
from holdfast.domain.playbooks.policy import Step
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.store.playbooks.tables import play, play_step
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_playbook"]

_NOTHING_YET: Mapping[str, Any] = {
    **dict.fromkeys(("mode", "action", "started_at", "ended_at", "took_seconds", "statement")),
    **dict.fromkeys(("because", "output")),
    "late": False,
    "refers_to": [],
    "documents": [],
}
"""What stands of a step before its first attempt, and again once it is to be repeated."""


def project_playbook(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a play, a step, its approval or its clock; others change nothing."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _started(changes: Changes, stored: StoredEntry) -> None:
    payload, policy = stored.event.payload, stored.event.policy
    changes.put(
        play,
        {
            "incident_id": stored.entry.incident,
            "play": payload["play"],
            "playbook": payload["playbook"],
            "title": payload["title"],
            "policy": policy.model_dump(mode="json") if policy else {},
            "started_by": stored.event.actor.model_dump(mode="json"),
            "started_at": stored.entry.occurred_at,
            "finished_at": None,
            "entry_id": stored.entry.id,
        },
    )
    for ordinal, step in enumerate(payload["steps"]):
        _put_step(changes, stored, step, ordinal, added=False)


def _finished(changes: Changes, stored: StoredEntry) -> None:
    changes.set(play, _key(stored)[:2], finished_at=stored.entry.occurred_at)


def _added(changes: Changes, stored: StoredEntry) -> None:
    step = stored.event.payload["step"]
    _put_step(changes, stored, step, stored.position, added=True)
    changes.set(play, (stored.entry.incident, stored.event.payload["play"]), finished_at=None)


def _put_step(
    changes: Changes, stored: StoredEntry, content: JsonObject, ordinal: int, *, added: bool
) -> None:
    step = Step.model_validate(content)
    changes.put(
        play_step,
        {
            **_NOTHING_YET,
            "incident_id": stored.entry.incident,
            "play": stored.event.payload["play"],
            "step": step.id,
            "ordinal": ordinal,
            "added": added,
            **{name: content[name] for name in ("title", "phase", "kind", "owner")},
            "expected_seconds": int(step.expected.total_seconds()),
            "needs_approval": step.needs_approval,
            "waits_for": list(step.after),
            "content": content,
            "outcome": str(StepStage.READY),
            "clock_open": False,
            "attempt": 0,
            "tried": None,
            "last_entry": stored.entry.id,
        },
    )


def _proposed(changes: Changes, stored: StoredEntry) -> None:
    """Keep which action a step is; most actions are no step of a playbook."""
    if "step" in stored.event.payload:
        _set(changes, stored, action=stored.event.subject.id)


def _begun(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    begun = {
        **_NOTHING_YET,
        "outcome": str(StepStage.RUNNING),
        "attempt": payload["attempt"],
        "mode": payload["mode"],
        "action": payload["action"],
        "started_at": stored.entry.occurred_at,
    }
    if payload["mode"] == StepMode.DRY_RUN:
        del begun["action"]  # it needs no approval, and leaves alone what was asked for
    _set(changes, stored, **begun)


def _tried(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    tried = {
        **{name: payload[name] for name in ("attempt", "output", "summary")},
        "at": rfc3339(stored.entry.occurred_at),
        "entry": stored.entry.id,
    }
    _ended(changes, stored, StepStage.READY, tried=tried)


def _performed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = ("mode", "statement", "documents", "output", "took_seconds")
    left = {name: payload[name] for name in copied}
    left |= {"refers_to": payload["references"], "because": None}
    _ended(changes, stored, StepStage.PERFORMED, **left)


def _failed(changes: Changes, stored: StoredEntry) -> None:
    """Note why: an attempt in earnest has failed, a dry run leaves the step as it was."""
    payload = stored.event.payload
    told = {"because": payload["because"], "output": payload.get("output")}
    tried = payload["mode"] == StepMode.DRY_RUN
    _ended(changes, stored, StepStage.READY if tried else StepStage.FAILED, **told)


def _skipped(changes: Changes, stored: StoredEntry) -> None:
    _ended(changes, stored, StepStage.SKIPPED, because=stored.event.payload["because"])


def _repeated(changes: Changes, stored: StoredEntry) -> None:
    _set(changes, stored, **_NOTHING_YET, outcome=str(StepStage.READY))
    changes.set(play, _key(stored)[:2], finished_at=None)


def _clock_armed(changes: Changes, stored: StoredEntry) -> None:
    _of_clock(changes, stored, clock_open=True)


def _clock_missed(changes: Changes, stored: StoredEntry) -> None:
    """Note that an attempt takes longer than was expected."""
    _of_clock(changes, stored, late=True)


def _clock_stopped(changes: Changes, stored: StoredEntry) -> None:
    """Note that the incident has heard what became of an attempt.

    What a program has done is told before; nothing can follow from it until the incident knows.
    """
    _of_clock(changes, stored, clock_open=False)


def _of_clock(changes: Changes, stored: StoredEntry, **values: bool) -> None:
    if clock := play_of_clock(stored.event.subject.id):
        number, step, _ = clock
        changes.set(play_step, (stored.entry.incident, number, step), **values)


def _ended(changes: Changes, stored: StoredEntry, outcome: StepStage, **told: object) -> None:
    _set(changes, stored, **told, outcome=str(outcome), ended_at=stored.entry.occurred_at)


def _set(changes: Changes, stored: StoredEntry, **values: object) -> None:
    changes.set(play_step, _key(stored), **values, last_entry=stored.entry.id)


def _key(stored: StoredEntry) -> tuple[str, int, str]:
    payload = stored.event.payload
    return (stored.entry.incident, payload["play"], payload.get("step", ""))


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.PLAYBOOK_STARTED: _started,
    EventKind.PLAYBOOK_FINISHED: _finished,
    EventKind.STEP_ADDED: _added,
    EventKind.ACTION_PROPOSED: _proposed,
    EventKind.STEP_STARTED: _begun,
    EventKind.STEP_TRIED: _tried,
    EventKind.STEP_PERFORMED: _performed,
    EventKind.STEP_FAILED: _failed,
    EventKind.STEP_SKIPPED: _skipped,
    EventKind.STEP_REPEATED: _repeated,
    EventKind.CLOCK_ARMED: _clock_armed,
    EventKind.CLOCK_MISSED: _clock_missed,
    EventKind.CLOCK_MET: _clock_stopped,
    EventKind.CLOCK_CANCELLED: _clock_stopped,
}
