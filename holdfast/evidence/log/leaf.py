"""A leaf: the small commitment, without personal data, by which the log knows a record."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.domain.values import canonical_json
from holdfast.evidence.log.merkle import leaf_hash

__all__ = ["EVIDENCE_LOG", "LEAF_VERSION", "Leaf"]

LEAF_VERSION = 1

EVIDENCE_LOG = "evidence-log"
"""The chain of records that concern the log as a whole, and no single incident."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf; `docs/evidence-format.md` section 2 says what each member means.

    `at` is an instant as `holdfast.domain.values.rfc3339` writes it; `incident_prev` and `sha256`
    are hexadecimal.
    """

    index: int
    at: str
    incident: str
    incident_seq: int
    incident_prev: str | None
    record: str
    sha256: str

    content: bytes = field(init=False, repr=False, compare=False)
    """The exact bytes: RFC 8785."""
    hash: bytes = field(init=False, repr=False, compare=False)
    """The leaf hash of RFC 6962."""

    def __post_init__(self) -> None:
        """Write the bytes, and hash them, once."""
        content = canonical_json(
            {
                "at": self.at,
                "incident": self.incident,
                "incident_prev": self.incident_prev,
                "incident_seq": self.incident_seq,
                "index": self.index,
                "kind": "evidence",
                "record": self.record,
                "sha256": self.sha256,
                "v": LEAF_VERSION,
            }
        )
        object.__setattr__(self, "content", content)
        object.__setattr__(self, "hash", leaf_hash(content))
