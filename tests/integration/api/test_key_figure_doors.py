"""Key figures at the doors, against a second program over the raw entries."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import generate_latest
from rich.console import Console

from holdfast.cli.key_figures import print_key_figures
from holdfast.domain.key_figures.definitions import KEY_FIGURES
from holdfast.domain.key_figures.kinds import Unit
from holdfast.domain.key_figures.words import in_words
from holdfast.domain.values import rfc3339
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild_incident
from tests.api_doors import Doors, eventually
from tests.communications_at_doors import code_of
from tests.incident_at_work import new_incident_id
from tests.key_figures_by_hand import by_hand, summarised
from tests.measured_walks import measured_walks

_QUARTER = (datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
_BEFORE = (datetime(2025, 1, 1, tzinfo=UTC), _QUARTER[0])
_INCIDENTS = 20
_REBUILT = 4

Seen = dict[str, list[dict[str, Any]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(doors: Doors) -> AsyncIterator[Seen]:
    """What the second program makes of incidents of all fates."""
    incidents = [new_incident_id() for _ in range(_INCIDENTS)]
    for entries in measured_walks(incidents, seed=7):
        await append(doors.platform.engine, entries)
    rows = await doors.rows("SELECT body FROM evidence.record ORDER BY position")
    yield by_hand([bytes(row.body) for row in rows], datetime.now(UTC))


async def read(doors: Doors, path: str, person: str = "auditor") -> Any:  # noqa: ANN401 - JSON
    """Read a door as JSON."""
    answer = await doors.call("GET", f"/v1/{path}", person)
    assert answer.status_code == 200, answer.text
    return answer.json()


def within(seen: list[dict[str, Any]], period: tuple[datetime, datetime]) -> list[dict[str, Any]]:
    """Those that fall into a period."""
    return [one for one in seen if period[0] <= one["at"] < period[1]]


def same(figure: str, summary: dict[str, Any], seen: list[dict[str, Any]]) -> None:
    """The door says what the second program says; ages go on while both are asked."""
    wanted = summarised(figure, seen)
    said = {name: summary[name] for name in wanted}
    oldest = said["oldest_open_at"]
    said["oldest_open_at"] = datetime.fromisoformat(oldest) if oldest else None
    if figure == "remediation_ageing":
        for name in ("median", "p90", "mean", "worst", "total"):
            if wanted[name] is not None:
                assert 0 <= said.pop(name) - wanted.pop(name) <= 600 * len(seen)
    assert said == {name: wanted[name] for name in said}, figure


@pytest.mark.parametrize(
    ("query", "keep"),
    [
        ("", lambda _: True),
        ("&severity=SEV1", lambda one: one["severity"] == "SEV1"),
        ("&service=online-banking", lambda one: "online-banking" in one["services"]),
        ("&entity=beispielbank", lambda one: "beispielbank" in one["entities"]),
    ],
)
async def test_every_figure_is_what_a_second_program_finds_in_the_raw_entries(
    doors: Doors, known: Seen, query: str, keep: Callable[[dict[str, Any]], bool]
) -> None:
    """Of a quarter, of all incidents and of some; against the quarter before where compared."""
    answer = await read(doors, f"kpis?quarter=2025-Q2{query}")
    assert [each["name"] for each in answer["figures"]] == list(KEY_FIGURES)
    for each in answer["figures"]:
        seen = [one for one in known[each["name"]] if keep(one)]
        same(each["name"], each["summary"], within(seen, _QUARTER))
        if each["before"] is not None:
            past = within(seen, _BEFORE)
            same(each["name"], each["before"], past)
            total = sum(one["value"] or 0 for one in within(seen, _QUARTER))
            before = sum(one["value"] or 0 for one in past)
            fallen = (before - total) * 10_000 // before if before else None
            assert each["reduction"]["total_basis_points"] == fallen


async def test_a_service_fails_again_just_after_the_period(doors: Doors, known: Seen) -> None:
    """The next incident ends the quiet time, wherever it lies; the first moment after counts."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    for one in known["stability"][3:9]:
        until = one["at"]
        path = f"kpis/stability?from={rfc3339(begin)}&to={rfc3339(until)}"
        figure = (await read(doors, path))["figure"]
        same("stability", figure["summary"], within(known["stability"], (begin, until)))


