"""The clock of a step: it is late after its expected duration, and people are woken."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.events import PolicyPin
from holdfast.domain.playbooks.naming import step_clock
from holdfast.domain.playbooks.policy import PlaybooksPolicy
from holdfast.domain.roles import Role
from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.domain.values import JsonObject

__all__ = ["arm_step"]

_WHOLE = 100
_LONGEST_TITLE = 200


def arm_step(
    clocks: Clocks,
    policy: tuple[PolicyPin, PlaybooksPolicy],
    started: JsonObject,
    now: datetime,
    cause: str,
) -> Clock:
    """Set when the attempt is late that `started` speaks of, the content of the entry `cause`."""
    pin, rules = policy
    expected = timedelta(seconds=started["expected_seconds"])
    return clocks.arm(
        step_clock(started["play"], started["step"], started["attempt"]),
        f"Play {started['play']}: {started['title']}"[:_LONGEST_TITLE],
        now,
        _schedule(rules, Role(started["owner"]), expected),
        policy=pin,
        causes=(cause,),
    )


def _schedule(rules: PlaybooksPolicy, owner: Role, expected: timedelta) -> Schedule:
    """Warned of before, the owner woken when it is late, then the incident commander."""
    ladder = [LadderStep(after=timedelta(0), roles=(owner,))]
    if owner is not Role.INCIDENT_COMMANDER:
        later = expected * rules.commander_after_percent // _WHOLE
        ladder.append(LadderStep(after=later, roles=(Role.INCIDENT_COMMANDER,)))
    return Schedule(
        due_after=expected,
        warn_before=(expected * rules.warn_with_percent_left // _WHOLE,),
        ladder=tuple(ladder),
    )
