"""Real reports on their way: the names of contacts are put in as they leave, and kept sealed."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.authority_documents import WRITERS
from holdfast.domain.communication.contact_points import ContactPoints
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.values import canonical_json
from holdfast.dora.report.content import FieldSource, FilledField, ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.authorities.reading import read_sent
from holdfast.store.people.directory import ContactChange, record_points
from tests.approved_reports import approve, attempt, submitting
from tests.authority_ways import the_way
from tests.statements import COMPLIANCE, NOON

WRITE = WRITERS[EventKind.REPORT_APPROVED]
_PIN = PolicyPin(name="stakeholders", version="1", digest=f"sha256:{'4f' * 32}")


def a_report(contact: str, *fields: FilledField) -> bytes:
    """The approved content of a report that names that contact, by pseudonym."""
    named = FilledField(
        number="1.7", value=None, source=FieldSource.CONTACT, contact=contact, estimate=None
    )
    content = ReportContent(
        incident="INC-2026-000001",
        reporting="INC-2026-000001/reporting-1",
        entity="beispielbank",
        kind="initial",
        covers=(ReportStage.INITIAL,),
        version=1,
        as_of="incident/INC-2026-000001/1",
        filled_at=NOON,
        fields=(named, *fields),
    )
    return canonical_json(content.model_dump(mode="json"))


async def a_contact(engine: AsyncEngine, keyring: KeyEncryptionKeys, name: str) -> str:
    """A contact of the directory."""
    contact = f"desk-{uuid.uuid4().hex}"
    points = ContactPoints(name=name, mail="desk@bank.example")
    async with engine.begin() as connection:
        change = ContactChange(contact, COMPLIANCE, _PIN)
        await record_points(connection, keyring, change, points)
    return contact


@pytest.mark.parametrize("formats", [["json"], ["json", "csv"]])
async def test_the_contacts_are_put_in_as_it_leaves(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path, formats: list[str]
) -> None:
    """Neither the approved content nor any artifact has them in clear."""
    contact = await a_contact(engine, keyring, "Ada Example-Contact")
    content = a_report(contact)
    way = the_way(tmp_path, {"kind": "folder", "formats": formats})
    order = await approve(engine, content=content)
    outcome = await attempt(submitting(engine, keyring, WRITE, way), order)

    left = sorted((tmp_path / "authorities" / "bafin").iterdir())
    assert outcome.because is None
    assert sorted(each.suffix for each in left) == sorted(f".{each}" for each in formats)
    assert all(b"Ada Example-Contact" in each.read_bytes() for each in left)
    assert b"Ada" not in content
    async with engine.connect() as connection:
        sent = await read_sent(connection, keyring, outcome.sent or "")
        kept = await fetch_artifact(connection, sent.attempt.sealed)
        receipt = await fetch_artifact(connection, outcome.receipt or "")
    assert sent.content == next(each for each in left if each.suffix == ".json").read_bytes()
    assert isinstance(json.loads(sent.content), dict)
    assert b"Ada" not in kept + receipt


async def test_what_is_no_report_is_refused(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Whoever has approved it."""
    order = await approve(engine, content=canonical_json({"salt": uuid.uuid4().hex}))
    way = the_way(tmp_path, {"kind": "folder"})
    outcome = await attempt(submitting(engine, keyring, WRITE, way), order)

    assert outcome.submitted_at is None
    assert "is no report" in str(outcome.because)
