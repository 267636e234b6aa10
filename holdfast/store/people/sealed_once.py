"""Words of people sealed once for a submission: the same request again has the same bytes.

A text that is sealed a second time has another ciphertext, so that a workflow would take a repeated
submission for another one. So what was sealed is remembered with what was asked, under the key of
that person alone: with the key erased, nobody can read it here either.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import canonical_json
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.communications.asked import Asked, claim_submission
from holdfast.store.communications.reply_intake import SubmissionIdReused
from holdfast.store.people.personal_data import find_subject_key, keep_subject_key
from holdfast.store.reports import new_pseudonym

__all__ = ["SpokenWords", "seal_once"]

_SEALED = TypeAdapter(dict[str, SealedValue])


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """What a submission says of one person, by field; `request` is the digest of all the rest."""

    actor_id: str
    submission_id: str
    incident_id: str
    request: str
    said: Mapping[str, str] = field(repr=False)


async def seal_once(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, words: SpokenWords
) -> dict[str, SealedValue]:
    """Seal the words under a new person's key, in the caller's transaction.

    Where the same person has asked for the same under that id before, it is what was sealed then.

    Raises:
        SubmissionIdReused: the id stands for something else.
    """
    key, said = SubjectKey.generate(new_pseudonym()), canonical_json(dict(words.said))
    sealed = {name: key.seal(words.submission_id, name, text) for name, text in words.said.items()}
    # Neither base64 nor canonical JSON of such values holds a space.
    kept = canonical_json({name: value.model_dump() for name, value in sealed.items()}).decode()
    made = (key.name, key.fingerprint(said), kept)
    new = Asked(words.actor_id, words.submission_id, words.incident_id, words.request, made)
    claimed = await claim_submission(connection, new)
    if claimed == new:
        await keep_subject_key(connection, keyring, key)
        return sealed
    if not claimed.is_of(words.request, words.incident_id) or len(claimed.made) != len(made):
        raise _reused(words)
    name, fingerprint, kept = claimed.made
    earlier = await find_subject_key(connection, keyring, name)
    # Once the key is erased nobody can tell any more what was said the first time.
    if earlier is not None and not hmac.compare_digest(earlier.fingerprint(said), fingerprint):
        raise _reused(words)
    return _SEALED.validate_json(kept)


def _reused(words: SpokenWords) -> SubmissionIdReused:
    message = f"'{words.submission_id}' was used for something else"
    return SubmissionIdReused(message, submission_id=words.submission_id)
