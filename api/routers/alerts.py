"""The door of alerting systems: kept raw, routed, acknowledged; delivered by the relay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from api.alert_sources.alertmanager import ALERTMANAGER, AlertmanagerPayload, read_alerts
from api.authentication import allow
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.tracing import current_traceparent
from holdfast.domain.roles import Role
from holdfast.store.access_tokens import Caller
from holdfast.store.intake import AcceptedDelivery, Delivery, accept_delivery

__all__ = ["router"]

router = APIRouter(prefix="/v1/alerts", tags=["alerts"], route_class=StrictRoute)

_log = structlog.get_logger(__name__)

AlertSource = Annotated[Caller, Depends(allow(Role.ALERT_SOURCE))]


class AlertsAccepted(BaseModel):
    """A delivery that is kept; nothing of it can be lost any more."""

    delivery_id: int
    repeats: int | None = Field(description="The earlier delivery of exactly these bytes, if any.")
    new_alerts: int = Field(description="Alerts that are not repetitions of a known episode.")
    incidents: list[str] = Field(description="The incidents that its alerts opened or joined.")
    truncated_alerts: int = Field(description="Alerts that the sender left out.")


@router.post(
    "/alertmanager",
    status_code=202,
    summary="Deliver alerts of Prometheus Alertmanager",
    responses=problems(400, 401, 403, 413, 415, 422, 503),
)
async def deliver_alertmanager(
    payload: AlertmanagerPayload, request: Request, doors: Doors, caller: AlertSource
) -> AlertsAccepted:
    """Take a webhook of version 4; answer 202 once it is durable, 503 when it cannot be kept.

    Configure it as a `webhook_config` with `http_config.authorization` carrying the token.
    """
    now = datetime.now(UTC)
    read = read_alerts(payload, doors.policies.intake(now))
    delivery = Delivery(
        source=ALERTMANAGER,
        delivered_by=caller.actor_id,
        raw=await request.body(),
        media_type="application/json",
        alerts=tuple(
            replace(alert, service=doors.policies.service_named(alert.service, now))
            for alert in read
        ),
    )
    accepted = await accept_delivery(doors.engine, doors.batches, delivery, current_traceparent())
    await doors.relay.announce(accepted.opened, accepted.joined)
    _note(doors, delivery, accepted, payload.truncated_alerts)
    return AlertsAccepted(
        delivery_id=accepted.delivery_id,
        repeats=accepted.repeats,
        new_alerts=accepted.new_alerts,
        incidents=list(accepted.incidents),
        truncated_alerts=payload.truncated_alerts,
    )


def _note(doors: Doors, delivery: Delivery, accepted: AcceptedDelivery, truncated: int) -> None:
    repeated = len(delivery.alerts) - accepted.new_alerts
    outcome = "new" if accepted.repeats is None else "repeated"
    doors.metrics.deliveries.labels(delivery.source, outcome).inc()
    doors.metrics.alerts.labels(delivery.source, "new").inc(accepted.new_alerts)
    doors.metrics.alerts.labels(delivery.source, "repeated").inc(repeated)
    if truncated:
        _log.warning(
            "alerts.truncated",
            source=delivery.source,
            delivery_id=accepted.delivery_id,
            left_out=truncated,
        )
