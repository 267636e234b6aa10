"""Key figures by a second program: slow, naive, from the bytes of entries and nothing else.

It knows nothing of projections, of SQL or of the definitions: only what the guide says.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from tests.told_incidents import cause, moment, notifications, told

__all__ = ["by_hand", "summarised"]

_ENDS = {
    "time_to_acknowledge": "confirmed",
    "time_to_classify": "classified",
    "time_to_contain": "contained",
    "time_to_recover": "recovered",
}
_MORE_IS_BETTER = {"notification_margin", "stability"}
_Found = dict[str, list[dict[str, Any]]]
_VENDOR = r"third-party-\d+:(acknowledge|first_response|update|workaround|restore)-\d+"


def by_hand(bodies: Iterable[bytes], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What each figure counts, of all time, from the bodies of all entries in order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    for body in bodies:
        entry = json.loads(body)
        chains.setdefault(entry["incident"], []).append(entry)
    incidents = [told(chain) for chain in chains.values() if chain[0]["kind"] == "incident.opened"]
    counted = sorted(filter(None, incidents), key=lambda one: (one["at"], one["incident"]))
    found: dict[str, list[dict[str, Any]]] = {}
    for one in counted:
        _times(found, one)
        for figure in (_notification, _approvals, _vendors, _tasks, _impact):
            figure(found, one, now)
    _recurrence(found, counted)
    _stability(found, counted)
    return found


def summarised(figure: str, seen: list[dict[str, Any]]) -> dict[str, Any]:
    """The statistics of some observations."""
    values = sorted(one["value"] for one in seen if one["value"] is not None)
    if figure in _MORE_IS_BETTER:
        values.reverse()
    states = [one["state"] for one in seen]
    judged = [one["marked"] for one in seen if one["marked"] is not None]
    opened = [one["at"] for one in seen if one["state"] == "open"]
    return {
        "measured": states.count("measured"),
        "open": states.count("open"),
        "unmeasured": states.count("unmeasured"),
        "oldest_open_at": min(opened) if opened else None,
        "median": values[math.ceil(len(values) / 2) - 1] if values else None,
        "p90": values[math.ceil(len(values) * 9 / 10) - 1] if values else None,
        "mean": math.floor(sum(values) / len(values)) if values else None,
        "worst": values[-1] if values else None,
        "total": sum(values) if values else None,
        "judged": len(judged),
        "marked": judged.count(True),
        "share_basis_points": math.floor(10_000 * judged.count(True) / len(judged))
        if judged
        else None,
    }


def _times(found: dict[str, list[dict[str, Any]]], one: dict[str, Any]) -> None:
    value, entry = one["facts"].get("occurred_at", (None, None))
    lasted = None if value is None else one["at"] - moment(value)
    state = "unmeasured" if value is None else "measured"
    _see(found, "time_to_detect", one, state, lasted, entries=[entry, one["detected"]])
    for figure, name in _ENDS.items():
        at, entry = one["moments"].get(name, (None, None))
        state = "measured" if at else "unmeasured" if one["outcome"] else "open"
        lasted = at - one["at"] if at else None
        _see(found, figure, one, state, lasted, entries=[one["detected"], entry])


def _notification(found: _Found, one: dict[str, Any], now: datetime) -> None:
    del now
    for about in notifications(one["chain"]):
        _notification_of(found, one, about)


def _notification_of(found: _Found, one: dict[str, Any], about: list[dict[str, Any]]) -> None:
    armed = [place for place, e in enumerate(about) if e["kind"] == "clock.armed"]
    if not armed:
        return
    first, *rest = about[armed[-1] :]
    named = {e["kind"]: e for e in rest}
    missed, met = named.get("clock.missed"), named.get("clock.met")
    if "clock.cancelled" in named and not missed:
        return
    sent = moment(met["payload"].get("as_of") or met["occurred_at"]) if met else None
    left = moment(first["payload"]["due_at"]) - sent if sent else None
    late = met["payload"]["after_deadline"] if met else True if missed else None
    state = "measured" if met else "open"
    _see(
        *(found, "notification_margin", one, state, left),
        marked=late,
        at=moment(first["occurred_at"]),
        entries=[e["id"] for e in (first, missed, met) if e],
    )


def _approvals(found: dict[str, list[dict[str, Any]]], one: dict[str, Any], now: datetime) -> None:
    del now
    requested: dict[str, dict[str, Any]] = {}
    for entry in one["chain"]:
        if entry["kind"].startswith("decision."):
            requested.setdefault(entry["subject"]["id"], {})[entry["kind"]] = entry
    for entries in requested.values():
        if "decision.voided" in entries:
            continue
        began = entries["decision.requested"]
        decided = entries.get("decision.decided")
        lasted = _between(began, decided) if decided else None
        _see(
            found,
            "approval_latency",
            one,
            "measured" if decided else "open",
            lasted,
            marked=decided["payload"]["bypassed"] if decided else None,
            at=moment(began["occurred_at"]),
            kind=began["payload"]["kind"],
            entries=[began["id"], decided["id"] if decided else None],
        )


def _vendors(found: dict[str, list[dict[str, Any]]], one: dict[str, Any], now: datetime) -> None:
    del now
    running: dict[str, list[dict[str, Any]]] = {}
    courses = []
    for entry in one["chain"]:
        clock = entry["subject"]["id"]
        if not entry["kind"].startswith("clock.") or not re.fullmatch(_VENDOR, clock):
            continue
        if entry["kind"] == "clock.armed":
            courses.append(course := [entry])
            if entry["payload"]["re_armed"]:
                running[clock].append({**entry, "kind": "armed again"})
            running[clock] = course
        else:
            running[clock].append(entry)
    for course in courses:
        _vendor(found, one, course)


def _vendor(
    found: dict[str, list[dict[str, Any]]], one: dict[str, Any], course: list[dict[str, Any]]
) -> None:
    kinds = [entry["kind"] for entry in course]
    missed, ended = "clock.missed" in kinds, kinds[-1] in {"armed again", "clock.cancelled"}
    met = next((entry for entry in course if entry["kind"] == "clock.met"), None)
    if ended and not met and not missed:
        return
    lasted, late = None, True if missed else None
    if met:
        when = moment(met["payload"].get("as_of") or met["occurred_at"])
        late = met["payload"]["after_deadline"]
        still, since = timedelta(0), None
        for entry in course:
            at = min(moment(entry["occurred_at"]), when)
            if entry["kind"] == "clock.paused":
                since = at
            elif entry["kind"] == "clock.resumed" and since:
                still, since = still + (at - since), None
        still += when - since if since else timedelta(0)
        lasted = when - moment(course[0]["occurred_at"]) - still
    _see(
        found,
        "vendor_latency",
        one,
        "measured" if met else "unmeasured" if ended else "open",
        lasted,
        marked=late,
        at=moment(course[0]["occurred_at"]),
        kind=course[0]["subject"]["id"].split(":")[1].rsplit("-", 1)[0],
        entries=[e["id"] for e in course if e["kind"] not in {"clock.warned", "clock.escalated"}],
    )


def _tasks(found: dict[str, list[dict[str, Any]]], one: dict[str, Any], now: datetime) -> None:
    for began in [e for e in one["chain"] if e["kind"] == "remediation.opened"]:
        about, number = began["subject"]["id"], began["payload"]["number"]
        its = [
            e
            for e in one["chain"]
            if (e["kind"] == "remediation.closed" and e["subject"]["id"] == about)
            or (
                e["kind"] in {"clock.armed", "clock.missed"}
                and e["subject"]["id"] == f"remediation-{number}:due"
            )
        ]
        closed = next((e for e in its if e["kind"] == "remediation.closed"), None)
        if closed and closed["payload"]["outcome"] == "declined":
            continue
        _see(
            found,
            "remediation_ageing",
            one,
            "measured" if closed else "open",
            _between(began, closed) if closed else now - moment(began["occurred_at"]),
            marked=any(e["kind"] == "clock.missed" for e in its),
            at=moment(began["occurred_at"]),
            kind=began["payload"]["task"]["priority"],
            entries=[began["id"], *(e["id"] for e in its)],
        )


def _impact(found: dict[str, list[dict[str, Any]]], one: dict[str, Any], now: datetime) -> None:
    del now
    for figure, fact, computed in (
        ("reduction_of_downtime", "downtime_minutes", one["computed"]),
        ("reduction_of_clients_affected", "clients_affected", {}),
    ):
        stated = {
            key.split("@")[1]: stating
            for key, stating in one["facts"].items()
            if key.startswith(f"{fact}@")
        }
        known = {s: t for s, t in {**stated, **computed}.items() if t[0] is not None}
        for service, (value, entry) in known.items():
            hit = {**one, "services": [service]}
            _see(found, figure, hit, "measured", value, entries=[one["detected"], entry])
        if not known:
            state = "unmeasured" if one["outcome"] else "open"
            _see(found, figure, one, state, None, entries=[one["detected"]])


def _recurrence(found: dict[str, list[dict[str, Any]]], counted: list[dict[str, Any]]) -> None:
    for place, one in enumerate(counted):
        words, entry = cause(one)
        if words is None:
            state = "unmeasured" if one["outcome"] else "open"
            _see(found, "recurrence_rate", one, state, None, entries=[one["detected"]])
            continue
        earlier = [
            other
            for other in counted[:place]
            if cause(other)[0] == words and other["at"] >= _half_a_year_before(one["at"])
        ]
        entries = [one["detected"], entry, earlier[-1]["detected"] if earlier else None]
        _see(found, "recurrence_rate", one, "measured", None, marked=bool(earlier), entries=entries)


def _stability(found: dict[str, list[dict[str, Any]]], counted: list[dict[str, Any]]) -> None:
    for place, one in enumerate(counted):
        for service in one["services"]:
            later = next((o for o in counted[place + 1 :] if service in o["services"]), None)
            lasted = later["at"] - one["at"] if later else None
            entries = [one["detected"], later["detected"] if later else None]
            hit = {**one, "services": [service]}
            _see(found, "stability", hit, "measured" if later else "open", lasted, entries=entries)


def _see(
    found: dict[str, list[dict[str, Any]]],
    figure: str,
    one: dict[str, Any],
    state: str,
    value: timedelta | int | None,
    **more: Any,  # noqa: ANN401 - of JSON
) -> None:
    entries = [entry for entry in more.pop("entries") if entry]
    seen = {"at": one["at"], "marked": None, "kind": None, **more}
    found.setdefault(figure, []).append(
        {
            "incident_id": one["incident"],
            "state": state,
            "value": value // timedelta(seconds=1) if isinstance(value, timedelta) else value,
            "severity": one["severity"],
            "services": one["services"],
            "entities": one["entities"],
            "entries": entries,
            **seen,
        }
    )


def _half_a_year_before(at: datetime) -> datetime:
    months = at.year * 12 + at.month - 1 - 6
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=months // 12, month=months % 12 + 1, day=day)
        except ValueError:
            continue
    raise AssertionError(at)


def _between(first: dict[str, Any], last: dict[str, Any]) -> timedelta:
    return moment(last["occurred_at"]) - moment(first["occurred_at"])
