"""The doors of key figures: what they come to, what they count, and a page to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy import RowMapping

from api.authentication import AnyReader
from api.cursor import observation_cursor, read_observation_cursor
from api.key_figures.lines import COLUMNS, as_csv
from api.key_figures.models import (
    AskedOf,
    AskedPeriod,
    Figure,
    Figures,
    Observation,
    ObservationPage,
    SeveralFigures,
    asked_of,
    figure_of,
)
from api.key_figures.page import HEADERS, key_figures_page
from api.key_figures.series import read_series
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from holdfast.domain.key_figures.definitions import KEY_FIGURES, KeyFigure
from holdfast.domain.key_figures.kinds import Grouping, KeyFigureName
from holdfast.domain.key_figures.periods import Step
from holdfast.store.key_figures.reading import Asked, Computed, compute, list_observations

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["key figures"], route_class=StrictRoute)

_CSV, _HTML = "text/csv", "text/html"
_MOST_OBSERVATIONS = 1_000
_PROBLEMS = problems(401, 403, 422, 503)

Name = Annotated[KeyFigureName, Path(description="The figure's name.", examples=["time_to_detect"])]


class ObservationQuery(AskedOf):
    """Which observations, and how many at once."""

    limit: int = Field(default=200, ge=1, le=_MOST_OBSERVATIONS)
    cursor: str | None = Field(default=None, description="`next_cursor` of the page before.")


class PageQuery(AskedOf):
    """Which period, and what the charts show the last eight of."""

    step: Step = Field(default=Step.MONTH, description="Months or quarters, up to the period.")


class OneFigure(Figures):
    """One key figure of a period."""

    figure: Figure


@router.get(
    "/kpis",
    summary="Read all key figures of a period",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_key_figures(doors: Doors, query: Annotated[AskedPeriod, Query()]) -> SeveralFigures:
    """Read each figure's definition and what it comes to; by what is asked, where it can be."""
    asked = asked_of(query, datetime.now(UTC))
    found = await _compute(doors, KEY_FIGURES.values(), asked, query.by)
    figures = [figure_of(each) for each in found]
    window = asked.window
    return SeveralFigures(
        since=window.since,
        until=window.until,
        computed_at=asked.now,
        by=query.by,
        figures=figures,
    )


@router.get(
    "/kpis.csv",
    summary="Read all key figures of a period as CSV",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {"content": {_CSV: {"example": f"{','.join(COLUMNS)}\r\n"}}},
        **_PROBLEMS,
    },
)
async def get_key_figures_as_csv(doors: Doors, query: Annotated[AskedPeriod, Query()]) -> Response:
    """Read a line for each figure, and one for each of its groups."""
    asked = asked_of(query, datetime.now(UTC))
    found = await _compute(doors, KEY_FIGURES.values(), asked, query.by)
    return Response(as_csv(figure_of(each) for each in found), media_type=_CSV)


@router.get(
    "/kpis.html",
    summary="Look at the key figures",
    dependencies=[AnyReader],
    response_class=Response,
    responses={200: {"content": {_HTML: {"schema": {"type": "string"}}}}, **_PROBLEMS},
)
async def get_key_figures_page(doors: Doors, query: Annotated[PageQuery, Query()]) -> Response:
    """Look at a table of the period, and charts of the last eight quarters or months."""
    asked = asked_of(query, datetime.now(UTC))
    snapshot = doors.engine.execution_options(isolation_level="REPEATABLE READ")
    async with snapshot.connect() as connection:
        computed = [await compute(connection, each, asked) for each in KEY_FIGURES.values()]
        series = await read_series(connection, asked, query.step)
    figures = [figure_of(each) for each in computed]
    page = await asyncio.to_thread(key_figures_page, asked, figures, series)
    return Response(page, media_type=_HTML, headers=HEADERS)


@router.get(
    "/kpis/{name}",
    summary="Read one key figure of a period",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_key_figure(
    name: Name, doors: Doors, query: Annotated[AskedPeriod, Query()]
) -> OneFigure:
    """Read one figure, broken down by what is asked."""
    figure = KEY_FIGURES[name]
    _refuse_grouping(figure, query.by)
    asked = asked_of(query, datetime.now(UTC))
    (found,) = await _compute(doors, [figure], asked, query.by)
    return OneFigure(
        since=asked.window.since,
        until=asked.window.until,
        computed_at=asked.now,
        by=query.by,
        figure=figure_of(found),
    )


@router.get(
    "/kpis/{name}/observations",
    summary="Read what a key figure counts",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_observations(
    name: Name, doors: Doors, query: Annotated[ObservationQuery, Query()]
) -> ObservationPage:
    """Read each observation with the entries behind it, in order of its beginning."""
    asked = asked_of(query, datetime.now(UTC))
    after = read_observation_cursor(query.cursor)
    async with doors.reads.connect() as connection:
        rows = await list_observations(connection, name, asked, query.limit, after)
    more = len(rows) == query.limit
    return ObservationPage(
        name=name,
        unit=KEY_FIGURES[name].unit,
        since=asked.window.since,
        until=asked.window.until,
        observations=[Observation.model_validate(row) for row in rows],
        next_cursor=_cursor(rows[-1]) if more else None,
    )


def _cursor(row: RowMapping) -> str:
    return observation_cursor(row["at"], row["incident_id"], row["subject"])


def _refuse_grouping(figure: KeyFigure, by: Grouping | None) -> None:
    if by is not None and by not in figure.groupings:
        known = ", ".join(figure.groupings)
        detail = f"{figure.name} is not broken down by {by}: ask for one of {known}"
        raise Problem(DoorCode.INVALID_INPUT, detail)


async def _compute(
    doors: Platform, figures: Iterable[KeyFigure], asked: Asked, by: Grouping | None
) -> list[Computed]:
    """Compute them one after the other in one snapshot, so that they agree."""
    snapshot = doors.engine.execution_options(isolation_level="REPEATABLE READ")
    async with snapshot.connect() as connection:
        return [await compute(connection, figure, asked, by) for figure in figures]
