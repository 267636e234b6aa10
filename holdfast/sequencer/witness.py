"""A witness (C2SP tlog-witness): somebody else who remembers how large the log was.

It cosigns a checkpoint only if that provably grew out of the one that it cosigned last, so that
nobody can be shown another history later. Asked at most once a minute, and for every checkpoint
that a bundle of evidence stands on.
"""

from __future__ import annotations

import base64
import time
from datetime import timedelta
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.errors import (
    HoldfastError,
    InvalidInput,
    LogContradiction,
    NotAllowed,
    NotFound,
    Unavailable,
)
from holdfast.evidence.log.cosignature import Cosignature, WitnessKey, open_cosignature
from holdfast.evidence.log.text_forms import read_number
from holdfast.sequencer.exchange import Answer, parse_address, post
from holdfast.settings import Settings
from holdfast.store.log.checkpoints import StoredCheckpoint, checkpoint_of_size, latest_checkpoint
from holdfast.store.log.departures import (
    COSIGNATURES,
    exported_checkpoint_without,
    last_departed,
    note_departed,
)
from holdfast.store.log.proofs import consistency_proof

__all__ = ["Witness", "witnesses"]

_EVERY = timedelta(minutes=1)
_SIZE = "text/x.tlog.size"
_LARGEST_LEAD = 300
"""Seconds that a witness' clock may be ahead of ours."""


class Witness:
    """The client of one witness."""

    name = "witness"

    def __init__(self, key: WitnessKey, address: str, every: timedelta = _EVERY) -> None:
        """Ask the witness of that key, whose submission prefix is the URL.

        Raises:
            InvalidInput: it is no http or https URL.
        """
        self._key = key
        self._url = parse_address(f"{address.rstrip('/')}/add-checkpoint", "HOLDFAST_WITNESS")
        self._every = every

    async def depart(self, engine: AsyncEngine) -> StoredCheckpoint | None:
        """Have a checkpoint cosigned if one is due.

        Raises:
            Unavailable: the witness does not answer, or not as the protocol says.
            Refused: it does not know the log or its keys, or its cosignature is not genuine.
            LogContradiction: it has seen another history of the log.
        """
        async with engine.connect() as connection:
            last = await last_departed(connection, COSIGNATURES, self._key.vkey)
            known = 0 if last is None else last.size
            checkpoint = await exported_checkpoint_without(
                connection, COSIGNATURES, self._key.vkey, above=known
            )
            if checkpoint is None and (last is None or last.ago >= self._every):
                checkpoint = await latest_checkpoint(connection)
        if checkpoint is None or checkpoint.size == known:
            return None
        checkpoint, cosignature = await self._ask(engine, checkpoint, known)
        async with engine.begin() as connection:
            await note_departed(
                connection, COSIGNATURES, self._key.vkey, checkpoint.size, cosignature.line
            )
        return checkpoint

    async def _ask(
        self, engine: AsyncEngine, checkpoint: StoredCheckpoint, known: int
    ) -> tuple[StoredCheckpoint, Cosignature]:
        """Ask, and once more from the size at which the witness says that it is."""
        for _ in range(2):
            answer = await self._submit(engine, checkpoint, known)
            size = _size_of(answer)
            if size is None or size == known:
                return checkpoint, self._cosignature(answer, checkpoint, known)
            async with engine.connect() as connection:
                checkpoint = await self._beyond(connection, checkpoint, size)
            known = size
        message = f"{self._key.name} is at another size in every answer"
        raise Unavailable(message, part=self._key.name)

    async def _submit(
        self, engine: AsyncEngine, checkpoint: StoredCheckpoint, known: int
    ) -> Answer:
        proof: list[bytes] = []
        if known:
            async with engine.connect() as connection:
                try:
                    old = await checkpoint_of_size(connection, known)
                except NotFound as error:
                    raise self._contradiction(seen=f"{known} leaves, never signed here") from error
                proof = await consistency_proof(connection, old, checkpoint)
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
        body = f"old {known}\n{hashes}\n{checkpoint.note}"
        return await post(self._url, body.encode(), "text/plain; charset=utf-8")

    async def _beyond(
        self, connection: AsyncConnection, checkpoint: StoredCheckpoint, size: int
    ) -> StoredCheckpoint:
        """Return a checkpoint that the witness, which is at that size, can still cosign."""
        if size <= checkpoint.size:
            return checkpoint
        newest = await latest_checkpoint(connection)
        if newest is None or newest.size < size:
            raise self._contradiction(seen=f"{size} leaves, more than there are")
        return newest

    def _cosignature(self, answer: Answer, checkpoint: StoredCheckpoint, known: int) -> Cosignature:
        if answer.status == HTTPStatus.CONFLICT and known == checkpoint.size:
            raise self._contradiction(seen="the same size under another root")
        if answer.status != HTTPStatus.OK:
            raise self._refusal(answer)
        try:
            lines = answer.content.decode()
        except UnicodeDecodeError as error:
            message = f"{self._key.name} answered with bytes that are no text"
            raise InvalidInput(message) from error
        cosignature = open_cosignature(checkpoint.note, lines, self._key)
        if cosignature.time > time.time() + _LARGEST_LEAD:
            message = f"{self._key.name} cosigned at a time that is still to come: whose clock?"
            raise InvalidInput(message)
        return cosignature

    def _refusal(self, answer: Answer) -> HoldfastError:
        name = self._key.name
        match answer.status:
            case HTTPStatus.FORBIDDEN:
                return NotAllowed(
                    f"{name} knows none of the keys that sign the log: give its operator those of "
                    f"`holdfast log-key list`"
                )
            case HTTPStatus.NOT_FOUND:
                return NotFound(
                    f"{name} does not know the log: give its operator the log's name and keys, as "
                    f"`holdfast log-key list` shows them"
                )
            case HTTPStatus.UNPROCESSABLE_ENTITY:
                return self._contradiction(seen="leaves that this log did not grow out of")
        return Unavailable(f"{name} answered {answer.status}", part=name)

    def _contradiction(self, seen: str) -> LogContradiction:
        message = (
            f"{self._key.name} has seen another history of this log ({seen}): the database was "
            f"restored from an older state, or changed; compare with checkpoints kept elsewhere"
        )
        return LogContradiction(message, witness=self._key.name)


def witnesses(settings: Settings) -> list[Witness]:
    """Make the witness of the settings, if one is set.

    Raises:
        InvalidInput: it is not of the form `<vkey> <url>`.
    """
    if settings.witness is None:
        return []
    vkey, _, address = settings.witness.strip().partition(" ")
    return [Witness(WitnessKey.parse(vkey), address.strip())]


def _size_of(answer: Answer) -> int | None:
    """Read the size at which a witness says that it is, if it says so."""
    if answer.status != HTTPStatus.CONFLICT or answer.media_type != _SIZE:
        return None
    try:
        return read_number(answer.content.removesuffix(b"\n").decode())
    except ValueError:
        return None
