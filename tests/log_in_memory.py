"""A log in memory, with checkpoints, cosignatures and timestamps, made from the formats alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.domain.values import rfc3339
from holdfast.evidence.bundle import verify_evidence
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.leaf import Leaf
from holdfast.evidence.log.merkle import inclusion_spans, leaf_hash
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log.proof_file import InclusionProof
from holdfast.evidence.log.tiles import TileSet, extend
from tests.statements import NOON

ORIGIN = "bank.example/dora/evidence/test"
INCIDENT = "INC-2026-000001"
OLD, NEW, WITNESS = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
SIGNER, NEXT_SIGNER = NoteSigner(ORIGIN, OLD), NoteSigner(ORIGIN, NEW)
WITNESS_NAME = "witness.example/one"
COSIGNED_AT = 1_772_625_600

Edit = Callable[[bytes], bytes]


@dataclass
class LogInMemory:
    """A log of leaves, with the chain of each incident."""

    leaves: list[bytes] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)

    def add(self, chain: str, record_id: str, body: bytes, edit: Edit | None = None) -> bytes:
        """Sequence a record, and return its leaf."""
        seq, head = self.heads.get(chain, (-1, None))
        leaf = Leaf(
            index=len(self.leaves),
            at=rfc3339(NOON),
            incident=chain,
            incident_seq=seq + 1,
            incident_prev=None if head is None else head.hex(),
            record=record_id,
            sha256=hashlib.sha256(body).hexdigest(),
        ).content
        leaf = edit(leaf) if edit else leaf
        self.places.setdefault(chain, []).append(len(self.leaves))
        self.leaves.append(leaf)
        self.heads[chain] = (seq + 1, leaf_hash(leaf))
        return leaf

    def add_others(self) -> None:
        """Let another incident have a record in between."""
        number = len(self.leaves)
        self.add("INC-2026-000002", f"incident/INC-2026-000002#{number}", b"%d" % number)

    def tiles(self) -> TileSet:
        """The tree over all leaves."""
        return TileSet(extend(0, {}, [leaf_hash(leaf) for leaf in self.leaves]).tiles)

    def checkpoint(self, tiles: TileSet, size: int) -> Checkpoint:
        """The checkpoint of that size."""
        return Checkpoint(ORIGIN, size, tiles.root((0, size)))

    def proof(self, tiles: TileSet, index: int, size: int, note: str) -> bytes:
        """The file that proves a leaf's place."""
        hashes = tuple(tiles.root(span) for span in inclusion_spans(index, size))
        return InclusionProof(index, hashes, note).text.encode()


def witness_vkey(name: str = WITNESS_NAME, key: Ed25519PrivateKey = WITNESS) -> str:
    """A witness's verifier key, of the type of cosignatures."""
    public = b"\x04" + key.public_key().public_bytes_raw()
    key_id = hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8]
    return f"{name}+{key_id}+{base64.b64encode(public).decode()}"


def cosignature(text: str) -> str:
    """The witness's signature line (C2SP tlog-cosignature)."""
    key_id = bytes.fromhex(witness_vkey().split("+")[1])
    signature = WITNESS.sign(f"cosignature/v1\ntime {COSIGNED_AT}\n{text}".encode())
    content = key_id + COSIGNED_AT.to_bytes(8, "big") + signature
    return f"\u2014 {WITNESS_NAME} {base64.b64encode(content).decode()}\n"


def der(tag: int, *contents: bytes) -> bytes:
    """A DER value."""
    content = b"".join(contents)
    size = len(content).to_bytes(2, "big")
    return bytes([tag]) + (b"\x82" + size if len(content) > 127 else size[1:]) + content


def timestamp(content: bytes) -> bytes:
    """An RFC 3161 response over that content, without the authority's signature."""
    digest = hashlib.sha256(content).digest()
    algorithm = der(0x30, der(0x06, verify_evidence.OID_SHA256), der(0x05))
    imprint = der(0x30, algorithm, der(0x04, digest))
    policy, time = der(0x06, b"\x2a\x03\x04"), der(0x18, b"20260304120000Z")
    info = der(0x30, der(0x02, b"\x01"), policy, imprint, der(0x02, b"\x07"), time)
    kind = der(0x06, verify_evidence.OID_TIMESTAMP_INFO)
    signed = der(0x30, kind, der(0xA0, der(0x04, info)))
    data = der(0x30, der(0x02, b"\x03"), der(0x31, algorithm), signed, der(0x31))
    token = der(0x30, der(0x06, verify_evidence.OID_SIGNED_DATA), der(0xA0, data))
    return der(0x30, der(0x30, der(0x02, b"\x00")), token)
