"""The doors that look at third parties across incidents, over entries of the rules themselves."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from holdfast.domain.third_party.kinds import Said
from holdfast.domain.third_party.quarters import quarter_of
from holdfast.store.evidence import append
from tests.api_doors import Doors
from tests.communications_at_doors import code_of
from tests.escalated_incident import CLOUD, CLOUD_CONTRACT, EscalatedIncident
from tests.incident_at_work import new_incident_id
from tests.statements import NOON

LEDGER, CONTRACT = "core-ledger", "CA-2024-014"
_MARCH = "from=2026-Q1&to=2026-Q1"


@pytest_asyncio.fixture(scope="module")
async def told(doors: Doors) -> AsyncIterator[list[str]]:
    """Two incidents: one in March of 2026 that is over, and one whose provider is late now."""
    over = EscalatedIncident(new_incident_id()).all()
    late = EscalatedIncident(new_incident_id(), datetime.now(UTC) - timedelta(hours=1))
    late.wait(minutes=45)
    for reference in ("CL-77", "CL-78"):
        late.ledger.say(Said.DOCUMENT, documents=[_DOCUMENT], their_reference=reference)
    for scene in (over, late):
        await append(doors.platform.engine, scene.walk.entries())
    yield [scene.walk.state.incident_id for scene in (over, late)]


_DOCUMENT = {"name": "Report", "media_type": "text/plain", "digest": f"sha256:{'0' * 64}"}


async def read(doors: Doors, path: str, person: str = "auditor", **headers: str) -> Any:  # noqa: ANN401 - whatever the door answers
    """Read a view as JSON."""
    answer = await doors.call("GET", f"/v1/{path}", person, **headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_providers_come_in_the_order_of_what_needs_attention(
    doors: Doors, told: list[str]
) -> None:
    """What is late comes before what is quiet; all that have contracts are there."""
    found = (await read(doors, "third-parties"))["providers"]
    names = [each["provider"] for each in found]
    assert names[0] == LEDGER
    assert {CLOUD, "kartennetz"} < set(names)
    first = found[0]
    assert (first["name"], first["contracts"], first["escalations"], first["open"]) == (
        *("Core Ledger Ltd", 1, 2, 1),
    )
    assert first["next_clock"]["incident_id"] == told[1]
    assert first["next_clock"]["clock_id"] == "third-party-1:first_response-1"
    assert first["overdue"] == 1
    quarters = [each["quarter"] for each in first["attainment"]]
    assert quarters[-1] == quarter_of(datetime.now(UTC)).name
    assert len(quarters) == 4
    assert first["breaches"] >= 1
    quiet = found[names.index("kartennetz")]
    assert (quiet["open"], quiet["next_clock"], quiet["breaches"]) == (0, None, 0)
    assert {each["per_mille"] for each in quiet["attainment"]} == {None}


async def test_a_provider_is_read_with_all_that_is_known_of_it(
    doors: Doors, told: list[str]
) -> None:
    """Contracts with their terms in short, escalations, breaches, attainment, its own incidents."""
    found = await read(doors, f"third-parties/{LEDGER}")
    (contract,) = found["contracts"]
    assert (contract["contract"], contract["exit_plan"]) == (CONTRACT, "EXIT-2024-CORE-LEDGER")
    assert contract["times"]["SEV1"]["restore"] == "PT4H"
    assert contract["rungs"][0] == "Duty desk"
    assert [each["function"] for each in contract["functions"]] == ["F1", "F3"]
    assert contract["subcontractors"] == [{"provider": CLOUD, "rank": 2}]
    assert [(each["incident_id"], each["stage"]) for each in found["escalations"]] == [
        (told[1], "asked"),
        (told[0], "closed"),
    ]
    past = [each for each in found["breaches"] if each["incident_id"] == told[0]]
    assert [(each["clock"], each["outcome"]) for each in past] == [("acknowledge", "met_late")]
    assert past[0]["entries"][0].startswith("third-party/")
    theirs = {each["their_reference"]: each["incidents"] for each in found["theirs"]}
    ours = {name: [each["incident_id"] for each in of] for name, of in theirs.items()}
    assert ours == {"CL-77": sorted(told), "CL-78": [told[1]]}
    (origin,) = found["origins"]
    assert (origin["origin_provider"], origin["rank"]) == (CLOUD, 2)
    cloud = await read(doors, f"third-parties/{CLOUD}")
    assert [each["incident_id"] for each in cloud["origins"]] == [told[0]]
    assert {each["contract"] for each in cloud["contracts"]} > {CLOUD_CONTRACT}


async def test_attainment_is_counted_with_the_entries_behind_it(
    doors: Doors, told: list[str]
) -> None:
    """By contract, quarter and kind; what was cancelled is not in it."""
    found = await read(doors, f"third-parties/attainment?{_MARCH}&provider={LEDGER}")
    counted = {
        each["clock"]: (each["met"], each["met_late"], each["missed"], each["per_mille"])
        for each in found["times"]
    }
    assert counted == {
        "acknowledge": (1, 1, 0, 500),
        "first_response": (2, 0, 0, 1_000),
        "update": (3, 0, 0, 1_000),
        "workaround": (2, 0, 0, 1_000),
        "restore": (2, 0, 0, 1_000),
    }
    assert all(len(each["clocks"]) == sum(counted[each["clock"]][:3]) for each in found["times"])
    late = [c for c in found["times"][0]["clocks"] if c["outcome"] == "met_late"]
    assert late[0]["incident_id"] == told[0]
    rows = await doors.rows(
        "SELECT kind FROM evidence.record WHERE entry_id = ANY(:ids) ORDER BY sequence",
        ids=late[0]["entries"],
    )
    assert [row.kind for row in rows] == ["clock.armed", "clock.missed", "clock.met"]
    short = await read(
        doors, f"third-parties/attainment?{_MARCH}&contract={CONTRACT}&entries=false"
    )
    assert [each["clocks"] for each in short["times"]] == [None] * 5
    nobody = await read(doors, f"third-parties/attainment?{_MARCH}&provider=nobody")
    assert nobody["times"] == []


async def test_attainment_is_written_as_a_table(doors: Doors, told: list[str]) -> None:
    """For whoever asks for `text/csv`."""
    path = f"/v1/third-parties/attainment?{_MARCH}"
    answer = await doors.call("GET", path, "auditor", Accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    ledger = [row for row in rows if row["provider"] == LEDGER]
    assert [(row["clock"], row["per_mille"]) for row in ledger][:2] == [
        ("acknowledge", "500"),
        ("first_response", "1000"),
    ]
    assert all(entry.startswith("third-party/") for entry in ledger[0]["entries"].split())
    assert [row["contract"] for row in rows if row["provider"] == CLOUD] == [CLOUD_CONTRACT]
    again = await doors.call("GET", f"{path}&format=csv", "auditor")
    assert again.text == answer.text
    del told


@pytest.mark.parametrize(
    "query",
    [
        *("from=2026-Q5", "from=2026-Q2&to=2026-Q1", "from=2001-Q1&to=2026-Q1", "provider=%20"),
        *("per=year", "entries=perhaps"),
    ],
)
async def test_a_window_that_is_none_is_refused(doors: Doors, query: str) -> None:
    """With what would be one."""
    answer = await doors.call("GET", f"/v1/third-parties/attainment?{query}", "auditor")
    assert code_of(answer) == (422, "invalid_input")


async def test_concentration_is_told_with_what_is_open(doors: Doors, told: list[str]) -> None:
    """The cloud provider works in the ledger's chain: its failure hits what is open there."""
    found = await read(doors, f"third-parties/{CLOUD}/concentration")
    hit = found["concentration"]
    ways = {each["contract"]: (each["way"], each["rank"]) for each in hit["contracts"]}
    assert ways[CONTRACT] == ("subcontractor", 2)
    assert ways[CLOUD_CONTRACT] == ("direct", 1)
    assert hit["critical_share_per_mille"] == 1_000 * hit["critical_functions_hit"] // 4
    assert [(each["incident_id"], each["provider"]) for each in found["open"]] == [
        (told[1], LEDGER)
    ]


