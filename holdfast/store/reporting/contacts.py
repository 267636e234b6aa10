"""The contacts of a report: opened when it is rendered, from the sealed points of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.general import CONTACT_POINTS
from holdfast.domain.roles import Role
from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FilledField, Gap, ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.people.contact_rows import StoredPoints, select_rows
from holdfast.store.people.directory import DIRECTORY
from holdfast.store.people.personal_data import find_subject_keys

__all__ = ["ERASED", "Contacts", "contacts_of", "lacking_contacts"]

ERASED = "[erased]"
"""What stands in the place of a contact whose key was erased."""

_KEEPERS = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER)
"""Who can record points of contact."""

_WORDS = {"name": "name", "mail": "mail address", "phone": "telephone number"}

# With the key its row has gone: only the chain of the directory knows that there was one.
_ERASED = text("""
    SELECT DISTINCT said.contact FROM (
        SELECT convert_from(body, 'UTF8')::jsonb->'payload'->>'contact' AS contact,
            convert_from(body, 'UTF8')::jsonb->'payload'->>'key' AS key
        FROM evidence.record
        WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
    ) said JOIN personal.subject_key ON subject_key.key = said.key
    WHERE subject_key.erased_at IS NOT NULL
        AND said.contact = ANY(CAST(:contacts AS text[]))
""")


@dataclass(frozen=True, slots=True)
class Contacts:
    """What stands in the contact fields, by number: personal data.

    `erased` are those in whose place `[erased]` stands; `missing` have no text at all.
    """

    texts: dict[str, str]
    erased: tuple[str, ...]
    missing: tuple[str, ...]


async def contacts_of(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, content: ReportContent
) -> Contacts:
    """Open the contacts that a report names. Whoever calls records what they serve for.

    Raises:
        Fatal: the sealed values or their keys are not as they were written.
    """
    named = _named(content.fields)
    rows = await _rows(connection, named.values())
    keys = await find_subject_keys(connection, keyring, [row.key for row in rows.values()])
    gone = await _erased(connection, sorted(set(named.values()) - set(rows)))
    texts, erased, missing = dict[str, str](), list[str](), list[str]()
    for number, contact in named.items():
        row, point = rows.get(contact), CONTACT_POINTS[number][1]
        if contact in gone or (row is not None and row.key not in keys):
            texts[number] = ERASED
            erased.append(number)
        elif row is None or point not in row.sealed:
            missing.append(number)
        else:
            texts[number] = keys[row.key].unseal(point, row.sealed[point])
    return Contacts(texts, tuple(erased), tuple(missing))


async def lacking_contacts(
    connection: AsyncConnection, fields: Iterable[FilledField], stage: ReportStage
) -> tuple[Gap, ...]:
    """Which points the directory lacks of the contacts that these fields name."""
    named = _named(fields)
    rows = await _rows(connection, named.values())
    found = list[Gap]()
    for number, contact in named.items():
        point = CONTACT_POINTS[number][1]
        if contact not in rows or point not in rows[contact].sealed:
            problem = (
                f"the directory has no {_WORDS[point]} of {contact}:"
                f" record it with PUT /v1/directory/contacts/{contact}"
            )
            label = FIELDS[number].label
            found.append(
                Gap(field=number, label=label, stage=stage, problem=problem, roles=_KEEPERS)
            )
    return tuple(found)


def _named(fields: Iterable[FilledField]) -> dict[str, str]:
    return {
        field.number: field.contact
        for field in fields
        if field.contact is not None and field.number in CONTACT_POINTS
    }


async def _rows(connection: AsyncConnection, contacts: Iterable[str]) -> dict[str, StoredPoints]:
    return {row.contact_id: row for row in await select_rows(connection, contacts)}


async def _erased(connection: AsyncConnection, contacts: Sequence[str]) -> frozenset[str]:
    if not contacts:
        return frozenset()
    parameters = {
        "chain": DIRECTORY,
        "kind": str(EventKind.CONTACT_RECORDED),
        "contacts": list(contacts),
    }
    return frozenset((await connection.execute(_ERASED, parameters)).scalars())
