"""What goes into a bundle: values only, read from the store or made up by a test.

The content of artifacts is not among them, but for messages that have left, which the pages show:
it can be large, and is put in one after another while the bundle is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "BundleContents",
    "BundledArtifact",
    "BundledErasure",
    "BundledKey",
    "BundledLogKey",
    "BundledRecord",
    "EarlierCheckpoint",
    "Rotation",
    "Withheld",
]


class Withheld(StrEnum):
    """Why something is not there though the log knows of it."""

    REDACTED = "redacted"
    """Whoever made the bundle left it out."""
    DISPOSED = "disposed"
    """It was disposed of after its retention."""
    MISSING = "missing"
    """A record names it, and it was never kept here."""


@dataclass(frozen=True, slots=True)
class BundledRecord:
    """One record: its leaf and proof, and its exact bytes unless they are withheld."""

    seq: int
    leaf: bytes
    proof: str
    body: bytes | None
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class BundledArtifact:
    """Content that records name by digest; `size` in bytes, None where nobody knows it any more."""

    digest: str
    media_type: str
    size: int | None
    named_by: tuple[int, ...]
    withheld: Withheld | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"artifacts/{self.digest.removeprefix('sha256:')}"


@dataclass(frozen=True, slots=True)
class Rotation:
    """The record by which one key vouches for the next: bytes, leaf, and proof."""

    body: bytes
    leaf: bytes
    proof: str


@dataclass(frozen=True, slots=True)
class BundledLogKey:
    """A key of the log as a vkey, the log's size before its first signature, who vouches for it."""

    vkey: str
    from_size: int
    rotation: Rotation | None


@dataclass(frozen=True, slots=True)
class EarlierCheckpoint:
    """A checkpoint that the reader may have kept, and the proof that the log grew out of it."""

    size: int
    note: str
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BundledKey:
    """The key of a person's sealed data: its name, and the key itself in base64."""

    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class BundledErasure:
    """A key that was erased, when (RFC 3339), and the record that says so."""

    key: str
    erased_at: str
    record: str


@dataclass(frozen=True, slots=True)
class BundleContents:
    """Everything of one export; `docs/evidence-format.md` section 6 says what each becomes.

    `checkpoint` is the note with all its signatures, to which every proof leads; `signed_note` the
    note as the log alone signed it, which timestamps are over. The last record is the manifest.
    """

    incident: str
    origin: str
    size: int
    checkpoint: str
    signed_note: str
    policy: str
    records: Sequence[BundledRecord]
    artifacts: Sequence[BundledArtifact]
    log_keys: Sequence[BundledLogKey]
    earlier: EarlierCheckpoint | None = None
    timestamps: Sequence[bytes] = ()
    messages: Mapping[str, bytes] = field(default_factory=dict)
    keys: Sequence[BundledKey] = ()
    erasures: Sequence[BundledErasure] = ()

    @property
    def manifest(self) -> BundledRecord:
        """The record that closes the chain."""
        return self.records[-1]
