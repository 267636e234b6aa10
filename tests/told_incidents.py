"""What the raw entries of one incident say, for the second program over key figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

__all__ = ["Told", "cause", "moment", "notifications", "told"]

Told = dict[str, Any]


def told(chain: list[Told]) -> Told | None:
    """What the entries of one incident say; None where it counts in no figure."""
    first, opening = chain[0], chain[0]["payload"]
    one: Told = {
        "incident": first["incident"],
        "at": moment(opening["aware_at"]),
        "detected": first["id"],
        "services": opening["services"],
        "entities": [],
        "severity": None,
        "outcome": None,
        "moments": {},
        "facts": {},
        "computed": {},
        "chain": chain,
    }
    for entry in chain:
        if hear := _HEARD.get(entry["kind"]):
            hear(one, entry, entry["payload"])
    counts = not opening.get("drill") and one["outcome"] not in {"false_positive", "duplicate"}
    return one if counts else None


def moment(text: str) -> datetime:
    """The instant that a text says."""
    return datetime.fromisoformat(text)


def cause(one: Told) -> tuple[str | None, str | None]:
    """The words for the root cause that count most, without case and punctuation; its entry."""
    for name in ("root_cause_fingerprint", "root_cause"):
        value, entry = one["facts"].get(name, (None, None))
        if value is not None:
            return "-".join(re.findall(r"[a-z0-9]+", value.lower())), entry
    if "review" in one:
        words, entry = one["review"]
        return "-".join(re.findall(r"[a-z0-9]+", words.lower())), entry
    return None, None


def _mark(one: Told, name: str, entry: Told) -> None:
    one["moments"][name] = (moment(entry["occurred_at"]), entry["id"])


def _confirmed(one: Told, entry: Told, _: Told) -> None:
    _mark(one, "confirmed", entry)


def _classified(one: Told, entry: Told, _: Told) -> None:
    if "classified" not in one["moments"]:
        _mark(one, "classified", entry)


def _milestone(one: Told, entry: Told, payload: Told) -> None:
    if payload["milestone"] == "contained":
        _mark(one, "contained", entry)


def _entered(one: Told, entry: Told, payload: Told) -> None:
    if payload["phase"] == "learn":
        _mark(one, "recovered", entry)


def _closed(one: Told, _: Told, payload: Told) -> None:
    one["outcome"] = payload["outcome"]


def _assigned(one: Told, _: Told, payload: Told) -> None:
    one["severity"] = payload["severity"]


def _evaluated(one: Told, _: Told, payload: Told) -> None:
    one["entities"] = sorted({part["entity"] for part in payload["entities"] if part["entity"]})


def notifications(chain: list[Told]) -> list[list[Told]]:
    """The entries about each clock of an initial notification, in order."""
    found: dict[str, list[Told]] = {}
    for entry in chain:
        clock = str(entry["subject"]["id"])
        if re.fullmatch(r"initial-notification|reporting-\d+:initial", clock):
            found.setdefault(clock, []).append(entry)
    return list(found.values())


def _stated(one: Told, entry: Told, payload: Told) -> None:
    one["services"] = payload["services"]
    for change in payload["changes"]:
        one["facts"][change["key"]] = (change["value"], entry["id"])


def _reviewed(one: Told, entry: Told, payload: Told) -> None:
    if payload.get("root_cause"):
        one["review"] = (payload["root_cause"], entry["id"])


def _computed(one: Told, entry: Told, payload: Told) -> None:
    found = payload["services"].items()
    one["computed"] = {service: (part["minutes"], entry["id"]) for service, part in found}


_HEARD: dict[str, Callable[[Told, Told, Told], None]] = {
    "incident.confirmed": _confirmed,
    "incident.closed": _closed,
    "classification.decided": _classified,
    "classification.evaluated": _evaluated,
    "milestone.reached": _milestone,
    "phase.entered": _entered,
    "severity.assigned": _assigned,
    "facts.changed": _stated,
    "review.recorded": _reviewed,
    "downtime.computed": _computed,
}
