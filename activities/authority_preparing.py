"""Preparing a submission: what was approved, written once, and sealed before it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.authority_documents import DocumentWriters
from holdfast.channels.authorities import Authorities, AuthorityChannel, Submission
from holdfast.channels.authorities.drills import DivertedAuthority
from holdfast.domain.reporting.documents import (
    AuthorityDocument,
    CannotBeWritten,
    DocumentFormat,
)
from holdfast.domain.reporting.submitting import SubmissionOrder
from holdfast.errors import ContentDamaged, HoldfastError, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.authorities.approved import Approved, NotApproved, read_approved
from holdfast.store.authorities.ledger import SentFile, SubmissionAttempt, SubmissionLedger
from holdfast.store.authorities.sealed_documents import keep_documents, open_documents
from holdfast.store.drills.played import read_drill
from holdfast.store.people.personal_data import PersonalDataErased

__all__ = ["Preparation", "Prepared", "Unsubmittable"]


class Unsubmittable(HoldfastError):
    """Nothing can leave, whenever it is tried again; the message says why, and names nobody."""

    code = "unsubmittable"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission that may leave: by which channel, and where its files are kept sealed."""

    channel: AuthorityChannel
    submission: Submission
    sealed: str
    diverted: bool

    @property
    def files(self) -> tuple[SentFile, ...]:
        """Its files as the ledger has them."""
        return tuple(
            SentFile(
                name=each.name,
                media_type=each.document.media_type,
                digest=each.document.digest,
                size=len(each.document.content),
            )
            for each in self.submission.documents
        )


class Preparation:
    """Reads what was approved, has it written in the authority's formats, and keeps it sealed."""

    def __init__(
        self,
        keyring: KeyEncryptionKeys,
        authorities: Authorities,
        writers: DocumentWriters,
        drills_folder: Path | None,
    ) -> None:
        """Write by these writers; a drill's files go into that folder, or nowhere without one."""
        self._keyring = keyring
        self._authorities = authorities
        self._writers = writers
        self._drills_folder = drills_folder

    async def prepare(
        self,
        connection: AsyncConnection,
        order: SubmissionOrder,
        ledger: SubmissionLedger,
        before: Sequence[SubmissionAttempt],
    ) -> Prepared:
        """Prepare the next attempt; `before` are those under the same key.

        What left once leaves again as the same files, whatever has become of contacts meanwhile.

        Raises:
            Unsubmittable: it must not leave, or cannot.
            Fatal: a key cannot be opened here now.
        """
        try:
            approved = await read_approved(connection, order, self._writers)
            drill = order.drill or await read_drill(connection, order.chain) is not None
            channel = self._channel(order.authority)
            earlier = before[-1] if before else await ledger.latest_of_subject(diverted=drill)
            documents, sealed = await self._documents(
                connection, order.key, approved, channel, earlier
            )
        except (NotApproved, CannotBeWritten) as error:
            raise Unsubmittable(error.message) from error
        except PersonalDataErased as error:
            because = "names in it were erased meanwhile: put a new version forward"
            raise Unsubmittable(because) from error
        except (NotFound, ContentDamaged) as error:
            because = f"what was approved cannot be read: {error.message}"
            raise Unsubmittable(because) from error
        bare = Submission(
            key=order.key,
            chain=order.chain,
            subject=order.subject,
            kind=order.kind,
            digest=order.content,
            approved_at=approved.at,
            documents=(),
            again=bool(before),
        )
        # A schema may take seconds to be checked against: others go on meanwhile.
        if refused := await asyncio.to_thread(channel.refusal, channel.named(bare, documents)):
            raise Unsubmittable(refused)
        way = self._stand_in(channel) if drill else channel
        if sealed is None:
            sealed = await keep_documents(connection, self._keyring, documents)
        return Prepared(way, way.named(bare, documents), sealed, drill)

    async def _documents(
        self,
        connection: AsyncConnection,
        key: str,
        approved: Approved,
        channel: AuthorityChannel,
        earlier: SubmissionAttempt | None,
    ) -> tuple[tuple[AuthorityDocument, ...], str | None]:
        """The documents, and the artifact in which they are already."""
        if earlier is not None:
            opened = await open_documents(connection, self._keyring, earlier.sealed)
            # Under one key the same files leave, whatever the configuration says by then.
            if earlier.key == key or _formats(opened) == channel.formats:
                return opened, earlier.sealed
        write = self._writers[approved.by]
        written = await write(connection, self._keyring, approved.content, channel.formats)
        return written, None

    def _channel(self, authority: str) -> AuthorityChannel:
        channel = self._authorities.get(authority)
        if channel is None:
            known = ", ".join(self._authorities.all) or "none"
            because = (
                f"there is no way to {authority} here: add it to the file of"
                " HOLDFAST_AUTHORITIES_FILE, restart the worker, and submit it again;"
                f" there are: {known}"
            )
            raise Unsubmittable(because)
        return channel

    def _stand_in(self, channel: AuthorityChannel) -> AuthorityChannel:
        if self._drills_folder is None:
            because = "it belongs to a drill, and there is no folder for what must not leave"
            raise Unsubmittable(because)
        return DivertedAuthority(channel, self._drills_folder)


def _formats(documents: Sequence[AuthorityDocument]) -> tuple[DocumentFormat, ...]:
    return tuple(each.format for each in documents)
