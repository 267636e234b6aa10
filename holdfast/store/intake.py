"""Intake: a delivery of alerts, kept raw and routed in one transaction before it is acknowledged.

Three layers keep what is sent twice from counting twice: the same bytes (delivery), the same
episode of the same alert (its unique key), the same affected service (its route).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.store.alert_batches import AlertBatches, WaitingAlert
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.outbox import OutboxRow
from holdfast.store.routing import route_alerts

__all__ = ["AcceptedDelivery", "Delivery", "IncomingAlert", "accept_delivery"]

_REPEATS_WITHIN = timedelta(hours=72)

_RECORD = text("""
    WITH kept AS (
        INSERT INTO evidence.artifact (digest, media_type, content)
        VALUES (:raw, :media_type, :content) ON CONFLICT (digest) DO NOTHING
    )
    INSERT INTO intake.delivery (source, raw, delivered_by, repeats)
    VALUES (:source, :raw, :delivered_by, (
        SELECT max(delivery_id) FROM intake.delivery
        WHERE source = :source AND raw = :raw AND repeats IS NULL
            AND received_at > clock_timestamp() - CAST(:within AS interval)
    ))
    RETURNING delivery_id, repeats, received_at
""")

_ALERTS = """
    unnest(
        CAST(:fingerprints AS text[]), CAST(:statuses AS text[]),
        CAST(:starts AS timestamptz[]), CAST(:services AS text[]), CAST(:summaries AS text[])
    ) WITH ORDINALITY AS incoming (fingerprint, status, starts_at, service, summary, number)
"""

# An episode (fingerprint and start) is known by its unique key: a notification that Alertmanager
# repeats every few hours adds no row, and so never grows the incident.
_INSERT = text(f"""
    INSERT INTO intake.alert
        (delivery_id, source, fingerprint, status, starts_at, service, summary, received_at,
         incident_id)
    SELECT :delivery_id, :source, incoming.fingerprint, incoming.status, incoming.starts_at,
        incoming.service, incoming.summary, :received_at, route.incident_id
    FROM {_ALERTS} LEFT JOIN intake.route USING (service)
    ORDER BY incoming.fingerprint, incoming.starts_at, incoming.status
    ON CONFLICT (source, fingerprint, starts_at, status) DO NOTHING
    RETURNING alert_id, fingerprint, status, starts_at, service, summary, incident_id
""")  # noqa: S608 - constant

_KNOWN = text(f"""
    SELECT DISTINCT alert.incident_id
    FROM {_ALERTS} JOIN intake.alert USING (fingerprint, starts_at, status)
    WHERE alert.source = :source AND alert.incident_id IS NOT NULL
""")  # noqa: S608 - constant


@dataclass(frozen=True, slots=True)
class IncomingAlert:
    """One alert of a delivery, whatever its source calls its parts."""

    fingerprint: str
    status: Literal["firing", "resolved"]
    starts_at: datetime
    service: str
    summary: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What an alert source has sent in one request."""

    source: str
    delivered_by: str
    raw: bytes
    media_type: str
    alerts: tuple[IncomingAlert, ...]


@dataclass(frozen=True, slots=True)
class AcceptedDelivery:
    """What became of a delivery; `opened` and `joined` are what the relay has to do now."""

    delivery_id: int
    repeats: int | None
    new_alerts: int
    incidents: tuple[str, ...]
    opened: tuple[OutboxRow, ...]
    joined: tuple[str, ...]


async def accept_delivery(
    engine: AsyncEngine, batches: AlertBatches, delivery: Delivery, trace: str | None
) -> AcceptedDelivery:
    """Keep a delivery and route its alerts; when this returns, nothing of it can be lost."""
    async with engine.begin() as connection:
        recorded = await _record(connection, delivery)
        if recorded.repeats is not None:
            known = await _known(connection, delivery)
            return AcceptedDelivery(recorded.delivery_id, recorded.repeats, 0, known, (), ())
        alerts, joined = await _insert(connection, delivery, recorded)
        new_here = [alert for alert in alerts if alert.alert_id not in joined]
        routed = await route_alerts(connection, batches, new_here, trace)
        incidents = {row.incident_id for row in routed.opened}.union(routed.joined, joined.values())
        if len(alerts) < len(delivery.alerts):
            incidents.update(await _known(connection, delivery))
    return AcceptedDelivery(
        recorded.delivery_id,
        None,
        len(alerts),
        tuple(sorted(incidents)),
        routed.opened,
        tuple(sorted({*routed.joined, *joined.values()})),
    )


@dataclass(frozen=True, slots=True)
class _Recorded:
    delivery_id: int
    repeats: int | None
    received_at: datetime
    raw: str


async def _record(connection: AsyncConnection, delivery: Delivery) -> _Recorded:
    raw = digest_of_bytes(delivery.raw)
    inserted = await connection.execute(
        _RECORD,
        {
            "raw": raw,
            "media_type": delivery.media_type,
            "content": delivery.raw,
            "source": delivery.source,
            "delivered_by": delivery.delivered_by,
            "within": _REPEATS_WITHIN,
        },
    )
    row = inserted.one()
    return _Recorded(row.delivery_id, row.repeats, row.received_at, raw)


async def _insert(
    connection: AsyncConnection, delivery: Delivery, recorded: _Recorded
) -> tuple[Sequence[WaitingAlert], Mapping[int, str]]:
    """Insert the alerts that are new; return them, and the incidents that some of them join."""
    if not delivery.alerts:
        return (), {}
    inserted = await connection.execute(
        _INSERT,
        {
            **_columns(delivery),
            "delivery_id": recorded.delivery_id,
            "received_at": recorded.received_at,
        },
    )
    alerts, joined = [], {}
    for row in inserted:
        alerts.append(
            WaitingAlert(
                alert_id=row.alert_id,
                source=delivery.source,
                fingerprint=row.fingerprint,
                status=row.status,
                starts_at=row.starts_at,
                service=row.service,
                summary=row.summary,
                received_at=recorded.received_at,
                raw=recorded.raw,
                delivered_by=delivery.delivered_by,
            )
        )
        if row.incident_id is not None:
            joined[row.alert_id] = row.incident_id
    # Inserted in the order of their keys, so that no two deliveries wait for each other in a
    # circle; told in the order in which they came, since the first names the incident.
    came = {(a.fingerprint, str(a.status), a.starts_at): at for at, a in enumerate(delivery.alerts)}
    alerts.sort(key=lambda alert: came[alert.fingerprint, alert.status, alert.starts_at])
    return alerts, joined


async def _known(connection: AsyncConnection, delivery: Delivery) -> tuple[str, ...]:
    rows = await connection.execute(_KNOWN, _columns(delivery))
    return tuple(sorted(rows.scalars()))


def _columns(delivery: Delivery) -> dict[str, object]:
    return {
        "source": delivery.source,
        "fingerprints": [alert.fingerprint for alert in delivery.alerts],
        "statuses": [alert.status for alert in delivery.alerts],
        "starts": [alert.starts_at for alert in delivery.alerts],
        "services": [alert.service for alert in delivery.alerts],
        "summaries": [alert.summary for alert in delivery.alerts],
    }
