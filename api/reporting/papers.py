"""What a report on paper tells beside its content: its limits, and how it was approved."""

from __future__ import annotations

from sqlalchemy import RowMapping

from holdfast.dora.report.content import ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.report_pdf.document import LocalRule, PaperDeadline, ReportPaper
from holdfast.store.reporting.reading import StoredReporting

__all__ = ["paper_of"]


def paper_of(
    stored: StoredReporting,
    incident: RowMapping,
    authority: str,
    content: ReportContent,
    version: RowMapping | None,
) -> ReportPaper:
    """The paper of a version for that authority; without a version, of a draft as of now."""
    computed = stored.row["computed"]
    calendar = computed["calendar"] if computed else None
    approved = version is not None and version["approved_at"] is not None
    return ReportPaper(
        content=content,
        title=incident["title"],
        authority=authority,
        deadlines=tuple(
            _deadline(each) for each in stored.deadlines if each["clock_due_at"] is not None
        ),
        place=LocalRule(calendar["time_zone"], calendar["rule"]) if calendar else None,
        approved=approved,
        bypassed=(version["exception_code"] if version is not None else None) or "",
        drill=incident["drill"] is not None,
    )


def _deadline(row: RowMapping) -> PaperDeadline:
    relief = row["relief"]
    return PaperDeadline(
        stage=ReportStage(row["stage"]),
        # On the wall: in a drill, time runs faster than the law has it.
        due_at=row["clock_due_at"],
        clause=row["clause"],
        because=row["because"],
        relief=f"{relief['reason']}, {relief['clause']}" if relief else "",
        submitted_at=row["settled_at"] if row["clock"] == "met" else None,
        missed=row["late"],
    )
