"""Bad input at every door: a typed problem, never a 5xx, and nothing changed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.api_doors import Doors, alert, payload

_ALERTS = "/v1/alerts/alertmanager"
_INCIDENTS = "/v1/incidents"
_MISSING = "/v1/incidents/INC-2026-999999"
_REPORT = {
    "title": "Payments fail",
    "origin": "human",
    "aware_at": "2026-03-04T09:30:00Z",
    "services": ["payments"],
}
_ANSWER = {
    "decision_id": "d-1",
    "option": "confirmed",
    "subject_digest": f"sha256:{'0' * 64}",
}
_FACT = {
    "fact": "clients_affected",
    "service": "payments",
    "value": 1,
    "quality": "actual",
    "source": "x",
}


def _report(**changes: object) -> dict[str, Any]:
    return _REPORT | changes


def _facts(**changes: object) -> dict[str, Any]:
    return {"changes": [_FACT | changes]}


_BODIES = [
    pytest.param(_ALERTS, b"{", 400, id="alerts: half an object"),
    pytest.param(_ALERTS, b'{"version":"4","version":"4"}', 400, id="alerts: duplicate key"),
    pytest.param(_ALERTS, b"[" * 1_000, 400, id="alerts: deep"),
    pytest.param(_ALERTS, b'{"alerts":"' + b"a" * (1 << 20) + b'"}', 413, id="alerts: too large"),
    pytest.param(_ALERTS, payload(alert("x", labels=[])), 422, id="alerts: labels a list"),
    pytest.param(_ALERTS, payload(alert("x", startsAt=0)), 422, id="alerts: start a number"),
    pytest.param(_ALERTS, [], 422, id="alerts: a list"),
    pytest.param(_ALERTS, b"null", 422, id="alerts: null"),
    pytest.param(_INCIDENTS, _report(surplus=1), 422, id="report: unknown field"),
    pytest.param(_INCIDENTS, _report(title=17), 422, id="report: title a number"),
    pytest.param(_INCIDENTS, _report(title=""), 422, id="report: no title"),
    pytest.param(_INCIDENTS, _report(title="a\nb"), 422, id="report: title of two lines"),
    pytest.param(_INCIDENTS, _report(title="a\x1bb"), 422, id="report: control character"),
    pytest.param(_INCIDENTS, _report(title="x" * 201), 422, id="report: long title"),
    pytest.param(_INCIDENTS, _report(origin="alert"), 422, id="report: origin alert"),
    pytest.param(_INCIDENTS, _report(aware_at="2026-03-04T09:30:00"), 422, id="report: naive time"),
    pytest.param(_INCIDENTS, _report(aware_at=1767225600), 422, id="report: time a number"),
    pytest.param(_INCIDENTS, _report(aware_at="9999-12-31T23:59:59-01:00"), 422, id="report: late"),
    pytest.param(_INCIDENTS, _report(aware_at="2999-01-01T00:00:00Z"), 422, id="report: future"),
    pytest.param(_INCIDENTS, _report(services=[]), 422, id="report: no service"),
    pytest.param(_INCIDENTS, _report(services=["a b"]), 422, id="report: service with space"),
    pytest.param(_INCIDENTS, _report(services=["x"] * 51), 422, id="report: many services"),
    pytest.param(_INCIDENTS, _report(facts=[_FACT | {"fact": "odd"}]), 422, id="report: odd fact"),
    pytest.param(_INCIDENTS, _report(role="system"), 403, id="report: as the system"),
    pytest.param(f"{_MISSING}/facts", _facts(), 404, id="facts: unknown incident"),
    pytest.param(f"{_MISSING}/facts", _facts(value=-1), 422, id="facts: negative"),
    pytest.param(f"{_MISSING}/facts", _facts(value=1.5), 422, id="facts: fraction"),
    pytest.param(f"{_MISSING}/facts", _facts(value="1"), 422, id="facts: text for a count"),
    pytest.param(f"{_MISSING}/facts", _facts(value=True), 422, id="facts: true for a count"),
    pytest.param(f"{_MISSING}/facts", _facts(service=None), 422, id="facts: no service"),
    pytest.param(f"{_MISSING}/facts", {"changes": []}, 422, id="facts: none"),
    pytest.param(f"{_MISSING}/actions", {"report": {"type": "odd"}}, 422, id="actions: odd type"),
    pytest.param(f"{_MISSING}/actions", {"report": {}}, 422, id="actions: no type"),
    pytest.param(f"{_MISSING}/decisions/x", _ANSWER, 404, id="answer: unknown incident"),
    pytest.param(
        f"{_MISSING}/decisions/x", _ANSWER | {"subject_digest": "sha"}, 422, id="answer: digest"
    ),
    pytest.param(
        f"{_MISSING}/decisions/x", _ANSWER | {"data": {"x": 1.5}}, 422, id="answer: fraction"
    ),
    pytest.param(
        f"{_MISSING}/decisions/x", _ANSWER | {"data": {"é": 1}}, 422, id="answer: key not ASCII"
    ),
    pytest.param(
        f"{_MISSING}/decisions/x", _ANSWER | {"decision_id": "a b"}, 422, id="answer: id"
    ),
    pytest.param(f"{_MISSING}/decisions/x%00y", _ANSWER, 422, id="answer: NUL in the request"),
]  # fmt: skip

_PATHS = [
    ("GET", "/v1/incidents/INC-2026-999999", 404),
    ("GET", "/v1/incidents/INC-2026-1", 422),
    ("GET", "/v1/incidents/INC-2026-000001%00", 422),
    ("GET", "/v1/incidents/%FF%FE", 422),
    ("GET", "/v1/incidents/%ED%A0%80", 422),
    ("GET", "/v1/incidents/%zz", 422),
    ("GET", "/v1/incidents/" + "A" * 5_000, 422),
    ("GET", "/v1/incidents?limit=0", 422),
    ("GET", "/v1/incidents?limit=201", 422),
    ("GET", "/v1/incidents?limit=1e3", 422),
    ("GET", "/v1/incidents?cursor=x", 422),
    ("GET", "/v1/incidents?text=%00", 422),
    ("GET", "/v1/incidents?text=%ED%A0%80", 200),
    ("GET", "/v1/incidents?text=%25_%5C", 200),
    ("GET", "/v1/incidents?service=a%20b", 422),
    ("GET", "/v1/incidents?phase=odd", 422),
    ("GET", "/v1/incidents?open=perhaps", 422),
    ("GET", "/v1/incidents?odd=1", 422),
    ("GET", "/v1/incidents/INC-2026-999999/timeline", 404),
    ("GET", "/v1/incidents/INC-2026-999999/timeline?cursor=%00", 422),
    ("GET", "/v1/incidents/INC-2026-999999/timeline?format=xml", 422),
    ("GET", "/v1/incidents/INC-2026-999999/evidence", 404),
    ("GET", "/v1/incidents/INC-2026-999999/decisions", 404),
    ("GET", "/v1/receipts/nothing", 404),
    ("GET", "/v1/receipts/a%00b", 422),
    ("GET", "/v1/receipts/a%20b", 422),
    ("GET", "/v1/decisions/" + "a" * 300, 422),
    ("GET", "/v1/receipts/", 422),
    ("GET", "/nowhere", 404),
    ("GET", "/%00", 404),
    ("DELETE", "/v1/incidents", 405),
    ("PUT", "/v1/incidents/INC-2026-999999", 405),
]


@pytest.fixture(autouse=True)
async def nothing_changes(doors: Doors) -> AsyncIterator[None]:
    """Whatever is refused leaves no row behind."""
    before = await _counts(doors)
    yield
    assert await _counts(doors) == before


async def _counts(doors: Doors) -> list[Any]:
    tables = ("intake.delivery", "intake.alert", "intake.outbox", "intake.report_key")
    query = " UNION ALL ".join(f"SELECT '{t}' AS t, count(*) FROM {t}" for t in tables)  # noqa: S608
    return [tuple(row) for row in await doors.rows(query)]


def _require_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        document = answer.json()
        assert document["status"] == status
        assert document["type"].startswith("urn:holdfast:problem:")
        assert document["next"]
        assert document["detail"]


@pytest.mark.parametrize(("path", "body", "status"), _BODIES)
async def test_a_bad_body_is_a_typed_problem(
    doors: Doors, path: str, body: object, status: int
) -> None:
    """Whatever is wrong with it."""
    person = "alert_source" if path == _ALERTS else "incident_commander"
    method = "PATCH" if path.endswith("/facts") else "POST"
    _require_problem(await doors.call(method, path, person, body), status)


@pytest.mark.parametrize(("method", "path", "status"), _PATHS)
async def test_a_bad_path_or_query_is_a_typed_problem(
    doors: Doors, method: str, path: str, status: int
) -> None:
    """NUL, bad encodings, foreign cursors, unknown parameters."""
    _require_problem(await doors.call(method, path, "auditor"), status)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/json; charset=latin-1"}, 415),
        ({"Content_Type": "application/jsonx"}, 415),
        ({"Content_Encoding": "gzip"}, 415),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer hf_0123456789abcdef_" + "a" * 43}, 401),
        ({"Authorization": "Bearer " + "x" * 5_000}, 401),
        ({"Idempotency_Key": "a b"}, 422),
        ({"Idempotency_Key": "x" * 201}, 422),
        ({"Content_Length": "9" * 30}, 413),
    ],
)
async def test_bad_headers_are_typed_problems(
    doors: Doors, headers: dict[str, str], status: int
) -> None:
    """Media types, tokens, keys."""
    answer = await doors.call("POST", _INCIDENTS, "responder", _REPORT, **headers)
    _require_problem(answer, status)
    assert ("www-authenticate" in answer.headers) is (status == 401)


async def test_a_body_in_pieces_is_measured_too(doors: Doors) -> None:
    """Without a length header, the limit counts what comes."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"alerts": "'
        for _ in range(300):
            yield b"a" * 4_096
        yield b'"}'

    token = doors.tokens["alert_source"].token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    answer = await doors.client.post(_ALERTS, content=pieces(), headers=headers)
    _require_problem(answer, 413)


