"""Checking a version against its authority's own schema before anybody is asked to approve it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from holdfast.channels.authorities.schema_problems import schema_problems
from holdfast.dora.report.content import Gap, ReportContent
from holdfast.dora.report.json_report import JsonReport
from holdfast.dora.report.schema_gaps import has_json_form, schema_gaps, stand_ins

__all__ = ["against_schema"]


async def against_schema(content: ReportContent, schema: Path) -> tuple[Gap, ...]:
    """What the schema finds wrong, beside the gaps that the version has by our rules."""
    if not has_json_form(content.kind):
        return ()
    document = JsonReport().render(content, stand_ins(content))
    found = await asyncio.to_thread(schema_problems, schema, document)
    # Where it lies on this machine is no part of evidence.
    return schema_gaps(content, [each.replace(str(schema), schema.name) for each in found])
