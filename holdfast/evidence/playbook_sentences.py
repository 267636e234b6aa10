"""Playbooks and their steps in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["PLAYBOOK_SENTENCES"]

_MOST_WORDS = 300
"""Characters of what people and programs say that one line repeats."""
_MODES = {"by_hand": "by hand", "dry_run": "as a dry run", "automated": "by its automation"}


def _started(_: Event, payload: JsonObject) -> str:
    steps = len(payload["steps"])
    return f"Play {payload['play']} started, {steps} step(s): {payload['title']}"


def _finished(_: Event, payload: JsonObject) -> str:
    counted = f"{payload['done']} step(s) performed, {payload['skipped']} skipped"
    return f"Play {payload['play']} finished: {counted}, {payload['failed']} attempt(s) failed"


def _added(_: Event, payload: JsonObject) -> str:
    step = payload["step"]
    return (
        f"Play {payload['play']}: step '{step['id']}' added for {_words(step['owner'])}: "
        f"{step['title']}"
    )


def _begun(_: Event, payload: JsonObject) -> str:
    approved = f", approved as {payload['action']}" if payload["action"] else ""
    return (
        f"{_step(payload)} started {_MODES[payload['mode']]}, attempt {payload['attempt']}, "
        f"expected in {_time(payload['expected_seconds'])}{approved}: {payload['title']}"
    )


def _tried(_: Event, payload: JsonObject) -> str:
    return f"{_step(payload)} tried, the dry run ended well: {_short(payload['summary'])}"


def _performed(_: Event, payload: JsonObject) -> str:
    left = [f"in {_time(payload['took_seconds'])}"]
    left += [f"refers to {', '.join(payload['references'])}"] if payload["references"] else []
    left += [f"{len(payload['documents'])} document(s)"] if payload["documents"] else []
    left += ["its output is kept"] if payload["output"] else []
    said = f": {_short(payload['statement'])}" if payload["statement"] else ""
    return f"{_step(payload)} performed {_MODES[payload['mode']]} ({', '.join(left)}){said}"


def _failed(_: Event, payload: JsonObject) -> str:
    return f"{_step(payload)} failed {_MODES[payload['mode']]}: {_short(payload['because'])}"


def _skipped(_: Event, payload: JsonObject) -> str:
    return f"{_step(payload)} skipped: {_short(payload['because'])}"


def _repeated(_: Event, payload: JsonObject) -> str:
    return f"{_step(payload)} is to be done again: {_short(payload['because'])}"


def _step(payload: JsonObject) -> str:
    return f"Play {payload['play']}: step '{payload['step']}'"


def _words(token: str) -> str:
    return token.replace("_", " ")


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1]}…"


PLAYBOOK_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.PLAYBOOK_STARTED: _started,
    EventKind.PLAYBOOK_FINISHED: _finished,
    EventKind.STEP_ADDED: _added,
    EventKind.STEP_STARTED: _begun,
    EventKind.STEP_TRIED: _tried,
    EventKind.STEP_PERFORMED: _performed,
    EventKind.STEP_FAILED: _failed,
    EventKind.STEP_SKIPPED: _skipped,
    EventKind.STEP_REPEATED: _repeated,
}
