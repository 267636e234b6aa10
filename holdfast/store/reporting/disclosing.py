"""Reports with the names of their contacts, and files that left: read only on record, each time.

Whatever is read is recorded in the caller's transaction, which has to end well before anybody sees
it.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.report_pdf.document import ReportPaper
from holdfast.store.authorities.reading import SentBytes, read_sent
from holdfast.store.communications.disclosing import Reading, record_reading
from holdfast.store.people.contact_rows import select_rows
from holdfast.store.reporting.documents import write_report

__all__ = ["disclose_report", "disclose_sent"]


async def disclose_report(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    reading: Reading,
    paper: ReportPaper,
    wanted: DocumentFormat,
) -> AuthorityDocument:
    """Write a report as the authority gets it, and record that its contacts were read.

    Raises:
        CannotBeWritten: it cannot be written in that format.
        Fatal: the sealed values or their keys are not as they were written.
    """
    (document,) = await write_report(connection, keyring, paper, (wanted,))
    named: dict[str, list[str]] = {}
    for field in paper.content.fields:
        if field.contact is not None:
            named.setdefault(field.contact, []).append(field.number)
    for row in await select_rows(connection, named):
        await record_reading(connection, reading, row.key, named[row.contact_id])
    return document


async def disclose_sent(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    reading: Reading,
    digest: str,
    wanted: DocumentFormat,
) -> SentBytes:
    """Read a file exactly as it left, of the submission whose main file has that digest.

    Raises:
        NotFound: nothing left under that digest, or not in that format.
        PersonalDataErased: its key was erased.
        Fatal: what is kept is not what was sealed.
    """
    sent = await read_sent(connection, keyring, digest)
    files = {each.name.rpartition(".")[2]: each.digest for each in sent.attempt.files}
    if wanted not in files:
        message = f"{sent.attempt.subject} was not sent as {wanted}, but as {', '.join(files)}"
        raise NotFound(message, digest=digest)
    if files[wanted] != digest:
        sent = await read_sent(connection, keyring, files[wanted])
    await record_reading(connection, reading, sent.key, [str(wanted)])
    return sent
