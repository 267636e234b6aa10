"""Assessments of recurring incidents on the real parts: found, decided, forged, restarted."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributeKey
from temporalio.testing import ActivityEnvironment

from activities.recurrence import RecurrenceActivities
from holdfast.domain.events import EventKind
from holdfast.domain.recurrence.asking import AssessRecurrence
from holdfast.domain.recurrence.assessment import RecurrenceRequest
from holdfast.domain.recurrence.periods import Period, months_before
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.roles import SYSTEM
from holdfast.domain.submissions import Answer
from holdfast.domain.values import JsonObject, digest_of
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.policies import PolicyShelf
from holdfast.store.rebuild import rebuild
from holdfast.store.replaying import replay_incident
from tests.api_doors import eventually
from tests.integration.test_evidence_store import dump
from tests.recurrence_at_work import (
    Installation,
    at_work,
    installed,
    new_period,
    sign,
    stored_incident,
)
from tests.statements import COMPLIANCE, ROBIN

_LAPSED = "The certificate of the gateway has lapsed."


@pytest_asyncio.fixture(scope="module")
async def month(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Installation]:
    """An installation with the register that comes along."""
    del postgres
    async with installed(temporal, settings) as installation:
        yield installation


def series_of(assessment: JsonObject) -> list[JsonObject]:
    """The series of all entities."""
    return [series for finding in assessment["findings"] for series in finding["series"]]


async def test_a_month_in_which_nothing_recurs_is_recorded_too(month: Installation) -> None:
    """And its workflow ends, as nothing is left to decide."""
    period, incidents = await month.month_of_incidents(["A disk was full.", None])
    handle = await month.assess(period)
    assert await handle.result() == "2 incident(s) looked at: nothing recurs"
    (event,) = await month.events(period)
    assert (event.actor, event.payload["incidents"], event.payload["series"]) == (SYSTEM, 2, 0)
    assert event.payload["until"] == f"{period.ends:%Y-%m-%dT%H:%M:%S.%fZ}"
    (part,) = [part for part in event.payload["parts"] if part["incidents"]]
    assert part["without_root_cause"] == [incidents[1]]
    assert event.policy is not None
    assert event.policy.name == "dora-classification"


async def test_incidents_that_are_major_together_are_put_to_compliance(
    month: Installation,
) -> None:
    """Confirmed, the outcome is recorded and the workflow ends."""
    period, incidents = await month.month_of_incidents([_LAPSED, _LAPSED])
    handle = await month.assess(period)
    (series,) = series_of(await month.assessment(period))
    assert (series["incidents"], series["major"]) == (incidents, "yes")
    await eventually(lambda: _awaits(handle, "recurrence.confirmation-1"))
    receipt = await month.answer(period, COMPLIANCE, "confirm")
    assert receipt.accepted
    assert await handle.result() == "2 incident(s) looked at: 1 series"
    *_, decided = await month.events(period)
    assert decided.kind is EventKind.RECURRENCE_DECIDED
    assert (decided.payload["major"], decided.payload["overridden"]) == (True, False)
    assert decided.payload["incidents"] == incidents


async def _awaits(handle: WorkflowHandle[Any, Any], request_id: str) -> bool:
    attributes = (await handle.describe()).typed_search_attributes
    return attributes.get(SearchAttributeKey.for_keyword("HoldfastAwaiting")) == request_id


async def test_people_may_override_what_is_proposed(month: Installation) -> None:
    """And the entry says what was proposed."""
    period, _ = await month.month_of_incidents([_LAPSED, _LAPSED])
    handle = await month.assess(period)
    refused = await month.answer(period, ROBIN, "override", {"major": False})
    assert refused.result["reason"] == "role_not_entitled"
    await month.answer(period, COMPLIANCE, "override", {"major": False})
    await handle.result()
    *_, decided = await month.events(period)
    assert (decided.payload["major"], decided.payload["proposed"]) == (False, "yes")
    assert decided.payload["overridden"]


async def test_what_is_unknown_cannot_be_confirmed(month: Installation) -> None:
    """Somebody has to say which it is."""
    period = new_period()
    for day in (1, 2):
        at = period.begins + timedelta(days=day)
        await stored_incident(month.engine, at, _LAPSED, stated={})
    await month.assess(period)
    (series,) = series_of(await month.assessment(period))
    assert series["major"] == "unknown"
    refused = await month.answer(period, COMPLIANCE, "confirm")
    assert refused.result["reason"] == "unknown_option"
    assert (await month.answer(period, COMPLIANCE, "override", {"major": True})).accepted


async def test_a_fingerprint_that_people_state_links_what_texts_do_not(
    month: Installation,
) -> None:
    """And it parts what texts would link."""
    period = new_period()
    engine, day = month.engine, timedelta(days=1)
    one = await stored_incident(engine, period.begins, "Certificate expired.", named="gateway-cert")
    two = await stored_incident(engine, period.begins + day, _LAPSED, named="gateway-cert")
    await stored_incident(engine, period.begins + 2 * day, _LAPSED)
    await stored_incident(engine, period.begins + 3 * day, _LAPSED, named="another-cert")
    await month.assess(period)
    (series,) = series_of(await month.assessment(period))
    assert series["incidents"] == [one, two]


async def test_what_was_no_incident_or_another_one_is_left_out(month: Installation) -> None:
    """A false positive makes no series."""
    period = new_period()
    await stored_incident(month.engine, period.begins, _LAPSED)
    await stored_incident(month.engine, period.begins, _LAPSED, outcome="false_positive")
    await stored_incident(month.engine, period.begins, _LAPSED, outcome="duplicate")
    await month.assess(period)
    assert (await month.assessment(period))["incidents"] == 1


async def test_the_window_begins_six_months_before_the_month(month: Installation) -> None:
    """Its first moment is in, the one before is out, and so is the end of the month."""
    for offset, expected in ((timedelta(0), 2), (timedelta(microseconds=-1), 1)):
        period = new_period()
        since = months_before(period.begins, 6)
        await stored_incident(month.engine, since + offset, _LAPSED)
        await stored_incident(month.engine, period.begins, _LAPSED)
        await stored_incident(month.engine, period.ends, _LAPSED)
        await month.assess(period)
        assert (await month.assessment(period))["incidents"] == expected


async def test_a_series_that_was_decided_is_not_asked_about_again(month: Installation) -> None:
    """While its incidents and their facts are the same; another incident makes it another."""
    period, incidents = await month.month_of_incidents([_LAPSED, _LAPSED])
    handle = await month.assess(period)
    await month.answer(period, COMPLIANCE, "confirm")
    await handle.result()
    again = Period(month=period.month, number=2)
    await (await month.assess(again)).result()
    (series,) = series_of(await month.assessment(again))
    assert series["decided_before"].startswith(f"{period.workflow_id}#")
    (decided,) = (await month.assessment(again))["decided"]
    assert (decided["assessment"], decided["major"]) == (period.name, True)

    third = await stored_incident(month.engine, period.ends - timedelta(days=1), _LAPSED)
    anew = Period(month=period.month, number=3)
    await month.assess(anew)
    (series,) = series_of(await month.assessment(anew))
    assert (series["incidents"], series["decided_before"]) == ([*incidents, third], None)


async def test_an_exempt_entity_is_named_with_its_clause(
    settings: Settings, temporal: Client, postgres: DatabaseUrls, tmp_path: Path
) -> None:
    """A microenterprise need not look for recurring incidents; the other entity has to."""
    del postgres
    folder = tmp_path / "policies"
    shutil.copytree(settings.policies_folder, folder)
    entities = folder / "register" / "entities.yaml"
    head, tail = entities.read_text().split("  paiement-exemple:")
    tail = tail.replace("microenterprise: false", "microenterprise: true")
    entities.write_text(f"{head}  paiement-exemple:{tail}")
    period = new_period()
    async with installed(temporal, settings, folder) as exempt:
        for day in (1, 2):
            at = period.begins + timedelta(days=day)
            await stored_incident(exempt.engine, at, _LAPSED, service="card-payments")
        assert "1 exempt" in await (await exempt.assess(period)).result()
        findings = (await exempt.assessment(period))["findings"]
    found = {finding["entity"]: finding for finding in findings}
    assert "8(2)" in found["paiement-exemple"]["exempt"]
    assert found["paiement-exemple"]["series"] == []
    assert found["beispielbank"]["exempt"] is None


async def test_a_forged_answer_is_refused_and_changes_nothing(month: Installation) -> None:
    """So is what was typed by hand; the question stays open for the genuine answer."""
    period, _ = await month.month_of_incidents([_LAPSED, _LAPSED])
    handle = await month.assess(period)
    answer = Answer(
        request_id="recurrence.confirmation-1",
        option="confirm",
        subject_digest=digest_of("whatever"),
    )
    forged = sign(period, COMPLIANCE, answer).model_copy(update={"signature": "0" * 128})
    await handle.signal("answer", forged)
    await handle.signal("answer", "typed by hand")
    await handle.cancel()
    await month.until(period, EventKind.SUBMISSION_REFUSED)
    await month.answer(period, COMPLIANCE, "confirm")
    await handle.result()
    events = await month.events(period)
    refused = [e.payload["reason"] for e in events if e.kind is EventKind.SUBMISSION_REFUSED]
    assert refused == ["bad_signature", "malformed", "malformed"]
    assert [e.kind for e in events].count(EventKind.RECURRENCE_DECIDED) == 1


async def test_whoever_asked_for_it_stands_in_the_entry(month: Installation) -> None:
    """If the API has signed it for this month; else the refusal stands beside it."""
    genuine, forged, elsewhere = new_period(), new_period(), new_period()
    asked = sign(genuine, COMPLIANCE, AssessRecurrence(month=genuine.month))
    await (await month.assess(genuine, asked)).result()
    (event,) = await month.events(genuine)
    assert (event.actor, event.answers) == (COMPLIANCE, asked.submission.submission_id)

    false = sign(forged, COMPLIANCE, AssessRecurrence(month=forged.month))
    await (await month.assess(forged, false.model_copy(update={"signature": "0" * 128}))).result()
    await (await month.assess(elsewhere, asked)).result()
    for period, reason in ((forged, "bad_signature"), (elsewhere, "wrong_address")):
        refused, assessed = await month.events(period)
        assert refused.payload["reason"] == reason
        assert (assessed.actor, assessed.answers) == (SYSTEM, None)


async def test_an_attempt_repeated_judges_the_same(month: Installation) -> None:
    """The activity only reads, so a worker that died in it leaves nothing behind."""
    period, _ = await month.month_of_incidents([_LAPSED, _LAPSED])
    activities = RecurrenceActivities(month.engine, PolicyShelf(month.engine))
    request = RecurrenceRequest(period=period)
    first = await ActivityEnvironment().run(activities.assess_recurrence, request)
    second = await ActivityEnvironment().run(activities.assess_recurrence, request)
    assert first == second
    assert await month.events(period) == []


async def test_a_question_waits_over_workers_and_runs(
    settings: Settings, temporal: Client, postgres: DatabaseUrls
) -> None:
    """It survives the death of its worker and continuing as new; nothing is asked twice."""
    del postgres
    async with installed(temporal, settings) as installation:
        period, _ = await installation.month_of_incidents([_LAPSED, _LAPSED])
        handle = await installation.assess(period, history_limit=5)
    current = temporal.get_workflow_handle(period.workflow_id)
    await current.signal("answer", "typed by hand")
    async with at_work(temporal, installation.settings) as again:
        await again.until(period, EventKind.SUBMISSION_REFUSED)
        await eventually(lambda: _runs_anew(current, handle.first_execution_run_id))
        await again.answer(period, COMPLIANCE, "confirm")
        await current.result()
        kinds = [event.kind for event in await again.events(period)]
    assert kinds.count(EventKind.DECISION_REQUESTED) == 1
    assert kinds.count(EventKind.RECURRENCE_ASSESSED) == 1
    assert kinds[-1] is EventKind.RECURRENCE_DECIDED


async def _runs_anew(handle: WorkflowHandle[Any, Any], first: str | None) -> bool:
    return (await handle.describe()).run_id != first


async def test_its_judgements_are_made_again_from_its_own_entries(month: Installation) -> None:
    """With the policies kept beside them, and without the incidents."""
    period, _ = await month.month_of_incidents([_LAPSED, _LAPSED])
    handle = await month.assess(period)
    await month.answer(period, COMPLIANCE, "override", {"major": False})
    await handle.result()
    async with month.engine.connect() as connection:
        report = await replay_incident(connection, period.chain)
    assert [judgement.reason for judgement in report.judgements if judgement.reason] == []
    judged = {judgement.kind for judgement in report.having(Verdict.SAME)}
    assert {EventKind.RECURRENCE_ASSESSED, EventKind.RECURRENCE_DECIDED} <= judged


async def test_a_rebuild_gives_the_same_assessments(month: Installation) -> None:
    """With their outcomes."""
    before = await dump(month.engine)
    assert before["projection.recurrence"]
    await rebuild(month.engine)
    assert await dump(month.engine) == before
