"""The content of one version of a report, from the evidence: the same entries, the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter

from holdfast.domain.reporting.filling.fill import fill
from holdfast.domain.reporting.filling.sources import FillSources, SourceEntry, ToldEntry, Wanted
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import reporting_id
from holdfast.domain.reporting.policy import ReportingPolicy
from holdfast.domain.values import JsonObject, canonical_json, digest_of
from holdfast.dora.register import Register
from holdfast.dora.report.catalogue import CONTACT_FIELDS, FIELDS
from holdfast.dora.report.completeness import gaps_of
from holdfast.dora.report.content import FilledField, Gap, ReportContent
from holdfast.dora.report.schema_gaps import is_of_schema
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "REPORT_MEDIA_TYPE",
    "authors_of",
    "content_bytes",
    "digest_of_content",
    "digest_of_fields",
    "filled_again",
    "lacking_besides",
    "refill",
    "report_content",
    "sources_until",
]

REPORT_MEDIA_TYPE = "application/vnd.holdfast.report+json"

_GAPS = TypeAdapter(tuple[Gap, ...])
_STAGES = TypeAdapter(tuple[ReportStage, ...])


def report_content(
    sources: FillSources, wanted: Wanted, lacking: Iterable[Gap] = ()
) -> ReportContent:
    """Fill a version, and say what it lacks; `lacking` is what the directory lacks of contacts."""
    content = ReportContent(
        incident=wanted.incident,
        reporting=reporting_id(wanted.incident, wanted.number),
        entity=wanted.entity,
        kind=str(wanted.kind),
        covers=wanted.covers,
        version=wanted.version,
        as_of=sources.entries[-1].id,
        filled_at=wanted.at,
        fields=fill(sources, wanted),
    )
    return lacking_besides(content.model_copy(update={"gaps": gaps_of(content)}), lacking)


def lacking_besides(content: ReportContent, lacking: Iterable[Gap]) -> ReportContent:
    """The same content that lacks these fields besides, all in the order of the form."""
    order = tuple(FIELDS)
    found = sorted((*content.gaps, *lacking), key=lambda gap: order.index(gap.field))
    return content.model_copy(update={"gaps": tuple(found)})


def refill(
    content: ReportContent,
    entries: Iterable[ToldEntry],
    register: Register,
    policy: ReportingPolicy,
) -> ReportContent:
    """Fill a version again, from the entries of the incident's chain in its order.

    What the directory lacked of contacts is taken over: no entry says it.

    Raises:
        ValueError: the entry that the version rests on is not among these.
    """
    sources = sources_until(content.as_of, entries, register, policy)
    wanted = Wanted(
        incident=content.incident,
        number=int(content.reporting.rpartition("-")[2]),
        entity=content.entity,
        kind=ReportKind(content.kind),
        covers=content.covers,
        version=content.version,
        at=sources.entries[-1].occurred_at,
    )
    return report_content(sources, wanted, _of_contacts(content.gaps))


def filled_again(
    incident: str,
    drafted: JsonObject,
    entries: Iterable[ToldEntry],
    register: Register,
    policy: ReportingPolicy,
) -> ReportContent:
    """Fill a version again that `report.drafted` tells of; `drafted` is what that entry says.

    Raises:
        ValueError: the entry that the version rests on is not among these.
        KeyError: the entry does not say which version it is.
    """
    sources = sources_until(str(drafted["as_of"]), entries, register, policy)
    wanted = Wanted(
        incident=incident,
        number=drafted["number"],
        entity=drafted["entity"],
        kind=ReportKind(drafted["kind"]),
        covers=_STAGES.validate_json(canonical_json(drafted["covers"])),
        version=drafted["version"],
        at=sources.entries[-1].occurred_at,
    )
    told = _GAPS.validate_json(canonical_json(drafted["gaps"]))
    return report_content(sources, wanted, _of_contacts(told))


def sources_until(
    as_of: str, entries: Iterable[ToldEntry], register: Register, policy: ReportingPolicy
) -> FillSources:
    """What a version rests on: the entries up to that one.

    Raises:
        ValueError: that entry is not among these.
    """
    found = list[SourceEntry]()
    for entry in entries:
        found.append(_source(entry))
        if entry.id == as_of:
            return FillSources(tuple(found), register, policy)
    message = f"the entry {as_of} is not at hand"
    raise ValueError(message)


def authors_of(content: ReportContent) -> tuple[str, ...]:
    """Everybody who has supplied a value in it, by pseudonym."""
    return tuple(sorted({field.by.id for field in content.fields if field.by is not None}))


def content_bytes(content: ReportContent) -> bytes:
    """Its canonical bytes, by whose digest people approve it."""
    return canonical_json(content.model_dump(mode="json"))


def digest_of_content(content: ReportContent) -> str:
    """The digest of its canonical bytes."""
    return digest_of(content.model_dump(mode="json"))


def digest_of_fields(content: ReportContent) -> str:
    """The digest of its fields only: two versions that say the same have the same."""
    return digest_of([_field(field) for field in content.fields])


def _field(field: FilledField) -> JsonObject:
    return field.model_dump(mode="json")


def _of_contacts(found: Iterable[Gap]) -> tuple[Gap, ...]:
    """What the directory lacked, and what the authority's own schema has found wrong."""
    return tuple(gap for gap in found if gap.field in CONTACT_FIELDS or is_of_schema(gap))


def _source(entry: ToldEntry) -> SourceEntry:
    if isinstance(entry, SourceEntry):
        return entry
    return SourceEntry.model_construct(
        id=entry.id, occurred_at=entry.occurred_at, event=entry.event
    )
