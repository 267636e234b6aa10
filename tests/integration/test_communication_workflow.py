"""The communication's workflow on the real server: what is approved leaves, and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypedDict

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from holdfast.domain.communication.asking import EditDraft, PublishCommunication
from holdfast.domain.communication.kinds import Audience
from holdfast.domain.communication.message import (
    Attached,
    Delivery,
    Draft,
    OnCommand,
    Release,
    TemplateUse,
)
from holdfast.domain.events import PolicyPin
from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.replay.verdicts import Verdict
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.artifacts import store_artifact
from holdfast.store.replaying import replay_incident
from tests.communication_at_work import (
    CommunicationAtWork,
    file_delivery,
    page_delivery,
    stored_draft,
)
from tests.communication_scene import play_communications
from tests.communication_walk import LEGAL
from tests.incident_at_work import IncidentAtWork, working
from tests.integration.test_incident_workflow import walk_to_contain
from tests.statements import COMMANDER, COMPLIANCE, ROBIN

_PLAYED = [
    *("drafted", "submitted", "returned", "drafted", "submitted", "cleared", "approved"),
    *("released", "delivered", "delivered", "delivered", "published", "delivered", "closed"),
]

_OTHER_TEMPLATE = TemplateUse(
    policy=PolicyPin(name="communications", version="9.9.9", digest=f"sha256:{9:064x}"),
    name="holding_statement",
)


async def opened(client: Client, engine: AsyncEngine, task_queue: str) -> IncidentAtWork:
    """An incident that is confirmed."""
    incident = IncidentAtWork(client, engine, task_queue)
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    return incident


async def sign_off(communication: CommunicationAtWork, message: str) -> None:
    """Hand in, clear by both who review, approve."""
    await communication.hand_in(message)
    await communication.answer(LEGAL, "communication.review-1", "cleared")
    await communication.answer(COMPLIANCE, "communication.review-2", "cleared")
    await communication.answer(COMMANDER, "communication.approval-1", "approved")


def left(folder: Path) -> list[str]:
    """The texts that have left into the folder of notices."""
    return [each.read_text() for each in sorted((folder / "outbox").rglob("*.txt"))]


async def test_a_message_is_handed_to_its_channels_and_closed(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """From the draft to the receipts; the incident has notice of the end."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = await opened(temporal, engine, task_queue)
        draft = await stored_draft(
            incident,
            "Cards work again.",
            audience=Audience.CLIENTS,
            deliveries=(file_delivery(), page_delivery()),
        )
        communication = await CommunicationAtWork.open(incident, draft, Audience.CLIENTS)
        await sign_off(communication, draft.message)
        await communication.until("communication.closed")
        published = await communication.until("communication.published")
    assert published.event.payload["complete"]
    assert [text_ for text_ in left(tmp_path) if "Cards work again." in text_]
    assert [entry.sequence for entry in await communication.entries()] == list(
        range(len(await communication.entries()))
    )


@pytest.mark.parametrize("history_limit", [1_000, 50], ids=["one run", "continued as new"])
async def test_the_evidence_is_the_same_however_long_the_runs_are(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path, history_limit: int
) -> None:
    """Returned, edited, bypassed, ratified, a delivery given up: and replayed as it was judged."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=history_limit)
        await walk_to_contain(incident)
        communication = await play_communications(incident)
        await incident.until_said("Clock 'Publish the next update to clients' armed")
    kinds = [str(entry.event.kind).split(".") for entry in await communication.entries()]
    assert [action for subject, action in kinds if subject == "communication"] == _PLAYED
    async with engine.connect() as connection:
        report = await replay_incident(connection, incident.incident_id)
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.SAME}


class _Changed(TypedDict, total=False):
    """What a draft has otherwise than another one."""

    body: str
    deliveries: tuple[Delivery, ...]
    attachments: tuple[Attached, ...]
    template: TemplateUse
    release: Release


async def approved(
    incident: IncidentAtWork, body: str = "As approved."
) -> tuple[CommunicationAtWork, Draft, Attached]:
    """A message with an attachment, approved, that waits to be published."""
    async with incident.engine.begin() as connection:
        digest = await store_artifact(connection, b"the plan", "text/plain")
    plan = Attached(name="plan.txt", media_type="text/plain", size=8, digest=digest)
    draft = await stored_draft(incident, body, release=OnCommand(), attachments=(plan,))
    communication = await CommunicationAtWork.open(incident, draft)
    await communication.hand_in(draft.message)
    await communication.answer(COMMANDER, "communication.approval-1", "approved")
    await communication.until("communication.approved")
    return communication, draft, plan


@pytest.mark.parametrize("way", ["text", "recipients", "attachment", "template"])
async def test_nothing_leaves_that_was_edited_after_its_approval(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path, way: str
) -> None:
    """Neither the new version, which nobody approved, nor the old one, which counts no more."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = await opened(temporal, engine, task_queue)
        communication, draft, plan = await approved(incident)
        ways: dict[str, _Changed] = {
            "text": {"body": "As edited.", "attachments": (plan,)},
            "recipients": {"deliveries": (file_delivery("everybody"),), "attachments": (plan,)},
            "attachment": {},
            "template": {"template": _OTHER_TEMPLATE, "attachments": (plan,)},
        }
        changed: _Changed = {"body": "As approved.", "release": OnCommand(), **ways[way]}
        other = await stored_draft(incident, **changed)
        receipt = await communication.submit(ROBIN, EditDraft(base=draft.message, draft=other))
        assert receipt.accepted
        unsigned = PublishCommunication(message=other.message)
        refused = await communication.submit(COMMANDER, unsigned)
        assert refused.result["reason"] == "wrong_stage"
        asked = await communication.submit(COMMANDER, PublishCommunication(message=draft.message))
        assert asked.result["reason"] == "stale_digest"
        voided = await communication.until("decision.voided")
        assert voided.event.subject.id.endswith("communication.approval-1")
    assert not left(tmp_path)


