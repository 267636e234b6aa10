"""What the review found, in the pack: root causes, judgements, lessons, earlier incidents."""

from __future__ import annotations

from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.events import EventKind
from holdfast.domain.reviews.completeness import FINDINGS
from holdfast.dora.root_causes import RootCause
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.words import plain
from holdfast.evidence.reviews.document import DraftedReview
from holdfast.evidence.reviews.sources import Chain
from holdfast.evidence.reviews.standing import StandingReview

__all__ = ["earlier_section", "findings_section", "lessons_section", "root_causes_section"]

_HEADINGS = {
    "promptness": "Promptness",
    "severity_determination": "Severity determination",
    "forensics": "Forensic analysis",
    "escalation": "Escalation",
    "communication": "Communication",
}
"""The five findings in words, in the order of DORA Art. 13(2)."""


def root_causes_section(standing: StandingReview | None) -> Section | None:
    """Why it happened: the causes of the final report, the chain of whys, what contributed."""
    if standing is None:
        return None
    review = standing.review
    blocks: list[Block] = [Paragraph(review.root_cause)]
    if review.root_causes:
        columns = ("Root cause (4.1)", "In detail (4.2)", "And (4.3, 4.4)")
        rows = [_cause(cause) for cause in review.root_causes]
        blocks.append(Table(columns, (3, 6, 5), rows))
    if review.five_whys:
        whys = "\n".join(f"{n}. {why}" for n, why in enumerate(review.five_whys, 1))
        blocks.append(Facts((("Asked why", whys),)))
    if review.contributing_factors:
        blocks.append(Facts((("Contributed", "\n".join(review.contributing_factors)),)))
    return Section("causes", "Root causes", blocks)


def findings_section(standing: StandingReview | None) -> Section | None:
    """What went well and what not, and the five judgements."""
    if standing is None:
        return None
    review = standing.review
    blocks: list[Block] = [
        Facts((("Went well", review.went_well), ("To improve", review.to_improve)))
    ]
    if rows := [row for name in FINDINGS if (row := _finding(review, name)) is not None]:
        blocks.append(Table(("Looked into", "Found", "Adequate"), (3, 9, 2), rows))
    confirmation = review.timeline_confirmed
    if confirmation is not None and not confirmation.confirmed:
        blocks.append(Paragraph(f"The timeline has to be corrected: {confirmation.corrections}"))
    return Section("findings", "What went well, and what did not", blocks)


def lessons_section(chain: Chain, standing: StandingReview | None) -> Section | None:
    """The lessons, and into which risk each was taken (DORA Art. 13(3))."""
    if standing is None:
        return None
    taken = {
        (entry.event.payload["lesson"], entry.event.payload["text"]): entry.event.payload["risk"]
        for entry in chain.of(EventKind.LESSON_ASSESSED)
    }
    rows = [
        (Cell(str(number)), Cell(text), _risk(taken.get((number, text))))
        for number, text in enumerate(standing.review.lessons, 1)
    ]
    table = Table(("", "Lesson", "In the risk assessment"), (1, 9, 5), rows)
    return Section("lessons", "Lessons", (table,))


def earlier_section(draft: DraftedReview) -> Section | None:
    """Earlier incidents that this one is like."""
    if not draft.earlier:
        return None
    rows = [
        (
            Cell(each.incident, small=f"{each.aware_at:%Y-%m-%d}"),
            Cell(each.title),
            Cell(f"same {plain(each.likeness)}", small=", ".join(each.shared)),
        )
        for each in draft.earlier
    ]
    table = Table(("Incident", "What it was", "Why it may be the same"), (3, 6, 5), rows)
    return Section("earlier", "Has it happened before", (table,))


def _cause(cause: RootCause) -> tuple[Cell, ...]:
    detail = cause.detail.removeprefix(cause.category).strip("_")
    more = [_words(value) for value in cause.additional] + ([cause.other] if cause.other else [])
    return (Cell(_words(cause.category)), Cell(_words(detail)), Cell("; ".join(more)))


def _words(token: str) -> str:
    return " ".join("ICT" if word == "ict" else word for word in plain(token).split(" "))


def _finding(review: PostIncidentReview, name: str) -> tuple[Cell, ...] | None:
    found = getattr(review, name)
    if found is None:
        return None
    adequate = Cell("yes", tone=Tone.GOOD) if found.adequate else Cell("no", tone=Tone.BAD)
    return (Cell(_HEADINGS[name]), Cell(found.finding), adequate)


def _risk(risk: str | None) -> Cell:
    return Cell("not yet", tone=Tone.BAD) if risk is None else Cell(risk, tone=Tone.GOOD)
