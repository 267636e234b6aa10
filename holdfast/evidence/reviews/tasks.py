"""What is to be mended after an incident, folded from the entries of its tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.reviews.sources import Chain

__all__ = ["FollowUp", "follow_ups"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task as it stands: who owns it by role, until when, and how far it has got."""

    number: int
    title: str
    owner: str
    priority: str
    mandatory: bool
    due_on: str
    stage: str
    extensions: int
    entry: str
    """The last entry about it."""


def follow_ups(chain: Chain) -> tuple[FollowUp, ...]:
    """The tasks of the incident in the order of their numbers."""
    found: dict[int, FollowUp] = {}
    for entry in chain.entries:
        kind, payload = entry.event.kind, entry.event.payload
        if kind is EventKind.REMEDIATION_OPENED:
            found[payload["number"]] = _opened(payload, entry.id)
        elif kind in _STEPS and payload["number"] in found:
            known = _STEPS[kind](found[payload["number"]], payload)
            # How it was closed says more than that it was.
            stage = str(payload.get("outcome") or payload.get("stage", known.stage))
            found[known.number] = replace(known, stage=stage, entry=entry.id)
    return tuple(found[number] for number in sorted(found))


def _opened(payload: JsonObject, entry: str) -> FollowUp:
    task = payload["task"]
    return FollowUp(
        number=payload["number"],
        title=task["title"],
        owner=task["owner"]["role"],
        priority=task["priority"],
        mandatory=task["mandatory"],
        due_on=task["due_on"],
        stage="proposed",
        extensions=0,
        entry=entry,
    )


def _same(known: FollowUp, _: JsonObject) -> FollowUp:
    return known


def _reassigned(known: FollowUp, payload: JsonObject) -> FollowUp:
    return replace(known, owner=payload["owner"]["role"])


def _extended(known: FollowUp, payload: JsonObject) -> FollowUp:
    return replace(known, due_on=payload["due_on"], extensions=payload["extensions"])


def _reopened(known: FollowUp, payload: JsonObject) -> FollowUp:
    return replace(known, due_on=payload["due_on"])


_STEPS: dict[EventKind, Callable[[FollowUp, JsonObject], FollowUp]] = {
    EventKind.REMEDIATION_ACCEPTED: _same,
    EventKind.REMEDIATION_DECLINED: _same,
    EventKind.REMEDIATION_REASSIGNED: _reassigned,
    EventKind.REMEDIATION_EXTENDED: _extended,
    EventKind.REMEDIATION_IMPLEMENTED: _same,
    EventKind.REMEDIATION_VALIDATED: _same,
    EventKind.REMEDIATION_RETURNED: _same,
    EventKind.REMEDIATION_RISK_ACCEPTED: _same,
    EventKind.REMEDIATION_REOPENED: _reopened,
    EventKind.REMEDIATION_CLOSED: _same,
}
"""What each step changes besides the stage."""
