"""The ledger of a delivery: a claim is committed before each recipient is addressed.

One process works on a delivery at a time: it holds a lock of its database session, and every claim
goes through that same session. A process that dies, or whose session ends, has no lock and can
claim nothing more. What it has left behind as `trying` may have left or not: the channel is asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.errors import Fatal, Unavailable

__all__ = ["Attempt", "AttemptState", "DeliveryUnderWay", "Ledger", "sole_connection"]

# A host that is gone says nothing: without probes its lock would stand for hours. They are of the
# session, and mean nothing on a local socket.
_HOLD = text("""
    SELECT pg_try_advisory_lock(hashtextextended(:name, 0)),
        set_config('tcp_keepalives_idle', '10', false),
        set_config('tcp_keepalives_interval', '5', false),
        set_config('tcp_keepalives_count', '3', false),
        set_config('tcp_user_timeout', '25000', false)
""")
_LET_GO = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")

_ATTEMPTS = text("""
    SELECT number, state, round, tries, channel, channel_id, because
    FROM outgoing.recipient_attempt WHERE key = :key
""")

_ANSWER = """
    UPDATE outgoing.recipient_attempt
    SET state = :state, channel_id = :channel_id, because = :because, round = :round,
        answered_at = clock_timestamp()
    WHERE key = :key AND number = :number AND state = 'trying'
    RETURNING number
"""
_CLAIM = """
    INSERT INTO outgoing.recipient_attempt AS attempt
        (key, number, state, round, tries, channel)
    VALUES (:key, :claimed, 'trying', :claimed_round, :tries, :channel)
    ON CONFLICT (key, number) DO UPDATE
    SET state = 'trying', round = excluded.round, tries = excluded.tries,
        channel = excluded.channel, channel_id = NULL, because = NULL,
        tried_at = excluded.tried_at, answered_at = NULL
    WHERE attempt.state NOT IN ('sent', 'refused', 'trying')
    RETURNING number
"""
# One statement is one commit: what a recipient costs.
_ANSWER_AND_CLAIM = text(f"""
    WITH answered AS ({_ANSWER}), claimed AS ({_CLAIM})
    SELECT number FROM answered UNION ALL SELECT number FROM claimed
""")  # noqa: S608 - constant
_ANSWER_ONLY, _CLAIM_ONLY = text(_ANSWER), text(_CLAIM)


class DeliveryUnderWay(Unavailable):
    """Another process is delivering it: one at a time does."""

    code = "delivery_under_way"


class AttemptState(StrEnum):
    """How it stands with one recipient."""

    TRYING = "trying"
    """It is being handed over; after a crash: it may have been."""
    NOT_NOW = "not_now"
    """It surely has not left, and is tried again in this round."""
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    """It surely has not left, and is tried again only when people say so."""
    UNKNOWN = "unknown"
    """It may have left, and is tried again only when people say so."""

    @property
    def final(self) -> bool:
        """Whether nobody can have it tried again."""
        return self in {AttemptState.SENT, AttemptState.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of the message to one recipient."""

    number: int
    state: AttemptState
    round: int
    tries: int
    channel: str
    channel_id: str | None = None
    because: str | None = None


@asynccontextmanager
async def sole_connection(engine: AsyncEngine, name: str) -> AsyncIterator[AsyncConnection]:
    """A connection that no other process has under that name; each statement is a commit.

    Raises:
        DeliveryUnderWay: another process has it.
    """
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        if not (await connection.execute(_HOLD, {"name": name})).scalar_one():
            message = f"{name} is being worked on by another process"
            raise DeliveryUnderWay(message, name=name)
        try:
            yield connection
        except BaseException:
            # Whatever the session is in the middle of, its lock ends with it.
            await connection.invalidate()
            raise
        await connection.execute(_LET_GO, {"name": name})


class Ledger:
    """The attempts of one delivery, written through its sole connection."""

    def __init__(self, connection: AsyncConnection, key: str) -> None:
        """Write through that connection under that key."""
        self._connection = connection
        self._key = key

    async def attempts(self) -> dict[int, Attempt]:
        """All attempts, by the recipient's number."""
        rows = await self._connection.execute(_ATTEMPTS, {"key": self._key})
        return {
            row.number: Attempt(
                number=row.number,
                state=AttemptState(row.state),
                round=row.round,
                tries=row.tries,
                channel=row.channel,
                channel_id=row.channel_id,
                because=row.because,
            )
            for row in rows
        }

    async def write(self, answered: Attempt | None, claimed: Attempt | None = None) -> None:
        """Commit the outcome of one attempt and the claim of the next, both or neither.

        Raises:
            Fatal: one of the rows does not stand as this process has left it.
        """
        wanted = [each.number for each in (answered, claimed) if each is not None]
        if not wanted:
            return
        statement = _ANSWER_AND_CLAIM
        if claimed is None:
            statement = _ANSWER_ONLY
        elif answered is None:
            statement = _CLAIM_ONLY
        values = {"key": self._key, **_answer_of(answered), **_claim_of(claimed)}
        written = (await self._connection.execute(statement, values)).scalars().all()
        if sorted(written) != sorted(wanted):
            message = f"{self._key}: recipients {wanted} do not stand as this process left them"
            raise Fatal(message, key=self._key)


def _answer_of(attempt: Attempt | None) -> dict[str, object]:
    if attempt is None:
        return {}
    return {
        "number": attempt.number,
        "state": str(attempt.state),
        "round": attempt.round,
        "channel_id": attempt.channel_id,
        "because": attempt.because,
    }


def _claim_of(attempt: Attempt | None) -> dict[str, object]:
    if attempt is None:
        return {}
    return {
        "claimed": attempt.number,
        "claimed_round": attempt.round,
        "tries": attempt.tries,
        "channel": attempt.channel,
    }
