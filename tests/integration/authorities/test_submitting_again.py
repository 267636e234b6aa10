"""Submitting again: a portal that is down, a worker that is lost, two of them at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from holdfast.channels.authorities import AuthorityChannel
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.authorities.reading import list_attempts
from tests.approved_reports import PlainWriter, approve, attempt, rows_of, submitting
from tests.authority_portal import Portal, PortalFault, Said
from tests.authority_ways import the_way, to_portal
from tests.certificates import Certificates


async def test_a_portal_that_is_down_is_tried_until_it_is_back(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """Each attempt has its row; the same bytes go out, whoever is the contact by then."""
    busy = Said(503, {"retry-after": "7"})
    bafin.fail_next(busy, PortalFault.DIES, PortalFault.TAKES_AND_DIES)
    order, writer = await approve(engine), PlainWriter()
    activity = submitting(engine, keyring, writer, way)
    errors = []
    for _ in range(3):
        with pytest.raises(ApplicationError) as raised:
            await attempt(activity, order)
        errors.append(raised.value)
        writer.contact = "Bob Example"
    outcome = await attempt(activity, order)

    assert [each.non_retryable for each in errors] == [False, False, False]
    assert [each.next_retry_delay for each in errors] == [timedelta(seconds=7), None, None]
    assert outcome.attempts == 4
    assert len({each.content for each in bafin.arrived}) == len(bafin.taken) == 1
    assert b"Ada Example" in bafin.taken[order.key]
    async with engine.connect() as connection:
        told = await list_attempts(connection, [order.subject])
    assert [(each.number, str(each.state), each.because) for each in told] == [
        (1, "not_now", "the authority answered 503"),
        (2, "unknown", "the authority hung up without an answer"),
        (3, "unknown", "the authority hung up without an answer"),
        (4, "taken", None),
    ]


async def test_another_configuration_changes_nothing_of_what_is_under_way(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    way: AuthorityChannel,
    bafin: Portal,
    certificates: Certificates,
    tmp_path: Path,
) -> None:
    """Under its key the same file goes out; another submission is in the formats of then."""
    order, writer = await approve(engine), PlainWriter()
    bafin.fail_next(Said(503))
    with pytest.raises(ApplicationError):
        await attempt(submitting(engine, keyring, writer, way), order)
    both = the_way(tmp_path, to_portal(bafin, certificates, formats=["json", "pdf"]))
    activity = submitting(engine, keyring, writer, both)
    outcome = await attempt(activity, order)
    other = await attempt(activity, order.model_copy(update={"key": f"{order.key}-2"}))

    first, second, third = bafin.arrived
    assert (outcome.reference, other.reference) == ("P-1", "P-2")
    assert first.content == second.content
    assert third.headers["content-type"].startswith("multipart/form-data")


async def test_attempts_are_counted_by_authority_and_outcome(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """Whoever watches the platform sees a portal that is down."""

    def counted(outcome: str) -> float:
        labels = {"authority": "bafin", "outcome": outcome}
        name = "holdfast_authority_submission_attempts_total"
        return REGISTRY.get_sample_value(name, labels) or 0

    before = counted("not_now"), counted("taken")
    bafin.fail_next(Said(503))
    order = await approve(engine)
    activity = submitting(engine, keyring, PlainWriter(), way)
    with pytest.raises(ApplicationError):
        await attempt(activity, order)
    await attempt(activity, order)

    assert (counted("not_now"), counted("taken")) == (before[0] + 1, before[1] + 1)


async def test_a_conflict_of_a_repeat_is_waited_for(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """The authority is still at the first one, of which nobody has heard again."""
    bafin.fail_next(PortalFault.TAKES_AND_DIES, Said(409))
    order = await approve(engine)
    activity = submitting(engine, keyring, PlainWriter(), way)
    for _ in range(2):
        with pytest.raises(ApplicationError):
            await attempt(activity, order)

    assert (await attempt(activity, order)).reference == "P-1"


async def test_what_a_lost_worker_has_begun_is_sent_again_as_the_same(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """It died after its claim, before or after the report had left: nobody knows."""
    order, writer = await approve(engine), PlainWriter()
    activity = submitting(engine, keyring, writer, way)
    bafin.fail_next(PortalFault.HANGS)
    dying = asyncio.ensure_future(attempt(activity, order))
    while not bafin.arrived:
        await asyncio.sleep(0.01)
    rows = await rows_of(engine, order)
    await _lose_the_connection(engine, order.key)
    writer.contact = "Bob Example"
    outcome = await attempt(activity, order)
    bafin.ended.set()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    assert [each.state for each in rows] == ["sending"]
    assert [each.state for each in await rows_of(engine, order)] == ["unknown", "taken"]
    assert outcome.attempts == 2
    assert b"Ada Example" in bafin.taken[order.key]


async def test_two_workers_never_send_at_the_same_time(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """The second one is told to come back."""
    order = await approve(engine)
    activity = submitting(engine, keyring, PlainWriter(), way)
    both = await asyncio.gather(
        attempt(activity, order), attempt(activity, order), return_exceptions=True
    )

    assert len(bafin.arrived) == 1
    kinds = {each.type for each in both if isinstance(each, ApplicationError)}
    assert kinds <= {"SubmissionUnderWay"}
    assert (await attempt(activity, order)).attempts == 1


async def _lose_the_connection(engine: AsyncEngine, key: str) -> None:
    """Have the database end the session of whoever sends it, as when its host is gone."""
    lost = text("""
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory'
            AND (classid::bigint << 32) | objid::bigint = hashtextextended(:name, 0)
    """)
    async with engine.connect() as connection:
        ended = (await connection.execute(lost, {"name": f"authority/{key}"})).scalars().all()
        # A session ends a moment after it was told to.
        while (await connection.execute(lost, {"name": f"authority/{key}"})).scalars().all():
            await asyncio.sleep(0.01)
    assert ended == [True]
