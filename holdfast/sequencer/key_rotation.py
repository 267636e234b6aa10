"""Changing the key that signs the log, so that whoever trusts the old one can trust the new one.

A new key signs nothing before a record that names it is in the log under the signature of a key
that is trusted already; a key is retired only after a record says so. Each step may break off: the
same command goes on where it was. It runs where the key files are, beside a sequencer that runs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import Line
from holdfast.errors import Conflict, Fatal, InvalidInput, Unavailable
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.evidence.log.leaf import EVIDENCE_LOG
from holdfast.evidence.log.note import VerifierKey
from holdfast.evidence.log.succession import name_successor
from holdfast.evidence.log_keys import LogKeys
from holdfast.store.chosen_deeds import find_deed, record_chosen_deed
from holdfast.store.log.log_keys import StoredLogKey, list_log_keys
from holdfast.store.log.publication import await_published

__all__ = ["KeyStanding", "list_keys", "retire", "rotate"]

_LOOK_EVERY = 0.05
_ROTATED = "rotated"
_RETIRED = "retired"
_OF_THE_ATTEMPT = ("reason", "old_key", "vouched")


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """A key of the log: its vkey, the size from which on it signs, how it stands, and why.

    `from_size` is None before its first signature; `rotation` is the record that vouches for it,
    None for the first key; `retirement` the record that it signs no longer. `is_here` says that the
    folder has it as one that signs: with a retirement, that one broke off.
    """

    vkey: str
    from_size: int | None = None
    rotation: str | None = None
    retirement: str | None = None
    is_here: bool = False

    @property
    def key_id(self) -> str:
        """The four bytes by which signatures name it, in hexadecimal."""
        return VerifierKey.parse(self.vkey).key_id.hex()


async def list_keys(engine: AsyncEngine, keys: LogKeys) -> list[KeyStanding]:
    """Say how every key of the log stands, oldest first, and the one that waits, if it is here."""
    here = _signing_here(keys)
    async with engine.connect() as connection:
        standings = []
        for key in await list_log_keys(connection):
            deed = _deed(VerifierKey.parse(key.vkey), _RETIRED)
            retired = await find_deed(connection, deed)
            retirement = None if retired is None else retired.id
            standings.append(
                KeyStanding(key.vkey, key.from_size, key.rotation, retirement, key.vkey in here)
            )
    if (waiting := keys.waiting()) is not None:
        standings.append(KeyStanding(waiting.verifier.vkey))
    return standings


async def rotate(
    engine: AsyncEngine, keys: LogKeys, reason: str, within: timedelta
) -> StoredLogKey:
    """Make the next key, let the log vouch for it, and have it sign beside the present ones.

    `engine` has the application's rights. Returns when the sequencer signs with it, which may take
    that long for each of two waits.

    Raises:
        InvalidInput: the reason is no line.
        Unavailable: the sequencer does not run, or not with this folder: start it, call again.
        Conflict: the sequencer signs with other keys than those in the folder.
    """
    old = keys.signers()[-1]
    if await _is_taken_up_late(engine, old.verifier):
        return await _signing(engine, old.verifier, within)
    new = keys.prepare_next().verifier
    event = Event(
        kind=EventKind.LOG_KEY_ROTATED,
        subject=_subject(new),
        payload={
            "old_key": old.verifier.vkey,
            "new_key": new.vkey,
            "reason": _line(reason),
            "vouched": name_successor(old, new),
        },
    )
    await _publish(engine, _deed(new, _ROTATED), event, keys, within)
    keys.install_next()
    return await _signing(engine, new, within)


async def retire(
    engine: AsyncEngine, keys: LogKeys, key: str, reason: str, within: timedelta
) -> VerifierKey:
    """Have a key, named by its vkey or key id, sign no longer, once the log says so.

    Raises:
        NotFound: no key that signs is that one.
        Conflict: it is the only one that signs, or the sequencer signs with other keys.
        Unavailable: the sequencer does not run: start it, then call again.
    """
    old = keys.retirable(key).verifier
    event = Event(
        kind=EventKind.LOG_KEY_RETIRED,
        subject=_subject(old),
        payload={"key": old.vkey, "reason": _line(reason)},
    )
    await _publish(engine, _deed(old, _RETIRED), event, keys, within)
    keys.retire(old.vkey)
    return old


def _signing_here(keys: LogKeys) -> set[str]:
    try:
        return {signer.verifier.vkey for signer in keys.signers()}
    except Fatal:
        # Where no sequencer runs, there are none, and the list is of use all the same.
        return set()


async def _publish(
    engine: AsyncEngine, deed: str, event: Event, keys: LogKeys, within: timedelta
) -> None:
    """Record a deed unless it stands, and wait until a present key has signed a checkpoint of it.

    The reason, and which key was the newest then, are those of the first attempt.
    """
    async with engine.begin() as connection:
        chosen = await record_chosen_deed(
            connection, EVIDENCE_LOG, deed, event, trace=None, unsaid=_OF_THE_ATTEMPT
        )
    published = await await_published(engine, chosen.entry.id, within)
    try:
        present = [signer.verifier for signer in keys.signers()]
        open_checkpoint(published.checkpoint.note, present)
    except InvalidInput as error:
        message = (
            "the sequencer signs with other keys than those in this folder: run this where it "
            "runs, with its settings"
        )
        raise Conflict(message) from error


async def _is_taken_up_late(engine: AsyncEngine, key: VerifierKey) -> bool:
    """Whether a rotation has put the key in its place, and then broke off before it signed."""
    async with engine.connect() as connection:
        signing = {known.vkey for known in await list_log_keys(connection)}
        vouched = await find_deed(connection, _deed(key, _ROTATED))
    return key.vkey not in signing and vouched is not None


async def _signing(engine: AsyncEngine, new: VerifierKey, within: timedelta) -> StoredLogKey:
    """Wait until the sequencer has taken up the key, which it does in its next round."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + within.total_seconds()
    while True:
        async with engine.connect() as connection:
            for key in await list_log_keys(connection):
                if key.vkey == new.vkey:
                    return key
        if clock() >= deadline:
            message = (
                f"{new.vkey} is vouched for and in its place, but no sequencer has taken it up: "
                "is one running, with this folder?"
            )
            raise Unavailable(message, part="sequencer")
        await asyncio.sleep(_LOOK_EVERY)


def _line(reason: str) -> str:
    try:
        return TypeAdapter(Line).validate_python(reason)
    except ValidationError as error:
        message = "the reason has to be one line of 1 to 200 characters"
        raise InvalidInput(message) from error


def _deed(key: VerifierKey, what: str) -> str:
    return f"log-key/{key.key_id.hex()}/{what}"


def _subject(key: VerifierKey) -> Subject:
    return Subject(type="log_key", id=key.key_id.hex())
