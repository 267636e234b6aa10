"""Alerts become submissions: one batch for all that wait for an incident, stamped before sending.

A batch, its manifest and the stamps on its alerts are one transaction. So an alert is in exactly
one submission, whatever crashes, and the submission's bytes never depend on when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import PolicyPin
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.roles import Actor, Role
from holdfast.domain.submissions import AlertBatch, AlertSample, Origin, Report, Submission
from holdfast.domain.values import canonical_json
from holdfast.evidence.signature import PrincipalSigner
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.outbox import OutboxRow

__all__ = ["AlertBatches", "WaitingAlert"]

_MOST_SAMPLES = 20
_MOST_IN_A_BATCH = 20_000
_MANIFEST_TYPE = "application/json"

_WAITING = text("""
    SELECT alert.alert_id, alert.source, alert.fingerprint, alert.status, alert.starts_at,
        alert.service, alert.summary, alert.received_at, delivery.raw, delivery.delivered_by
    FROM intake.alert JOIN intake.delivery USING (delivery_id)
    WHERE alert.incident_id = :incident_id AND alert.submission_id IS NULL
    ORDER BY alert.alert_id LIMIT :limit FOR UPDATE OF alert
""")

# One statement, as an alert's way into its incident is the one that people wait for.
_COMPOSE = text("""
    WITH kept AS (
        INSERT INTO evidence.artifact (digest, media_type, content)
        VALUES (:manifest, :media_type, :content) ON CONFLICT (digest) DO NOTHING
    ), stamped AS (
        UPDATE intake.alert SET incident_id = :incident_id, submission_id = :submission_id
        WHERE alert_id = ANY(CAST(:alerts AS bigint[])) AND submission_id IS NULL
    )
    INSERT INTO intake.outbox (submission_id, incident_id, opens, content)
    VALUES (:submission_id, :incident_id, :opens, :submission)
    RETURNING position
""")


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert that no submission carries yet."""

    alert_id: int
    source: str
    fingerprint: str
    status: str
    starts_at: datetime
    service: str
    summary: str
    received_at: datetime
    raw: str
    delivered_by: str


class AlertBatches:
    """Composes batches; knows what a report pins now, and holds the key that signs it."""

    def __init__(
        self, signer: PrincipalSigner, pins: Callable[[datetime], tuple[PolicyPin, ...]]
    ) -> None:
        """Sign with that signer; `pins` says what is in force at an instant, without waiting."""
        self._signer = signer
        self._pins = pins

    async def open_incident(
        self,
        connection: AsyncConnection,
        incident_id: str,
        alerts: Sequence[WaitingAlert],
        trace: str | None,
    ) -> OutboxRow:
        """Compose the report with which these alerts open a new incident."""
        manifest = _manifest(alerts)
        batch = _batch(incident_id, alerts, manifest)
        report = Report(
            origin=Origin.ALERT,
            title=next(alert.summary for alert in alerts if alert.status == "firing"),
            aware_at=batch.first_received_at,
            services=batch.services,
            policies=self._pins(datetime.now(UTC)),
            alerts=batch,
            reporter=_principal(alerts),
        )
        submission = _submission(incident_id, batch, report, alerts, trace)
        return await self._compose(connection, incident_id, submission, manifest, alerts)

    async def join_incident(
        self, connection: AsyncConnection, incident_id: str, trace: str | None
    ) -> OutboxRow | None:
        """Compose the batch of all alerts that wait for an incident; None when none does."""
        parameters = {"incident_id": incident_id, "limit": _MOST_IN_A_BATCH}
        rows = await connection.execute(_WAITING, parameters)
        alerts = [WaitingAlert(*row) for row in rows]
        if not alerts:
            return None
        manifest = _manifest(alerts)
        batch = _batch(incident_id, alerts, manifest)
        submission = _submission(incident_id, batch, batch, alerts, trace)
        return await self._compose(connection, incident_id, submission, manifest, alerts)

    async def _compose(
        self,
        connection: AsyncConnection,
        incident_id: str,
        submission: Submission,
        manifest: bytes,
        alerts: Sequence[WaitingAlert],
    ) -> OutboxRow:
        opens = isinstance(submission.body, Report)
        content = self._signer.sign(submission).model_dump_json().encode()
        parameters = {
            "manifest": digest_of_bytes(manifest),
            "media_type": _MANIFEST_TYPE,
            "content": manifest,
            "incident_id": incident_id,
            "submission_id": submission.submission_id,
            "alerts": [alert.alert_id for alert in alerts],
            "opens": opens,
            "submission": content,
        }
        position = (await connection.execute(_COMPOSE, parameters)).scalar_one()
        return OutboxRow(position, submission.submission_id, incident_id, opens, content)


def _submission(
    incident_id: str,
    batch: AlertBatch,
    body: AlertBatch | Report,
    alerts: Sequence[WaitingAlert],
    trace: str | None,
) -> Submission:
    return Submission(
        submission_id=batch.batch,
        workflow_id=incident_workflow_id(incident_id),
        principal=_principal(alerts),
        submitted_at=batch.last_received_at,
        trace=trace,
        body=body,
    )


def _principal(alerts: Sequence[WaitingAlert]) -> Actor:
    return Actor(id=alerts[0].delivered_by, role=Role.ALERT_SOURCE)


def _manifest(alerts: Sequence[WaitingAlert]) -> bytes:
    return canonical_json([{"alert": _name(alert), "raw": alert.raw} for alert in alerts])


def _batch(incident_id: str, alerts: Sequence[WaitingAlert], manifest: bytes) -> AlertBatch:
    return AlertBatch(
        batch=f"alerts-{incident_id}-{max(alert.alert_id for alert in alerts)}",
        source=alerts[0].source,
        count=len(alerts),
        firing=sum(alert.status == "firing" for alert in alerts),
        first_received_at=min(alert.received_at for alert in alerts),
        last_received_at=max(alert.received_at for alert in alerts),
        services=tuple(sorted({alert.service for alert in alerts})),
        manifest=digest_of_bytes(manifest),
        samples=tuple(_sample(alert) for alert in alerts[:_MOST_SAMPLES]),
    )


def _sample(alert: WaitingAlert) -> AlertSample:
    return AlertSample(
        alert=_name(alert),
        fingerprint=alert.fingerprint,
        status="firing" if alert.status == "firing" else "resolved",
        starts_at=alert.starts_at,
        summary=alert.summary,
        raw=alert.raw,
    )


def _name(alert: WaitingAlert) -> str:
    return f"alert-{alert.alert_id}"
