"""Code that we did not write says the same: sigstore's, which verifies Rekor's proofs and notes."""

from __future__ import annotations

from base64 import b64encode
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import SignedCheckpoint, verify_checkpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import PublicKey, PublicKeyDetails

from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.merkle import EMPTY_ROOT, inclusion_spans, leaf_hash
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log.proof_file import InclusionProof
from holdfast.evidence.log.tiles import TileSet, extend

_SIGNER = NoteSigner("bank.example/log", Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
_LEAVES = [f"leaf {number}".encode() for number in range(600)]


def keyring(signer: NoteSigner) -> RekorKeyring:
    """Sigstore's keyring with one key of ours."""
    encoded = signer.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = PublicKey(raw_bytes=b64encode(encoded), key_details=PublicKeyDetails.PKIX_ED25519)
    return RekorKeyring(Keyring([key]))


def proof_of(index: int, size: int) -> InclusionProof:
    """The proof of a leaf, out of tiles as the log keeps them."""
    hashes = [leaf_hash(leaf) for leaf in _LEAVES[:size]]
    tree = extend(0, {}, hashes)
    tiles = TileSet(tree.tiles)
    path = tuple(tiles.root(span) for span in inclusion_spans(index, size))
    note = Checkpoint("bank.example/log", size, tree.root).signed([_SIGNER])
    return InclusionProof(index, path, note)


def their_entry(leaf: bytes, text: str) -> TransparencyLogEntry:
    """What sigstore looks at, made of a proof file of ours read by it."""
    head, note = text.split("\n\n", 1)
    signed = SignedCheckpoint.from_text(note)
    proof = InclusionProof.parse(text)
    inner = SimpleNamespace(
        canonicalized_body=leaf,
        inclusion_proof=SimpleNamespace(
            log_index=int(head.split("\n")[1].removeprefix("index ")),
            tree_size=signed.checkpoint.log_size,
            root_hash=bytes.fromhex(signed.checkpoint.log_hash),
            hashes=list(proof.hashes),
            checkpoint=SimpleNamespace(envelope=note),
        ),
        log_id=SimpleNamespace(key_id=_SIGNER.verifier.key_id),
    )
    return cast("TransparencyLogEntry", SimpleNamespace(_inner=inner))


@given(st.integers(1, len(_LEAVES)), st.data())
def test_sigstore_verifies_our_proofs_and_checkpoints(size: int, data: st.DataObject) -> None:
    """The same hashing, the same tree, the same note, the same key id."""
    index = data.draw(st.integers(0, size - 1))
    entry = their_entry(_LEAVES[index], proof_of(index, size).text)
    verify_merkle_inclusion(entry)
    verify_checkpoint(keyring(_SIGNER), entry)


def test_sigstore_refuses_another_leaf() -> None:
    """It does look."""
    with pytest.raises(VerificationError, match="invalid root hash"):
        verify_merkle_inclusion(their_entry(b"another", proof_of(7, 300).text))


def test_sigstore_refuses_another_key() -> None:
    """It does look."""
    stranger = NoteSigner(_SIGNER.name, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
    with pytest.raises(VerificationError, match="invalid signature"):
        verify_checkpoint(keyring(stranger), their_entry(_LEAVES[7], proof_of(7, 300).text))


def test_sigstore_reads_the_checkpoint_of_an_empty_log() -> None:
    """Size and root, line by line."""
    note = Checkpoint("bank.example/log", 0, EMPTY_ROOT).signed([_SIGNER])
    read = SignedCheckpoint.from_text(note).checkpoint
    assert (read.origin, read.log_size, read.log_hash) == ("bank.example/log", 0, EMPTY_ROOT.hex())
