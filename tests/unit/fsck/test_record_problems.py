"""A record against its row, and sealed values in their place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from holdfast.domain.values import canonical_json
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.log.fsck.records import record_problems
from tests.unit.fsck.rows import sound_rows

_ROW = sound_rows(5)[4]
_SEALED = SubjectKey("subject-1", bytes(32)).seal("s-1", "name", "Robin").model_dump()


def test_a_record_that_agrees_with_its_row_has_no_problems() -> None:
    """The columns are copies of it."""
    assert record_problems(_ROW) == []


_A_MOMENT_LATER = datetime(2026, 3, 4, 12, 0, 0, 1, tzinfo=UTC)

_COLUMNS: dict[str, dict[str, Any]] = {
    "id": {"entry_id": "x#1"},
    "incident": {"record_incident": "INC-1"},
    "workflow": {"workflow_id": "x"},
    "sequence": {"sequence": 2},
    "kind": {"kind": "incident.closed"},
    "occurred_at": {"occurred_at": _A_MOMENT_LATER},
}


@pytest.mark.parametrize(("member", "column"), _COLUMNS.items(), ids=_COLUMNS.keys())
def test_a_column_that_differs_is_named(member: str, column: dict[str, Any]) -> None:
    """By the member of the record that it is a copy of."""
    ((code, words),) = record_problems(_ROW._replace(**column))
    assert code == "record_columns"
    assert f" another {member} " in words


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"7", b'{"v":2}', b"{}"])
def test_what_is_no_record_is_told(body: bytes) -> None:
    """Whatever it is instead."""
    ((code, _),) = record_problems(_ROW._replace(body=body))
    assert code == "record_malformed"


def _with(**members: object) -> list[str]:
    document = {**json.loads(_ROW.body or b""), **members}
    problems = record_problems(_ROW._replace(body=canonical_json(document)))
    assert {code for code, _ in problems} <= {"sealed_value"}
    return [words for _, words in problems]


def test_sealed_values_in_their_place_are_no_problem() -> None:
    """Nor is a field that is only called so."""
    assert _with(sealed={"name": _SEALED, "phone": _SEALED}) == []
    assert _with(payload={"sealed": ["name"], "ciphertext": "none"}) == []


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"payload": {"name": _SEALED}}, "outside"),
        ({"payload": {"names": [[_SEALED]]}}, "outside"),
        ({"payload": {"name": {**_SEALED, "more": 1}}}, "outside"),
        ({"sealed": {}}, "nothing in it"),
        ({"sealed": ["name"]}, "not of the form"),
        ({"sealed": {"name": "Robin"}}, "not of the form"),
        ({"sealed": {"Name": _SEALED}}, "not of the form"),
        ({"sealed": {"name": {**_SEALED, "plain": "Robin"}}}, "not of the form"),
        ({"sealed": {"name": {**_SEALED, "nonce": "AAAA"}}}, "no AES-256-GCM"),
        ({"sealed": {"name": {**_SEALED, "ciphertext": "AAAA"}}}, "no AES-256-GCM"),
        ({"sealed": {"name": {**_SEALED, "nonce": "AAAAAAAAAAAAAAA"}}}, "no AES-256-GCM"),
    ],
)
def test_a_sealed_value_out_of_place_or_form_is_told(members: dict[str, object], said: str) -> None:
    """Personal data that no key could erase would be found here."""
    (words,) = _with(**members)
    assert said in words