async def test_without_a_token_nothing_of_the_body_is_looked_at(doors: Doors) -> None:
    """Who may not speak is not told what is wrong with what was said."""
    answer = await doors.client.post(_INCIDENTS, content=b"{")
    _require_problem(answer, 401)


@pytest.mark.parametrize(
    ("person", "method", "path"),
    [
        ("responder", "POST", _ALERTS),
        ("alert_source", "GET", _INCIDENTS),
        ("alert_source", "POST", _INCIDENTS),
        ("auditor", "POST", _INCIDENTS),
        ("auditor", "PATCH", f"{_MISSING}/facts"),
        ("management_body", "POST", f"{_MISSING}/actions"),
        ("responder", "GET", f"{_MISSING}/evidence"),
        ("alert_source", "POST", f"{_MISSING}/decisions/x"),
    ],
)
async def test_a_role_that_may_not_is_told_who_may(
    doors: Doors, person: str, method: str, path: str
) -> None:
    """403 with the roles; content is valid, so that only the role is wrong."""
    bodies = {_ALERTS: payload(), _INCIDENTS: _REPORT, f"{_MISSING}/facts": _facts()}
    action = {"report": {"type": "milestone", "milestone": "contained", "statement": "x"}}
    bodies |= {f"{_MISSING}/actions": action, f"{_MISSING}/decisions/x": _ANSWER}
    body = None if method == "GET" else bodies[path]
    answer = await doors.call(method, path, person, body)
    _require_problem(answer, 403)
    assert answer.json()["roles"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from([
        f"{_MISSING}/facts", f"{_MISSING}/actions", f"{_MISSING}/decisions/x", _INCIDENTS,
    ]),
    known=st.dictionaries(
        st.sampled_from([*_REPORT, *_ANSWER, "changes", "report", "role", "data"]), _JSON
    ),
    base=st.sampled_from([{}, _ANSWER, _facts()]),
)  # fmt: skip
async def test_no_content_is_answered_with_a_5xx(
    doors: Doors, path: str, known: dict[str, Any], base: dict[str, Any]
) -> None:
    """Known fields with any value, in any combination."""
    method = "PATCH" if path.endswith("/facts") else "POST"
    # A report could come out right; with one unknown field it never does.
    surplus = {"surplus": 1} if path == _INCIDENTS else {}
    body = json.dumps({**base, **known, **surplus}).encode()
    answer = await doors.call(method, path, "incident_commander", body)
    assert 400 <= answer.status_code < 500, answer.text
