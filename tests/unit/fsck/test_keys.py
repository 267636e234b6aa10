"""Which keys of a log are trusted: those that rotations connect with one that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.domain.values import canonical_json
from holdfast.evidence.log.note import NoteSigner, VerifierKey
from holdfast.evidence.log.succession import name_successor
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.keys import check_keys, known_keys

_A, _B, _C, _STRANGER = (
    NoteSigner("tests.example/log", Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32))
    for n in range(4)
)


def _row(key: NoteSigner | str, before: NoteSigner | None = None, **payload: str) -> dict[str, Any]:
    vkey = key if isinstance(key, str) else key.verifier.vkey
    row = {"vkey": vkey, "from_size": 0, "rotation": None, "kind": None, "body": None}
    if before is None or isinstance(key, str):
        return row
    vouched = {
        "old_key": before.verifier.vkey,
        "new_key": vkey,
        "vouched": name_successor(before, key.verifier),
        **payload,
    }
    body = canonical_json({"payload": vouched})
    return {**row, "rotation": "rotation/1#0", "kind": "log_key.rotated", "body": body}


def _found(rows: Sequence[dict[str, Any]], given: Sequence[NoteSigner]) -> list[str]:
    findings = Findings()
    check_keys(known_keys(rows, [signer.verifier for signer in given]), None, findings)
    return [finding.about for finding in findings.kept]


_CHAIN = [_row(_A), _row(_B, _A), _row(_C, _B)]


@pytest.mark.parametrize("given", [[], [_A], [_B], [_C], [_A, _C]])
def test_rotations_connect_the_keys(given: list[NoteSigner]) -> None:
    """Whichever of them is trusted, and with none given the first."""
    assert _found(_CHAIN, given) == []


def test_a_stranger_trusts_none() -> None:
    """One finding, not one a key."""
    assert _found(_CHAIN, [_STRANGER]) == ["log keys"]
    assert _found([], [_STRANGER]) == []


def _name(key: VerifierKey) -> str:
    return f"log key {key.vkey}"


_FORGED = {
    "no rotation": _row(_STRANGER),
    "signed by itself": _row(_STRANGER, _STRANGER),
    "signed for another": {**_row(_C, _B), "vkey": _STRANGER.verifier.vkey},
    "signed by another": _row(_STRANGER, _C, old_key=_B.verifier.vkey),
    "another kind of record": {**_row(_STRANGER, _B), "kind": "log_key.retired"},
    "no such record": {**_row(_STRANGER, _B), "kind": None, "body": None},
    "a record that is none": {**_row(_STRANGER, _B), "body": b"{"},
}


@pytest.mark.parametrize("row", _FORGED.values(), ids=_FORGED.keys())
def test_a_key_that_nobody_vouches_for_is_told(row: dict[str, Any]) -> None:
    """Whoever may write to the database cannot sign with a key of the log."""
    assert _found([*_CHAIN[:2], row], [_A]) == [_name(_STRANGER.verifier)]


def test_what_is_no_key_is_told() -> None:
    """And the others stay."""
    damaged = _A.verifier.vkey.replace("+", "-")
    assert _found([_row(damaged), *_CHAIN], [_B]) == [f"log key {damaged}"]
