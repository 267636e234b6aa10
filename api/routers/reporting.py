"""The doors of reports to competent authorities, together.

Documents come first: their paths are those of a report, with a suffix.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.routers import report_documents, report_fields, report_steps, reports

__all__ = ["router"]

router = APIRouter()
for _part in (report_documents, reports, report_fields, report_steps):
    router.include_router(_part.router)
