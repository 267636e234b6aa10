"""Routing: which incident the alerts of a service join, and a new incident where there is none.

`intake.route` has one row a service, so of two deliveries that race, one opens the incident and
the other joins it. Whoever inserts the route also writes the report that opens the incident, in
the same transaction: a routed incident always has its report in the outbox or behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.alert_batches import AlertBatches, WaitingAlert
from holdfast.store.outbox import OutboxRow

__all__ = ["Routed", "new_incident_id", "return_alerts", "route_alerts", "route_unrouted"]

_MOST_AT_ONCE = 5_000

_NEW_ID = """
    'INC-' || to_char(clock_timestamp(), 'YYYY') || '-'
    || lpad(number::text, greatest(6, length(number::text)), '0')
"""

_ALLOCATE = text(f"SELECT {_NEW_ID} FROM nextval('intake.incident_number') number")  # noqa: S608 - constant

# Services in order, so that two transactions that open several incidents never wait in a circle;
# NOT EXISTS, so that no incident number is spent where the service has its incident already.
_ROUTE = text(f"""
    INSERT INTO intake.route (service, incident_id)
    SELECT service, {_NEW_ID} FROM (
        SELECT service, nextval('intake.incident_number') AS number FROM (
            SELECT service FROM unnest(CAST(:services AS text[])) service
            WHERE NOT EXISTS (SELECT FROM intake.route WHERE route.service = service.service)
            ORDER BY service
        ) missing
    ) numbered
    ON CONFLICT (service) DO NOTHING
    RETURNING service, incident_id
""")  # noqa: S608 - constant

_ROUTED = text(
    "SELECT service, incident_id FROM intake.route WHERE service = ANY(CAST(:services AS text[]))"
)

_JOIN = text("""
    UPDATE intake.alert SET incident_id = :incident_id
    WHERE alert_id = ANY(CAST(:alerts AS bigint[])) AND incident_id IS NULL
""")

# An alert that has ended meanwhile opens nothing; it stays where it is, for whoever looks for it.
_UNROUTED = text("""
    SELECT alert.alert_id, alert.source, alert.fingerprint, alert.status, alert.starts_at,
        alert.service, alert.summary, alert.received_at, delivery.raw, delivery.delivered_by
    FROM intake.alert JOIN intake.delivery USING (delivery_id)
    WHERE alert.incident_id IS NULL AND alert.status = 'firing' AND NOT EXISTS (
        SELECT FROM intake.alert ended
        WHERE ended.source = alert.source AND ended.fingerprint = alert.fingerprint
            AND ended.starts_at = alert.starts_at AND ended.status = 'resolved'
    )
    ORDER BY alert.alert_id LIMIT :limit FOR UPDATE OF alert SKIP LOCKED
""")

_RECEIVED = text("SELECT 1 FROM projection.receipt WHERE submission_id = :submission_id")
_MARK_RECEIVED = text(
    "UPDATE intake.outbox SET delivered_at = clock_timestamp() WHERE position = :position"
)
_MARK_RETURNED = text("""
    UPDATE intake.outbox SET returned_at = clock_timestamp()
    WHERE incident_id = :incident_id AND delivered_at IS NULL AND returned_at IS NULL
    RETURNING submission_id
""")
_UNSTAMP = text("""
    UPDATE intake.alert SET incident_id = NULL, submission_id = NULL
    WHERE submission_id = ANY(CAST(:submissions AS text[]))
        OR (incident_id = :incident_id AND submission_id IS NULL)
""")
_UNROUTE = text("DELETE FROM intake.route WHERE incident_id = :incident_id")


@dataclass(frozen=True, slots=True)
class Routed:
    """Where alerts went: reports of incidents that they open, and open incidents that they join."""

    opened: tuple[OutboxRow, ...]
    joined: tuple[str, ...]


async def new_incident_id(connection: AsyncConnection) -> str:
    """Take the next incident id."""
    return str((await connection.execute(_ALLOCATE)).scalar_one())


async def route_alerts(
    connection: AsyncConnection,
    batches: AlertBatches,
    alerts: Sequence[WaitingAlert],
    trace: str | None,
) -> Routed:
    """Route alerts that belong to no incident yet; services with a firing one open an incident."""
    services = sorted({alert.service for alert in alerts if alert.status == "firing"})
    if not services:
        return Routed((), ())
    inserted = await connection.execute(_ROUTE, {"services": services})
    new = {row.service: row.incident_id for row in inserted}
    opened, joined = [], []
    for service, incident_id in new.items():
        theirs = [alert for alert in alerts if alert.service == service]
        opened.append(await batches.open_incident(connection, incident_id, theirs, trace))
    if len(new) < len(services):
        # A statement of its own sees what the transaction that won the race has committed.
        others = {"services": [service for service in services if service not in new]}
        for row in (await connection.execute(_ROUTED, others)).all():
            theirs = [alert for alert in alerts if alert.service == row.service]
            numbers = [alert.alert_id for alert in theirs]
            parameters = {"incident_id": row.incident_id, "alerts": numbers}
            await connection.execute(_JOIN, parameters)
            joined.append(row.incident_id)
    return Routed(tuple(opened), tuple(joined))


async def route_unrouted(connection: AsyncConnection, batches: AlertBatches) -> Routed:
    """Route the firing alerts that an incident has declined because it had ended."""
    rows = await connection.execute(_UNROUTED, {"limit": _MOST_AT_ONCE})
    return await route_alerts(connection, batches, [WaitingAlert(*row) for row in rows], None)


async def return_alerts(connection: AsyncConnection, row: OutboxRow) -> bool:
    """Take back what an ended incident did not receive, to be routed anew.

    Returns False when its receipt shows that the incident had received it: the process that sent
    it died before it could mark the row, and the incident ended since.
    """
    received = await connection.execute(_RECEIVED, {"submission_id": row.submission_id})
    if received.scalar_one_or_none():
        await connection.execute(_MARK_RECEIVED, {"position": row.position})
        return False
    incident = {"incident_id": row.incident_id}
    returned = list((await connection.execute(_MARK_RETURNED, incident)).scalars())
    await connection.execute(_UNSTAMP, {**incident, "submissions": returned})
    # Normally gone since the incident closed; an incident that an operator terminated leaves it.
    await connection.execute(_UNROUTE, incident)
    return True
