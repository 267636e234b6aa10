"""Leaves: their exact bytes, for ever."""

from __future__ import annotations

import hashlib
import json

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.log.leaf import Leaf

_HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
_LEAVES = st.builds(
    Leaf,
    index=st.integers(0, 2**53 - 1),
    at=st.just("2026-03-04T12:00:00.000000Z"),
    incident=_TEXTS,
    incident_seq=st.integers(0, 2**53 - 1),
    incident_prev=st.none() | _HASHES,
    record=_TEXTS,
    sha256=_HASHES,
)

_GOLDEN = Leaf(
    index=41,
    at="2026-03-04T12:00:00.250000Z",
    incident="INC-2026-000007",
    incident_seq=3,
    incident_prev="ab" * 32,
    record="incident/INC-2026-000007#3",
    sha256="cd" * 32,
)
_GOLDEN_BYTES = (
    b'{"at":"2026-03-04T12:00:00.250000Z","incident":"INC-2026-000007","incident_prev":"'
    + b"ab" * 32
    + b'","incident_seq":3,"index":41,"kind":"evidence","record":"incident/INC-2026-000007#3",'
    + b'"sha256":"'
    + b"cd" * 32
    + b'","v":1}'
)


def test_the_form_of_a_leaf_never_changes() -> None:
    """What was hashed years ago must be written the same today."""
    assert _GOLDEN.content == _GOLDEN_BYTES
    golden = "ba35077de6071a4bcae1d2307cd3011aabcbc411bbea3f7c0d9a1fdf439f7e7c"
    assert _GOLDEN.hash.hex() == golden
    assert hashlib.sha256(b"\x00" + _GOLDEN_BYTES).hexdigest() == golden


@given(_LEAVES)
def test_a_leaf_is_canonical_json(leaf: Leaf) -> None:
    """RFC 8785, held against an encoder that we did not write; whatever an id contains."""
    assert leaf.content == rfc8785.dumps(json.loads(leaf.content))


@given(_LEAVES)
def test_a_leaf_says_everything_it_commits_to(leaf: Leaf) -> None:
    """Exactly the members of the format, and nothing else."""
    assert json.loads(leaf.content) == {
        "at": leaf.at,
        "incident": leaf.incident,
        "incident_prev": leaf.incident_prev,
        "incident_seq": leaf.incident_seq,
        "index": leaf.index,
        "kind": "evidence",
        "record": leaf.record,
        "sha256": leaf.sha256,
        "v": 1,
    }