def groups_of(one: dict[str, Any], by: str) -> list[str | None]:
    """The groups into which an observation falls."""
    if by == "month":
        return [f"{one['at']:%Y-%m}"]
    if by == "quarter":
        return [f"{one['at'].year}-Q{(one['at'].month + 2) // 3}"]
    if by in {"service", "entity"}:
        return one["services" if by == "service" else "entities"] or [None]
    return [one[by]]


@pytest.mark.parametrize("by", ["month", "quarter", "severity", "service", "entity", "kind"])
async def test_every_group_is_what_the_second_program_finds(
    doors: Doors, known: Seen, by: str
) -> None:
    """Over all the time in which something happened."""
    begin, end = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)
    answer = await read(doors, f"kpis?from=2025-03-01T00:00:00Z&to=2025-10-01T00:00:00Z&by={by}")
    for each in answer["figures"]:
        if by not in KEY_FIGURES[each["name"]].groupings:
            assert each["groups"] == []
            continue
        wanted: dict[str | None, list[dict[str, Any]]] = {}
        for one in within(known[each["name"]], (begin, end)):
            for name in groups_of(one, by):
                wanted.setdefault(name, []).append(one)
        assert {group["name"] for group in each["groups"]} == set(wanted)
        for group in each["groups"]:
            same(each["name"], group["summary"], wanted[group["name"]])
        if by == "month" and KEY_FIGURES[each["name"]].compared:
            fallen_by_month(each["groups"], known[each["name"]])


def fallen_by_month(groups: list[dict[str, Any]], seen: list[dict[str, Any]]) -> None:
    """Each month is compared with the one before it, where there was something."""
    total: dict[str, int] = {}
    for one in seen:
        total[f"{one['at']:%Y-%m}"] = total.get(f"{one['at']:%Y-%m}", 0) + (one["value"] or 0)
    compared = 0
    for group in groups:
        before = total.get(f"2025-{int(group['name'][5:]) - 1:02d}")
        fallen = (before - total[group["name"]]) * 10_000 // before if before else None
        said = group["reduction"] and group["reduction"]["total_basis_points"]
        assert said == fallen
        compared += said is not None
    assert compared >= 3


