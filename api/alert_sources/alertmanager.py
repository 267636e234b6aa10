"""Prometheus Alertmanager, webhook version 4.

Its format is foreign: keys that we do not know are no error, as new releases add some. It drops a
notification on any 4xx, so nothing but a malformed one may get a 4xx.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.alert_intake import AlertIntakePolicy, as_line
from holdfast.domain.values import Count, Instant, canonical_json
from holdfast.store.intake import IncomingAlert

__all__ = ["ALERTMANAGER", "AlertmanagerAlert", "AlertmanagerPayload", "read_alerts"]

ALERTMANAGER = "alertmanager"

_EXAMPLE: dict[str, Any] = {
    "version": "4",
    "groupKey": '{}:{alertname="HighErrorRate"}',
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "holdfast",
    "groupLabels": {"alertname": "HighErrorRate"},
    "commonLabels": {"alertname": "HighErrorRate", "service": "instant-payments"},
    "commonAnnotations": {},
    "externalURL": "https://alertmanager.example",
    "alerts": [
        {
            "status": "firing",
            "labels": {"alertname": "HighErrorRate", "service": "instant-payments"},
            "annotations": {"summary": "Error rate of instant payments above 5 %"},
            "startsAt": "2026-03-04T09:29:31.407Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://prometheus.example/graph",
            "fingerprint": "3b15fd163d36582e",
        }
    ],
}

Labels = dict[str, str]


class AlertmanagerAlert(BaseModel):
    """One alert of the payload."""

    model_config = ConfigDict(extra="ignore")

    status: Literal["firing", "resolved"]
    labels: Labels
    annotations: Labels = Field(default_factory=dict)
    starts_at: Annotated[Instant, Field(alias="startsAt")]
    fingerprint: str = ""


class AlertmanagerPayload(BaseModel):
    """The envelope, as far as we read it."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"example": _EXAMPLE})

    version: Literal["4"]
    alerts: list[AlertmanagerAlert]
    truncated_alerts: Annotated[Count, Field(alias="truncatedAlerts")] = 0


def read_alerts(
    payload: AlertmanagerPayload, policy: AlertIntakePolicy
) -> tuple[IncomingAlert, ...]:
    """Read the alerts of a payload under the intake policy."""
    return tuple(
        IncomingAlert(
            fingerprint=as_line(alert.fingerprint) or _fingerprint(alert.labels),
            status=alert.status,
            starts_at=alert.starts_at,
            service=policy.service_of(alert.labels),
            summary=policy.summary_of(alert.labels, alert.annotations),
        )
        for alert in payload.alerts
    )


def _fingerprint(labels: Labels) -> str:
    """Identify an alert by its labels, as Alertmanager does, where a template left it out."""
    return hashlib.sha256(canonical_json(labels)).hexdigest()[:16]
