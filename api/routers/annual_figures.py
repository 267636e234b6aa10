"""The doors of annual figures: what major incidents of a year cost, and how they were reported."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader
from api.platform import Doors, Platform
from api.problem_documents import problems
from api.strict_route import StrictRoute
from holdfast.domain.annual_figures.document import AnnualFigures, CostLine
from holdfast.domain.annual_figures.figures import annual_figures
from holdfast.domain.annual_figures.years import FigureYear
from holdfast.domain.values import Identifier
from holdfast.evidence.annual_figures.sheet import figures_digest, figures_pdf
from holdfast.store.annual_figures import read_histories

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["reports"], route_class=StrictRoute)

_CSV, _PDF = "text/csv", "application/pdf"
_PROBLEMS = problems(401, 403, 422, 503)
_COLUMNS = (
    *("incident", "reference", "authority_references", "title", "entities", "taken"),
    *("final_report_at", "gross_eur", "recoveries_eur", "estimate", "supplied", "entries"),
)
_FORMULA = ("=", "+", "-", "@")


class AskedYear(BaseModel):
    """Of which year, and of which financial entity only."""

    model_config = ConfigDict(extra="forbid")

    year: int = Field(ge=2000, le=9000, description="In which it begins.", examples=[2026])
    begins_in: int = Field(
        default=1, ge=1, le=12, description="The first month of an accounting year."
    )
    entity: Identifier | None = Field(default=None, description="By its id in the register.")


class YearOfFigures(AnnualFigures):
    """The figures of a year; `disposed` are incidents whose evidence was disposed of: not in it."""

    digest: str
    disposed: tuple[Identifier, ...]


Asked = Annotated[AskedYear, Query()]


@router.get(
    "/annual-figures",
    summary="Read what major incidents of a year cost, and how they were reported",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_annual_figures(doors: Doors, query: Asked) -> YearOfFigures:
    """Read the costs (DORA Art. 11(10)), the numbers and the limits kept, each with its entries.

    Drills do not count.
    """
    figures, disposed = await _figures(doors, query)
    return YearOfFigures(**dict(figures), digest=figures_digest(figures), disposed=disposed)


@router.get(
    "/annual-figures.csv",
    summary="Read the costs of a year as CSV",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {"content": {_CSV: {"example": f"{','.join(_COLUMNS)}\r\n"}}},
        **_PROBLEMS,
    },
)
async def get_annual_figures_as_csv(doors: Doors, query: Asked) -> Response:
    """Read a line for each incident that adds to the costs of the year."""
    figures, _ = await _figures(doors, query)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_COLUMNS)
    writer.writerows(map(_line, figures.costs))
    return Response(lines.getvalue(), media_type=_CSV)


@router.get(
    "/annual-figures.pdf",
    summary="Read the annual figures on paper",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {"content": {_PDF: {"schema": {"type": "string", "format": "binary"}}}},
        **_PROBLEMS,
    },
)
async def get_annual_figures_on_paper(doors: Doors, query: Asked) -> Response:
    """Read them as a PDF/A."""
    figures, _ = await _figures(doors, query)
    pdf = await doors.exports.typeset(partial(figures_pdf, figures))
    name = f"annual-figures-{query.year}.pdf"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type=_PDF, headers=headers)


async def _figures(doors: Platform, query: AskedYear) -> tuple[AnnualFigures, tuple[str, ...]]:
    """Compute them from the evidence as it stands now, without holding up other requests."""
    now = datetime.now(UTC)
    async with doors.reads.connect() as connection:
        read = await read_histories(connection)
    year = FigureYear(query.year, query.begins_in)
    figures = await asyncio.to_thread(annual_figures, read.histories, year, now, query.entity)
    return figures, read.disposed


def _line(line: CostLine) -> list[object]:
    said = line.model_dump(mode="json")
    return [_cell(said[name]) for name in _COLUMNS]


def _cell(value: object) -> object:
    """A cell that a spreadsheet does not take for a formula; a negative amount stays a number."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else value
    return f"'{text}" if isinstance(text, str) and text.startswith(_FORMULA) else text
