"""Fields 2.10, 3.1, 3.33 and 3.34: reasons of notices, the authority's reference, what stood in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.building import instant, known
from holdfast.domain.reporting.filling.sources import FillSources, SourceEntry, Wanted
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.content import FieldSource, FilledField

__all__ = ["continuity_fields", "reason_fields", "reference_fields"]

_ENTRY = FieldSource.ENTRY


def reason_fields(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """2.10 of a notice: why a report will be late, or why the incident is not major after all."""
    if wanted.kind is ReportKind.DELAY_NOTICE:
        yield from _delay(sources, wanted)
    elif wanted.kind is ReportKind.RECLASSIFICATION:
        yield from _reversal(sources)


def reference_fields(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """3.1: the reference that the authority has given last."""
    kinds = (EventKind.REPORT_SUBMITTED, EventKind.REPORT_RECEIPTED)
    mine = [e.id for kind in kinds for e in sources.of_reporting(kind, wanted.number)]
    said = [
        entry
        for entry in sources.entries
        if entry.id in mine and entry.event.payload.get("reference")
    ]
    if said:
        because = "as the authority has answered a submission"
        value = str(said[-1].event.payload["reference"])
        yield from known("3.1", value, _ENTRY, because, [said[-1].id])


def continuity_fields(sources: FillSources) -> Iterator[FilledField]:
    """3.33 and 3.34: continuity plans that carried the business; people say whether that is it."""
    activated = sources.of(EventKind.CONTINUITY_ACTIVATED)
    if not activated:
        return
    entries = [entry.id for entry in activated]
    because = "a business continuity plan was activated: say whether it was a temporary action"
    yield from known("3.33", True, _ENTRY, because, entries, suggestion=True)  # noqa: FBT003 - the value
    lines = "\n".join(map(_activation, activated))
    yield from known("3.34", lines, _ENTRY, because, entries, suggestion=True)


def _activation(entry: SourceEntry) -> str:
    payload = entry.event.payload
    at = instant(datetime.fromisoformat(payload["activated_at"]))
    return f"{at}: {payload['plan']} activated: {payload['because']}"


def _delay(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    explained = [
        entry
        for entry in sources.of_reporting(EventKind.DELAY_EXPLAINED, wanted.number)
        if not wanted.covers or entry.event.payload["stage"] in set(wanted.covers)
    ]
    if not explained:
        return
    entry = explained[-1]
    payload = entry.event.payload
    due, expected = (datetime.fromisoformat(payload[name]) for name in ("due_at", "expected_at"))
    said = (
        f"The {payload['stage']} report, due at {instant(due)}, is expected to be submitted at"
        f" {instant(expected)}. Reason: {payload['because']}"
    )
    yield from known("2.10", said, _ENTRY, "as the delay was explained", [entry.id])


def _reversal(sources: FillSources) -> Iterator[FilledField]:
    reversed_by = [
        entry
        for entry in sources.of(EventKind.CLASSIFICATION_DECIDED)
        if entry.event.payload["reversed"]
    ]
    if not reversed_by:
        return
    entry = reversed_by[-1]
    decided = sources.caused(entry, EventKind.DECISION_DECIDED)
    if decided is None:
        return
    answers = [
        answer
        for answer in sources.of(EventKind.DECISION_ANSWERED)
        if answer.event.subject.id == decided.event.subject.id
        and answer.event.payload.get("rationale")
    ]
    said = "\n\n".join(str(answer.event.payload["rationale"]) for answer in answers)
    because = "why people decided that the criteria were met at no time (2025/302 Art. 5)"
    behind = [entry.id, decided.id, *(answer.id for answer in answers)]
    yield from known("2.10", said, _ENTRY, because, behind)
