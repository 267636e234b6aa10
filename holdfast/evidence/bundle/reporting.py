"""The reports of an incident to authorities as its bundle tells them: limits, versions, what left.

Made from the records that are here; of what is withheld nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.domain.events import Event, EventKind
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.values import JsonObject
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.bundle.people_in_words import role_in_words, whose
from holdfast.evidence.bundle.reporting_words import (
    deadlines_table,
    matters_table,
    stages_in_words,
    versions_table,
)
from holdfast.evidence.oversight.sheet import Block, Facts, Section

__all__ = ["told_reportings"]


@dataclass(slots=True)
class _Reporting:
    """One reporting as it stood in the end."""

    number: int
    entity: str
    opened: str = ""
    outcome: str = ""
    reference: str = ""
    deadlines: dict[str, JsonObject] = field(default_factory=dict)
    submitted: dict[str, str] = field(default_factory=dict)
    versions: dict[int, dict[str, str]] = field(default_factory=dict)
    matters: list[tuple[str, str]] = field(default_factory=list)


def told_reportings(happened: Sequence[tuple[str, Event]]) -> list[Section]:
    """Tell them from what happened, with its instants (RFC 3339); nothing where there is none."""
    told: dict[int, _Reporting] = {}
    for occurred_at, event in happened:
        if event.kind not in _TELLING:
            continue
        payload = event.payload
        number = payload["number"]
        one = told.setdefault(number, _Reporting(number, payload["entity"]))
        _TELLING[event.kind](one, occurred_at, event)
    return [_section(told[number]) for number in sorted(told)]


def _section(told: _Reporting) -> Section:
    blocks: list[Block] = [
        Facts(
            (
                ("Opened", told.opened),
                ("Reference there", told.reference),
                ("Ended", told.outcome.replace("_", " ")),
            )
        )
    ]
    if told.deadlines:
        blocks.append(deadlines_table(told.deadlines, told.submitted))
    if told.versions:
        blocks.append(versions_table(told.versions))
    if told.matters:
        blocks.append(matters_table(told.matters))
    title = f"Reporting {told.number} of {told.entity}"
    return Section(f"reporting-{told.number}", title, blocks)


def _opened(told: _Reporting, _: str, event: Event) -> None:
    told.opened = f"classified as major {_minute(event.payload['classified_at'])}"


def _computed(told: _Reporting, _: str, event: Event) -> None:
    for stage in ReportStage:
        deadline = event.payload["deadlines"][stage]
        # The limit of what has left already is history.
        if deadline is not None and stage not in told.submitted:
            told.deadlines[str(stage)] = deadline


def _drafted(told: _Reporting, at: str, event: Event) -> None:
    payload = event.payload
    gaps = dict.fromkeys(gap["field"] for gap in payload["gaps"])
    told.versions[payload["version"]] = {
        "is": _named(payload),
        "content": payload["content"] or "",
        "lacks": ", ".join(gaps),
        "state": "nothing could be filled" if payload["content"] is None else "drafted",
        "happened": f"drafted {_minute(at)}{' ahead of time' if payload['ahead'] else ''}",
    }


def _cleared(told: _Reporting, at: str, event: Event) -> None:
    _happen(told, event, "cleared", f"cleared {_minute(at)} by {_people(event.payload['by'])}")


def _returned(told: _Reporting, at: str, event: Event) -> None:
    payload = event.payload
    by = _people([payload["by"]])
    said = f"returned from {payload['of']} {_minute(at)} by {by}: {payload['comments'] or ''}"
    _happen(told, event, "returned", said)


def _approved(told: _Reporting, at: str, event: Event) -> None:
    payload = event.payload
    code = payload["exception_code"]
    bypassed = f", bypassing the rule under {code}" if code else ""
    said = f"approved {_minute(at)} by {_people(payload['by'])}{bypassed}"
    _happen(told, event, f"approved under {code}" if code else "approved", said)


def _submitted(told: _Reporting, _: str, event: Event) -> None:
    payload = event.payload
    at = payload["submitted_at"]
    if ReportKind(payload["kind"]).stage is not None:
        for stage in payload["covers"]:
            told.submitted.setdefault(stage, at)
    told.reference = payload["reference"] or told.reference
    means = payload["channel"] if payload["means"] == "channel" else payload["means"]
    said = f"submitted {_minute(at)} over {means or 'no channel'}"
    said += " once more" if payload["again"] else ""
    said += ", kept here: a drill" if payload["diverted"] else ""
    said += f", sent {payload['sent']}" if payload["sent"] else ""
    said += f", answer {payload['receipt']}" if payload["receipt"] else ""
    _happen(told, event, "submitted", said)


def _refused(told: _Reporting, at: str, event: Event) -> None:
    payload = event.payload
    said = f"refused {_minute(at)} by {payload['channel']}: {payload['because']}"
    _happen(told, event, "refused by the channel", said)


def _receipted(told: _Reporting, _: str, event: Event) -> None:
    payload = event.payload
    told.reference = payload["reference"] or told.reference
    said = f"receipt of {_minute(payload['received_at'])}: {payload['statement']}"
    _happen(told, event, "receipted", said)


def _delayed(told: _Reporting, at: str, event: Event) -> None:
    payload = event.payload
    named = stages_in_words([payload["stage"]])
    said = f"{named} will be late, expected {_minute(payload['expected_at'])}"
    told.matters.append((at, f"{said}: {payload['because']}"))


def _update(told: _Reporting, at: str, event: Event) -> None:
    told.matters.append((at, f"an updated report is required: {event.payload['because']}"))


def _closed(told: _Reporting, _: str, event: Event) -> None:
    told.outcome = event.payload["outcome"]


def _happen(told: _Reporting, event: Event, state: str, said: str) -> None:
    version = told.versions.setdefault(
        event.payload["version"], {"is": "(its draft is withheld)", "happened": ""}
    )
    version["state"] = state
    version["happened"] = "\n".join(filter(None, (version["happened"], said)))


def _named(payload: JsonObject) -> str:
    kind = ReportKind(payload["kind"])
    covers = stages_in_words(payload["covers"])
    if kind is ReportKind.DELAY_NOTICE:
        return f"notice of delay: {covers}"
    return covers if kind.stage is not None else kind.value.replace("_", " ")


def _people(actors: Sequence[JsonObject]) -> str:
    return ", ".join(whose(each["role"], each["id"]) for each in actors) or role_in_words("system")


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M:%S} UTC"


_TELLING = {
    EventKind.REPORTING_OPENED: _opened,
    EventKind.DEADLINES_COMPUTED: _computed,
    EventKind.REPORT_DRAFTED: _drafted,
    EventKind.REPORT_CLEARED: _cleared,
    EventKind.REPORT_RETURNED: _returned,
    EventKind.REPORT_APPROVED: _approved,
    EventKind.REPORT_SUBMITTED: _submitted,
    EventKind.REPORT_REFUSED: _refused,
    EventKind.REPORT_RECEIPTED: _receipted,
    EventKind.DELAY_EXPLAINED: _delayed,
    EventKind.REPORT_UPDATE_REQUIRED: _update,
    EventKind.REPORTING_CLOSED: _closed,
}
