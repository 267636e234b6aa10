"""The doors of recurring incidents, with the real Temporal and worker behind them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.domain.recurrence.periods import Period
from tests.api_doors import Doors, eventually
from tests.recurrence_at_work import new_period, stored_incident

_CAUSE = "The certificate of the gateway has lapsed."


async def _assess(doors: Doors, period: Period, person: str = "compliance") -> Any:  # noqa: ANN401 - httpx's response
    """Ask for an assessment, and wait for its receipt."""
    body = {"month": period.month, "number": period.number}
    return await doors.call("POST", "/v1/recurrence", person, body, Prefer="wait=20")


async def _with_series(doors: Doors) -> tuple[Period, dict[str, Any]]:
    """Let a month with a series be assessed; return its question."""
    period = new_period(over=True)
    for day in (1, 2):
        at = period.begins + timedelta(days=day)
        await stored_incident(doors.platform.engine, at, _CAUSE)
    assert (await _assess(doors, period)).status_code == 200
    asked: dict[str, Any] = {}

    async def look() -> bool:
        found = (await doors.call("GET", f"/v1/recurrence/{period.name}", "auditor")).json()
        asked.update(next(iter(found["decisions"]), {}))
        return bool(found["decisions"] and found["clocks"])

    await eventually(look)
    return period, asked


async def _decide(
    doors: Doors, period: Period, person: str, asked: dict[str, Any], **answer: object
) -> Any:  # noqa: ANN401 - httpx's response
    body = {
        "decision_id": f"d-{uuid.uuid4()}",
        "subject_digest": asked["subject"]["digest"],
    } | answer
    path = f"/v1/recurrence/{period.name}/decisions/{asked['request_id']}"
    return await doors.call("POST", path, person, body, Prefer="wait=20")


async def test_a_month_is_assessed_by_hand_and_its_receipt_says_so(working: Doors) -> None:
    """Once; and again under the next number only."""
    period = new_period(over=True)
    receipt = await _assess(working, period)
    assert receipt.status_code == 200, receipt.text
    assert receipt.json()["kind"] == "recurrence.assessed"
    assert receipt.json()["incident_id"] == period.chain
    again = await working.call("GET", f"/v1/receipts/{period.chain}", "auditor")
    assert again.json() == receipt.json()

    twice = await _assess(working, period)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:holdfast:problem:conflict")
    third = await _assess(working, Period(month=period.month, number=3))
    assert third.status_code == 409
    second = await _assess(working, Period(month=period.month, number=2))
    assert second.json()["incident_id"] == f"{period.chain}-2"

    listed = (await working.call("GET", "/v1/recurrence?limit=200", "auditor")).json()
    names = [one["assessment"] for one in listed["assessments"]]
    place = names.index(f"{period.name}-2")
    assert names[place + 1] == period.name
    assert names == sorted(names, reverse=True)


async def test_what_cannot_be_assessed_is_told(working: Doors) -> None:
    """A month that is not over, one that is none, another role."""
    now = datetime.now(UTC)
    assert (await _assess(working, Period(month=f"{now:%Y-%m}"))).status_code == 409
    for body in ({"month": "2026-13"}, {"month": "march"}, {"month": "2020-01", "number": 0}, {}):
        answer = await working.call("POST", "/v1/recurrence", "compliance", body)
        assert answer.status_code == 422, body
    assert (await _assess(working, new_period(over=True), "responder")).status_code == 403


async def test_a_series_is_read_and_decided_at_the_door(working: Doors) -> None:
    """As a decision of an incident is: once, whatever is repeated, with a receipt."""
    period, asked = await _with_series(working)
    assert (asked["kind"], asked["roles"]) == ("recurrence.confirmation", ["compliance"])
    answer = {"decision_id": f"d-{uuid.uuid4()}", "option": "confirm"}
    first = await _decide(working, period, "compliance", asked, **answer)
    assert (first.status_code, first.json()["accepted"]) == (200, True)
    assert (await _decide(working, period, "compliance", asked, **answer)).json() == first.json()
    receipt = await working.call("GET", f"/v1/decisions/{answer['decision_id']}", "auditor")
    assert receipt.json() == first.json()

    found = (await working.call("GET", f"/v1/recurrence/{period.name}", "auditor")).json()
    (outcome,) = found["outcomes"].values()
    assert (outcome["major"], outcome["overridden"]) == (True, False)
    assert [clock["state"] for clock in found["clocks"]] == ["met"]
    late = await _decide(working, period, "compliance", asked, option="confirm")
    assert late.json()["type"] == "urn:holdfast:problem:decision_not_open"


async def test_early_refusals_are_told_and_those_that_matter_recorded(working: Doors) -> None:
    """The wrong role and the stale digest leave an entry; a wrong option does not."""
    period, asked = await _with_series(working)
    stale = {**asked, "subject": {"digest": f"sha256:{'0' * 64}"}}
    attempts = [
        ("responder", asked, {"option": "confirm"}, 403, "role_not_entitled"),
        ("compliance", stale, {"option": "confirm"}, 409, "stale_digest"),
        ("compliance", asked, {"option": "whatever"}, 422, "unknown_option"),
        ("compliance", asked, {"option": "override", "rationale": "x"}, 422, "data_invalid"),
    ]
    for person, about, answer, status, code in attempts:
        refused = await _decide(working, period, person, about, **answer)
        assert refused.status_code == status, refused.text
        assert refused.json()["type"] == f"urn:holdfast:problem:{code}"

    async def recorded() -> bool:
        rows = await working.rows(
            "SELECT summary FROM projection.timeline WHERE incident_id = :chain"
            " AND kind = 'submission.refused' ORDER BY position",
            chain=period.chain,
        )
        return [row.summary.split("(")[1].split(")")[0] for row in rows] == [
            "role_not_entitled",
            "stale_digest",
        ]

    await eventually(recorded)


async def test_an_assessment_that_is_not_there_is_told(working: Doors) -> None:
    """And a request that is not, and a name that is none."""
    period = new_period(over=True)
    path = f"/v1/recurrence/{period.name}"
    assert (await working.call("GET", path, "auditor")).status_code == 404
    assert (await working.call("GET", f"{path}-1", "auditor")).status_code == 404
    assert (await working.call("GET", "/v1/recurrence/march", "auditor")).status_code == 422
    asked = {"subject": {"digest": f"sha256:{'0' * 64}"}, "request_id": "x"}
    unknown = await _decide(working, period, "compliance", asked, option="confirm")
    assert (unknown.status_code, unknown.json()["type"]) == (
        404,
        "urn:holdfast:problem:unknown_request",
    )
    # The workflow of an incident is never reached through this door.
    incident = await working.call("GET", "/v1/recurrence/INC-2026-000001", "auditor")
    assert incident.status_code == 422
