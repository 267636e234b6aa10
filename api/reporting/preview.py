"""One report as it would be filled now, beside what became of its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.reporting.answers import ReportFieldValue, StageReport
from api.reporting.next_steps import next_step
from api.reporting.telling import deadline_of, missing_of, questions_of, version_of
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FilledField, ReportContent
from holdfast.store.decisions import StoredDecision
from holdfast.store.reporting.filling import preview
from holdfast.store.reporting.reading import StoredReporting, supplied_fields

__all__ = ["preview_of", "stage_report"]


async def stage_report(
    connection: AsyncConnection,
    stored: StoredReporting,
    kind: ReportKind,
    decisions: Sequence[StoredDecision],
    now: datetime,
) -> StageReport:
    """Tell a report: every field with its provenance, what is missing, and its versions.

    Raises:
        NotFound: a policy by which it is filled was never kept here.
        Disposed: content of the incident was disposed of.
    """
    content = await preview_of(connection, stored, kind)
    supplied = await supplied_fields(connection, stored.row["reporting_id"])
    versions = [each for each in stored.versions if each["kind"] == kind]
    numbers = {each["version"] for each in versions}
    missing = missing_of(stored, [gap.model_dump(mode="json") for gap in content.gaps])
    questions = questions_of(stored, decisions)
    stage = kind.stage
    return StageReport(
        incident_id=stored.row["incident_id"],
        reporting_id=stored.row["reporting_id"],
        number=stored.number,
        entity=stored.row["entity"],
        stage=kind,
        as_of=now,
        deadline=deadline_of(stored.deadline(stage), now) if stage else None,
        fields=[_field(each, supplied) for each in content.fields],
        missing=missing,
        versions=[version_of(each, stored) for each in versions],
        questions=[each for each in questions if each.version in numbers],
        next=next_step(stored, stage, [each.field for each in missing]) if stage else None,
    )


async def preview_of(
    connection: AsyncConnection, stored: StoredReporting, kind: ReportKind
) -> ReportContent:
    """Fill that report as of now; nothing of it is kept."""
    covers = (kind.stage,) if kind.stage else ()
    incident_id = stored.row["incident_id"]
    return await preview(connection, incident_id, stored.number, covers, kind)


def _field(field: FilledField, supplied: Mapping[str, RowMapping]) -> ReportFieldValue:
    row = supplied.get(field.number)
    return ReportFieldValue.model_validate(
        {
            **field.model_dump(),
            "label": FIELDS[field.number].label,
            "entries": list(field.entries),
            "supplied": None if row is None else _supplied(row),
        }
    )


def _supplied(row: RowMapping) -> JsonObject:
    said = {name: row[name] for name in ("value", "estimate", "because", "replaces")}
    at, by = rfc3339(row["supplied_at"]), row["supplied_by"]
    return {**said, "entry": row["entry_id"], "by": by, "at": at}
