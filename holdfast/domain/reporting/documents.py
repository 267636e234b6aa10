"""What an authority is handed: one approved content, written in one or several formats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from holdfast.errors import Refused

__all__ = ["AuthorityDocument", "CannotBeWritten", "DocumentFormat"]


class CannotBeWritten(Refused):
    """A content that cannot be written as an authority wants it, whenever it is tried again.

    The message says why, and names nobody.
    """

    code = "cannot_be_written"


class DocumentFormat(StrEnum):
    """How a content is written; the value ends the names of its files."""

    JSON = "json"
    PDF = "pdf"
    CSV = "csv"


@dataclass(frozen=True, slots=True, repr=False)
class AuthorityDocument:
    """An approved content in one format, as the authority gets it: with names of people in it."""

    format: DocumentFormat
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """The digest of exactly these bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"

    def __repr__(self) -> str:
        """What it says belongs into no log."""
        return f"AuthorityDocument({self.format.value!r}, {len(self.content)} bytes)"
