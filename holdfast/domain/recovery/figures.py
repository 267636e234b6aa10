"""What `downtime.computed` holds: the figures of every service and of the incident, with minutes.

Pure data of what `holdfast.dora.downtime` has computed.
"""

from __future__ import annotations

from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.downtime import Downtime, ServiceDowntime, Span, minutes_of

__all__ = ["computed_payload"]


def computed_payload(computed: Downtime) -> JsonObject:
    """Say it as evidence does: whole minutes begun, instants in UTC."""
    duration = computed.duration
    return {
        "at": rfc3339(computed.at),
        "services": {each.service: _service(each, computed) for each in computed.services},
        "duration": {
            "minutes": minutes_of(duration.length(computed.at)),
            **_limits(duration),
            "estimate": computed.estimate,
        },
    }


def _service(each: ServiceDowntime, computed: Downtime) -> JsonObject:
    return {
        "state": str(each.state),
        "minutes": minutes_of(each.counted),
        "partial_minutes": minutes_of(each.partial),
        **_limits(Span(since=each.spans[0].since, until=each.until)),
        "delayed": each.delayed,
        "estimate": each.estimate,
        "interruptions": _interruptions(each),
        "periods": [{"state": str(one.state), **_limits(one)} for one in each.periods],
        "spans": [
            {"minutes": minutes_of(span.length(computed.at)), **_limits(span)}
            for span in each.spans
        ],
        "entries": list(each.entries),
    }


def _interruptions(each: ServiceDowntime) -> int:
    """How often it became unavailable: periods that follow each other at once are one."""
    ends = {period.until for period in each.periods}
    return sum(period.since not in ends for period in each.periods)


def _limits(span: Span) -> JsonObject:
    return {
        "from": rfc3339(span.since),
        "until": rfc3339(span.until) if span.until is not None else None,
    }
