"""A report as a PDF/A: the same report gives the same bytes."""

from __future__ import annotations

from holdfast.domain.reporting.filling.content import digest_of_content
from holdfast.dora.report.content import ReportContent
from holdfast.dora.report.rendering import Contacts
from holdfast.evidence.bundle.setting import set_on_paper
from holdfast.evidence.oversight.paper import sheet_data
from holdfast.evidence.report_pdf.document import ReportPaper
from holdfast.evidence.report_pdf.sheet import report_sheet

__all__ = ["PdfReport", "report_pdf"]


class PdfReport:
    """The renderer of reports on paper, for people: authorities take JSON.

    Without anything beside the content, as renderers have it, the paper tells no deadlines; it is
    marked as a draft unless `approved`, which those who render what was approved say.
    """

    name = "pdf"
    media_type = "application/pdf"
    extension = "pdf"

    def __init__(self, *, approved: bool = False, drill: bool = False) -> None:
        """For reports that are approved, or of a drill."""
        self._approved, self._drill = approved, drill

    def render(self, content: ReportContent, contacts: Contacts) -> bytes:
        """Set a report.

        Raises:
            Fatal: the typesetter fails.
        """
        paper = ReportPaper(content, contacts, approved=self._approved, drill=self._drill)
        return report_pdf(paper)


def report_pdf(paper: ReportPaper) -> bytes:
    """Set a report with all that is known of it.

    Raises:
        Fatal: the typesetter fails.
    """
    content, made_at = paper.content, paper.content.filled_at
    digest = digest_of_content(content)
    data = {
        "heading": f"{content.reporting}, version {content.version}",
        "date": list(made_at.timetuple()[:6]),
        "made_at": int(made_at.timestamp()),
        "footer": f"{content.reporting}, version {content.version}, {digest}",
        "marks": ["DRILL"] if paper.drill else [],
        "watermark": "" if paper.approved else "DRAFT",
        **sheet_data(report_sheet(paper)),
    }
    return set_on_paper("report", data, content.reporting)
