"""The ledger of automated steps: a claim is committed before anything is begun.

One process works on an attempt at a time, by a lock of its database session. What it has left
behind as `running` may have been done or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.automation.naming import dry_runs_of_step
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationOutcome, AutomationState
from holdfast.domain.values import digest_of
from holdfast.errors import Fatal
from holdfast.store.artifacts import store_artifact

__all__ = ["OUTPUT_MEDIA_TYPE", "AttemptLedger", "Claimed"]

OUTPUT_MEDIA_TYPE = "text/plain; charset=utf-8"
"""What outputs are kept as."""

_RUNNING = "running"

_CLAIM = text("""
    INSERT INTO outgoing.automation_attempt (key, automation, ordered, dry_run, state, tries)
    VALUES (:key, :automation, :ordered, :dry_run, 'running', 1)
    ON CONFLICT (key) DO NOTHING RETURNING key
""")
_CLAIM_AGAIN = text("""
    UPDATE outgoing.automation_attempt SET tries = tries + 1, begun_at = clock_timestamp()
    WHERE key = :key AND state = 'running' RETURNING key
""")
_SETTLE = text("""
    UPDATE outgoing.automation_attempt
    SET state = :state, summary = :summary, output = :output, exit_status = :exit_status,
        http_status = :http_status, took_seconds = :took_seconds, ended_at = clock_timestamp()
    WHERE key = :key AND state = 'running' RETURNING key
""")
_FIND = text("SELECT * FROM outgoing.automation_attempt WHERE key = :key")
_TRIED = text("""
    SELECT EXISTS (
        SELECT FROM outgoing.automation_attempt
        WHERE starts_with(key, :dry_runs) AND ordered = :ordered AND dry_run
            AND state = 'succeeded'
    )
""")


@dataclass(frozen=True, slots=True)
class Claimed:
    """An attempt as it stands: begun so often, of exactly that; its outcome, where it has one."""

    tries: int
    ordered: str
    outcome: AutomationOutcome | None


class AttemptLedger:
    """The row of one attempt, written through its sole connection; each statement is a commit."""

    def __init__(self, connection: AsyncConnection, opening: AutomationOpening) -> None:
        """Write through that connection under the key of that attempt."""
        self._connection = connection
        self._opening = opening
        self.ordered = digest_of([opening.automation, opening.parameters])

    async def find(self) -> Claimed | None:
        """The attempt as an earlier process has left it; None where there was none."""
        rows = await self._connection.execute(_FIND, {"key": self._opening.id})
        row = rows.one_or_none()
        if row is None:
            return None
        if row.state == _RUNNING:
            return Claimed(row.tries, row.ordered, None)
        outcome = AutomationOutcome(
            state=AutomationState(row.state),
            summary=row.summary,
            output=row.output,
            exit_status=row.exit_status,
            http_status=row.http_status,
            took_seconds=row.took_seconds,
        )
        return Claimed(row.tries, row.ordered, outcome)

    async def was_tried(self) -> bool:
        """Whether a dry run of exactly this has ended well in this step."""
        given = self._opening
        begun = dry_runs_of_step(given.incident, given.play, given.step)
        wanted = {"dry_runs": begun, "ordered": self.ordered}
        return bool((await self._connection.execute(_TRIED, wanted)).scalar_one())

    async def claim(self, *, again: bool) -> None:
        """Commit that it begins now; `again` after a claim that has no outcome.

        Raises:
            Fatal: the row does not stand as this process has read it.
        """
        given = {
            "key": self._opening.id,
            "automation": self._opening.automation,
            "ordered": self.ordered,
            "dry_run": self._opening.dry_run,
        }
        if again:
            await self._write(_CLAIM_AGAIN, {"key": self._opening.id})
        else:
            await self._write(_CLAIM, given)

    async def keep_output(self, output: bytes | None) -> str | None:
        """Keep what was said, and return its digest; None where nothing was said."""
        if output is None:
            return None
        return await store_artifact(self._connection, output, OUTPUT_MEDIA_TYPE)

    async def settle(self, outcome: AutomationOutcome) -> None:
        """Commit what became of it.

        Raises:
            Fatal: the row does not stand as this process has left it.
        """
        await self._write(_SETTLE, {"key": self._opening.id, **outcome.model_dump(mode="json")})

    async def _write(self, statement: TextClause, given: dict[str, object]) -> None:
        written = await self._connection.execute(statement, given)
        if written.scalar_one_or_none() is None:
            message = f"{self._opening.id} does not stand as this process left it"
            raise Fatal(message, key=self._opening.id)
