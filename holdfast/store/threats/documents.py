"""Writing the form of a threat as an authority gets it, with the names of its contacts put in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.documents import (
    AuthorityDocument,
    CannotBeWritten,
    DocumentFormat,
)
from holdfast.domain.threats.content import ThreatContent
from holdfast.domain.threats.filling import CONTACT_POINTS
from holdfast.dora.threat_form import render_threat_json, threat_gaps
from holdfast.errors import ContentDamaged
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.report_pdf.threat import ThreatPaper, threat_pdf
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.communications.disclosing import Reading, record_reading
from holdfast.store.people.contact_rows import select_rows
from holdfast.store.people.personal_data import find_subject_keys

__all__ = ["disclose_threat", "write_approved_threat"]

_JSON, _PDF = "application/json", "application/pdf"


async def write_approved_threat(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    content: bytes,
    formats: Sequence[DocumentFormat],
) -> tuple[AuthorityDocument, ...]:
    """Write an approved form in these formats, in their order.

    Raises:
        CannotBeWritten: there is no such format of it, or a contact that it must have is not known.
        ContentDamaged: it is no form of a threat.
        Fatal: a key cannot be opened here now.
    """
    try:
        form = ThreatContent.model_validate_json(content)
    except ValidationError as error:
        digest = digest_of_bytes(content)
        message = f"what is kept as {digest} is no form of a threat"
        raise ContentDamaged(message, digest=digest) from error
    contacts = await _contacts(connection, keyring, form)
    if gaps := threat_gaps(form.values, tuple(contacts)):
        lacking = ", ".join(gap.field for gap in gaps)
        message = f"the directory lacks what fields {lacking} need: record it there"
        raise CannotBeWritten(message)
    # Laying out a page takes its time: others go on meanwhile.
    return tuple(
        [
            await asyncio.to_thread(_document, form, contacts, wanted, approved=True)
            for wanted in formats
        ]
    )


async def disclose_threat(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    reading: Reading,
    form: ThreatContent,
    wanted: DocumentFormat,
    *,
    approved: bool,
) -> AuthorityDocument:
    """Write a form for a reader, and record that its contacts were read; unknown ones are left out.

    Raises:
        CannotBeWritten: there is no such format of it.
        Fatal: the sealed values or their keys are not as they were written.
    """
    contacts = await _contacts(connection, keyring, form)
    document = await asyncio.to_thread(_document, form, contacts, wanted, approved=approved)
    named: dict[str, list[str]] = {}
    for number, contact in form.contacts.items():
        named.setdefault(contact, []).append(number)
    for row in await select_rows(connection, named):
        await record_reading(connection, reading, row.key, named[row.contact_id])
    return document


async def _contacts(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, form: ThreatContent
) -> dict[str, str]:
    """The texts of its contact fields, by number; those that the directory has not are left out."""
    rows = {
        row.contact_id: row for row in await select_rows(connection, set(form.contacts.values()))
    }
    keys = await find_subject_keys(connection, keyring, [row.key for row in rows.values()])
    texts = dict[str, str]()
    for number, contact in form.contacts.items():
        row, point = rows.get(contact), CONTACT_POINTS[number][1]
        if row is not None and row.key in keys and point in row.sealed:
            texts[number] = keys[row.key].unseal(point, row.sealed[point])
    return texts


def _document(
    form: ThreatContent, contacts: dict[str, str], wanted: DocumentFormat, *, approved: bool
) -> AuthorityDocument:
    if wanted is DocumentFormat.JSON:
        return AuthorityDocument(wanted, _JSON, render_threat_json(form.values, contacts))
    if wanted is DocumentFormat.PDF:
        return AuthorityDocument(
            wanted, _PDF, threat_pdf(_paper(form, contacts, approved=approved))
        )
    message = f"forms of threats are not written as {wanted} here: use json or pdf"
    raise CannotBeWritten(message)


def _paper(form: ThreatContent, contacts: dict[str, str], *, approved: bool) -> ThreatPaper:
    return ThreatPaper(
        threat=form.threat,
        version=form.version,
        digest=digest_of_bytes(form.canonical()),
        made_at=form.filled_at,
        values=form.values,
        contacts=contacts,
        provenance={each.number: str(each.source) for each in form.fields},
        missing={gap.field: gap.problem for gap in threat_gaps(form.values, tuple(contacts))},
        entity=form.entity,
        approved=approved,
    )
