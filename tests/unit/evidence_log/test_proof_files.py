"""Proof files: one exact form, and any change of any byte proves nothing."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import InvalidInput
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.merkle import inclusion_spans, leaf_hash, root_of
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log.proof_file import InclusionProof, verify_proof_file

_SIGNER = NoteSigner("bank.example/log", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_KNOWN = [_SIGNER.verifier]
_HASHES = [leaf_hash(str(number).encode()) for number in range(300)]

_GOLDEN = """\
c2sp.org/tlog-proof@v1
index 1
2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM=
+mHj3sNDlYn0eEyJO/Mh0AhPBMVyx68raOPzNgo1tIY=

bank.example/log
3
cl1SMNto9VdHDcNfHYhlgTrNfrsHrRUndBQd7LrnEyc=

— bank.example/log zhUZCdFDLrjhinW9LtVXZXD0KmmHQszz+lWoRY4LFiLrqEyppcLXdKOhCws4fPc81aN0JV+\
FlCFDY+5NUcmVuw5q+Ac=
"""


def proof_of(index: int, size: int) -> InclusionProof:
    """The proof of a leaf in a small log."""
    hashes = tuple(root_of(_HASHES[first:end]) for first, end in inclusion_spans(index, size))
    checkpoint = Checkpoint("bank.example/log", size, root_of(_HASHES[:size]))
    return InclusionProof(index, hashes, checkpoint.signed([_SIGNER]))


def test_the_form_of_a_proof_file_never_changes() -> None:
    """What was handed out years ago must verify today."""
    assert proof_of(1, 3).text == _GOLDEN
    assert verify_proof_file(_GOLDEN, _HASHES[1], _KNOWN)


@given(st.integers(1, 300), st.data())
def test_every_proof_file_verifies_and_reads_back_the_same(size: int, data: st.DataObject) -> None:
    """For every leaf of every log."""
    index = data.draw(st.integers(0, size - 1))
    proof = proof_of(index, size)
    assert InclusionProof.parse(proof.text) == proof
    assert verify_proof_file(proof.text, _HASHES[index], _KNOWN)
    assert not verify_proof_file(proof.text, leaf_hash(b"another"), _KNOWN)


@given(st.integers(1, 300), st.data())
def test_no_character_of_a_proof_file_can_be_altered(size: int, data: st.DataObject) -> None:
    """Neither the index, nor a hash, nor the checkpoint, nor the form."""
    index = data.draw(st.integers(0, size - 1))
    text = proof_of(index, size).text
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != text[at]))
    assert not proves(text[:at] + other + text[at + 1 :], _HASHES[index])


@given(st.integers(2, 300), st.data())
def test_no_line_of_a_proof_file_can_be_moved(size: int, data: st.DataObject) -> None:
    """Dropped, doubled, or swapped with the next."""
    index = data.draw(st.integers(0, size - 1))
    lines = proof_of(index, size).text.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 2))
    dropped = [*lines[:at], *lines[at + 1 :]]
    doubled = [*lines[:at], lines[at], *lines[at:]]
    swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
    for altered in (dropped, doubled, swapped):
        assert not proves("".join(altered), _HASHES[index])


def proves(text: str, leaf: bytes) -> bool:
    """Whether a text is a proof file that proves the leaf."""
    try:
        return verify_proof_file(text, leaf, _KNOWN)
    except InvalidInput:
        return False


def test_extra_data_is_allowed_and_not_trusted() -> None:
    """C2SP allows a line of it; it is not authenticated."""
    magic, rest = proof_of(1, 3).text.split("\n", 1)
    assert verify_proof_file(f"{magic}\nextra {_base64(b'x')}\n{rest}", _HASHES[1], _KNOWN)


def test_a_checkpoint_of_a_stranger_proves_nothing() -> None:
    """However right the hashes are."""
    stranger = NoteSigner("bank.example/log", Ed25519PrivateKey.generate())
    with pytest.raises(InvalidInput, match="no known key"):
        verify_proof_file(_GOLDEN, _HASHES[1], [stranger.verifier])


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


_REST = _GOLDEN.split("index 1\n")[1]
_START = "c2sp.org/tlog-proof@v1\n"
_NO_PROOFS = {
    "empty": "",
    "magic alone": "c2sp.org/tlog-proof@v1\n\n",
    "another version": _GOLDEN.replace("@v1", "@v2"),
    "no index": f"{_START}{_REST}",
    "index without its word": f"{_START}1\n{_REST}",
    "leading zero": f"{_START}index 01\n{_REST}",
    "negative": f"{_START}index -1\n{_REST}",
    "beyond 63 bits": f"{_START}index {2**63}\n{_REST}",
    "more digits than Python reads": f"{_START}index {'9' * 5_000}\n{_REST}",
    "other digits": f"{_START}index \u0661\n{_REST}",
    "extra alone": f"{_START}extra {_base64(b'x')}\n\n",
    "extra twice": f"{_START}extra AA==\nextra AA==\nindex 1\n{_REST}",
    "extra that is none": f"{_START}extra ?\nindex 1\n{_REST}",
    "extra after the index": f"{_START}index 1\nextra AA==\n{_REST}",
    "hash not ASCII": f"{_START}index 1\nä\n{_REST}",
    "short hash": f"{_START}index 1\n{_base64(b'x' * 31)}\n{_REST}",
    "long hash": f"{_START}index 1\n{_base64(b'x' * 33)}\n{_REST}",
    "hash in hexadecimal": f"{_START}index 1\n{'ab' * 32}\n{_REST}",
    "carriage returns": _GOLDEN.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", _NO_PROOFS.values(), ids=_NO_PROOFS.keys())
def test_what_is_no_proof_file_is_refused(text: str) -> None:
    """Each breach of C2SP tlog-proof."""
    with pytest.raises(InvalidInput, match="no tlog-proof"):
        InclusionProof.parse(text)


@given(st.text() | st.text(alphabet="0123AZ=\n ä\ud800").map(lambda text: f"{_START}index {text}"))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    """Nobody's bytes make the verifier fall over, and nothing made up proves anything."""
    assert not proves(text, _HASHES[0])
