"""Checkpoints: one exact form, a golden one, and who must have signed."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import InvalidInput
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.merkle import EMPTY_ROOT, leaf_hash
from holdfast.evidence.log.note import NoteSigner, sign_note

_ORIGIN = "bank.example/log"
_SIGNER = NoteSigner(_ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_NEXT = NoteSigner(_ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
_WITNESS = NoteSigner("witness.example", Ed25519PrivateKey.from_private_bytes(b"\x03" * 32))
_CHECKPOINT = Checkpoint(_ORIGIN, 1, leaf_hash(b"a leaf"))
_TEXT = _CHECKPOINT.text

_GOLDEN_VKEY = "bank.example/log+ce151909+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
_GOLDEN = """\
bank.example/log
1
a+of8BglCjlyvVbrZIuJv1l3q++nFbo36BGCFgW8h4w=

— bank.example/log zhUZCZtvjwEXxdRWABZUfd4J30MNKGtVyeJ4Eo/xiI8cXryDw2HNwmI2DXQ9O8W6UPY11VB\
zoYT3gmWRjK2uXGIe7Qw=
"""


def test_the_form_of_a_checkpoint_never_changes() -> None:
    """What was signed years ago must be written the same today."""
    assert _SIGNER.verifier.vkey == _GOLDEN_VKEY
    assert _CHECKPOINT.signed([_SIGNER]) == _GOLDEN
    assert open_checkpoint(_GOLDEN, [_SIGNER.verifier]) == _CHECKPOINT


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_reads_back_the_same(origin: str, size: int, root: bytes) -> None:
    """Whatever the log is called, and however large it is."""
    checkpoint = Checkpoint(origin, size, root)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


def test_extension_lines_are_ignored() -> None:
    """Other logs may have them; ours has none."""
    assert Checkpoint.parse(f"{_TEXT}something\nmore\n") == _CHECKPOINT


_ROOT = base64.b64encode(EMPTY_ROOT).decode()
_NO_CHECKPOINTS = {
    "empty": "",
    "two lines": "o\n0\n",
    "unfinished": f"o\n0\n{_ROOT}",
    "no origin": f"\n0\n{_ROOT}\n",
    "an empty extension": f"o\n0\n{_ROOT}\n\n",
    "leading zero": f"o\n00\n{_ROOT}\n",
    "sign": f"o\n+1\n{_ROOT}\n",
    "negative": f"o\n-1\n{_ROOT}\n",
    "space": f"o\n 1\n{_ROOT}\n",
    "other digits": f"o\n\u0663\n{_ROOT}\n",
    "beyond 63 bits": f"o\n{2**63}\n{_ROOT}\n",
    "more digits than Python reads": f"o\n{'9' * 5_000}\n{_ROOT}\n",
    "short root": "o\n0\nAAAA\n",
    "root in hexadecimal": f"o\n0\n{EMPTY_ROOT.hex()}\n",
    "root not ASCII": f"o\n0\n{_ROOT.replace('4', 'ä')}\n",
    "root with spare bits": f"o\n0\n{_ROOT.replace('U=', 'V=')}\n",
}


@pytest.mark.parametrize("text", _NO_CHECKPOINTS.values(), ids=_NO_CHECKPOINTS.keys())
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """Each breach of C2SP tlog-checkpoint."""
    with pytest.raises(InvalidInput, match="no checkpoint"):
        Checkpoint.parse(text)


@given(st.text() | st.lists(st.text(max_size=50), max_size=5).map("\n".join))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    """Nobody's bytes make the reader fall over; what is read is written the same."""
    try:
        checkpoint = Checkpoint.parse(text)
    except InvalidInput:
        return
    assert text.startswith(checkpoint.text)


def test_both_keys_of_a_rotation_sign() -> None:
    """Whoever trusts either believes the checkpoint."""
    note = _CHECKPOINT.signed([_SIGNER, _NEXT])
    assert open_checkpoint(note, [_SIGNER.verifier]) == _CHECKPOINT
    assert open_checkpoint(note, [_NEXT.verifier]) == _CHECKPOINT


def test_a_checkpoint_that_no_known_key_signed_is_refused() -> None:
    """Neither one by nobody known, nor one that a witness alone has signed."""
    note = _CHECKPOINT.signed([_SIGNER, _WITNESS])
    with pytest.raises(InvalidInput, match=f"no known key of {_ORIGIN}"):
        open_checkpoint(note, [_NEXT.verifier])
    with pytest.raises(InvalidInput, match=f"no known key of {_ORIGIN}"):
        open_checkpoint(note, [_WITNESS.verifier])


def test_a_key_of_another_log_does_not_sign_for_this_one() -> None:
    """The key's name must be the origin."""
    stranger = NoteSigner("other.example/log", _SIGNER.key)
    with pytest.raises(InvalidInput, match="no known key"):
        open_checkpoint(_CHECKPOINT.signed([stranger]), [stranger.verifier])


def test_a_signed_text_that_is_no_checkpoint_is_refused() -> None:
    """A signature makes no checkpoint."""
    with pytest.raises(InvalidInput, match="no checkpoint"):
        open_checkpoint(sign_note("Approved.\n", [_SIGNER]), [_SIGNER.verifier])
