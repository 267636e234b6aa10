"""Disposal in the real PostgreSQL: two people, after retention, without a hold; proofs stay."""

from __future__ import annotations

import hashlib
import json
import uuid

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.values import canonical_json
from holdfast.errors import Conflict, EvidenceConflict
from holdfast.settings import Settings
from holdfast.store.artifacts import Disposed, digest_of_bytes, fetch_artifact, store_artifact
from holdfast.store.custody.attachments import access_attachment, list_attachments
from holdfast.store.custody.disposable import find_disposable
from holdfast.store.custody.retention import Approval, Proposal, dispose
from holdfast.store.evidence import append
from holdfast.store.incidents import fetch_incident
from holdfast.store.rebuild import rebuild
from holdfast.store.timeline import list_evidence, list_timeline
from tests.closed_incidents import (
    LONG_AGO,
    POLICY,
    ClosedIncident,
    bodies_of,
    content_of,
    new_closed_incident,
)
from tests.disposals import NOW, attach, disposed, new_proposal, propose, within
from tests.integration.test_evidence_store import dump, whole_incident
from tests.rulebook import POLICIES
from tests.sequenced import sequence
from tests.statements import BOARD, ROBIN


@pytest.fixture
async def ripe(engine: AsyncEngine, settings: Settings) -> ClosedIncident:
    """An incident whose content may go."""
    return await new_closed_incident(engine, settings)


async def test_content_goes_and_every_hash_stays(
    engine: AsyncEngine, settings: Settings, ripe: ClosedIncident
) -> None:
    """The leaf still says what the body hashed to; what explains the disposal is whole."""
    attached = await attach(engine, ripe.incident_id, uuid.uuid4().bytes)
    await sequence(settings)
    before = await bodies_of(engine, ripe.incident_id)

    deed = await disposed(engine, ripe.incident_id)

    after = await bodies_of(engine, ripe.incident_id)
    gone = {entry.id for entry in ripe.entries}
    assert {key for key, body in after.items() if body is None} == gone
    assert all(after[key] == before[key] for key in before.keys() - gone)
    query = text("SELECT entry_id, leaf FROM evidence.log_entry WHERE incident_id = :id")
    async with engine.connect() as connection:
        rows = await connection.execute(query, {"id": ripe.incident_id})
        leaves = {row.entry_id: json.loads(bytes(row.leaf)) for row in rows}
        told = await list_evidence(connection, ripe.incident_id, 0, 1_000)
    for key in gone:
        assert leaves[key]["sha256"] == hashlib.sha256(before[key] or b"").hexdigest()
    assert {row["body_hash"] for row in told} >= {leaves[key]["sha256"] for key in gone}
    assert deed.entry.event.payload["count"] == len(gone)
    assert {ripe.manifest, attached.digest} <= set(deed.entry.event.payload["artifacts"])
    assert deed.entry.event.policy == POLICY.pin
    assert await content_of(engine, ripe.manifest) is None
    assert await content_of(engine, attached.digest) is None


async def test_what_others_need_stays(engine: AsyncEngine, ripe: ClosedIncident) -> None:
    """An artifact that another incident names, and policies."""
    await append(engine, whole_incident())
    async with engine.connect() as connection:
        found = await find_disposable(connection, ripe.incident_id)
    shared = digest_of_bytes(canonical_json("b0"))
    assert found.artifacts == (ripe.manifest,)
    await disposed(engine, ripe.incident_id)
    for digest in (shared, *(policy.pin.digest for policy in POLICIES.values())):
        assert await content_of(engine, digest) is not None


