"""The facts that follow from the availability of services, for severity and classification.

How a service is and since when follows what was told last. The last stretch of its downtime stands
as `down_from` and `restored_at`, so that one which goes on counts up to now wherever that is asked;
the stretches before it stand beside as `earlier_downtime_seconds`. What people state as a figure
themselves (`downtime_minutes`, `occurred_at`, `resolved_at`) comes before what follows here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from holdfast.domain.facts import Fact, FactChange, FactValue, Quality
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import rfc3339
from holdfast.dora.downtime import Availability, Downtime, ServiceDowntime

__all__ = ["EARLIER_DOWNTIME", "ending_facts", "following_facts"]

EARLIER_DOWNTIME = "earlier_downtime_seconds"

_SOURCE = "availability as reported"


def following_facts(state: IncidentState, computed: Downtime) -> list[FactChange]:
    """What follows of each service, and of when the incident occurred at the latest."""
    found = [change for each in computed.services for change in _of_service(each)]
    started = computed.first_unavailable
    evident = started is not None and state.aware_at is not None and started < state.aware_at
    occurred = _change("occurred_at", rfc3339(started) if started and evident else None)
    if _left_to_rules(state, occurred):
        found.append(occurred)
    return _news(state, found)


def ending_facts(state: IncidentState, computed: Downtime) -> list[FactChange]:
    """When the incident was resolved: when the last service was as before, if that is told."""
    ended = computed.restored_at
    if ended is None:
        return []
    occurred = state.facts.moment("occurred_at")
    resolved = _change("resolved_at", rfc3339(ended), Quality.ACTUAL)
    if not _left_to_rules(state, resolved) or (occurred is not None and ended < occurred):
        return []
    return _news(state, [resolved])


def _of_service(each: ServiceDowntime) -> Iterator[FactChange]:
    quality = Quality.ESTIMATE if each.estimate else Quality.ACTUAL
    last, earlier = each.spans[-1], each.earlier
    values: dict[str, FactValue | None] = {
        "service_unavailable": each.state is Availability.DOWN,
        "service_degraded": each.state is Availability.PARTIAL,
        "down_from": rfc3339(last.since),
        "restored_at": None if last.until is None else rfc3339(last.until),
        EARLIER_DOWNTIME: _seconds(earlier),
    }
    for name, value in values.items():
        yield FactChange(
            fact=name, service=each.service, value=value, quality=quality, source=_SOURCE
        )


def _seconds(length: timedelta) -> int:
    """Whole seconds begun."""
    return -(-length // timedelta(seconds=1))


def _change(name: str, value: str | None, quality: Quality = Quality.ESTIMATE) -> FactChange:
    return FactChange(fact=name, value=value, quality=quality, source=_SOURCE)


def _left_to_rules(state: IncidentState, change: FactChange) -> bool:
    """Whether nobody has stated that fact but the rules."""
    known = state.facts.facts.get(change.key)
    return known is None or known.value is None or known.stated_by == SYSTEM


def _news(state: IncidentState, changes: list[FactChange]) -> list[FactChange]:
    """Those that say something else than what stands."""
    return [change for change in changes if not _says(state.facts.facts.get(change.key), change)]


def _says(known: Fact | None, change: FactChange) -> bool:
    if known is None:
        # Nothing is added by saying that there is none: not restored, no downtime before.
        return change.value is None or (change.fact == EARLIER_DOWNTIME and change.value == 0)
    return _same(known.value, change.value) and known.quality is change.quality


def _same(one: FactValue | None, other: FactValue | None) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    return one == other
