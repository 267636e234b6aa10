"""Replies: durable in the outbox before they are acknowledged, as reports are.

Who wrote and what stands sealed under a key of that person alone, before anything is kept. The
same reply under the same id is one: it is compared by a fingerprint under that key, so that no hash
stays here that could be guessed from.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.submissions import SignedSubmission
from holdfast.errors import Conflict
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.communications.asked import Asked, claim_submission
from holdfast.store.outbox import OutboxRow, put_in_outbox
from holdfast.store.people.personal_data import find_subject_key, keep_subject_key
from holdfast.store.turns import take_turn

__all__ = ["AskedReply", "SubmissionIdReused", "accept_reply"]

_TAKEN = text("SELECT EXISTS (SELECT FROM intake.outbox WHERE submission_id = :submission_id)")


class SubmissionIdReused(Conflict):
    """The id of a submission stands already for something else."""

    code = "submission_id_reused"


@dataclass(frozen=True, slots=True)
class AskedReply:
    """A reply as it was handed in, signed; `request` is the digest of all but what is sealed."""

    actor_id: str
    incident_id: str
    request: str
    key: SubjectKey
    said: bytes = field(repr=False)
    signed: SignedSubmission = field(repr=False)


async def accept_reply(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, asked: AskedReply
) -> OutboxRow | None:
    """Keep a reply in the caller's transaction; None where the same one was accepted before.

    Raises:
        SubmissionIdReused: its id stands for something else.
    """
    submission_id = asked.signed.submission.submission_id
    made = (asked.key.name, asked.key.fingerprint(asked.said))
    new = Asked(asked.actor_id, submission_id, asked.incident_id, asked.request, made)
    await take_turn(connection, f"submission/{submission_id}")
    claimed = await claim_submission(connection, new)
    if claimed != new:
        if await _is_the_same(connection, keyring, claimed, asked):
            return None
        raise _reused(submission_id)
    taken = await connection.execute(_TAKEN, {"submission_id": submission_id})
    if taken.scalar_one():
        raise _reused(submission_id)
    await keep_subject_key(connection, keyring, asked.key)
    return await put_in_outbox(connection, asked.incident_id, asked.signed, opens=False)


async def _is_the_same(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, claimed: Asked, asked: AskedReply
) -> bool:
    if not claimed.is_of(asked.request, asked.incident_id) or len(claimed.made) != 2:  # noqa: PLR2004
        return False
    name, fingerprint = claimed.made
    key = await find_subject_key(connection, keyring, name)
    # Once the key is erased nobody can tell any more what the first one said.
    return key is None or hmac.compare_digest(key.fingerprint(asked.said), fingerprint)


def _reused(submission_id: str) -> SubmissionIdReused:
    message = f"'{submission_id}' was used for something else"
    return SubmissionIdReused(message, submission_id=submission_id)
