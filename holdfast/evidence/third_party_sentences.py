"""Escalations to third parties in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["THIRD_PARTY_SENTENCES"]

_MOST_WORDS = 300
"""Characters of what people and providers say that one line repeats."""


def _requested(event: Event, payload: JsonObject) -> str:
    facts = payload["facts"]
    on = f", on {len(facts)} recorded fact(s)" if facts else ""
    return (
        f"{_last(event)} requested: {payload['provider']} under {payload['contract']}{on}: "
        f"{_short(payload['because'])}"
    )


def _opened(_: Event, payload: JsonObject) -> str:
    how = {
        "decision": "as decided",
        "notification": "as the provider has told us",
        "trigger": "by a trigger of the escalation policy",
    }[payload["invocation"]]
    return (
        f"{_name(payload)} opened {how}: {payload['provider']} under {payload['contract']}, "
        f"asked {_minute(payload['asked_at'])}: {_short(payload['because'])}"
    )


def _terms_read(_: Event, payload: JsonObject) -> str:
    taken = payload["taken"]
    if taken is None:
        return f"{_name(payload)}: its terms cannot be read: {payload['because']}"
    whose = "held to the contract's terms" if taken["terms"] else "held to our own expectations"
    functions = ", ".join(function["id"] for function in taken["functions"])
    supports = f"; functions {functions}" if functions else ""
    return f"{_name(payload)}, {taken['provider_name']}, is {whose}{supports}"


def _asked(_: Event, payload: JsonObject) -> str:
    again = f", round {payload['round']}" if payload["round"] > 1 else ""
    severity = payload["severity"] or "no severity assigned"
    return (
        f"{_name(payload)} asked{again} ({severity}; times run from "
        f"{_minute(payload['asked_at'])}){_whom(payload)}: {_short(payload['call']['because'])}"
    )


def _called(_: Event, payload: JsonObject) -> str:
    return f"{_name(payload)} called again{_whom(payload)}: {_short(payload['call']['because'])}"


def _stated(_: Event, payload: JsonObject) -> str:
    estimate, documents = payload["estimated_at"], payload["documents"]
    parts = [f"by {_words(payload['source'])}", f"said {_minute(payload['said_at'])}"]
    parts += [f"restored by {_minute(estimate)}"] if estimate else []
    parts += [f"{len(documents)} document(s)"] if documents else []
    parts += ["recorded late"] if payload["late_by_us"] else []
    text = f": {_short(payload['text'])}" if payload["text"] else ""
    return f"{_name(payload)} states {_words(payload['said'])} ({', '.join(parts)}){text}"


def _breached(_: Event, payload: JsonObject) -> str:
    failover = payload["failover"]
    ways_out = f"; failover: {failover['action']}" if failover else ""
    penalties = f"; penalties: {_short(payload['penalties'])}" if payload["penalties"] else ""
    return (
        f"{_name(payload)} breached '{_words(payload['clock'])}', due "
        f"{_minute(payload['due_at'])}{ways_out}{penalties}"
    )


def _restored(_: Event, payload: JsonObject) -> str:
    by = payload["by"]
    return (
        f"{_name(payload)} has restored the service by {_minute(payload['claimed_at'])}, "
        f"confirmed by {_words(by['role'])} {by['id']}"
    )


def _relapsed(_: Event, payload: JsonObject) -> str:
    return (
        f"{_name(payload)}: what was restored is broken again, round {payload['round']}: "
        f"{_short(payload['statement'])}"
    )


def _withdrawn(_: Event, payload: JsonObject) -> str:
    return f"{_name(payload)} withdrawn: {_short(payload['because'])}"


def _reviewed(_: Event, payload: JsonObject) -> str:
    critical = ", for a critical or important function" if payload["critical"] else ""
    return (
        f"{_name(payload)}: oversight review drafted, version {payload['version']}{critical}; "
        f"{len(payload['breaches'])} breach(es), {len(payload['weaknesses'])} weakness(es): "
        f"{_short(payload['review']['summary'])}"
    )


def _closed(_: Event, payload: JsonObject) -> str:
    return f"{_name(payload)} closed, {payload['stage']}, {payload['breaches']} breach(es)"


def _pause_requested(_: Event, payload: JsonObject) -> str:
    clocks = _listed(payload["clocks"])
    return (
        f"{_name(payload)}: a pause of {clocks} requested for '{payload['reason']}' "
        f"({payload['because']}): {_short(payload['statement'])}"
    )


def _pause_ended(_: Event, payload: JsonObject) -> str:
    statement = payload["statement"]
    why = "its longest time is over" if payload["by_time"] else _short(statement or "ended")
    return f"{_name(payload)}: the pause for '{payload['reason']}' ended: {why}"


def _origin(_: Event, payload: JsonObject) -> str:
    code = f" ({payload['code_type']} {payload['code']})" if payload["code"] else ""
    return (
        f"{_name(payload)}: it began with {payload['name']}{code}, rank {payload['rank']} in the "
        f"chain: {_short(payload['statement'])}"
    )


def _weakness(_: Event, payload: JsonObject) -> str:
    by_rules = " by the rules" if payload["found_by_rules"] else ""
    detail = f": {_short(payload['detail'])}" if payload["detail"] else ""
    return f"{_name(payload)}: weakness found{by_rules}: {payload['weakness']}{detail}"


def _remediation(event: Event, payload: JsonObject) -> str:
    owner = f", {_words(payload['owner'])}" if payload["owner"] else ""
    due = f", due {payload['due_on']}" if payload["due_on"] else ""
    basis = f" ({payload['basis']})" if payload["basis"] else ""
    return (
        f"{_name(payload)}: {_last(event)} proposed, {_words(payload['kind'])}{owner}{due}: "
        f"{payload['title']}{basis}"
    )


def _name(payload: JsonObject) -> str:
    return f"Third party {payload['number']}"


def _last(event: Event) -> str:
    """How the subject is called within its incident or escalation."""
    return event.subject.id.rpartition("/")[2]


def _whom(payload: JsonObject) -> str:
    """The rung of the provider's ladder; without one, the message goes where the policy says."""
    return f" at '{payload['title']}'" if payload["title"] else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_words, names))


def _words(token: str) -> str:
    return token.replace("_", " ")


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]} UTC"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1]}…"


THIRD_PARTY_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.INVOCATION_REQUESTED: _requested,
    EventKind.THIRD_PARTY_OPENED: _opened,
    EventKind.THIRD_PARTY_TERMS_READ: _terms_read,
    EventKind.THIRD_PARTY_ASKED: _asked,
    EventKind.THIRD_PARTY_CALLED: _called,
    EventKind.THIRD_PARTY_STATED: _stated,
    EventKind.THIRD_PARTY_BREACHED: _breached,
    EventKind.THIRD_PARTY_RESTORED: _restored,
    EventKind.THIRD_PARTY_RELAPSED: _relapsed,
    EventKind.THIRD_PARTY_WITHDRAWN: _withdrawn,
    EventKind.THIRD_PARTY_REVIEWED: _reviewed,
    EventKind.THIRD_PARTY_CLOSED: _closed,
    EventKind.PAUSE_REQUESTED: _pause_requested,
    EventKind.PAUSE_ENDED: _pause_ended,
    EventKind.ORIGIN_STATED: _origin,
    EventKind.WEAKNESS_FOUND: _weakness,
    EventKind.REMEDIATION_PROPOSED: _remediation,
}
