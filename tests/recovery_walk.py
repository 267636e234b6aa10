"""Incidents walked to where recoveries are about, and what tests look at in them."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.events import Event, EventKind
from holdfast.domain.facts import FactValue
from holdfast.domain.recovery.asking import ReportAvailability
from tests.recovery_scenes import DOWN, RESTORED, activated, said
from tests.statements import ROBIN, SERVICE
from tests.walk import Walk

__all__ = ["HOUR", "MINUTE", "fact", "in_learn", "reason", "told"]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def told(*course: ReportAvailability, after: timedelta = 10 * HOUR) -> Walk:
    """An incident under containment in which that was told, so long after noon."""
    walk = Walk()
    walk.to_contain()
    walk.wait(after)
    for each in course:
        assert walk.submit(ROBIN, each).kind is EventKind.AVAILABILITY_REPORTED
    return walk


def fact(walk: Walk, name: str, service: str | None = SERVICE) -> FactValue | None:
    """What the sheet says of it."""
    known = walk.state.facts.get(name if service is None else f"{name}@{service}")
    return known.value if known else None


def reason(receipt: Event) -> str:
    """Why it was refused."""
    assert receipt.kind is EventKind.SUBMISSION_REFUSED
    return str(receipt.payload["reason"])


def in_learn() -> Walk:
    """An incident whose recovery is validated, with a plan that is active still."""
    walk = told(said(DOWN, 0), said(RESTORED, 60))
    walk.submit(ROBIN, activated())
    walk.to_learn_from_contain()
    return walk