@pytest.mark.parametrize("name", KEY_FIGURES)
async def test_each_number_names_the_entries_behind_it(
    doors: Doors, known: Seen, name: str
) -> None:
    """Page by page, in order, each observation once."""
    path = f"kpis/{name}/observations?quarter=2025-Q2&limit=7"
    found, cursor = [], ""
    while True:
        page = await read(doors, f"{path}{cursor}")
        found += page["observations"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    wanted = within(known[name], _QUARTER)
    order = [(one["at"], one["incident_id"], one["subject"]) for one in found]
    assert order == sorted(order)
    assert len(set(order)) == len(order)

    def told(one: dict[str, Any]) -> tuple[object, ...]:
        value = None if one["state"] == "open" else one["value"]
        return (one["incident_id"], one["state"], str(value), sorted(one["entries"]))

    assert sorted(map(told, found)) == sorted(map(told, wanted))


async def test_what_is_rebuilt_gives_the_same_figures(doors: Doors, known: Seen) -> None:
    """Byte for byte, in every row."""
    tables = ("measured_incident", "measured_course")

    async def rows() -> list[str]:
        queries = [f"SELECT t::text FROM projection.{each} t ORDER BY 1" for each in tables]  # noqa: S608 - our own
        return [row[0] for query in queries for row in await doors.rows(query)]

    before = await rows()
    async with doors.platform.engine.begin() as connection:
        for one in known["time_to_detect"][:_REBUILT]:
            await rebuild_incident(connection, one["incident_id"])
    assert await rows() == before
    assert len(before) > len(known["stability"])


async def test_figures_come_as_csv_and_as_a_page(doors: Doors, known: Seen) -> None:
    """The page runs nothing and fetches nothing."""
    answer = await doors.call("GET", "/v1/kpis.csv?quarter=2025-Q2&by=severity", "auditor")
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    (line,) = [x for x in lines if x["name"] == "time_to_contain" and not x["group"]]
    wanted = summarised("time_to_contain", within(known["time_to_contain"], _QUARTER))
    assert (line["median"], line["open"]) == (str(wanted["median"]), str(wanted["open"]))
    page = await doors.call("GET", "/v1/kpis.html?quarter=2025-Q2", "auditor")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha")
    assert page.text.count("<svg") == len(KEY_FIGURES)
    assert "<script" not in page.text
    assert "2025-04-01 to 2025-06-30, UTC" in page.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("kpis?quarter=2025-Q5", "quarter"),
        ("kpis?quarter=2025-Q2&to=2025-08-01T00:00:00Z", "leave from and to out"),
        ("kpis?from=2025-08-01T00:00:00Z&to=2025-07-01T00:00:00Z", "give from before to"),
        ("kpis?from=2020-08-01T00:00:00Z&to=2025-07-01T00:00:00Z", "ask for at most 1100"),
        ("kpis/time_to_detect?by=kind", "ask for one of month, quarter, severity"),
        ("kpis/happiness", "time_to_detect"),
        ("kpis/stability/observations?cursor=abc", "cursor"),
    ],
)
async def test_what_is_no_period_is_refused_with_the_next_step(
    doors: Doors, path: str, words: str
) -> None:
    """As a problem, in words."""
    answer = await doors.call("GET", f"/v1/{path}", "auditor")
    assert code_of(answer) == (422, "invalid_input")
    assert words in answer.text
    assert (await doors.client.get(f"/v1/{path}")).status_code == 401


class Told:
    """What a door has answered, as the command line asks for it."""

    def __init__(self, answer: Any) -> None:  # noqa: ANN401 - JSON
        """Keep it."""
        self._answer = answer

    def get(self, path: str, person: str, **parameters: str | int) -> Any:  # noqa: ANN401 - JSON
        """Hand it over, where it is what was asked for."""
        assert (path, person) == ("/v1/kpis", "auditor")
        assert parameters == {"quarter": "2025-Q2", "by": "severity"}
        return self._answer


async def test_the_command_line_prints_what_the_door_says(doors: Doors, known: Seen) -> None:
    """A line for each figure and for each of its groups, in words."""
    answer = await read(doors, "kpis?quarter=2025-Q2&by=severity")
    console = Console(record=True, width=140, file=io.StringIO())
    print_key_figures(Told(answer), quarter="2025-Q2", by="severity", console=console)
    lines = console.export_text().splitlines()
    wanted = summarised("time_to_contain", within(known["time_to_contain"], _QUARTER))
    (line,) = [each for each in lines if "Time to contain" in each]
    assert in_words(wanted["median"], Unit.SECONDS) in line
    assert f" {wanted['measured']} " in line
    assert sum("SEV1" in each for each in lines) >= 5


async def test_the_last_ninety_days_are_scraped(doors: Doors, known: Seen) -> None:
    """As gauges that were computed after an earlier scrape."""
    gauges = doors.platform.key_figures
    await gauges.compute(datetime(2025, 6, 30, tzinfo=UTC))
    scraped = generate_latest(doors.platform.metrics.registry).decode()
    window = (datetime(2025, 4, 1, tzinfo=UTC), datetime(2025, 6, 30, tzinfo=UTC))
    wanted = summarised("time_to_recover", within(known["time_to_recover"], window))
    line = 'holdfast_kpi{name="time_to_recover",statistic="median"} '
    assert f"{line}{float(wanted['median'])}\n" in scraped
    assert (await doors.client.get("/metrics")).status_code == 200
    await eventually(lambda: _recomputed(doors))


def _recomputed(doors: Doors) -> bool:
    """Whether the gauges are those of the present ninety days, which a scrape has asked for."""
    scraped = generate_latest(doors.platform.metrics.registry).decode()
    return 'holdfast_kpi{name="time_to_recover",statistic="open"} 0.0' in scraped
