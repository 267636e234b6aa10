"""Annual figures at the real doors, from what the database keeps."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest_asyncio

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.store.evidence import append
from tests.api_doors import Doors
from tests.communications_at_doors import code_of
from tests.papers import text_of
from tests.reporting_walk import ReportingWalk
from tests.statements import ROBIN, incident_facts

PATH = "/v1/annual-figures"


@pytest_asyncio.fixture(scope="module")
async def reported(doors: Doors) -> Doors:
    """An installation with one incident that was reported to the end, and what it has cost."""
    reporting = ReportingWalk().to_major()
    walk = reporting.walk
    walk.submit(ROBIN, incident_facts(costs_eur=250_000, third_party_origin=True))
    reporting.report(ReportKind.INITIAL)
    reporting.report(ReportKind.INTERMEDIATE)
    walk.wait(timedelta(days=3))
    reporting.report(ReportKind.FINAL)
    await append(doors.platform.engine, walk.entries())
    return doors


async def read(reported: Doors, query: str) -> dict[str, Any]:
    """Read the figures as JSON."""
    answer = await reported.call("GET", f"{PATH}?{query}", "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_year_of_the_final_report_has_its_costs_and_its_limits(reported: Doors) -> None:
    """Each number with the entries behind it; another entity and another year have nothing."""
    found = await read(reported, "year=2026")
    (line,) = found["costs"]
    assert (found["gross_eur"], line["taken"], line["reference"]) == (
        250_000,
        "final_report",
        line["incident"],
    )
    assert (found["major_incidents"], found["disposed"]) == (1, [])
    assert found["on_time"] == {"count": 3, "of": 3, "unknown": 0, "basis_points": 10_000}
    assert found["third_party_origin"]["count"] == 1
    assert all(report["entries"] for report in found["reports"])
    for query in ("year=2025", "year=2026&entity=nobody"):
        other = await read(reported, query)
        assert (other["costs"], other["reports"], other["incidents"]) == ([], [], [])
    of_entity = await read(reported, f"year=2026&begins_in=3&entity={line['entities'][0]}")
    assert (of_entity["gross_eur"], of_entity["year"]) == (250_000, "2026-03 to 2027-02")


async def test_the_figures_are_to_be_had_as_csv_and_on_paper(reported: Doors) -> None:
    """The same costs in both."""
    answer = await reported.call("GET", f"{PATH}.csv?year=2026", "compliance")
    (line,) = csv.DictReader(io.StringIO(answer.text))
    assert line["gross_eur"] == "250000"
    answer = await reported.call("GET", f"{PATH}.pdf?year=2026", "auditor")
    assert answer.headers["content-type"] == "application/pdf"
    assert "250,000 EUR" in " ".join(text_of(answer.content))


async def test_a_year_has_to_be_named(reported: Doors) -> None:
    """And its first month is one of twelve."""
    for query in ("", "?year=2026&begins_in=13", "?year=26"):
        answer = await reported.call("GET", f"{PATH}{query}", "auditor")
        assert code_of(answer) == (422, "invalid_input")
