"""A directory that would not serve when it is needed: warned of wherever people look."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from prometheus_client import generate_latest
from sqlalchemy import text

from api.directory_watch import DirectoryWatch
from holdfast.stack.directory_findings import directory_finding
from tests.api_doors import Doors
from tests.directory_at_doors import CONTACTS, directory, points, post, put


@pytest_asyncio.fixture
async def duty(doors: Doors) -> AsyncIterator[dict[str, str]]:
    """The points of the duty commander, who has been recorded."""
    given = points()
    assert (await put(doors, "duty-commander", given)).status_code == 200
    yield given
    await doors.call("DELETE", f"{CONTACTS}/duty-commander", "compliance")


async def _age(doors: Doors, contact: str, days: int) -> None:
    """Let points have been confirmed that long ago."""
    statement = text(
        "UPDATE personal.contact_point SET recorded_at = recorded_at - :days * interval '1 day',"
        " confirmed_at = confirmed_at - :days * interval '1 day' WHERE contact_id = :contact"
    )
    async with doors.platform.engine.begin() as connection:
        await connection.execute(statement, {"days": days, "contact": contact})


async def test_points_that_nobody_confirms_are_warned_of_everywhere(
    doors: Doors, duty: dict[str, str]
) -> None:
    """In the answer, in the metrics and by the doctor; once confirmed, no more."""
    del duty
    platform = doors.platform
    watch = DirectoryWatch(platform.reads, platform.policies, platform.metrics)
    count = len((await directory(doors))["contacts"])
    for days, stale in ((89, 0), (2, 1)):
        await _age(doors, "duty-commander", days)
        found = await directory(doors)
        assert found["contacts"]["duty-commander"]["stale"] is bool(stale)
        codes = [each["code"] for each in found["warnings"]]
        assert codes.count("stale") == stale
        await watch.look()
        metrics = generate_latest(platform.metrics.registry).decode()
        assert f"holdfast_directory_stale_contacts {stale}.0" in metrics
        assert f"holdfast_directory_unreachable_contacts {count - 1}.0" in metrics
        finding = await directory_finding(platform.settings)
        assert not finding.ok
        told = "nobody has confirmed the points of duty-commander for 91 day(s)"
        assert (told in finding.detail) is bool(stale)
        assert "deputy-commander cannot be reached" in finding.detail
    mark = (await directory(doors))["contacts"]["duty-commander"]["fingerprint"]
    await post(doors, "duty-commander", "confirmation", {"fingerprint": mark})
    assert (await directory(doors))["contacts"]["duty-commander"]["stale"] is False


async def test_points_of_a_contact_that_is_no_more_can_only_be_removed(
    doors: Doors, duty: dict[str, str]
) -> None:
    """They are warned of until they are."""
    del duty
    rename = text(
        "UPDATE personal.contact_point SET contact_id = 'old-desk'"
        " WHERE contact_id = 'duty-commander'"
    )
    async with doors.platform.engine.begin() as connection:
        await connection.execute(rename)
    warnings = (await directory(doors))["warnings"]
    assert ("not_in_the_directory", "old-desk") in {(w["code"], w["contact_id"]) for w in warnings}
    for answer in (
        await put(doors, "old-desk", points()),
        await post(doors, "old-desk", "confirmation", {"fingerprint": "4f" * 32}),
        await put(doors, "nobody", points()),
        await post(doors, "deputy-commander", "disclosure", {"purpose": "x"}),
        await post(doors, "deputy-commander", "confirmation", {"fingerprint": "4f" * 32}),
    ):
        assert (answer.status_code, answer.json()["type"].split(":")[-1]) == (404, "not_found")
        assert answer.json()["contact_id"]
    assert (await doors.call("DELETE", f"{CONTACTS}/old-desk", "compliance")).status_code == 200
