"""Reports on paper, made of a chain told by hand; and the text of what was set."""

from __future__ import annotations

import io
from datetime import timedelta

from pypdf import PdfReader

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField, Gap, ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.report_pdf.document import LocalRule, PaperDeadline, ReportPaper
from tests.statements import COMPLIANCE, NOON

__all__ = ["BERLIN", "CONTACTS", "FINAL_VALUES", "content_of", "paper_of", "text_of"]

BERLIN = LocalRule("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3")

CONTACTS = {"1.7": "Robin Beispiel", "1.8": "robin@bank.example", "1.9": "+49 30 123456"}

FINAL_VALUES: dict[str, FieldValue] = {
    "1.1": "final_report",
    "1.2": "Beispielbank AG",
    "1.3": "529900T8BM49AURSDO55",
    "1.4": ("credit_institution",),
    "1.15": "EUR",
    "2.1": "INC-2026-000001",
    "2.2": "2026-03-04T12:00:00Z",
    "2.3": "2026-03-04T13:30:00Z",
    "2.4": "The payment gateway refused connections, so that clients could not pay. " * 6,
    "2.5": ("critical_services_affected", "geographical_spread", "economic_impact"),
    "2.6": ("DE", "FR"),
    "2.7": "monitoring_systems",
    "2.9": False,
    "3.2": "2026-03-04T23:45:00Z",
    "3.4": 60_000,
    "3.5": "12.5",
    "3.15": "01:02:03",
    "3.25": ("ddos", "supply-chain_attack"),
    "4.1": ("system_failure",),
    "4.5": "A certificate had run out; nobody was warned of it, because the watch was off. " * 12,
    "4.13": "2500.5",
    "4.14": "0",
}


def content_of(
    kind: ReportKind = ReportKind.FINAL,
    values: dict[str, FieldValue] | None = None,
    covers: tuple[ReportStage, ...] | None = None,
    gaps: tuple[Gap, ...] = (),
) -> ReportContent:
    """A report with these values, every one with where it comes from."""
    told = FINAL_VALUES if values is None else values
    fields = [
        FilledField(
            number=number,
            value=value,
            source=FieldSource.SUPPLIED if number == "4.5" else FieldSource.FACT,
            estimate={"3.4": True, "3.5": False}.get(number),
            because="as it was stated last",
            entries=tuple(f"incident/INC-2026-000001#{n}" for n in range(3, 10)),
            by=COMPLIANCE if number == "4.5" else None,
        )
        for number, value in told.items()
    ]
    contact = [
        FilledField(number=number, value=None, source=FieldSource.CONTACT, contact="first-contact")
        for number in CONTACTS
    ]
    stages = ((kind.stage,) if kind.stage else ()) if covers is None else covers
    return ReportContent(
        incident="INC-2026-000001",
        reporting="INC-2026-000001/reporting-1",
        entity="beispielbank",
        kind=str(kind),
        covers=stages,
        version=3,
        as_of="incident/INC-2026-000001#9",
        filled_at=NOON,
        fields=(*fields, *contact),
        gaps=gaps,
    )


def paper_of(content: ReportContent | None = None, *, approved: bool = True) -> ReportPaper:
    """A report with everything beside it that the first page tells."""
    clause = "2025/301 Art. 5(1)"
    return ReportPaper(
        content=content or content_of(),
        contacts=CONTACTS,
        title="Payments do not go through",
        authority="BaFin",
        deadlines=(
            PaperDeadline(
                ReportStage.INITIAL,
                NOON + timedelta(hours=4),
                f"{clause}(a)",
                "4 h from classification as major",
                submitted_at=NOON + timedelta(hours=3),
            ),
            PaperDeadline(
                ReportStage.INTERMEDIATE,
                NOON + timedelta(days=4),
                f"{clause}(b)",
                relief="Saturday, 2025/301 Art. 5(4)",
                submitted_at=NOON + timedelta(days=4, minutes=30),
            ),
            PaperDeadline(ReportStage.FINAL, NOON + timedelta(days=31), f"{clause}(c)"),
        ),
        place=BERLIN,
        approved=approved,
    )


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, with single blanks."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages]
