"""The recovery of an incident in words: availability, downtime, plans, and standing down."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["RECOVERY_SENTENCES"]

_MOST_WORDS = 160
_MINUTES_AN_HOUR = 60


def _told(_: Event, payload: JsonObject) -> str:
    since = payload["at"]
    when = f"at {_minute(since)}" if since else "since an unknown time"
    instead = f", in place of statement {payload['replaces']}" if payload["replaces"] else ""
    return (
        f"{payload['service']} told as {_words(payload['state'])} {when} "
        f"(statement {payload['number']}{instead}): {_short(payload['statement'])}"
    )


def _computed(_: Event, payload: JsonObject) -> str:
    services = "; ".join(
        f"{name} {_length(each['minutes'])}{_going_on(each)}"
        for name, each in payload["services"].items()
    )
    duration = payload["duration"]
    return (
        f"Downtime computed: {services}; the incident {_length(duration['minutes'])}"
        f"{_going_on(duration)}"
    )


def _activated(_: Event, payload: JsonObject) -> str:
    services = f" for {', '.join(payload['services'])}" if payload["services"] else ""
    return (
        f"Continuity plan {payload['plan']} activated at {_minute(payload['activated_at'])}"
        f"{services}: {_short(payload['because'])}"
    )


def _deactivated(_: Event, payload: JsonObject) -> str:
    return (
        f"Continuity plan {payload['plan']} deactivated at {_minute(payload['at'])}: "
        f"{_short(payload['statement'])}"
    )


def _stood_down(_: Event, payload: JsonObject) -> str:
    roles = f" ({', '.join(map(_words, payload['roles']))})" if payload["roles"] else ""
    why = f": {_short(payload['because'])}" if payload["because"] else ""
    return f"Those who respond{roles} have stood down{why}"


def _going_on(figures: JsonObject) -> str:
    return ", going on" if figures["until"] is None else ""


def _length(minutes: int) -> str:
    hours, left = divmod(minutes, _MINUTES_AN_HOUR)
    return f"{hours} h {left} min" if hours else f"{left} min"


def _words(token: str) -> str:
    return token.replace("_", " ")


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1]}…"


RECOVERY_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.AVAILABILITY_REPORTED: _told,
    EventKind.DOWNTIME_COMPUTED: _computed,
    EventKind.CONTINUITY_ACTIVATED: _activated,
    EventKind.CONTINUITY_DEACTIVATED: _deactivated,
    EventKind.RESPONSE_STOOD_DOWN: _stood_down,
}