async def test_nothing_leaves_that_was_changed_in_the_database(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path, settings: Settings
) -> None:
    """The row under the approved digest says something else: that is reported, and asked about."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = await opened(temporal, engine, task_queue)
        communication, draft, _ = await approved(incident)
        async with _overwritten(settings, draft.message, b"As tampered."):
            await communication.submit(COMMANDER, PublishCommunication(message=draft.message))
            delivered = await communication.until("communication.delivered")
        report = delivered.event.payload["report"]
        assert report["failed"] == 1
        assert "the approved bytes are not there" in report["because"]
        await communication.answer(COMPLIANCE, "communication.delivery-1", "given_up")
        await communication.until("communication.closed")
    assert not left(tmp_path)


async def test_a_notice_that_somebody_makes_up_is_refused_and_recorded(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """What the evidence does not say has not happened."""
    async with working(temporal, engine, task_queue):
        incident = await opened(temporal, engine, task_queue)
        await incident.handle.signal(NOTICE_SIGNAL, Notice(entry="communication/INC-1/1#99"))
        await incident.until("submission.refused")
        refused = [line for line in await incident.timeline() if line.kind == "submission.refused"]
    assert "the evidence has no such entry" in refused[-1].summary


async def test_an_incident_is_not_closed_over_an_open_message(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """A false alarm ends it all the same, and cancels what was drafted."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        draft = await stored_draft(incident)
        communication = await CommunicationAtWork.open(incident, draft)
        await incident.answer(ROBIN, "incident.confirmation-1", "false_positive")
        cancelled = await communication.until("communication.cancelled")
        assert cancelled.event.payload["because"] == "the incident ends as false_positive"
        await communication.until("communication.closed")


async def test_a_published_message_is_corrected_by_another(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """What was never published cannot be corrected."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = await opened(temporal, engine, task_queue)
        clients, page = Audience.CLIENTS, (page_delivery(),)
        first = await stored_draft(incident, "At nine.", audience=clients, deliveries=page)
        communication = await CommunicationAtWork.open(incident, first, Audience.CLIENTS)
        await sign_off(communication, first.message)
        await communication.until("communication.closed")
        second = await stored_draft(
            incident,
            "At ten.",
            supersedes=communication.number,
            audience=clients,
            deliveries=page,
        )
        correction = await CommunicationAtWork.open(incident, second, Audience.CLIENTS)
        await sign_off(correction, second.message)
        published = await correction.until("communication.published")
    assert published.event.payload["supersedes"] == communication.number


_GUARDS = ("artifact_is_append_only", "artifact_is_only_emptied", "artifact_is_kept_whole")


@contextlib.asynccontextmanager
async def _overwritten(settings: Settings, digest: str, after: bytes) -> AsyncIterator[None]:
    """Change the artifact's row as a superuser could who drops the guards; put it back after."""
    superuser = await asyncpg.connect(database_urls(settings).migration)
    select = "SELECT content FROM evidence.artifact WHERE digest = $1"
    before = await superuser.fetchval(select, digest)
    check = await superuser.fetchval(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'artifact_check'"
    )
    update = "UPDATE evidence.artifact SET content = $2 WHERE digest = $1"
    async with superuser.transaction():
        await superuser.execute("ALTER TABLE evidence.artifact DISABLE TRIGGER USER")
        await superuser.execute("ALTER TABLE evidence.artifact DROP CONSTRAINT artifact_check")
        await superuser.execute(update, digest, after)
    yield
    async with superuser.transaction():
        await superuser.execute(update, digest, before)
        await superuser.execute(
            f"ALTER TABLE evidence.artifact ADD CONSTRAINT artifact_check {check}"
        )
        for guard in _GUARDS:
            await superuser.execute(f"ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER {guard}")
    await superuser.close()
