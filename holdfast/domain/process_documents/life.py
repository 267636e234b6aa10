"""The life of a document's version: drafted, approved, published, superseded by a later one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from holdfast.domain.process_documents.kinds import DocumentKind
from holdfast.domain.values import JsonObject

__all__ = [
    "DocumentVersion",
    "Standing",
    "acknowledge_by",
    "in_force",
    "is_later",
    "latest",
    "lies_in_the_past",
    "standing",
    "version_before",
]

_PARTS = 3


class Standing(StrEnum):
    """How a version stands on a day."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a document as it stands; moments are aware, days are those of UTC."""

    document: str
    version: str
    kind: DocumentKind
    title: str
    digest: str
    media_type: str
    size: int
    reason: str
    caused_by: str | None
    drafted_by: JsonObject
    drafted_at: datetime
    draft_entry: str
    approved_by: JsonObject | None = None
    approved_at: datetime | None = None
    approval_entry: str | None = None
    rationale: str | None = None
    published_by: JsonObject | None = None
    published_at: datetime | None = None
    publication_entry: str | None = None
    effective_on: date | None = None
    concerns: tuple[str, ...] = ()
    acknowledge_within_days: int | None = None
    acknowledge_by: date | None = None


def is_later(version: str, than: str) -> bool:
    """Whether a version comes after another; `4` and `4.0` are the same."""
    return _numbers(version) > _numbers(than)


def latest(versions: Iterable[DocumentVersion]) -> DocumentVersion | None:
    """Of the versions of one document, the one with the highest number; None of none."""
    return max(versions, key=_order, default=None)


def version_before(
    versions: Iterable[DocumentVersion], version: DocumentVersion
) -> DocumentVersion | None:
    """The version that comes right before another, published or not; None before the first."""
    return latest(each for each in versions if is_later(version.version, each.version))


def in_force(versions: Iterable[DocumentVersion], on: date) -> DocumentVersion | None:
    """Of the versions of one document, the one in force on that day; None if none is.

    A later version supersedes from the day on which it takes effect, whatever comes after it.
    """
    return latest(
        each for each in versions if each.effective_on is not None and each.effective_on <= on
    )


def standing(version: DocumentVersion, versions: Iterable[DocumentVersion], on: date) -> Standing:
    """How a version stands on that day among all versions of its document."""
    if version.effective_on is None:
        return Standing.DRAFTED if version.approved_at is None else Standing.APPROVED
    current = in_force(versions, on)
    if current is not None and is_later(current.version, version.version):
        return Standing.SUPERSEDED
    return Standing.IN_FORCE if version.effective_on <= on else Standing.UPCOMING


def lies_in_the_past(effective_on: date, today: date) -> bool:
    """Whether nobody could have gone by it any more: a day ends at midnight UTC."""
    return effective_on < today


def acknowledge_by(published_on: date, within_days: int) -> date:
    """The last day on which an acknowledgement is in time, counted from the publication."""
    return published_on + timedelta(days=within_days)


def _order(version: DocumentVersion) -> tuple[int, ...]:
    return _numbers(version.version)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return (*numbers, *([0] * (_PARTS - len(numbers))))
