"""The verifier's own Ed25519 and its proofs, held against the RFCs' vectors and the library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import InvalidInput
from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.log import merkle
from holdfast.evidence.log.proof_file import InclusionProof, verify_proof_file
from tests.log_in_memory import SIGNER, LogInMemory

GOLDEN = Path(__file__).resolve().parent.parent.parent / "golden"
VECTORS = json.loads((GOLDEN / "rfc8032-section-7.1.json").read_text())
ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
KEY = verify_evidence.VerifierKey.parse(SIGNER.verifier.vkey)
LEAVES = 300
HASHES = [merkle.leaf_hash(str(number).encode()) for number in range(LEAVES)]


def genuine(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the library says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_the_vectors_of_rfc_8032_verify_and_nothing_near_them_does(vector: dict[str, str]) -> None:
    """Section 7.1; a bit changed in key, message or signature is refused."""
    public, message, signature = (
        bytes.fromhex(vector[name]) for name in ("public", "message", "signature")
    )
    assert verify_evidence.verify_ed25519(public, message, signature)
    assert not verify_evidence.verify_ed25519(public, message + b"x", signature)
    for at in (0, 31, 32, 63):
        bad = bytearray(signature)
        bad[at] ^= 1
        assert not verify_evidence.verify_ed25519(public, message, bytes(bad))
    other = bytes([public[0] ^ 1]) + public[1:]
    assert not verify_evidence.verify_ed25519(other, message, signature)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_a_signature_has_one_form_only(vector: dict[str, str]) -> None:
    """S plus the order of the group is refused (RFC 8032 section 5.1.7)."""
    public, message, signature = (
        bytes.fromhex(vector[name]) for name in ("public", "message", "signature")
    )
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    other = signature[:32] + scalar.to_bytes(32, "little")
    assert not verify_evidence.verify_ed25519(public, message, other)


@pytest.mark.parametrize(
    "public",
    [
        pytest.param((1).to_bytes(32, "little"), id="neutral element"),
        pytest.param((P + 1).to_bytes(32, "little"), id="neutral element, not canonical"),
        pytest.param((P - 1).to_bytes(32, "little"), id="order 2"),
        pytest.param(bytes(32), id="order 4"),
        pytest.param((1 | 1 << 255).to_bytes(32, "little"), id="x = 0 with a sign"),
        pytest.param((2).to_bytes(32, "little"), id="not on the curve"),
        pytest.param(b"short", id="short"),
    ],
)
def test_what_is_no_key_verifies_nothing(public: bytes) -> None:
    """Under a key of small order, the neutral element and S = 0 would sign every message."""
    neutral = (1).to_bytes(32, "little")
    assert not verify_evidence.verify_ed25519(public, b"anything", neutral + bytes(32))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_ed25519_agrees_with_the_library(seed: bytes, message: bytes, bit: int) -> None:
    """On good signatures, and on those with one bit changed."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verify_evidence.verify_ed25519(public, message, signature)
    bad = bytearray(signature)
    bad[bit // 8] ^= 1 << bit % 8
    assert verify_evidence.verify_ed25519(public, message, bytes(bad)) == genuine(
        public, message, bytes(bad)
    )


def altered(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """The proof, or one that lacks a hash, has one more, or another."""
    how = data.draw(st.sampled_from(["same", "less", "more", "other", "swapped"]))
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    other = data.draw(st.sampled_from(HASHES))
    changes = {
        "same": proof,
        "less": proof[:at] + proof[at + 1 :],
        "more": [*proof[:at], other, *proof[at:]],
        "other": [*proof[:at], other, *proof[at + 1 :]],
        "swapped": proof[at:] + proof[:at],
    }
    return changes[how]


@given(st.data())
def test_inclusion_agrees_with_the_library(data: st.DataObject) -> None:
    """On proofs that hold and on those that do not."""
    size = data.draw(st.integers(1, LEAVES))
    index = data.draw(st.integers(0, size - 1))
    spans = merkle.inclusion_spans(index, size)
    proof = altered([merkle.root_of(HASHES[a:b]) for a, b in spans], data)
    root = merkle.root_of(HASHES[:size])
    claimed = data.draw(st.sampled_from([index, index ^ 1, size - 1, size, -1]))
    found = verify_evidence.verify_inclusion(HASHES[index], claimed, size, proof, root)
    assert found == merkle.verify_inclusion(HASHES[index], claimed, size, proof, root)


@given(st.data())
def test_consistency_agrees_with_the_library(data: st.DataObject) -> None:
    """On proofs that hold and on those that do not, from the empty tree on."""
    new = data.draw(st.integers(0, LEAVES))
    old = data.draw(st.integers(0, new))
    spans = merkle.consistency_spans(old, new)
    proof = altered([merkle.root_of(HASHES[a:b]) for a, b in spans], data)
    roots = merkle.root_of(HASHES[:old]), merkle.root_of(HASHES[:new])
    claimed = data.draw(st.sampled_from([old, old + 1, new, new + 1, -1]))
    found = verify_evidence.verify_consistency(claimed, new, *roots, proof)
    assert found == merkle.verify_consistency(claimed, new, *roots, proof)


def proven(content: bytes, leaf_hash: bytes) -> bool:
    """What the verifier makes of a proof file."""
    try:
        proof = verify_evidence.Proof.parse(content)
        checkpoint = verify_evidence.Checkpoint.parse(proof.note)
        signed = checkpoint.signed_by([KEY])
    except verify_evidence.Wrong:
        return False
    return bool(signed) and verify_evidence.verify_inclusion(
        leaf_hash, proof.index, checkpoint.size, proof.hashes, checkpoint.root
    )


def proven_by_library(content: bytes, leaf_hash: bytes) -> bool:
    """What the library makes of it."""
    try:
        return verify_proof_file(content.decode(), leaf_hash, [SIGNER.verifier])
    except (InvalidInput, UnicodeDecodeError):
        return False


def a_proof() -> tuple[bytes, bytes]:
    """A proof file and the hash of its leaf."""
    log = LogInMemory()
    for _ in range(21):
        log.add_others()
    tiles = log.tiles()
    note = log.checkpoint(tiles, 21).signed([SIGNER])
    return log.proof(tiles, 13, 21, note), merkle.leaf_hash(log.leaves[13])


PROOF, PROVEN = a_proof()


@given(st.integers(0, len(PROOF) - 1), st.binary(min_size=0, max_size=2))
def test_proof_files_agree_with_the_library(at: int, new: bytes) -> None:
    """Whatever bytes stand in place of one."""
    content = PROOF[:at] + new + PROOF[at + 1 :]
    assert proven(content, PROVEN) == proven_by_library(content, PROVEN)
    assert proven(content, PROVEN) == (content == PROOF)
    assert InclusionProof.parse(PROOF.decode()).index == 13
