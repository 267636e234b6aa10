"""Alertmanager's payload, and how the intake policy reads an alert of any source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.alert_sources.alertmanager import AlertmanagerPayload, read_alerts
from holdfast.domain.alert_intake import AlertIntakePolicy, as_identifier, as_line
from holdfast.domain.values import Identifier, Line
from holdfast.store.policies import read_yaml

_POLICY = AlertIntakePolicy.model_validate(
    read_yaml(Path(__file__).parents[3] / "policies" / "alert-intake.yaml")
)


def _alert(**changes: object) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": "HighErrorRate", "service": "payments"},
        "annotations": {"summary": "Errors above 5 %"},
        "startsAt": "2026-03-04T09:29:31.407123456Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "3b15fd163d36582e",
    } | changes


def _read(*alerts: dict[str, Any], **envelope: object) -> AlertmanagerPayload:
    payload = {"version": "4", "receiver": "holdfast", "alerts": list(alerts)} | envelope
    return AlertmanagerPayload.model_validate(json.loads(json.dumps(payload)))


def test_an_alert_is_read_with_its_service_and_summary() -> None:
    """Nanoseconds, as Go writes them, are cut to microseconds."""
    (alert,) = read_alerts(_read(_alert()), _POLICY)
    assert (alert.service, alert.summary) == ("payments", "Errors above 5 %")
    assert alert.starts_at.isoformat() == "2026-03-04T09:29:31.407123+00:00"


def test_unknown_keys_of_the_foreign_format_are_no_error() -> None:
    """New releases of Alertmanager add some."""
    payload = _read(_alert(somethingNew={}), notification_reason="x", routeLabels={})
    assert len(payload.alerts) == 1


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"version": "3", "alerts": []}, id="another version"),
        pytest.param({"version": "4"}, id="no alerts"),
        pytest.param({"version": "4", "alerts": {}}, id="alerts are no list"),
        pytest.param({"version": "4", "alerts": [_alert(status="odd")]}, id="unknown status"),
        pytest.param({"version": "4", "alerts": [_alert(labels={"a": 1})]}, id="label no text"),
        pytest.param({"version": "4", "alerts": [_alert(startsAt=17)]}, id="start no text"),
        pytest.param(
            {"version": "4", "alerts": [_alert(startsAt="2026-03-04T09:00:00")]}, id="naive start"
        ),
        pytest.param(
            {"version": "4", "alerts": [_alert(startsAt="0001-01-01T00:00:00+01:00")]},
            id="start before the year 1",
        ),
        pytest.param({"version": "4", "alerts": [], "truncatedAlerts": "1"}, id="count no number"),
    ],
)
def test_wrong_types_are_refused(payload: dict[str, Any]) -> None:
    """The envelope may grow, but what we read of it must be what it says."""
    with pytest.raises(ValidationError):
        AlertmanagerPayload.model_validate(payload)


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "payments", "job": "node"}, "payments"),
        ({"job": "node", "alertname": "Down"}, "node"),
        ({"alertname": "Down"}, "Down"),
        ({}, "unnamed-service"),
        ({"service": "  "}, "unnamed-service"),
        ({"service": "Instant Payments (EU)"}, "Instant-Payments-EU"),
        ({"service": "日本"}, "unnamed-service"),
        ({"service": "-./a"}, "a"),
    ],
)
def test_the_first_label_there_names_the_service(labels: dict[str, str], service: str) -> None:
    """The order stands in the policy; what cannot be in an identifier becomes a hyphen."""
    assert _POLICY.service_of(labels) == service


def test_an_alert_without_fingerprint_is_identified_by_its_labels() -> None:
    """Custom templates may leave it out; the order of labels does not matter."""
    one = _alert(fingerprint="", labels={"a": "1", "b": "2"})
    other = _alert(fingerprint="", labels={"b": "2", "a": "1"})
    first, second = read_alerts(_read(one, other), _POLICY)
    assert first.fingerprint == second.fingerprint


@given(st.text(max_size=500))
def test_any_text_becomes_an_identifier_and_a_line(text: str) -> None:
    """Whatever a label holds, evidence can hold what becomes of it."""
    if name := as_identifier(text):
        assert TypeAdapter(Identifier).validate_python(name) == name
    if line := as_line(text):
        assert TypeAdapter(Line).validate_python(line) == line
