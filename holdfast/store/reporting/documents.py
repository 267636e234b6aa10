"""Writing reports as authorities get them, with the names of their contacts put in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.documents import (
    AuthorityDocument,
    CannotBeWritten,
    DocumentFormat,
)
from holdfast.dora.report.content import ReportContent
from holdfast.dora.report.rendering import renderers
from holdfast.errors import ContentDamaged
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.report_pdf.document import ReportPaper
from holdfast.evidence.report_pdf.pdf import PdfReport, report_pdf
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.reporting.contacts import contacts_of

__all__ = ["write_approved_report", "write_report"]

_RENDERERS = renderers([PdfReport()])


async def write_approved_report(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    content: bytes,
    formats: Sequence[DocumentFormat],
) -> tuple[AuthorityDocument, ...]:
    """Write the content of an approved version in these formats, in their order.

    Raises:
        CannotBeWritten: it cannot be written in one of them.
        ContentDamaged: it is no content of a report.
        Fatal: a key cannot be opened here now.
    """
    try:
        report = ReportContent.model_validate_json(content)
    except ValidationError as error:
        digest = digest_of_bytes(content)
        message = f"what is kept as {digest} is no report"
        raise ContentDamaged(message, digest=digest) from error
    return await write_report(connection, keyring, ReportPaper(report, approved=True), formats)


async def write_report(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    paper: ReportPaper,
    formats: Sequence[DocumentFormat],
) -> tuple[AuthorityDocument, ...]:
    """Write the report of that paper in these formats, in their order, with its contacts.

    Raises:
        CannotBeWritten: it cannot be written in one of them.
        Fatal: a key cannot be opened here now, or the typesetter fails.
    """
    contacts = await contacts_of(connection, keyring, paper.content)
    paper = replace(paper, contacts=contacts.texts)
    # Laying out a page takes its time: others go on meanwhile.
    return tuple([await asyncio.to_thread(_written, paper, wanted) for wanted in formats])


def _written(paper: ReportPaper, wanted: DocumentFormat) -> AuthorityDocument:
    renderer = _RENDERERS.get(wanted)
    if renderer is None:
        message = f"reports are not written as {wanted} here"
        raise CannotBeWritten(message)
    if wanted is DocumentFormat.PDF:
        content = report_pdf(paper)
    else:
        content = renderer.render(paper.content, paper.contacts)
    return AuthorityDocument(wanted, renderer.media_type, content)
