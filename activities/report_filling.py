"""Filling a report, as an activity: its result stands in history, its content among the artifacts.

An attempt too many fills from what the evidence has by then; the workflow keeps one result.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.reporting.judging import FilledReport, FillRequest
from holdfast.store.reporting.filling import fill_report

__all__ = ["ReportFillingActivities"]


class ReportFillingActivities:
    """Activities for the content of reports, on one engine."""

    def __init__(self, engine: AsyncEngine, schemas: Mapping[str, Path] | None = None) -> None:
        """Read and keep through that engine; `schemas` are those of authorities with their own."""
        self._engine = engine
        self._schemas = schemas

    @activity.defn(name=ActivityName.FILL_REPORT)
    async def fill_report(self, request: FillRequest) -> FilledReport:
        """Fill a version from all that the evidence has by now, and keep it.

        Raises:
            NotFound: the register or the policy was never kept here.
        """
        async with self._engine.begin() as connection:
            return await fill_report(connection, request, self._schemas)
