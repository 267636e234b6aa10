"""The door of attainment: how far providers kept the times of their contracts, by quarter."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import RowMapping

from api.authentication import AnyReader
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from api.third_parties.attainment_models import AttainedTime, Attainment, SettledTime, attained_time
from holdfast.domain.third_party.quarters import QUARTER_PATTERN, quarter_named, quarter_of
from holdfast.domain.values import Identifier
from holdfast.dora.register.codes import ContractReference
from holdfast.store.third_parties.attainment import (
    Attained,
    Window,
    count_attainment,
    list_settled,
)

__all__ = ["router"]

router = APIRouter(prefix="/v1/third-parties", tags=["third parties"], route_class=StrictRoute)

_MOST_QUARTERS = 40
_MOST_CLOCKS = 10_000
_QUARTERS_BACK = -3
_CSV = "text/csv"
_COLUMNS = (
    *("provider", "contract", "quarter", "clock", "met", "met_late", "missed", "per_mille"),
    "entries",
)

QuarterName = Annotated[str, StringConstraints(pattern=QUARTER_PATTERN)]


class AttainmentQuery(BaseModel):
    """Which times, and how they are to look."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    first: QuarterName | None = Field(
        default=None, alias="from", description="`2026-Q1`; three before the last, if left out."
    )
    last: QuarterName | None = Field(
        default=None, alias="to", description="With all of it; this one, if left out."
    )
    provider: Identifier | None = None
    contract: ContractReference | None = None
    entries: bool = Field(
        default=True, description="Whether to name each time that was counted, with its entries."
    )
    format: Literal["json", "csv"] | None = Field(
        default=None, description="Instead of `Accept: text/csv`."
    )


@router.get(
    "/attainment",
    summary="Count how far providers kept their times",
    response_model=Attainment,
    dependencies=[AnyReader],
    responses={
        200: {"content": {_CSV: {"example": f"{','.join(_COLUMNS)}\r\n"}}},
        **problems(401, 403, 422, 503),
    },
)
async def get_attainment(
    doors: Doors,
    query: Annotated[AttainmentQuery, Query()],
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Count, by contract, quarter and kind of time, what was met in time, late, and not at all.

    A time belongs to the quarter (UTC) in which it was due. What was cancelled, or runs still, is
    not counted. CSV for `Accept: text/csv`.
    """
    window = _window(query, datetime.now(UTC))
    snapshot = doors.engine.execution_options(isolation_level="REPEATABLE READ")
    # Both statements see the same: what is named is what was counted.
    async with snapshot.connect() as connection:
        counted = await count_attainment(connection, window)
        if query.entries:
            _refuse_too_many(counted)
        settled = await list_settled(connection, window, _MOST_CLOCKS) if query.entries else None
    times = _times(counted, settled)
    if query.format == "csv" or (query.format is None and (accept or "").startswith(_CSV)):
        return Response(_as_csv(times), media_type=_CSV)
    return answer_with(200, Attainment(first=window.first.name, last=window.last.name, times=times))


def _window(query: AttainmentQuery, now: datetime) -> Window:
    last = quarter_named(query.last) if query.last else quarter_of(now)
    first = quarter_named(query.first) if query.first else last.later(_QUARTERS_BACK)
    if not 0 < (length := len(first.until(last))) <= _MOST_QUARTERS:
        detail = f"{first.name} to {last.name} are {length} quarters: ask for 1 to {_MOST_QUARTERS}"
        raise Problem(DoorCode.INVALID_INPUT, detail)
    return Window(first, last, query.provider, query.contract)


def _refuse_too_many(counted: Sequence[Attained]) -> None:
    if (total := sum(each.counted for each in counted)) > _MOST_CLOCKS:
        detail = (
            f"{total} times were due, and at most {_MOST_CLOCKS} are named with their entries: "
            "ask for fewer quarters, one provider, or entries=false"
        )
        raise Problem(DoorCode.INVALID_INPUT, detail)


def _times(counted: Sequence[Attained], settled: Sequence[RowMapping] | None) -> list[AttainedTime]:
    times = [attained_time(each) for each in counted]
    if settled is None:
        return times
    found: dict[tuple[str, ...], list[SettledTime]] = defaultdict(list)
    for row in settled:
        quarter = quarter_of(row["due_at"]).name
        key = (row["provider"], row["contract"], quarter, row["clock"])
        found[key].append(SettledTime.model_validate(row))
    return [
        each.model_copy(
            update={"clocks": found[each.provider, each.contract, each.quarter, each.clock]}
        )
        for each in times
    ]


def _as_csv(times: Sequence[AttainedTime]) -> str:
    """Write RFC 4180: one line each, the ids of entries with a space between."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_COLUMNS)
    for each in times:
        entries = " ".join(entry for clock in each.clocks or () for entry in clock.entries)
        writer.writerow([*(getattr(each, name) for name in _COLUMNS[:-1]), entries])
    return lines.getvalue()
