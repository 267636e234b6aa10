"""What is kept of submissions: names sealed, outcomes final."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.channels.authorities import AuthorityChannel
from holdfast.domain.roles import SYSTEM
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.authorities.reading import read_sent
from holdfast.store.people.erasures import Erasure, erase
from holdfast.store.people.personal_data import PersonalDataErased
from tests.approved_reports import PlainWriter, approve, attempt, rows_of, submitting
from tests.authority_portal import Portal


async def test_names_are_kept_sealed_and_can_be_erased(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, bafin: Portal
) -> None:
    """The digest stands; what it was of can be read no more, and is not sent again."""
    order = await approve(engine)
    activity = submitting(engine, keyring, PlainWriter(), way)
    outcome = await attempt(activity, order)
    async with engine.connect() as connection:
        sent = await read_sent(connection, keyring, outcome.sent or "")
        sealed = await fetch_artifact(connection, sent.attempt.sealed)
        with pytest.raises(NotFound):
            await fetch_artifact(connection, outcome.sent or "")
    async with engine.begin() as connection:
        await erase(connection, Erasure(order.key, sent.key, "GDPR Art. 17", SYSTEM))
    async with engine.connect() as connection:
        with pytest.raises(PersonalDataErased):
            await read_sent(connection, keyring, outcome.sent or "")
    again = await attempt(activity, order.model_copy(update={"key": f"{order.key}-2"}))

    assert b"Ada" not in sealed
    assert "put a new version forward" in str(again.because)
    assert (again.submitted_at, len(bafin.arrived)) == (None, 1)


async def test_what_is_sealed_goes_with_its_incident(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel
) -> None:
    """No entry names it, so the ledger says whose it is: disposal finds it."""
    order = await approve(engine)
    await attempt(submitting(engine, keyring, PlainWriter(), way), order)
    rows = await rows_of(engine, order)
    uses = text("SELECT digest FROM evidence.artifact_use WHERE incident_id = :incident")
    async with engine.connect() as connection:
        found = (await connection.execute(uses, {"incident": order.chain})).scalars().all()

    assert {rows[0].sealed, rows[0].receipt, order.content} <= set(found)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE outgoing.authority_submission SET state = 'not_now' WHERE key = :key",
        "UPDATE outgoing.authority_submission SET receipt = NULL WHERE key = :key",
        "UPDATE outgoing.authority_submission SET sealed = 'x' WHERE key = :key",
        "DELETE FROM outgoing.authority_submission WHERE key = :key",
        """INSERT INTO outgoing.authority_submission (key, number, chain, subject, kind, authority,
        approved, content, sealed, files, diverted, state) SELECT key, 2, chain, subject, kind,
        authority, approved, content, sealed, files, diverted, 'sending'
        FROM outgoing.authority_submission WHERE key = :key""",
    ],
)
async def test_the_database_keeps_what_was_submitted(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, way: AuthorityChannel, change: str
) -> None:
    """Whatever a program has got wrong: an outcome is final, and no attempt follows it."""
    order = await approve(engine)
    await attempt(submitting(engine, keyring, PlainWriter(), way), order)

    with pytest.raises(DBAPIError, match=r"refused|denied"):
        async with engine.begin() as connection:
            await connection.execute(text(change), {"key": order.key})
