"""Who has to acknowledge a version of a document, and has not yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from holdfast.domain.process_documents.life import DocumentVersion

__all__ = ["Holder", "Outstanding", "outstanding"]


@dataclass(frozen=True, order=True, slots=True)
class Holder:
    """Somebody who may act in a role, by pseudonym."""

    role: str
    person: str


@dataclass(frozen=True, slots=True)
class Outstanding:
    """An acknowledgement that is still owed, and whether its last day is over."""

    document: str
    version: str
    title: str
    role: str
    person: str
    acknowledge_by: date | None
    late: bool


def outstanding(
    version: DocumentVersion, holders: Iterable[Holder], acknowledged: Collection[str], today: date
) -> list[Outstanding]:
    """Who of those whom a version concerns has not acknowledged it, by role and person.

    One acknowledgement of a person holds for all their roles: they have read it once.
    """
    until = version.acknowledge_by
    return [
        Outstanding(
            document=version.document,
            version=version.version,
            title=version.title,
            role=holder.role,
            person=holder.person,
            acknowledge_by=until,
            late=until is not None and today > until,
        )
        for holder in sorted(set(holders))
        if holder.role in version.concerns and holder.person not in acknowledged
    ]
