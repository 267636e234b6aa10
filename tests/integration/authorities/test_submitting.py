"""Submitting to authorities: what was approved leaves, and is accounted for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.channels.authorities import AuthorityChannel
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import digest_of_bytes, fetch_artifact
from holdfast.store.authorities.reading import read_sent
from tests.approved_reports import PlainWriter, approve, attempt, rows_of, submitting
from tests.authority_portal import Portal, Said
from tests.authority_ways import the_way, to_portal
from tests.certificates import Certificates


async def test_what_was_approved_is_submitted_with_its_receipt(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """The outcome names the bytes that left and the answer; asked again, it is the same."""
    order, writer = await approve(engine), PlainWriter()
    activity = submitting(engine, keyring, writer, way)
    outcome, repeat = await attempt(activity, order), await attempt(activity, order)

    left = bafin.taken[order.key]
    assert timedelta(0) <= outcome.ago <= repeat.ago <= timedelta(minutes=1)
    assert outcome.model_copy(update={"ago": repeat.ago}) == repeat
    assert len(bafin.arrived) == writer.written == 1
    assert outcome.submitted_at is not None
    assert (outcome.channel, outcome.reference, outcome.attempts) == ("bafin", "P-1", 1)
    assert (outcome.sent, outcome.size) == (digest_of_bytes(left), len(left))
    assert (outcome.media_type, outcome.diverted, outcome.because) == (
        "application/json",
        False,
        None,
    )
    async with engine.connect() as connection:
        assert outcome.receipt is not None
        receipt = json.loads(await fetch_artifact(connection, outcome.receipt))
        sent = await read_sent(connection, keyring, outcome.sent or "")
    assert receipt["answer"]["text"] == '{"receipt": {"numbers": ["P-1"]}}'
    assert [each["digest"] for each in receipt["files"]] == [outcome.sent]
    assert (sent.content, sent.attempt.subject) == (left, order.subject)


@pytest.mark.parametrize(
    ("says", "changes", "because"),
    [
        ({}, {"approved": "reporting/none/0"}, "the evidence has no entry reporting/none/0"),
        ({}, {"chain": "INC-2026-999999"}, "another chain"),
        ({}, {"subject": "INC-2026-999999/reporting-1/report-1"}, "another subject"),
        ({}, {"content": f"sha256:{'0' * 64}"}, "another content"),
        ({"authority": "acpr"}, {}, "another authority"),
        ({"authority": None}, {}, "another authority"),
        ({"content": f"sha256:{'0' * 64}"}, {}, "another content"),
    ],
)
async def test_nothing_leaves_that_the_evidence_has_not_approved(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    way: AuthorityChannel,
    says: dict[str, str],
    changes: dict[str, str],
    because: str,
) -> None:
    """Whatever somebody orders who can start activities."""
    order = (await approve(engine, says)).model_copy(update=changes)
    outcome = await attempt(submitting(engine, keyring, PlainWriter(), way), order)

    assert outcome.submitted_at is None
    assert because in str(outcome.because)
    assert outcome.attempts == 0
    assert await rows_of(engine, order) == []


async def test_content_that_is_not_there_any_more_does_not_leave(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel
) -> None:
    """The entry alone is not enough."""
    digest = f"sha256:{'1' * 64}"
    order = (await approve(engine, {"content": digest})).model_copy(update={"content": digest})
    outcome = await attempt(submitting(engine, keyring, PlainWriter(), way), order)

    assert outcome.because == f"what was approved cannot be read: no artifact {digest}"


async def test_an_authority_that_is_not_configured_is_refused_with_the_next_step(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """People add it, and submit again."""
    outcome = await attempt(submitting(engine, keyring, PlainWriter()), await approve(engine))

    assert (outcome.submitted_at, outcome.attempts) == (None, 0)
    assert str(outcome.because).startswith("there is no way to bafin here: add it to the file")
    assert "HOLDFAST_AUTHORITIES_FILE" in str(outcome.because)


async def test_a_refusal_for_good_is_kept_and_not_sent_again(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """With what the authority has said; another key is another submission of the same bytes."""
    bafin.fail_next(Said(422, {}, b'{"error": "field 2.2"}'))
    order, writer = await approve(engine), PlainWriter()
    activity = submitting(engine, keyring, writer, way)
    refused, repeat = await attempt(activity, order), await attempt(activity, order)
    writer.contact = "Bob Example"
    again = await attempt(activity, order.model_copy(update={"key": f"{order.key}-2"}))

    assert refused.model_copy(update={"ago": repeat.ago}) == repeat
    assert (refused.submitted_at, refused.because) == (None, "the authority answered 422")
    async with engine.connect() as connection:
        receipt = json.loads(await fetch_artifact(connection, refused.receipt or ""))
    assert receipt["answer"]["text"] == '{"error": "field 2.2"}'
    assert (again.reference, again.sent) == ("P-1", refused.sent)
    assert len(bafin.arrived) == 2


async def test_a_report_that_cannot_be_written_never_leaves(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """A form of the authority that refuses a field is refused here, in its words."""
    activity = submitting(engine, keyring, PlainWriter(refuses="field 2.2 is no instant"), way)
    outcome = await attempt(activity, await approve(engine))

    assert (outcome.because, bafin.arrived) == ("field 2.2 is no instant", [])


async def test_a_report_against_the_schema_of_its_authority_never_leaves(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    bafin: Portal,
    certificates: Certificates,
    tmp_path: Path,
) -> None:
    """It is found before the first attempt, also in a drill, and told without its values."""
    schema = tmp_path / "schema.json"
    schema.write_text('{"properties": {"of": {"maxLength": 3}}}')
    way = the_way(tmp_path, to_portal(bafin, certificates, schema_file=str(schema)))
    writer = PlainWriter(contact=None)
    activity = submitting(engine, keyring, writer, way, drills_folder=tmp_path / "drills")
    order, drill = await approve(engine), await approve(engine, drill=True)
    outcomes = await attempt(activity, order), await attempt(activity, drill)

    said = "against the schema: of: has more than 3 characters"
    assert [each.because for each in outcomes] == [said, said]
    assert (await rows_of(engine, order), bafin.arrived) == ([], [])


async def test_a_drill_never_reaches_the_authority(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    way: AuthorityChannel,
    bafin: Portal,
    tmp_path: Path,
) -> None:
    """Its report is a file among those of drills, and says so by its name."""
    order = await approve(engine, drill=True)
    without = submitting(engine, keyring, PlainWriter(), way)
    activity = submitting(engine, keyring, PlainWriter(), way, drills_folder=tmp_path / "drills")
    nowhere, outcome = await attempt(without, order), await attempt(activity, order)

    assert "there is no folder for what must not leave" in str(nowhere.because)
    assert outcome.submitted_at is not None
    assert (outcome.diverted, outcome.reference, bafin.arrived) == (True, None, [])
    kept = [each.name for each in (tmp_path / "drills" / "authorities" / "bafin").iterdir()]
    assert sum(name.startswith("DRILL-INC-") for name in kept) == 1
