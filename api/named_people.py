"""People whom a report names: a pseudonym and a key each, and nothing of them in clear in evidence.

What a report says of somebody goes into the identity table or under that person's key here, at
the door, so that neither the outbox nor Temporal nor a log has ever held it.
"""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import Frozen, JsonObject, Line, canonical_json
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.people.contacts import CONTACT_FIELDS
from holdfast.store.reports import Identity, NamedPerson, new_pseudonym

__all__ = ["ReportedContact", "Reporter", "identity_of", "name_person", "seal_contact"]


class Reporter(Frozen):
    """Who told us. Kept in the identity table, outside of evidence, where it can be erased."""

    name: Line
    contact: Line | None = None


class ReportedContact(Frozen):
    """Whom to ask. Sealed before anything is kept, read on record only, and can be erased."""

    name: Line | None = None
    email: Line | None = None
    phone: Line | None = None

    @model_validator(mode="after")
    def _require_one(self) -> Self:
        if not self.model_dump(exclude_none=True):
            message = "give a name, an email or a phone"
            raise ValueError(message)
        return self


def name_person(
    reporter: Reporter | None, contact: ReportedContact | None, said_by: str | None = None
) -> NamedPerson | None:
    """Give whoever a report names a pseudonym and a key; all in one report are one person."""
    said: JsonObject = {
        name: one.model_dump(mode="json") if one is not None else None
        for name, one in (("reporter", reporter), ("contact", contact))
    }
    if said_by is not None:
        said["said_by"] = said_by
    if not any(said.values()):
        return None
    return NamedPerson(SubjectKey.generate(new_pseudonym()), canonical_json(said))


def identity_of(reporter: Reporter | None, person: NamedPerson | None) -> Identity | None:
    """Who the reporter is, for the identity table."""
    if reporter is None or person is None:
        return None
    return Identity(person.key.name, reporter.name, reporter.contact)


def seal_contact(
    contact: ReportedContact | None, person: NamedPerson | None, submission_id: str
) -> dict[str, SealedValue]:
    """Seal each field of a contact for the submission that brings it."""
    if contact is None or person is None:
        return {}
    said = contact.model_dump()
    return {
        field: person.key.seal(submission_id, field, said[name])
        for field, name in CONTACT_FIELDS.items()
        if said[name] is not None
    }
