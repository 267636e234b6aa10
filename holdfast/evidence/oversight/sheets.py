"""The sheet of an oversight file: all of it for its own page, the main parts for the bundle."""

from __future__ import annotations

from dataclasses import replace

from holdfast.domain.third_party.naming import escalation_workflow_id
from holdfast.evidence.oversight.document import OversightFile
from holdfast.evidence.oversight.sheet import Facts, Paragraph, Section, Sheet
from holdfast.evidence.oversight.sheet_course import (
    calls_section,
    pauses_section,
    rounds_section,
    said_section,
)
from holdfast.evidence.oversight.sheet_findings import (
    breaches_section,
    decisions_section,
    measures_section,
    origin_section,
    outside_section,
    review_section,
    weaknesses_section,
)
from holdfast.evidence.oversight.sheet_head import head_section, tags
from holdfast.evidence.oversight.sheet_terms import terms_section
from holdfast.evidence.oversight.sheet_times import times_section

__all__ = ["bundled_sheet", "oversight_sheet"]


def oversight_sheet(file: OversightFile) -> Sheet:
    """Everything that the file holds."""
    sections = (
        head_section(file),
        times_section(file),
        breaches_section(file),
        calls_section(file),
        said_section(file),
        rounds_section(file),
        pauses_section(file),
        decisions_section(file),
        origin_section(file),
        weaknesses_section(file),
        review_section(file),
        measures_section(file),
        terms_section(file),
        outside_section(file),
        _checking(file),
    )
    return _sheet(file, sections)


def bundled_sheet(file: OversightFile) -> Sheet:
    """What a bundle shows of it: times kept and missed, calls, decisions, the review."""
    times = times_section(file)
    naming = Paragraph(_naming(file), small=True)
    sections = (
        replace(times, blocks=(naming, *times.blocks)),
        breaches_section(file),
        calls_section(file),
        said_section(file),
        decisions_section(file),
        review_section(file),
        measures_section(file),
    )
    return _sheet(file, sections)


def _sheet(file: OversightFile, sections: tuple[Section | None, ...]) -> Sheet:
    party = file.provider
    named = (party.name or party.id) if party else "A provider"
    return Sheet(
        kicker=f"Oversight file {file.escalation}",
        title=f"{named}, contract {file.contract}" if file.contract else named,
        tags=tags(file),
        sections=[section for section in sections if section is not None],
    )


def _checking(file: OversightFile) -> Section:
    note = (
        f"This was made from {len(file.entries)} entries of the evidence, and holds nothing else. "
        f"{_naming(file)} What counts are the entries: take them out as a bundle "
        "(GET …/evidence/bundle), and verify that with the program in it."
    )
    facts = (
        ("As of", f"{file.as_of:%Y-%m-%d %H:%M:%S} UTC"),
        ("Last entry", file.entries[-1]),
        ("Digest of the file", file.digest),
    )
    return Section("check", "How to check it", (Paragraph(note), Facts(facts)))


def _naming(file: OversightFile) -> str:
    own = escalation_workflow_id(file.incident, file.number)
    return f"A number such as #7 names the entry {own}#7; entries of others say whose they are."
