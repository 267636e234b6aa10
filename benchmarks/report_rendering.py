"""What it costs to write the three reports of an incident as JSON and on paper, fully filled.

    python -m benchmarks.report_rendering

The floor is the canonical JSON of the same three contents: by its digest people approve them, so
that this is paid anyway.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.domain.values import canonical_json
from holdfast.dora.report.catalogue import CONTACT_FIELDS, FIELDS
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField, ReportContent
from holdfast.dora.report.definitions import FieldDefinition, FieldKind
from holdfast.dora.report.rendering import renderers
from holdfast.dora.report.values import check_value
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.report_pdf.pdf import PdfReport

__all__ = [
    "MOST_SECONDS",
    "MOST_SECONDS_ON_PAPER",
    "Rendered",
    "full_reports",
    "measure_papers",
    "measure_rendering",
]

MOST_SECONDS = 0.05
"""For the three of them."""

MOST_SECONDS_ON_PAPER = 2.0
"""The same, each set by a process of its own."""

_ROUNDS = 100
_ROUNDS_ON_PAPER = 5
_TEXT = "What has happened, to whom, and what was done about it. " * 40
_OF_KIND: dict[FieldKind, FieldValue] = {
    FieldKind.TEXT: _TEXT,
    FieldKind.REFERENCE: "INC-2026-000001",
    FieldKind.YES_NO: True,
    FieldKind.INSTANT: "2026-03-04T09:30:00Z",
    FieldKind.DURATION: "02:03:30",
    FieldKind.COUNT: 60_000,
    FieldKind.PERCENT: "12.5",
    FieldKind.MONEY: "4850.25",
    FieldKind.CURRENCY: "EUR",
    FieldKind.LEI: "529900T8BM49AURSDO55",
    FieldKind.LEIS: "529900T8BM49AURSDO55",
    FieldKind.CODE: "529900T8BM49AURSDO55",
    FieldKind.MAIL: "desk@beispielbank.example",
    FieldKind.PHONE: "+49 69 1234567",
}


@dataclass(frozen=True)
class Rendered:
    """The median times for three reports and for the floor, in seconds, and the bytes written."""

    rendering: float
    floor: float
    size: int


def full_reports() -> tuple[ReportContent, ...]:
    """The three reports, each with every field that it can have, and every choice."""
    return tuple(_report(stage) for stage in ReportStage)


def measure_rendering(name: str = "json") -> Rendered:
    """Write the three reports in one format, in turn with the floor."""
    renderer = renderers()[name]
    reports = full_reports()
    contacts = {number: str(_value(FIELDS[number])) for number in CONTACT_FIELDS}
    ours, floor = list[float](), list[float]()
    for _ in range(_ROUNDS):
        ours.append(_seconds(lambda: [renderer.render(each, contacts) for each in reports]))
        floor.append(
            _seconds(lambda: [canonical_json(each.model_dump(mode="json")) for each in reports])
        )
    size = sum(len(renderer.render(each, contacts)) for each in reports)
    return Rendered(_median(ours), _median(floor), size)


def measure_papers() -> float:
    """The median time in seconds to set the three reports as PDF/A."""
    renderer = PdfReport(approved=True)
    reports = full_reports()
    contacts = {number: str(_value(FIELDS[number])) for number in CONTACT_FIELDS}
    return _median(
        [
            _seconds(lambda: [renderer.render(each, contacts) for each in reports])
            for _ in range(_ROUNDS_ON_PAPER)
        ]
    )


def _report(stage: ReportStage) -> ReportContent:
    until = tuple(ReportStage).index(stage) + 2
    fields = (
        _field(field) for field in FIELDS.values() if int(field.number.partition(".")[0]) <= until
    )
    return ReportContent(
        incident="INC-2026-000001",
        reporting="INC-2026-000001/reporting-1",
        entity="beispielbank",
        kind=stage.value,
        covers=(stage,),
        version=1,
        as_of="INC-2026-000001/40/1",
        filled_at=datetime(2026, 3, 20, 9, tzinfo=UTC),
        fields=tuple(fields),
    )


def _field(field: FieldDefinition) -> FilledField:
    if field.number in CONTACT_FIELDS:
        return FilledField(
            number=field.number, value=None, source=FieldSource.CONTACT, contact="desk"
        )
    return FilledField(
        number=field.number,
        value=check_value(field.number, _value(field)),
        source=FieldSource.ENTRY,
        because="as the evidence says",
        entries=("INC-2026-000001/1/1", "INC-2026-000001/7/2"),
    )


def _value(field: FieldDefinition) -> FieldValue:
    if field.kind is FieldKind.CHOICE:
        return field.choices[0]
    return field.choices if field.kind is FieldKind.CHOICES else _OF_KIND[field.kind]


def _median(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    found = measure_rendering()
    sys.stdout.write(
        f"three reports as JSON, {found.size:,} bytes: {found.rendering * 1_000:.2f} ms of"
        f" {MOST_SECONDS * 1_000:.0f} ms; their canonical contents: {found.floor * 1_000:.2f} ms,"
        f" ratio {found.rendering / found.floor:.2f}\n"
    )
    sys.stdout.write(
        f"the same on paper: {measure_papers():.2f} s of {MOST_SECONDS_ON_PAPER:.0f} s\n"
    )
