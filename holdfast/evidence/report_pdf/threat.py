"""The notification of a significant cyber threat on paper (2025/302 Annex III): 20 fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.dora.report.content import FieldValue
from holdfast.dora.threat_form.catalogue import THREAT_FIELDS, ThreatField
from holdfast.evidence.bundle.setting import set_on_paper
from holdfast.evidence.oversight.paper import sheet_data
from holdfast.evidence.oversight.sheet import Cell, Facts, Paragraph, Section, Sheet, Table, Tone
from holdfast.evidence.report_pdf.document import LocalRule
from holdfast.evidence.report_pdf.words import instant_in_words, value_in_words

__all__ = ["ThreatPaper", "threat_pdf", "threat_sheet"]

_STORY = "13"
"""The description of the threat."""


@dataclass(frozen=True, slots=True)
class ThreatPaper:
    """One notification: its values and contacts by field number, and the digest of its content.

    `missing` says what is wrong, by field number; `provenance` where a value comes from.
    """

    threat: str
    version: int
    digest: str
    made_at: datetime
    values: Mapping[str, FieldValue]
    contacts: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    entity: str = ""
    authority: str = ""
    place: LocalRule | None = None
    approved: bool = False
    drill: bool = False


def threat_pdf(paper: ThreatPaper) -> bytes:
    """Set a notification as a PDF/A; the same notification gives the same bytes.

    Raises:
        Fatal: the typesetter fails.
    """
    data = {
        "heading": f"{paper.threat}, version {paper.version}",
        "date": list(paper.made_at.timetuple()[:6]),
        "made_at": int(paper.made_at.timestamp()),
        "footer": f"{paper.threat}, version {paper.version}, {paper.digest}",
        "marks": ["DRILL"] if paper.drill else [],
        "watermark": "" if paper.approved else "DRAFT",
        **sheet_data(threat_sheet(paper)),
    }
    return set_on_paper("report", data, paper.threat)


def threat_sheet(paper: ThreatPaper) -> Sheet:
    """Lay a notification out."""
    tags = [Cell("drill: none of this happened", tone=Tone.BAD)] if paper.drill else []
    told = ("approved", Tone.GOOD) if paper.approved else ("draft: not approved", Tone.BAD)
    tags += [Cell(told[0], tone=told[1])]
    tags += [Cell(f"{len(paper.missing)} missing", tone=Tone.BAD)] if paper.missing else []
    return Sheet(
        kicker=f"{paper.threat} · version {paper.version} · voluntary, DORA Art. 19(2)",
        title="Notification of a significant cyber threat",
        tags=tags,
        sections=(_short(paper), _fields(paper)),
    )


def _short(paper: ThreatPaper) -> Section:
    missing = "; ".join(f"{number}: {problem}" for number, problem in paper.missing.items())
    facts = Facts(
        (
            ("Threat", paper.title),
            ("Financial entity", paper.entity),
            ("Competent authority", paper.authority),
            ("As of", instant_in_words(paper.made_at, paper.place)),
            ("Still missing", missing or "nothing"),
        )
    )
    story = paper.values.get(_STORY)
    text = (Paragraph(story),) if isinstance(story, str) else ()
    return Section("short", "In short", (facts, *text))


def _fields(paper: ThreatPaper) -> Section:
    rows = [row for each in THREAT_FIELDS.values() if (row := _row(paper, each))]
    columns = ("No.", "Field", "Value", "From")
    return Section("fields", "The form", (Table(columns, (2, 9, 18, 8), rows),))


def _row(paper: ThreatPaper, asked: ThreatField) -> tuple[Cell, ...] | None:
    number, value = asked.number, paper.values.get(asked.number)
    if number in paper.contacts:
        said = paper.contacts[number]
    elif value is not None:
        said = value_in_words(asked.kind, value, place=paper.place)
    else:
        return None
    from_where = Cell(paper.provenance.get(number, ""))
    return (Cell(number), Cell(asked.label), Cell(said), from_where)
