"""Filling a report as the activity does: from the real database, with contacts of the directory."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.report_filling import ReportFillingActivities
from holdfast.domain.communication.contact_points import ContactPoints
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.policies import PinnedPolicy, pinned
from holdfast.domain.reporting.filling.content import digest_of_fields, filled_again, refill
from holdfast.domain.reporting.judging import FilledReport, FillRequest
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import reporting_policy
from holdfast.dora.report.content import ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.custody.disposable import find_disposable
from holdfast.store.evidence import append
from holdfast.store.people.directory import ContactChange, record_points
from holdfast.store.people.erasures import Erasure, erase
from holdfast.store.policies import load_named_policy, store_policies
from holdfast.store.reporting.contacts import ERASED, Contacts, contacts_of
from holdfast.store.reporting.filling import preview, read_chain, read_content
from tests.filled_reports import BANK, REGISTER
from tests.incident_at_work import new_incident_id
from tests.reporting_walk import ReportingWalk
from tests.rulebook import FOLDER, POLICIES
from tests.statements import COMPLIANCE

_PIN = PolicyPin(name="stakeholders", version="1", digest=f"sha256:{'4f' * 32}")


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys


def _policy(first: str, second: str) -> PinnedPolicy:
    """The repository's, with contacts of the test's own."""
    content = json.loads(load_named_policy(FOLDER, "reporting").content)
    content["version"] = f"t-{uuid.uuid4().hex[:12]}"
    content["entities"][BANK] |= {"primary_contact": first, "second_contact": second}
    return pinned(content)


def _demanding(path: Path) -> Path:
    path.write_text('{"required": ["more"]}')
    return path


async def _record(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, contact: str, **points: str
) -> str:
    change = ContactChange(contact, COMPLIANCE, _PIN)
    async with engine.begin() as connection:
        record = await record_points(connection, keyring, change, ContactPoints(**points))
    return record.kept.key


async def _opened(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, content: ReportContent
) -> Contacts:
    async with engine.begin() as connection:
        return await contacts_of(connection, keyring, content)


async def test_a_version_is_filled_kept_and_filled_again_and_its_contacts_are_opened(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """What is kept names nobody; an auditor refills it; what was erased stands there as erased."""
    first, second = (f"desk-{uuid.uuid4().hex}" for _ in range(2))
    policy = _policy(first, second)
    await store_policies(engine, {**POLICIES, "contacts of this test": policy})
    walk = ReportingWalk(new_incident_id())
    opening = walk.to_major().state.opening
    walk.reportings[1].supply("2.10", "The processor is not to blame.")
    await append(engine, walk.entries())
    key = await _record(engine, keyring, first, name="Ada", mail="ada@bank.example", phone="+49301")
    await _record(engine, keyring, second, mail="desk@bank.example")
    request = FillRequest(
        incident=opening.incident,
        number=opening.number,
        opened=opening.opened,
        entity=opening.entity,
        kind=ReportKind.INITIAL,
        covers=(ReportStage.INITIAL,),
        version=1,
        at=walk.now,
        reporting_policy=policy.pin,
        register_of_information=opening.register_of_information,
    )
    activities = ReportFillingActivities(engine)

    filled: FilledReport = await ActivityEnvironment().run(activities.fill_report, request)

    assert filled.content is not None
    assert len(filled.by) == 1
    lacking = {gap.field for gap in filled.gaps if gap.field.startswith("1.")}
    assert lacking == {"1.10", "1.12"}
    assert all("/v1/directory" in gap.problem for gap in filled.gaps if gap.field in lacking)
    async with engine.begin() as connection:
        content = await read_content(connection, filled.content)
        # No record names it yet: it is disposed of with its incident all the same.
        assert filled.content in (await find_disposable(connection, opening.incident)).artifacts
        chain = await read_chain(connection, opening.incident)
    assert content.value("2.10") == "The processor is not to blame."
    assert digest_of_fields(content) == filled.fields
    assert "Ada" not in content.model_dump_json()
    rules = reporting_policy(policy.content)
    assert refill(content, chain, REGISTER, rules) == content
    drafted = {**json.loads(content.model_dump_json()), "number": 1}
    assert filled_again(opening.incident, drafted, chain, REGISTER, rules) == content
    schemas = {rules.entities[BANK].authority: _demanding(tmp_path / "schema.json")}
    held = ReportFillingActivities(engine, schemas)
    against: FilledReport = await ActivityEnvironment().run(held.fill_report, request)
    told = {gap.problem for gap in against.gaps} - {gap.problem for gap in filled.gaps}
    assert told == {"against the authority's schema: more: is missing"}

    contacts = await _opened(engine, keyring, content)
    assert contacts.texts == {
        "1.7": "Ada",
        "1.8": "ada@bank.example",
        "1.9": "+49301",
        "1.11": "desk@bank.example",
    }
    assert (contacts.erased, contacts.missing) == ((), ("1.10", "1.12"))
    async with engine.begin() as connection:
        about = Erasure(f"erasure-{uuid.uuid4()}", key, "GDPR Art. 17(1)", COMPLIANCE)
        await erase(connection, about)
    contacts = await _opened(engine, keyring, content)
    assert [contacts.texts[number] for number in ("1.7", "1.8", "1.9")] == [ERASED] * 3
    assert contacts.erased == ("1.7", "1.8", "1.9")

    async with engine.begin() as connection:
        live = await preview(connection, opening.incident, 1, (ReportStage.INTERMEDIATE,))
        with pytest.raises(NotFound):
            await preview(connection, opening.incident, 7, (ReportStage.INITIAL,))
    assert (live.kind, live.version) == ("intermediate", 0)
    assert live.value("2.3") == content.value("2.3")


async def test_where_nothing_can_be_filled_it_says_why(engine: AsyncEngine) -> None:
    """The policy has no rules for the entity; or the chain is not there at all."""
    policy = _policy("a-desk", "b-desk")
    content = json.loads(policy.content)
    del content["entities"][BANK]
    without = pinned(content)
    await store_policies(engine, {**POLICIES, "without the bank": without})
    walk = ReportingWalk(new_incident_id())
    opening = walk.to_major().state.opening
    await append(engine, walk.entries())
    assert any(entry.event.kind is EventKind.REPORTING_OPENED for entry in walk.entries())
    request = FillRequest(
        incident=opening.incident,
        number=1,
        opened=opening.opened,
        entity=BANK,
        kind=ReportKind.INITIAL,
        covers=(ReportStage.INITIAL,),
        version=1,
        at=walk.now,
        reporting_policy=without.pin,
        register_of_information=opening.register_of_information,
    )
    activities = ReportFillingActivities(engine)
    filled: FilledReport = await ActivityEnvironment().run(activities.fill_report, request)
    assert filled.content is None
    assert filled.because is not None
    assert BANK in filled.because
    unknown = request.model_copy(update={"incident": new_incident_id()})
    with pytest.raises(NotFound):
        await ActivityEnvironment().run(activities.fill_report, unknown)