async def test_their_incident_leads_to_ours(doors: Doors, told: list[str]) -> None:
    """By provider and reference, exactly as it was given."""
    path = "third-parties/incidents"
    (found,) = (await read(doors, f"{path}?provider={LEDGER}&their_reference=CL-77"))["incidents"]
    assert [each["incident_id"] for each in found["incidents"]] == sorted(told)
    assert {each["phase"] for each in found["incidents"]} == {"contain"}
    assert (await read(doors, f"{path}?their_reference=cl-77"))["incidents"] == []
    every = (await read(doors, path))["incidents"]
    assert {each["their_reference"] for each in every} == {"CL-77", "CL-78", "NC-9"}


async def test_what_has_to_follow_is_listed(doors: Doors, told: list[str]) -> None:
    """Once the review was signed off; before that, nothing."""
    found = await read(doors, f"incidents/{told[0]}/remediation")
    assert [(each["basis"], each["state"]) for each in found["proposals"]] == [
        ("DORA Art. 28(7)(a)", "proposed"),
        ("DORA Art. 28(7)(c)", "proposed"),
        ("DORA Art. 28(8)", "proposed"),
    ]
    assert (await read(doors, f"incidents/{told[1]}/remediation"))["proposals"] == []


async def test_whoever_may_read_reads_and_nobody_else(doors: Doors) -> None:
    """An alert source does not; and what is not there is said so."""
    for path in ("third-parties", f"third-parties/{LEDGER}", "third-parties/attainment"):
        refused = await doors.call("GET", f"/v1/{path}", "alert_source")
        assert code_of(refused) == (403, "not_allowed")
        assert (await doors.call("GET", f"/v1/{path}", "responder")).status_code == 200
    for path in ("third-parties/nobody", "third-parties/nobody/concentration"):
        assert code_of(await doors.call("GET", f"/v1/{path}", "auditor")) == (404, "not_found")
    missing = await doors.call("GET", "/v1/incidents/INC-2026-000000/remediation", "auditor")
    assert code_of(missing) == (404, "not_found")


async def test_a_deadline_counts_where_it_lies_in_utc(doors: Doors, told: list[str]) -> None:
    """Nothing of March is counted in another quarter."""
    assert quarter_of(NOON).name == "2026-Q1"
    path = f"third-parties/attainment?from=2025-Q1&to=2025-Q4&provider={LEDGER}"
    assert (await read(doors, path))["times"] == []
    del told
