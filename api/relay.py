"""The relay: carries what waits in the outbox to Temporal, in order, for as long as it takes.

One API process relays at a time; the others hand over by notification. Everything it needs to know
stands in the database, so it may die at any line: what it had composed is sent again with the same
bytes, and the workflow takes it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.backoff import Backoff
from api.incident_workflows import IncidentWorkflows, SubmissionRejected, WorkflowEnded
from api.metrics import ApiMetrics
from api.pace import Pace
from api.tracing import continued
from holdfast.domain.submissions import Report
from holdfast.errors import Unavailable
from holdfast.store.alert_batches import AlertBatches
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.effects import OUTBOX_CHANNEL
from holdfast.store.notifications import Notifications
from holdfast.store.outbox import (
    OutboxRow,
    count_waiting,
    mark_delivered,
    waiting_incidents,
    waiting_rows,
)
from holdfast.store.routing import return_alerts, route_unrouted

__all__ = ["Relay"]

_LOOK_EVERY = 1.0
_MOST_AT_ONCE = 16
_REJECTED_AGAIN_AFTER = 30.0

_NOTIFY = text("SELECT pg_notify(:channel, '')")

_log = structlog.get_logger(__name__)


class Relay:
    """Sends what waits; new work is announced, everything else is found by looking."""

    def __init__(
        self,
        engine: AsyncEngine,
        notifications: Notifications,
        batches: AlertBatches,
        workflows: IncidentWorkflows,
        metrics: ApiMetrics,
    ) -> None:
        """Relay between that database and those workflows."""
        self._engine = engine
        self._statements = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._notifications = notifications
        self._batches = batches
        self._workflows = workflows
        self._metrics = metrics
        self._pace = Pace()
        self._backoffs = {"temporal": Backoff(), "database": Backoff()}
        self._wake = asyncio.Event()
        self._look_at = 0.0
        self._ready: dict[str, list[OutboxRow]] = {}
        self._later: set[str] = set()
        self._held: dict[str, float] = {}
        self._busy: set[str] = set()

    @property
    def leads(self) -> bool:
        """Whether this process is the one that relays."""
        return self._notifications.leads

    def wake(self) -> None:
        """Look at the database now: somebody says that there is work."""
        self._look_at = 0.0
        self._wake.set()

    async def announce(self, opened: Sequence[OutboxRow], joined: Iterable[str] = ()) -> None:
        """Say what a transaction that has just been committed wants to be sent.

        Losing this call loses nothing but time: the relay looks for itself every second.
        """
        if self.leads:
            self._take(opened, joined)
            return
        try:
            async with self._statements.connect() as connection:
                await connection.execute(_NOTIFY, {"channel": OUTBOX_CHANNEL})
        except DATABASE_ERRORS as error:
            if not is_unavailable(error):
                raise
            _log.warning("relay.not_notified", reason=reason_of(error))

    async def run(self) -> None:
        """Relay until cancelled; any error but a part that does not answer ends it."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                now = self._now()
                if self.leads and now >= self._resumes_at():
                    if now >= self._look_at:
                        await self._look(now)
                    self._dispatch(group, now)
                await self._sleep(now)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _resumes_at(self) -> float:
        return max(backoff.retry_at for backoff in self._backoffs.values())

    async def _sleep(self, now: float) -> None:
        timeout = _LOOK_EVERY
        if self.leads:
            paced = [self._pace.next_at(incident_id) for incident_id in self._later]
            until = max(min([self._look_at, *paced]), self._resumes_at())
            timeout = min(max(until - now, 0.0), _LOOK_EVERY)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._wake.wait()

    def _take(self, opened: Sequence[OutboxRow], joined: Iterable[str]) -> None:
        now = self._now()
        for row in opened:
            self._pace.sent(row.incident_id, now)
            self._ready.setdefault(row.incident_id, [])
            # Under way already, the row may just have been read: then let it be read again.
            if row.incident_id not in self._busy:
                self._ready[row.incident_id].append(row)
        for incident_id in joined:
            if self._pace.may_send(incident_id, now):
                self._ready.setdefault(incident_id, [])
            else:
                self._later.add(incident_id)
        self._wake.set()

    async def _look(self, now: float) -> None:
        """Find what nobody announced: before a restart, by another process, declined alerts."""
        self._look_at = now + _LOOK_EVERY
        self._pace.forget_quiet(now)
        self._held = {key: until for key, until in self._held.items() if until > now}
        try:
            async with self._engine.begin() as connection:
                routed = await route_unrouted(connection, self._batches)
                waiting = await waiting_incidents(connection)
                self._metrics.outbox_waiting.set(await count_waiting(connection))
        except DATABASE_ERRORS as error:
            self._database_failed(error)
            return
        self._recovered("database")
        self._take(routed.opened, routed.joined)
        for incident in waiting:
            if incident.submissions and incident.incident_id not in self._held:
                self._ready.setdefault(incident.incident_id, [])
            else:
                self._later.add(incident.incident_id)

    def _dispatch(self, group: asyncio.TaskGroup, now: float) -> None:
        for incident_id in [key for key in self._later if self._pace.may_send(key, now)]:
            self._later.discard(incident_id)
            if incident_id not in self._held:
                self._ready.setdefault(incident_id, [])
        # While Temporal does not answer, one attempt at a time asks whether it does again.
        most = 1 if self._backoffs["temporal"].down else _MOST_AT_ONCE
        for incident_id in [key for key in self._ready if key not in self._busy]:
            if len(self._busy) >= most:
                return
            self._busy.add(incident_id)
            group.create_task(self._serve(incident_id, self._ready.pop(incident_id)))

    async def _serve(self, incident_id: str, rows: Sequence[OutboxRow]) -> None:
        """Send what waits for one incident, in order, up to the first that cannot be sent."""
        try:
            for row in rows or await self._compose(incident_id):
                if not await self._send(row):
                    break
        except Unavailable as error:
            self._failed("temporal", str(error))
        except SubmissionRejected as error:
            self._held[incident_id] = self._now() + _REJECTED_AGAIN_AFTER
            self._metrics.relay_failures.labels("submission").inc()
            _log.error("relay.rejected", incident_id=incident_id, reason=error.message)
        except DATABASE_ERRORS as error:
            self._database_failed(error)
        finally:
            self._busy.discard(incident_id)
            self._wake.set()

    async def _compose(self, incident_id: str) -> Sequence[OutboxRow]:
        """Make one batch of the alerts that wait, if it is time; read all that is to be sent."""
        now = self._now()
        async with self._engine.begin() as connection:
            if self._pace.may_send(incident_id, now):
                row = await self._batches.join_incident(connection, incident_id, None)
                if row is not None:
                    self._pace.sent(incident_id, now)
            return await waiting_rows(connection, incident_id)

    async def _send(self, row: OutboxRow) -> bool:
        signed = row.signed
        body = signed.submission.body
        try:
            with continued(signed.submission.trace):
                if row.opens and isinstance(body, Report):
                    await self._workflows.open(row.incident_id, signed, body)
                else:
                    await self._workflows.signal(signed)
        except WorkflowEnded:
            self._recovered("temporal")
            await self._return(row)
            return False
        self._recovered("temporal")
        async with self._statements.connect() as connection:
            await mark_delivered(connection, row)
        self._metrics.submissions.labels(body.type).inc()
        return True

    async def _return(self, row: OutboxRow) -> None:
        async with self._engine.begin() as connection:
            returned = await return_alerts(connection, row)
        if returned:
            _log.info(
                "relay.routed_anew", incident_id=row.incident_id, submission=row.submission_id
            )
        self.wake()

    def _failed(self, part: str, reason: str) -> None:
        self._metrics.relay_failures.labels(part).inc()
        backoff = self._backoffs[part]
        if backoff.failed(self._now()):
            _log.warning("relay.part_lost", lost=part, reason=reason)
        self._look_at = min(self._look_at, backoff.retry_at)

    def _database_failed(self, error: Exception) -> None:
        if not is_unavailable(error):
            raise error
        self._failed("database", reason_of(error))

    def _recovered(self, part: str) -> None:
        if self._backoffs[part].succeeded():
            _log.info("relay.part_regained", regained=part)
            self.wake()
