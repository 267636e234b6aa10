"""Cyber threats in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["THREAT_SENTENCES"]

_SIGNIFICANT = {
    "yes": "significant",
    "no": "not significant",
    "unknown": "significant or not: open",
}


def _recorded(_: Event, payload: JsonObject) -> str:
    linked = f", linked to {', '.join(payload['incidents'])}" if payload["incidents"] else ""
    return (
        f"Threat to {payload['entity']} recorded: {payload['title']}"
        f" (detected {payload['detected_at']}{linked})"
    )


def _assessed(_: Event, payload: JsonObject) -> str:
    stated = f" after {', '.join(payload['changed'])}" if payload["changed"] else ""
    said = _SIGNIFICANT[payload["significant"]]
    return f"Threat assessed (2024/1772 Art. 10): {said}{stated}"


def _supplied(_: Event, payload: JsonObject) -> str:
    what = "withdrawn" if payload["value"] is None else "supplied"
    return f"Field {payload['field']} of the threat's form {what}"


def _put_forward(_: Event, payload: JsonObject) -> str:
    if payload["again"]:
        return f"Notification {payload['version']} sent again: {payload['comment']}"
    corrects = f", correcting {payload['corrects']}" if payload["corrects"] else ""
    return f"Notification {payload['version']} put forward for {payload['authority']}{corrects}"


def _returned(_: Event, payload: JsonObject) -> str:
    return f"Notification {payload['version']} returned: {payload['comments']}"


def _approved(_: Event, payload: JsonObject) -> str:
    return f"Notification {payload['version']} approved for {payload['authority']}"


def _notified(_: Event, payload: JsonObject) -> str:
    way = f"over {payload['channel']}" if payload["channel"] else payload["means"]
    reference = f", reference {payload['reference']}" if payload["reference"] else ""
    again = " again" if payload["again"] else ""
    return f"Authority notified{again} with version {payload['version']}, {way}{reference}"


def _refused(_: Event, payload: JsonObject) -> str:
    return (
        f"Notification {payload['version']} not taken by {payload['channel']}: {payload['because']}"
    )


def _receipted(_: Event, payload: JsonObject) -> str:
    reference = f" ({payload['reference']})" if payload["reference"] else ""
    return f"Authority answered on version {payload['version']}{reference}: {payload['statement']}"


def _closed(_: Event, payload: JsonObject) -> str:
    return f"Threat closed as {payload['status']}: {payload['because']}"


THREAT_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.THREAT_RECORDED: _recorded,
    EventKind.THREAT_ASSESSED: _assessed,
    EventKind.THREAT_FIELD_SUPPLIED: _supplied,
    EventKind.THREAT_PUT_FORWARD: _put_forward,
    EventKind.THREAT_RETURNED: _returned,
    EventKind.THREAT_APPROVED: _approved,
    EventKind.THREAT_NOTIFIED: _notified,
    EventKind.THREAT_REFUSED: _refused,
    EventKind.THREAT_RECEIPTED: _receipted,
    EventKind.THREAT_CLOSED: _closed,
}
