"""What people have supplied for a reporting: the latest of each field; what was withdrawn, not."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.building import in_short
from holdfast.domain.reporting.filling.sources import FillSources, SourceEntry, Wanted
from holdfast.dora.report.content import FieldSource, FilledField

__all__ = ["supplied_fields"]


def supplied_fields(sources: FillSources, wanted: Wanted) -> dict[str, FilledField]:
    """The supplied values by field."""
    found = dict[str, FilledField]()
    for entry in sources.of_reporting(EventKind.REPORT_FIELD_SUPPLIED, wanted.number):
        number = entry.event.payload["field"]
        if entry.event.payload["value"] is None:
            found.pop(number, None)
        else:
            found[number] = _field(entry)
    return found


def _field(entry: SourceEntry) -> FilledField:
    payload = entry.event.payload
    value = payload["value"]
    return FilledField(
        number=payload["field"],
        value=tuple(value) if isinstance(value, list) else value,
        source=FieldSource.SUPPLIED,
        estimate=payload["estimate"],
        because=in_short(payload["because"] or ""),
        entries=(entry.id,),
        by=entry.event.actor,
    )
