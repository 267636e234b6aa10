"""The annual figures as a sheet, and as a PDF/A set from it."""

from __future__ import annotations

from holdfast.domain.annual_figures.document import (
    AnnualFigures,
    CostLine,
    DueReport,
    MajorIncident,
    NoticeGiven,
    Share,
    TakenInto,
)
from holdfast.domain.values import digest_of, rfc3339
from holdfast.evidence.bundle.setting import set_on_paper
from holdfast.evidence.oversight.paper import sheet_data
from holdfast.evidence.oversight.sheet import (
    Block,
    Cell,
    Facts,
    Paragraph,
    Section,
    Sheet,
    Table,
    Tone,
)
from holdfast.evidence.oversight.words import second
from holdfast.evidence.report_pdf.first_page import STAGE_NAMES

__all__ = ["figures_digest", "figures_pdf", "figures_sheet"]

_NOTE = (
    "Gross costs and losses and recoveries, in euro, never netted. An incident counts in the year"
    " of its final report with all that is known by the end of the year; in later years with what"
    " has changed in them (DORA Art. 11(10); our reading of the guidelines JC 2024 34)."
)
_NOTICES = {
    NoticeGiven.BEFORE: "notice before the limit",
    NoticeGiven.AFTER: "notice after the limit",
    NoticeGiven.NONE: "no notice",
}


def figures_digest(figures: AnnualFigures) -> str:
    """The digest of all that the figures say."""
    return digest_of(figures.model_dump(mode="json"))


def figures_pdf(figures: AnnualFigures) -> bytes:
    """Set the figures as a PDF/A; the same figures give the same bytes.

    Raises:
        Fatal: the typesetter fails.
    """
    made_at = figures.as_of
    data = {
        "heading": f"Major incidents of {figures.year}",
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"as of {second(made_at)} UTC, {figures_digest(figures)}",
        **sheet_data(figures_sheet(figures)),
    }
    return set_on_paper("oversight", data, f"annual figures of {figures.year}")


def figures_sheet(figures: AnnualFigures) -> Sheet:
    """Lay the figures out."""
    over = figures.until <= figures.as_of
    tags = [] if over else [Cell("the year is not over", tone=Tone.BAD)]
    sections = (_short(figures), _costs(figures), _waiting(figures), *_incidents(figures))
    return Sheet(
        kicker=f"{figures.entity or 'all financial entities'} · for the management body",
        title=f"Costs and reporting of major ICT-related incidents, {figures.year}",
        tags=tags,
        sections=[section for section in (*sections, _reports(figures)) if section],
    )


def _short(figures: AnnualFigures) -> Section:
    unknown = figures.unquantified
    with_notice, without = figures.missed_with_notice, figures.missed_without_notice
    lacking = f"{unknown} incident(s) without an amount" if unknown else ""
    facts = Facts(
        (
            ("Gross costs and losses", _euro(figures.gross_eur)),
            ("Recoveries", _euro(figures.recoveries_eur)),
            ("Not in them", lacking),
            ("Major incidents", str(figures.major_incidents)),
            ("Reclassified", ", ".join(figures.reclassified)),
            ("From third parties", _share(figures.third_party_origin)),
            ("Across borders", _share(figures.cross_border)),
            ("Reports in time", _share(figures.on_time)),
            ("Reports too late", f"{with_notice} with a notice of delay, {without} without"),
            ("As of", rfc3339(figures.as_of)),
        )
    )
    return Section("short", "In short", (facts,))


def _costs(figures: AnnualFigures) -> Section:
    note: Block = Paragraph(_NOTE, small=True)
    if not figures.costs:
        return Section("costs", "Costs and losses", (Paragraph("None."), note))
    columns = ("Reference", "Incident", "Counts because", "Gross", "Recoveries")
    rows = [_cost(line) for line in figures.costs]
    total = ("Together", "", "", _euro(figures.gross_eur), _euro(figures.recoveries_eur))
    table = Table(columns, (5, 6, 5, 4, 4), [*rows, [Cell(each) for each in total]])
    return Section("costs", "Costs and losses", (table, note))


def _cost(line: CostLine) -> tuple[Cell, ...]:
    because = {
        TakenInto.FINAL_REPORT: "final report in the year",
        TakenInto.ADJUSTMENT: "adjustment of an earlier year",
    }[line.taken]
    notes = ["estimate"] if line.estimate else []
    notes += ["the report has another figure, supplied by hand"] if line.supplied else []
    return (
        Cell(line.reference, small=", ".join(line.authority_references)),
        Cell(line.title, small=", ".join(line.entities)),
        Cell(because, small=f"submitted {second(line.final_report_at)} UTC"),
        Cell(_euro(line.gross_eur), small=", ".join(notes)),
        Cell(_euro(line.recoveries_eur)),
    )


def _waiting(figures: AnnualFigures) -> Section | None:
    if not figures.waiting:
        return None
    rows = [
        (
            Cell(each.incident),
            Cell(each.title),
            Cell(_euro(each.gross_eur)),
            Cell(_euro(each.recoveries_eur)),
        )
        for each in figures.waiting
    ]
    note = Paragraph("No final report yet: in no year so far.", small=True)
    table = Table(("Incident", "Title", "Gross so far", "Recoveries so far"), (5, 9, 4, 4), rows)
    return Section("waiting", "Without a final report", (note, table))


def _incidents(figures: AnnualFigures) -> list[Section]:
    if not figures.incidents:
        return []
    columns = ("Incident", "Title", "Classified as major", "Third party", "Member States")
    rows = [_incident(each) for each in figures.incidents]
    table = Table(columns, (5, 8, 5, 3, 4), rows)
    return [Section("incidents", "Classified as major in the year", (table,))]


def _incident(incident: MajorIncident) -> tuple[Cell, ...]:
    origin = {True: "yes", False: "no", None: "not known"}[incident.third_party_origin]
    states = "not known"
    if incident.member_states is not None:
        states = ", ".join(incident.member_states) or "none"
    return (
        Cell(incident.incident, small=", ".join(incident.entities)),
        Cell(incident.title),
        Cell(f"{second(incident.classified_at)} UTC"),
        Cell(origin),
        Cell(states),
    )


def _reports(figures: AnnualFigures) -> Section | None:
    if not figures.reports:
        return None
    rows = [_report(each) for each in figures.reports]
    table = Table(("Report", "Entity", "Due", "Submitted", "Kept"), (6, 4, 5, 5, 4), rows)
    return Section("reports", "Reports that were due in the year", (table,))


def _report(report: DueReport) -> tuple[Cell, ...]:
    kept = Cell("in time", tone=Tone.GOOD)
    if not report.on_time:
        kept = Cell("too late", small=_NOTICES[report.notice], tone=Tone.BAD)
    sent = f"{second(report.submitted_at)} UTC" if report.submitted_at else "not submitted"
    return (
        Cell(f"{report.incident}", small=STAGE_NAMES[report.stage]),
        Cell(report.entity),
        Cell(f"{second(report.due_at)} UTC", small=report.clause),
        Cell(sent),
        kept,
    )


def _euro(amount: int | None) -> str:
    return "not stated" if amount is None else f"{amount:,} EUR"


def _share(share: Share) -> str:
    unknown = f", not known of {share.unknown}" if share.unknown else ""
    if share.basis_points is None:
        return f"none to judge{unknown}"
    whole, rest = divmod(share.basis_points, 100)
    return f"{share.count} of {share.of} ({whole}.{rest:02d} %){unknown}"
