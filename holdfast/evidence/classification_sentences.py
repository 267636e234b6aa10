"""Classification, second looks and re-pinnings in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["CLASSIFICATION_SENTENCES"]

_MAJOR = {"yes": "major", "no": "not major", "unknown": "major or not: unknown"}


def _evaluated(_: Event, payload: JsonObject) -> str:
    parts = [_entity(part) for part in payload["entities"]]
    return f"Evaluation {payload['number']}: {_MAJOR[payload['major']]} [{'; '.join(parts)}]"


def _entity(part: JsonObject) -> str:
    result = part["classification"]
    # Evidence keeps no order of members: read from the record, the sentence has to be the same.
    findings = sorted(result["thresholds"].items())
    met = [name for name, finding in findings if finding == "met"]
    unknown = [name for name, finding in findings if finding == "unknown"]
    said = [f"critical services affected: {result['critical_services_affected']}"]
    said.append(f"met: {_names(met)}")
    if unknown:
        said.append(f"unknown: {_names(unknown)}")
    who = f"{part['entity']}: " if part["entity"] else ""
    return who + ", ".join(said)


def _classified(_: Event, payload: JsonObject) -> str:
    what = "major" if payload["major"] else "not major"
    if payload["reversed"]:
        return "Reclassified as not major: the criteria were met at no time"
    how = f"overriding '{payload['proposed']}'" if payload["overridden"] else "as proposed"
    return f"Classified as {what}, {how}"


def _reconsidered(_: Event, payload: JsonObject) -> str:
    if payload["about"] == "stand_down":
        return f"Asked once more whether to stand down: {payload['reason']}"
    return f"Asked to look at the {payload['about']} once more: {payload['reason']}"


def _repinning(_: Event, payload: JsonObject) -> str:
    return f"Asked to go on under {_pins(payload['policies'])}: {payload['reason']}"


def _repinned(_: Event, payload: JsonObject) -> str:
    before = {pin["name"]: pin["digest"] for pin in payload["before"]}
    new = [pin for pin in payload["policies"] if before.get(pin["name"]) != pin["digest"]]
    return f"Goes on under {_pins(new)}"


def _pins(pins: list[JsonObject]) -> str:
    return ", ".join(f"{pin['name']} {pin['version']}" for pin in pins) or "no policy"


def _names(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names) or "none"


CLASSIFICATION_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.CLASSIFICATION_EVALUATED: _evaluated,
    EventKind.CLASSIFICATION_DECIDED: _classified,
    EventKind.RECONSIDERATION_REQUESTED: _reconsidered,
    EventKind.REPINNING_REQUESTED: _repinning,
    EventKind.POLICY_REPINNED: _repinned,
}
