"""What can be submitted to authorities: by the entry that approves it, how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.reporting.documents import write_approved_report
from holdfast.store.threats.documents import write_approved_threat

__all__ = ["WRITERS", "DocumentWriter", "DocumentWriters"]


class DocumentWriter(Protocol):
    """Writes an approved content as an authority gets it, with the names of its contacts."""

    async def __call__(
        self,
        connection: AsyncConnection,
        keyring: KeyEncryptionKeys,
        content: bytes,
        formats: Sequence[DocumentFormat],
    ) -> tuple[AuthorityDocument, ...]:
        """Write it in these formats, in their order.

        Raises:
            CannotBeWritten: it never can, such as for a field that the authority's form refuses.
            NotFound: something that belongs in it is not there, or was erased.
            ContentDamaged: it is no content of that kind.
            Fatal: a key cannot be opened here now.
        """


DocumentWriters = Mapping[EventKind, DocumentWriter]
"""By the kind of the entry that approves such a content."""

WRITERS: DocumentWriters = {
    EventKind.REPORT_APPROVED: write_approved_report,
    EventKind.THREAT_APPROVED: write_approved_threat,
}
"""All of this installation."""
