"""Alerts: kept before they are acknowledged, counted once, routed to one incident a service."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid

from holdfast.domain.submissions import AlertBatch, Report
from holdfast.settings import Settings
from tests.api_doors import Doors, alert, eventually, open_doors, own_installation, payload
from tests.recording_temporal import Failure, RecordingTemporal


def _service() -> str:
    return f"payments-{uuid.uuid4().hex[:8]}"


async def test_an_alert_is_kept_raw_and_opens_an_incident(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """The bytes stand under their digest; the workflow starts with a signed report."""
    service = _service()
    body = json.dumps(payload(alert(service))).encode()
    answer = await doors.deliver(body)
    assert answer.status_code == 202
    (incident_id,) = answer.json()["incidents"]
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    kept = await doors.rows("SELECT content FROM evidence.artifact WHERE digest = :d", d=digest)
    assert bytes(kept[0].content) == body
    await eventually(lambda: recorded.submissions(incident_id))
    (sent,) = recorded.sent[f"incident/{incident_id}"]
    report = sent.signed.submission.body
    assert isinstance(report, Report)
    assert sent.signal == "report"
    assert report.services == (service,)
    assert report.alerts is not None
    assert report.alerts.samples[0].raw == digest
    assert sent.start is not None
    with_content = {policy.pin for policy in sent.start.policies.values()}
    assert with_content | set(sent.start.pins) == set(report.policies)


async def test_the_same_bytes_twice_are_one_delivery(doors: Doors) -> None:
    """A pair of Alertmanagers, or a retry after a lost answer: still 202, and nothing new."""
    body = json.dumps(payload(alert(_service()))).encode()
    first, second = [(await doors.deliver(body)).json() for _ in range(2)]
    assert second["repeats"] == first["delivery_id"]
    assert second["new_alerts"] == 0
    assert second["incidents"] == first["incidents"]


async def test_a_repeated_notification_does_not_grow_the_incident(doors: Doors) -> None:
    """Another group of the same episode: known by fingerprint and start."""
    service = _service()
    known = alert(service)
    first = (await doors.deliver(payload(known))).json()
    again = (await doors.deliver(payload(known, alert(service)))).json()
    assert again["incidents"] == first["incidents"]
    assert again["new_alerts"] == 1


async def test_racing_deliveries_open_one_incident(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Twenty at once for one service: one of them opens, the others join."""
    service = _service()
    answers = await asyncio.gather(
        *(doors.deliver(payload(alert(service), alert(service))) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {202}
    incidents = {incident for answer in answers for incident in answer.json()["incidents"]}
    assert len(incidents) == 1
    (incident_id,) = incidents

    async def all_sent() -> bool:
        batches = [sent.signed.submission.body for sent in recorded.sent[f"incident/{incident_id}"]]
        counted = [b.alerts if isinstance(b, Report) else b for b in batches]
        return sum(b.count for b in counted if isinstance(b, AlertBatch)) == 40

    await eventually(all_sent)
    assert len(set(recorded.submissions(incident_id))) <= 3


async def test_racing_deliveries_of_several_services_do_not_deadlock(doors: Doors) -> None:
    """Whatever the order in which a payload names its services and episodes."""
    services = [_service() for _ in range(5)]
    alerts = [alert(service, f"{service}-{number}") for service in services for number in range(3)]
    orders = [alerts, alerts[::-1], alerts[7:] + alerts[:7]] * 5
    answers = await asyncio.gather(
        *(doors.deliver(payload(*order, groupKey=str(at))) for at, order in enumerate(orders))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert sum(answer.json()["new_alerts"] for answer in answers) == 15
    assert len({i for answer in answers for i in answer.json()["incidents"]}) == 5


async def test_a_resolved_alert_opens_nothing_but_joins_what_is_open(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Its end belongs to the incident of its beginning."""
    service = _service()
    lone = (await doors.deliver(payload(alert(service, status="resolved")))).json()
    assert lone["incidents"] == []
    opened = (await doors.deliver(payload(alert(service)))).json()["incidents"]
    joined = (await doors.deliver(payload(alert(service, status="resolved")))).json()["incidents"]
    assert joined == opened
    await eventually(lambda: len(recorded.submissions(opened[0])) == 2)


async def test_truncated_payloads_and_empty_ones_are_accepted(doors: Doors) -> None:
    """What the sender left out is told back; an empty group is a delivery too."""
    truncated = await doors.deliver(payload(alert(_service()), truncatedAlerts=7))
    assert (truncated.status_code, truncated.json()["truncated_alerts"]) == (202, 7)
    empty = await doors.deliver(payload())
    assert (empty.status_code, empty.json()["incidents"]) == (202, [])


async def test_a_storm_becomes_a_bounded_number_of_signals(
    doors: Doors, recorded: RecordingTemporal
) -> None:
    """Two thousand alerts, twenty at a time: all stored, one incident, a handful of signals."""
    service = _service()
    gate = asyncio.Semaphore(20)

    async def post() -> int:
        async with gate:
            return (await doors.deliver(payload(alert(service)))).status_code

    statuses = await asyncio.gather(*(post() for _ in range(2_000)))
    assert set(statuses) == {202}
    rows = await doors.rows(
        "SELECT DISTINCT incident_id FROM intake.alert WHERE service = :s", s=service
    )
    (incident_id,) = (row.incident_id for row in rows)

    async def all_stamped() -> bool:
        waiting = await doors.rows(
            "SELECT 1 FROM intake.alert WHERE service = :s AND submission_id IS NULL", s=service
        )
        return not waiting

    await eventually(all_stamped, within=40)
    await eventually(lambda: len(recorded.submissions(incident_id)) > 1)
    assert len(recorded.submissions(incident_id)) <= 8


async def test_alerts_of_an_ended_incident_are_routed_anew(settings: Settings) -> None:
    """The first incident has ended; what came too late opens another, and nothing is lost."""
    recorded = RecordingTemporal()
    service = _service()
    async with open_doors(await own_installation(settings), recorded.client) as doors:
        first = (await doors.deliver(payload(alert(service)))).json()["incidents"][0]
        await eventually(lambda: recorded.submissions(first))
        recorded.ended.add(f"incident/{first}")
        late = (await doors.deliver(payload(alert(service, "late")))).json()["incidents"]
        assert late == [first]

        async def moved() -> str | None:
            rows = await doors.rows(
                "SELECT incident_id FROM intake.alert"
                " WHERE fingerprint = 'late' AND submission_id IS NOT NULL"
            )
            return rows[0].incident_id if rows and rows[0].incident_id != first else None

        await eventually(moved)
        second = await moved()
        assert second is not None
        await eventually(lambda: recorded.submissions(second))
        (sent,) = recorded.sent[f"incident/{second}"]
        assert sent.signal == "report"


async def test_alerts_are_taken_while_temporal_is_down_and_sent_when_it_is_back(
    settings: Settings,
) -> None:
    """Nothing is lost, nothing is asked in a busy loop, and one incident comes of it."""
    recorded = RecordingTemporal(failure=Failure.DOWN)
    service = _service()
    async with open_doors(await own_installation(settings), recorded.client) as doors:
        answers = [await doors.deliver(payload(alert(service))) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {202}
        await asyncio.sleep(2.5)
        assert 2 <= recorded.calls <= 6
        assert (await doors.call("GET", "/readyz", "auditor")).json()["temporal"] != "answers"
        recorded.failure = None
        (incident_id,) = answers[0].json()["incidents"]
        await eventually(lambda: len(recorded.submissions(incident_id)) == 2)


async def test_a_crash_between_keeping_and_sending_sends_the_same_bytes(
    settings: Settings,
) -> None:
    """The API dies with a report in the outbox; the next process sends exactly that."""
    installation = await own_installation(settings)
    down, up = RecordingTemporal(failure=Failure.DOWN), RecordingTemporal()
    async with open_doors(installation, down.client) as doors:
        answer = (await doors.deliver(payload(alert(_service())))).json()
        rows = await doors.rows("SELECT content FROM intake.outbox")
    async with open_doors(installation, up.client) as doors:
        (incident_id,) = answer["incidents"]
        await eventually(lambda: up.submissions(incident_id))
        sent = up.sent[f"incident/{incident_id}"][0].signed
        assert sent.model_dump_json().encode() == bytes(rows[0].content)


async def test_a_lost_answer_sends_the_same_submission_again(settings: Settings) -> None:
    """Temporal took it and the answer was lost: the second time is the same, byte for byte."""
    recorded = RecordingTemporal(failure=Failure.TAKEN_BUT_REPORTED_FAILED)
    async with open_doors(await own_installation(settings), recorded.client) as doors:
        (incident_id,) = (await doors.deliver(payload(alert(_service())))).json()["incidents"]
        await eventually(lambda: recorded.submissions(incident_id))
        recorded.failure = None
        await eventually(lambda: len(recorded.submissions(incident_id)) >= 2)

        async def delivered() -> bool:
            return not await doors.rows("SELECT 1 FROM intake.outbox WHERE delivered_at IS NULL")

        await eventually(delivered)
        sent = recorded.sent[f"incident/{incident_id}"]
        assert len({one.signed.model_dump_json() for one in sent}) == 1


async def test_a_submission_that_temporal_rejects_blocks_no_other(settings: Settings) -> None:
    """One that is never taken is held and counted; other incidents open all the same."""
    recorded = RecordingTemporal(failure=Failure.REJECTED)
    async with open_doors(await own_installation(settings), recorded.client) as doors:
        (held,) = (await doors.deliver(payload(alert(_service())))).json()["incidents"]
        await eventually(lambda: recorded.calls)
        recorded.failure = None
        (taken,) = (await doors.deliver(payload(alert(_service())))).json()["incidents"]
        await eventually(lambda: recorded.submissions(taken))
        assert recorded.submissions(held) == []
        assert 'part="submission"' in (await doors.call("GET", "/metrics", "auditor")).text


async def test_a_second_process_hands_over_to_the_one_that_leads(settings: Settings) -> None:
    """Alerts posted to either are sent by one; when it has ended, another leads."""
    installation = await own_installation(settings)
    first, second = RecordingTemporal(), RecordingTemporal()
    async with (
        open_doors(installation, second.client) as leading,
        open_doors(installation, first.client, leads=False) as other,
    ):
        assert leading.platform.relay.leads
        assert not other.platform.relay.leads
        answer = (await other.deliver(payload(alert(_service())))).json()
        await eventually(lambda: second.submissions(answer["incidents"][0]))
        assert not first.sent
    async with open_doors(installation, first.client) as left:
        answer = (await left.deliver(payload(alert(_service())))).json()
        await eventually(lambda: first.submissions(answer["incidents"][0]))
