"""Messages to providers as they leave: with a link that works, and that is kept nowhere."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.answer_links import AnswerLinks
from activities.handing_over import MOST_TRIES
from activities.publishing import PublishingActivities
from holdfast.channels import Channels
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import ANSWER_LINK, AnswerLink, Delivery
from holdfast.domain.third_party.links import page_claims
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.vendor_links import create_vendor_key, load_vendor_links
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.parts import prepare_database
from holdfast.store.communications.recipients import Recipient, keep_recipients
from holdfast.store.database import create_engine
from tests.api_doors import open_doors, own_installation
from tests.communication_at_work import CommunicationAtWork, stored_draft
from tests.incident_at_work import IncidentAtWork, working
from tests.recorded_channel import RecordedChannel
from tests.recording_temporal import RecordingTemporal
from tests.released_deliveries import addresses, attempt, new_keyring, release
from tests.statements import COMMANDER, COMPLIANCE, ROBIN
from tests.vendor_calls import UNTIL

_TABLES = text("""
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
""")


def _answer(escalation: str) -> AnswerLink:
    return AnswerLink(escalation=escalation, call="third-party/call#2", expires_at=UNTIL)


async def _rows_with(urls: DatabaseUrls, words: str) -> list[str]:
    """The tables that have these words in any row, as text or as bytes."""
    engine = create_engine(urls.migration)
    async with engine.connect() as connection:
        names = [row.name for row in await connection.execute(_TABLES)]
        found = []
        for name in names:
            row = f"SELECT 1 FROM {name} AS t WHERE strpos(t::text, :words) > 0"  # noqa: S608 - names of tables
            row += " OR strpos(t::text, encode(convert_to(:words, 'UTF8'), 'hex')) > 0 LIMIT 1"
            if (await connection.execute(text(row), {"words": words})).first():
                found.append(name)
    await engine.dispose()
    return found


async def test_a_call_leaves_with_a_link_that_is_kept_nowhere(
    temporal: Client,
    engine: AsyncEngine,
    postgres: DatabaseUrls,
    task_queue: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Artifact, entries, history, ledger and log have the place of it at most."""
    settings = Settings(state_folder=tmp_path)
    keyring = KeyEncryptionKeys(settings.personal_data_key_file)
    keyring.create_first()
    create_vendor_key(settings.vendor_key_file)
    async with engine.begin() as connection:
        desk = (Recipient("duty@nordcloud.example", "nordcloud-support"),)
        listed = await keep_recipients(connection, keyring, desk)
    mail = Delivery(
        channel="mail",
        kind=ChannelKind.MAIL_FOLDER,
        group="vendor",
        language="en",
        recipients=listed,
        count=1,
    )
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        answer = _answer(f"{incident.incident_id}/third-party-1")
        draft = await stored_draft(
            incident,
            f"Open this link:\n{ANSWER_LINK}\nUntil then.",
            deliveries=(mail,),
            audience=Audience.VENDOR,
            purpose=Purpose.VENDOR_REQUEST,
            answer=answer,
        )
        call = await CommunicationAtWork.open(
            incident, draft, Audience.VENDOR, Purpose.VENDOR_REQUEST
        )
        await call.hand_in(draft.message)
        await call.answer(COMPLIANCE, "communication.review-1", "cleared")
        await call.answer(COMMANDER, "communication.approval-1", "approved")
        assert (await call.until("communication.published")).event.payload["complete"]
        histories = [
            (await temporal.get_workflow_handle(each).fetch_history()).to_json()
            for each in (call.workflow_id, incident.handle.id)
        ]
    (sent,) = (settings.outbox_folder / "mail").glob("*.eml")
    body = email.message_from_bytes(sent.read_bytes(), policy=email.policy.default).get_content()
    found = re.fullmatch(
        r"Open this link:\r?\n(http://127\.0\.0\.1:8000/v1/vendor/)(\S+)\r?\nUntil then\.\r?\n",
        body,
    )
    assert found is not None, body
    assert load_vendor_links(settings.vendor_key_file).read(found[2]) == page_claims(answer)
    code = found[2].partition(".")[2]
    assert await _rows_with(postgres, code) == []
    assert "evidence.artifact" in await _rows_with(postgres, ANSWER_LINK)
    assert [history for history in histories if code in history] == []
    assert code not in "".join(capfd.readouterr())


async def test_whichever_starts_first_makes_the_key_that_all_go_on_with(
    settings: Settings, postgres: DatabaseUrls
) -> None:
    """Migration, or the API; the worker only reads it."""
    del postgres
    own = await own_installation(settings)
    claims = page_claims(_answer("INC-2026-000001/third-party-1"))
    assert not own.vendor_key_file.exists()
    async with open_doors(own, RecordingTemporal().client, leads=False) as doors:
        token = doors.platform.vendor_links.sign(claims)
    await prepare_database(own)
    assert load_vendor_links(own.vendor_key_file).read(token) == claims
    own.vendor_key_file.unlink()
    await prepare_database(own)
    async with open_doors(own, RecordingTemporal().client, leads=False) as doors:
        again = doors.platform.vendor_links.sign(claims)
    assert load_vendor_links(own.vendor_key_file).read(again) == claims
    assert again != token


async def test_without_its_key_the_worker_tries_again_and_then_says_so(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    """Once it is there, who is left gets the very link that the others have."""
    keyring, key_file = new_keyring(tmp_path), tmp_path / "vendor-links.key"
    post = RecordedChannel(tmp_path / "taken")
    links = AnswerLinks("https://bank.example", key_file)
    activity = PublishingActivities(engine, keyring, Channels([post]), links)
    answer = _answer("INC-2026-000001/third-party-1")
    never = await release(engine, keyring, addresses(1), answer=answer)
    with pytest.raises(ApplicationError, match="'holdfast migrate' makes it"):
        await attempt(activity, never.order)
    report = await attempt(activity, never.order, MOST_TRIES)
    assert (report.failed, post.sent) == (1, [])
    assert "'holdfast migrate' makes it" in str(report.because)
    create_vendor_key(key_file)
    released = await release(engine, keyring, addresses(3), answer=answer)
    assert (await attempt(activity, released.order)).sent == 3
    assert (await attempt(activity, released.order)).sent == 3
    assert len(post.sent) == 3
    (body,) = {outgoing.body for outgoing in post.sent}
    token = body.removeprefix("https://bank.example/v1/vendor/")
    assert load_vendor_links(key_file).read(token) == page_claims(answer)
