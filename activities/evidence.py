"""Appending evidence, as an activity."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from holdfast.activity_names import ActivityName
from holdfast.errors import EvidenceConflict
from holdfast.evidence.entry import Appended, EntryBatch
from holdfast.evidence.signature import PrincipalVerifier
from holdfast.store.evidence import append

__all__ = ["EvidenceActivities"]


class EvidenceActivities:
    """Activities that write evidence, on one engine, believing one key."""

    def __init__(self, engine: AsyncEngine, verifier: PrincipalVerifier) -> None:
        """Write through that engine what rests on submissions that this verifier believes."""
        self._engine = engine
        self._verifier = verifier

    @activity.defn(name=ActivityName.APPEND_ENTRIES)
    async def append_entries(self, batch: EntryBatch) -> Appended:
        """Append a batch, idempotent by entry id, unless it relies on a forged submission.

        The signatures are verified here, where entries are written, so that no entry can name a
        person whom the API has not authenticated; and in an activity, so that the verdict stands
        in history and no replay depends on a key.

        Raises:
            ApplicationError: of type EvidenceConflict, not to be retried, when an entry id stands
                already with other bytes.
        """
        forged = tuple(
            number
            for number, signed in enumerate(batch.relies_on)
            if not self._verifier.is_genuine(signed)
        )
        if forged:
            return Appended(new=0, forged=forged)
        try:
            return Appended(new=await append(self._engine, batch.entries))
        except EvidenceConflict as conflict:
            raise ApplicationError(
                conflict.message, type=EvidenceConflict.__name__, non_retryable=True
            ) from conflict