async def test_a_file_that_two_incidents_have_goes_with_the_second(
    engine: AsyncEngine, settings: Settings, ripe: ClosedIncident
) -> None:
    """For the first it is gone at once, and nobody reads it there any more."""
    other, content = await new_closed_incident(engine, settings), uuid.uuid4().bytes
    first = await attach(engine, ripe.incident_id, content)
    second = await attach(engine, other.incident_id, content)

    await disposed(engine, ripe.incident_id)
    assert await content_of(engine, first.digest) == content
    async with engine.connect() as connection:
        (there,) = await list_attachments(connection, ripe.incident_id)
        (elsewhere,) = await list_attachments(connection, other.incident_id)
        assert (there.disposed, elsewhere.disposed) == (True, False)
        with pytest.raises(Disposed):
            await access_attachment(connection, there, ROBIN, "look", None)

    await disposed(engine, other.incident_id)
    assert await content_of(engine, second.digest) is None


async def test_the_same_bytes_taken_in_anew_are_whole_again(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """What a later incident brings is not lost to an earlier disposal."""
    content = uuid.uuid4().bytes
    attached = await attach(engine, ripe.incident_id, content)
    await disposed(engine, ripe.incident_id)
    async with engine.connect() as connection:
        with pytest.raises(Disposed, match=attached.digest):
            await fetch_artifact(connection, attached.digest)
    await within(engine, lambda c: store_artifact(c, content, "text/plain"))
    assert await content_of(engine, attached.digest) == content


async def test_projections_hold_nothing_of_it_and_rebuild_byte_equal(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """A row says that the incident was, the timeline that its entries were; nothing says more."""
    await append(engine, whole_incident())
    await attach(engine, ripe.incident_id, uuid.uuid4().bytes)
    await disposed(engine, ripe.incident_id)

    before = await dump(engine)
    await rebuild(engine)
    assert await dump(engine) == before

    told = [row for rows in before.values() for row in rows if ripe.incident_id in row]
    assert "Payment gateway" not in " ".join(told)
    assert "certificate" not in " ".join(told)
    async with engine.connect() as connection:
        row = await fetch_incident(connection, ripe.incident_id)
        assert row is not None
        lines = await list_timeline(connection, ripe.incident_id, 0, 1_000)
    assert (row["outcome"], row["phase"], row["closed_at"]) == ("disposed", "closed", LONG_AGO)
    kinds = [(line["kind"], line["summary"]) for line in lines]
    assert kinds[0] == ("incident.opened", "Content disposed of")
    assert kinds[-1][0] == "retention.disposed"


async def test_an_append_repeated_after_the_disposal_is_still_compared(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """By the hash in the leaf: the same entry is a success, another an error."""
    await disposed(engine, ripe.incident_id)
    assert await append(engine, ripe.entries) == 0
    forged = ripe.entries[3].model_copy(update={"nonce": "f" * 32})
    with pytest.raises(EvidenceConflict, match=forged.id):
        await append(engine, [forged])


async def test_what_comes_after_a_disposal_can_go_later(
    engine: AsyncEngine, settings: Settings, ripe: ClosedIncident
) -> None:
    """A file that was found late has its own disposal; policies stay at that one too."""
    await disposed(engine, ripe.incident_id)
    late = await attach(engine, ripe.incident_id, uuid.uuid4().bytes)
    await sequence(settings)
    async with engine.connect() as connection:
        assert [a.disposed for a in await list_attachments(connection, ripe.incident_id)] == [False]
    second = await disposed(engine, ripe.incident_id)
    assert (second.entry.event.payload["count"], second.entry.event.payload["artifacts"]) == (
        0,
        [late.digest],
    )


async def test_a_failed_disposal_leaves_everything_as_it_was(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """One transaction: content, rows and entry, or nothing of them."""
    proposal = new_proposal(ripe.incident_id)
    await propose(engine, proposal)
    before = await dump(engine)
    with pytest.raises(Conflict, match="stop here"):
        await within(engine, lambda c: _dispose_and_fail(c, proposal))
    assert None not in (await bodies_of(engine, ripe.incident_id)).values()
    assert await content_of(engine, ripe.manifest) is not None
    assert await dump(engine) == before


async def _dispose_and_fail(connection: AsyncConnection, proposal: Proposal) -> None:
    await dispose(connection, POLICY, Approval(proposal.proposal_id, "Agreed.", BOARD, NOW))
    message = "stop here"
    raise Conflict(message)
