"""What follows from a severity: an update is due so often, and the management body may be told.

DORA Art. 17(3)(c) asks for roles by type of incident, Art. 17(3)(e) for the management body to be
told of major incidents at least; the entity's severity tree says both, leaf by leaf.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.escalation import Firing
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.incident.acknowledging import acknowledgement_question
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import SEVERITY_TREE
from holdfast.domain.roles import Role
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import Response, Severity, ToBeTold
from holdfast.domain.values import digest_of

__all__ = [
    "UPDATE_CLOCK",
    "arm_update",
    "follow",
    "response_of",
    "take_as_update",
    "telling_of",
]

UPDATE_CLOCK = "situation-update"
_TELLING = "management-body"
_WORKING = frozenset({Phase.CONTAIN, Phase.RECOVER})


def follow(work: Work, assigned: str, now: datetime) -> tuple[Firing, str] | None:
    """Begin what the assigned severity asks for; `assigned` is its entry.

    Returns whom it brings in, if it does, with the entry that says so.
    """
    response = response_of(work)
    if response is None:
        return None
    if work.state.phase in _WORKING:
        arm_update(work.clocks, response, now, assigned)
    firing = telling_of(work.state.severity, response)
    if firing is None or firing.trigger in work.state.fired:
        return None
    work.state.fired.append(firing.trigger)
    pin = work.state.pin(SEVERITY_TREE)
    triggered = work.record(_triggered(firing, pin, assigned))
    work.ask(acknowledgement_question(firing, triggered), now)
    return firing, triggered


def take_as_update(work: Work, entry: str, now: datetime) -> None:
    """Count what people have just stated as an update: the next is due a whole cadence later."""
    response = response_of(work)
    clock = work.clocks.get(UPDATE_CLOCK)
    if response is not None and clock is not None and clock.open:
        arm_update(work.clocks, response, now, entry)


def arm_update(clocks: Clocks, response: Response, now: datetime, cause: str) -> Clock:
    """Set when the next update is due: `cause` is the entry of the severity, or of the last one."""
    schedule = Schedule(
        due_after=response.update_every,
        warn_before=(response.update_every / 4,),
        ladder=response.ladder,
    )
    return clocks.arm(UPDATE_CLOCK, "State how the incident stands", now, schedule, causes=(cause,))


def telling_of(severity: Severity | None, response: Response) -> Firing | None:
    """That the management body is told, where the tree says that it must be."""
    if response.management_body is not ToBeTold.MUST:
        return None
    because = f"The severity is {severity}: the management body must be told."
    return Firing(trigger=_TELLING, because=because, roles=(Role.MANAGEMENT_BODY,))


def response_of(work: Work) -> Response | None:
    """What follows from the severity as assigned; None before, and under a tree of format 1."""
    state = work.state
    if state.severity is None:
        return None
    return state.tree.response_for(state.severity, state.priority)


def _triggered(firing: Firing, pin: PolicyPin, assigned: str) -> Event:
    content = firing.model_dump(mode="json")
    return Event(
        kind=EventKind.ESCALATION_TRIGGERED,
        subject=Subject(type="escalation", id=firing.trigger, digest=digest_of(content)),
        payload=content,
        policy=pin,
        causes=(assigned,),
    )
