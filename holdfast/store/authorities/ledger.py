"""The ledger of submissions: an attempt is committed before anything leaves.

One process works on a key at a time, by a lock of its database session. What it has left behind as
`sending` may have arrived or not: the same files go out again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.submitting import SubmissionOrder
from holdfast.domain.values import Count, Digest, Frozen, Line, canonical_json
from holdfast.errors import Fatal

__all__ = [
    "ATTEMPT_COLUMNS",
    "SentFile",
    "SubmissionAttempt",
    "SubmissionLedger",
    "SubmissionState",
    "attempt_of",
]

ATTEMPT_COLUMNS = """
    key, number, chain, subject, kind, authority, content, approved, sealed, files, diverted,
    state, because, status, receipt, reference, begun_at, ended_at,
    greatest(clock_timestamp() - ended_at, interval '0') AS ago
"""
"""What `attempt_of` needs."""

_FIND = text(
    f"SELECT {ATTEMPT_COLUMNS} FROM outgoing.authority_submission"  # noqa: S608 - constant
    " WHERE key = :key ORDER BY number"
)
_LATEST = text(
    f"SELECT {ATTEMPT_COLUMNS} FROM outgoing.authority_submission"  # noqa: S608 - constant
    " WHERE subject = :subject AND content = :content AND authority = :authority"
    " AND diverted = :diverted ORDER BY begun_at DESC LIMIT 1"
)
_CLAIM = text("""
    INSERT INTO outgoing.authority_submission
        (key, number, chain, subject, kind, authority, content, approved, sealed, files, diverted,
        state)
    VALUES (:key, :number, :chain, :subject, :kind, :authority, :content, :approved, :sealed,
        CAST(:files AS jsonb), :diverted, 'sending')
    RETURNING number
""")
_SETTLE = text("""
    UPDATE outgoing.authority_submission
    SET state = :state, because = :because, status = :status, receipt = :receipt,
        reference = :reference, ended_at = clock_timestamp()
    WHERE key = :key AND number = :number AND state = 'sending'
    RETURNING number
""")


class SubmissionState(StrEnum):
    """How it stands with one attempt."""

    SENDING = "sending"
    """It is being handed over; after a crash: it may have been."""
    TAKEN = "taken"
    REFUSED = "refused"
    """For good: it is not sent again under this key."""
    NOT_NOW = "not_now"
    """It surely was not taken, and is sent again."""
    UNKNOWN = "unknown"
    """It may have been taken, and is sent again as the same submission."""

    @property
    def final(self) -> bool:
        """Whether no other attempt follows under the key."""
        return self in {SubmissionState.TAKEN, SubmissionState.REFUSED}


class SentFile(Frozen):
    """A file as it leaves."""

    name: Line
    media_type: Line
    digest: Digest
    size: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionAttempt:
    """One attempt; `because`, `receipt` and so on are what came of it.

    `ago` is how long before it was read it ended, by the clock of the database alone.
    """

    key: str
    number: int
    chain: str
    subject: str
    kind: str
    authority: str
    content: str
    sealed: str
    files: tuple[SentFile, ...]
    diverted: bool
    state: SubmissionState
    begun_at: datetime
    because: str | None = None
    status: int | None = None
    receipt: str | None = None
    reference: str | None = None
    ended_at: datetime | None = None
    ago: timedelta | None = None

    @property
    def sent(self) -> str:
        """The digest of the main file: what evidence names."""
        return self.files[0].digest


class SubmissionLedger:
    """The attempts under one key, written through its sole connection; a statement is a commit."""

    def __init__(self, connection: AsyncConnection, order: SubmissionOrder) -> None:
        """Write through that connection under the key of that order."""
        self._connection = connection
        self._order = order

    async def attempts(self) -> list[SubmissionAttempt]:
        """All attempts under the key, the first one first."""
        rows = await self._connection.execute(_FIND, {"key": self._order.key})
        return [attempt_of(row) for row in rows]

    async def latest_of_subject(self, *, diverted: bool) -> SubmissionAttempt | None:
        """The latest attempt to hand the same content to the authority, under whichever key."""
        order = self._order
        wanted = {
            "subject": order.subject,
            "content": order.content,
            "authority": order.authority,
            "diverted": diverted,
        }
        row = (await self._connection.execute(_LATEST, wanted)).one_or_none()
        return None if row is None else attempt_of(row)

    async def claim(
        self, number: int, sealed: str, files: Sequence[SentFile], *, diverted: bool
    ) -> None:
        """Commit that attempt `number` begins now.

        Raises:
            Fatal: the row does not stand as this process has read it.
        """
        order = self._order
        given = {
            **order.model_dump(exclude={"drill"}),
            "number": number,
            "sealed": sealed,
            "files": canonical_json([each.model_dump(mode="json") for each in files]).decode(),
            "diverted": diverted,
        }
        await self._write(_CLAIM, given)

    async def settle(
        self,
        number: int,
        state: SubmissionState,
        because: str | None = None,
        *,
        status: int | None = None,
        receipt: str | None = None,
        reference: str | None = None,
    ) -> SubmissionAttempt:
        """Commit what became of an attempt, and return it as it stands.

        Raises:
            Fatal: the row does not stand as this process has left it.
        """
        given = {
            "key": self._order.key,
            "number": number,
            "state": str(state),
            "because": because,
            "status": status,
            "receipt": receipt,
            "reference": reference,
        }
        await self._write(_SETTLE, given)
        return (await self.attempts())[-1]

    async def _write(self, statement: TextClause, given: Mapping[str, object]) -> None:
        written = await self._connection.execute(statement, dict(given))
        if written.scalar_one_or_none() is None:
            message = f"the submission {self._order.key} does not stand as this process left it"
            raise Fatal(message, key=self._order.key)


def attempt_of(row: Row[Any]) -> SubmissionAttempt:
    """An attempt as its row says."""
    files = json.loads(row.files) if isinstance(row.files, str) else row.files
    return SubmissionAttempt(
        key=row.key,
        number=row.number,
        chain=row.chain,
        subject=row.subject,
        kind=row.kind,
        authority=row.authority,
        content=row.content,
        sealed=row.sealed,
        files=tuple(SentFile.model_validate(each) for each in files),
        diverted=row.diverted,
        state=SubmissionState(row.state),
        begun_at=row.begun_at,
        because=row.because,
        status=row.status,
        receipt=row.receipt,
        reference=row.reference,
        ended_at=row.ended_at,
        ago=row.ago,
    )
