"""How long an incident lasted and its services were down, from what was told of them.

Delegated Regulation (EU) 2024/1772 Art. 3(1) for the duration, 3(2) for the service downtime: from
full or partial unavailability until the service is as it was before; where delays persist after
that, from the start of the incident until the delayed service is fully delivered; where a start is
unknown, from the detection. What still goes on counts up to now. Several interruptions add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from pydantic import Field

from holdfast.domain.values import Frozen, Identifier, Instant

__all__ = [
    "Availability",
    "AvailabilityStatement",
    "Downtime",
    "Known",
    "Period",
    "ServiceDowntime",
    "Span",
    "TimesContradict",
    "compute_downtime",
    "minutes_of",
]

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)


class Availability(StrEnum):
    """How a service was at a moment."""

    DOWN = "down"
    PARTIAL = "partial"
    RESTORED = "restored"
    """As it was before the incident, though what was delayed may still wait."""
    BACKLOG_CLEARED = "backlog_cleared"
    """What the unavailability had delayed is fully delivered as well."""

    @property
    def unavailable(self) -> bool:
        """Whether the service was fully or partially unavailable."""
        return self in {Availability.DOWN, Availability.PARTIAL}


class TimesContradict(ValueError):
    """What was told of a service cannot all have been so; the message says what."""


class AvailabilityStatement(Frozen):
    """How a service was at a moment, as somebody has told it, perhaps much later.

    `at` is None where the start of an unavailability is unknown: it counts from the detection.
    `replaces` is the number of an earlier statement that this one corrects.
    """

    number: int = Field(ge=1)
    service: Identifier
    state: Availability
    at: Instant | None
    replaces: int | None = Field(default=None, ge=1)
    entry: Identifier


class Span(Frozen):
    """A stretch of time; without `until` it goes on."""

    since: Instant
    until: Instant | None

    def length(self, now: datetime) -> timedelta:
        """How long it has lasted by now."""
        return max(_NOTHING, (self.until or now) - self.since)


class Period(Span):
    """A span in which a service was fully (`down`) or partially unavailable."""

    state: Availability


class ServiceDowntime(Frozen):
    """The downtime of one service.

    `periods` are its unavailability as told, `spans` what counts as downtime: they differ where a
    delay persisted. `estimate` is whether it goes on, or began at an unknown time.
    """

    service: Identifier
    periods: tuple[Period, ...] = Field(min_length=1)
    spans: tuple[Span, ...] = Field(min_length=1)
    state: Availability
    """How it is now."""
    counted: timedelta
    partial: timedelta
    delayed: bool
    estimate: bool
    entries: tuple[Identifier, ...]

    @property
    def until(self) -> datetime | None:
        """When its downtime ended; None while it goes on."""
        return self.spans[-1].until

    @property
    def earlier(self) -> timedelta:
        """The downtime before the last span."""
        return sum((span.length(span.since) for span in self.spans[:-1]), _NOTHING)


class Known(Frozen):
    """What else is known: when it was detected, when it occurred if that is known, and if it ended.

    `recovered` is whether people have validated that the incident is resolved.
    """

    aware_at: Instant
    occurred_at: Instant | None = None
    recovered: bool = False


class Downtime(Frozen):
    """What came out at a moment: every service of which something was told, and the duration."""

    at: Instant
    services: tuple[ServiceDowntime, ...]
    duration: Span
    estimate: bool
    """Whether the duration is an estimate: it goes on, or its start is unknown."""
    first_unavailable: Instant | None

    @property
    def unavailable(self) -> tuple[ServiceDowntime, ...]:
        """The services that are not restored."""
        return tuple(each for each in self.services if each.state.unavailable)

    @property
    def restored_at(self) -> datetime | None:
        """When the last service was as before, its delays included; None while one is not."""
        ends = [each.until for each in self.services]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


def minutes_of(length: timedelta) -> int:
    """Minutes begun: a second beyond a limit is beyond it."""
    return max(0, -(-length // _MINUTE))


def compute_downtime(
    statements: Iterable[AvailabilityStatement], known: Known, now: datetime
) -> Downtime:
    """Compute every figure as of now (aware, UTC).

    Raises:
        TimesContradict: a service is restored that was not down, has two states at one moment, or
            a backlog of it is cleared without a restoration.
    """
    courses = [_course(name, told) for name, told in _by_service(statements, known).items()]
    first = min((course.periods[0].since for course in courses), default=None)
    start = known.occurred_at or min(filter(None, (known.aware_at, first)))
    services = tuple(_measured(course, start, now) for course in courses)
    ends = [each.until for each in services]
    ended = max((end for end in ends if end), default=None) if None not in ends else None
    duration = Span(since=start, until=ended if known.recovered else None)
    return Downtime(
        at=now,
        services=services,
        duration=duration,
        estimate=duration.until is None
        or (known.occurred_at is None and any(course.start_unknown for course in courses)),
        first_unavailable=first,
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """One service from its first unavailability on; `cleared` is when its last delay was over."""

    service: str
    periods: tuple[Period, ...]
    interruptions: tuple[Span, ...]
    state: Availability
    cleared: datetime | None
    start_unknown: bool
    entries: tuple[str, ...]


_Told = tuple[datetime, AvailabilityStatement]


def _by_service(
    statements: Iterable[AvailabilityStatement], known: Known
) -> dict[str, Sequence[_Told]]:
    """What stands of each service, in the order in which it was so, services by name."""
    told = tuple(statements)
    replaced = {each.replaces for each in told}
    standing = dict[str, list[_Told]]()
    for each in told:
        if each.number not in replaced:
            moment = each.at or known.aware_at
            standing.setdefault(each.service, []).append((moment, each))
    for of_service in standing.values():
        of_service.sort(key=lambda one: (one[0], one[1].number))
    return {name: standing[name] for name in sorted(standing)}


def _course(service: str, told: Sequence[_Told]) -> _Course:
    _require_one_state_at_a_time(service, told)
    periods, interruptions = list[Period](), list[Span]()
    began, state, cleared = told[0][0], told[0][1].state, None
    if not state.unavailable:
        message = f"{service} is told as {state} at {_said(began)}, before it was unavailable"
        raise TimesContradict(message)
    since = began
    for moment, each in told[1:]:
        follows = each.state
        if follows is Availability.BACKLOG_CLEARED:
            if state is not Availability.RESTORED:
                message = (
                    f"the backlog of {service} is told as cleared at {_said(moment)}, "
                    f"when it was {state}"
                )
                raise TimesContradict(message)
            cleared = moment
        elif follows is state or not (follows.unavailable or state.unavailable):
            continue
        elif state.unavailable:
            periods.append(Period(state=state, since=since, until=moment))
            if not follows.unavailable:
                interruptions.append(Span(since=began, until=moment))
        else:
            began = moment
        since, state = moment, follows
    if state.unavailable:
        periods.append(Period(state=state, since=since, until=None))
        interruptions.append(Span(since=began, until=None))
    return _Course(
        service=service,
        periods=tuple(periods),
        interruptions=tuple(interruptions),
        state=state,
        cleared=cleared,
        start_unknown=told[0][1].at is None,
        entries=tuple(each.entry for _, each in told),
    )


def _require_one_state_at_a_time(service: str, told: Sequence[_Told]) -> None:
    for (moment, one), (later, other) in pairwise(told):
        if moment == later and one.state is not other.state:
            message = f"{service} is told as {one.state} and as {other.state} at {_said(moment)}"
            raise TimesContradict(message)


def _measured(course: _Course, start: datetime, now: datetime) -> ServiceDowntime:
    spans, cleared = course.interruptions, course.cleared
    if cleared is not None:
        # What counts from the start of the incident has the interruptions within it in it.
        delayed = Span(since=min(start, course.periods[0].since), until=cleared)
        spans = (delayed, *(span for span in spans if span.since >= cleared))
    partial = (each for each in course.periods if each.state is Availability.PARTIAL)
    return ServiceDowntime(
        service=course.service,
        periods=course.periods,
        spans=spans,
        state=course.state,
        counted=sum((span.length(now) for span in spans), _NOTHING),
        partial=sum((period.length(now) for period in partial), _NOTHING),
        delayed=cleared is not None,
        estimate=course.start_unknown or course.state.unavailable,
        entries=course.entries,
    )


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
