"""A final report in which everything is told, and what is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from holdfast.dora.report.content import FieldSource, FieldValue, FilledField, ReportContent
from holdfast.dora.report_stages import ReportStage

LEI, PARENT_LEI, THIRD_LEI = (
    *("529900T8BM49AURSDO55", "7LTWFZYICNSX8D621K86"),
    "213800WAVVOPS85N2205",
)

CONTACTS = {
    "1.7": "Ada Beispiel",
    "1.8": "ada@beispielbank.example",
    "1.9": "+49 69 1234567",
    "1.10": "Operations desk",
    "1.11": "desk@beispielbank.example",
    "1.12": "+49 69 7654321",
}

GENERAL: dict[str, FieldValue] = {
    "1.1": "final_report",
    "1.2": "Beispielbank AG",
    "1.3": LEI,
    "1.4": ("credit_institution",),
    "1.5": "Beispielbank AG",
    "1.6": LEI,
    "1.13": "Beispiel Holding SE",
    "1.14": PARENT_LEI,
    "1.15": "EUR",
}

INITIAL: dict[str, FieldValue] = {
    "2.1": "INC-2026-000001",
    "2.2": "2026-03-04T09:35:00Z",
    "2.3": "2026-03-04T11:00:00Z",
    "2.4": 'Card payments were declined, "Fehler 17" was shown.\nNo data were lost.',
    "2.5": (
        "clients_financial_counterparts_and_transactions_affected",
        *("reputational_impact", "duration_and_service_downtime", "geographical_spread"),
        *("data_losses", "critical_services_affected", "economic_impact"),
    ),
    "2.6": ("AT", "FR"),
    "2.7": "monitoring_systems",
    "2.8": "Cloud Ltd;213800WAVVOPS85N2205;LEI;direct provider",
    "2.9": True,
    "2.10": "None besides.",
}

INTERMEDIATE: dict[str, FieldValue] = {
    "3.1": "2026I0000017",
    "3.2": "2026-03-04T09:30:00Z",
    "3.3": "2026-03-04T12:45:00Z",
    "3.4": 60_000,
    "3.5": "12.5",
    "3.6": 3,
    "3.7": "7.5",
    "3.8": False,
    "3.9": 5_000,
    "3.10": "140.2",
    "3.11": "2.5",
    "3.12": (
        *("actual_figures_for_clients_affected", "estimates_for_transactions_affected"),
        "actual_figures_for_financial_counterparts_affected",
    ),
    "3.13": ("the_major_ict-related_incident_has_been_reflected_in_the_media",),
    "3.14": "One regional paper.",
    "3.15": "00:03:15",
    "3.16": "00:03:10",
    "3.17": "actual_figures",
    "3.18": ("clients",),
    "3.19": "Clients in Austria and France could not pay.",
    "3.20": ("availability",),
    "3.21": "Orders of clients could not be read for three hours.",
    "3.22": "Instant payments.",
    "3.23": ("cybersecurity-related", "other"),
    "3.24": "A flood of requests.",
    "3.25": ("ddos", "other"),
    "3.26": "Requests that are slow to answer.",
    "3.27": "Payments; retail banking.",
    "3.28": "yes",
    "3.29": "The front of the payment engine, version 7.",
    "3.30": "no",
    "3.31": ("csirt", "other"),
    "3.32": "The central bank.",
    "3.33": True,
    "3.34": "Traffic went over a second line from 10:05 on.",
    "3.35": "198.51.100.0/24",
}

FINAL: dict[str, FieldValue] = {
    "4.1": ("process_failure", "external_event"),
    "4.2": (
        "process_failure_insufficient_or_failure_of_ict_operations_and_ict_security_operations",
        "process_failure_other",
        "external_event_third-party_failures",
    ),
    "4.3": ("capacity_and_performance_management",),
    "4.4": "Nobody had tried the second line.",
    "4.5": "Requests filled the queue, and nothing shed them.",
    "4.6": "Requests are shed now; the second line is tried every month.",
    "4.7": "2026-03-10T16:00:00Z",
    "4.8": "2026-03-04T12:45:00Z",
    "4.9": "As planned.",
    "4.10": "None that lasts.",
    "4.11": "None.",
    "4.12": "Costs of 120,000 EUR are above the threshold.",
    "4.13": "120",
    "4.14": "0",
    "4.15": "Three of the same cause.",
    "4.16": "2026-01-02T08:00:00Z",
}

EVERYTHING = {**GENERAL, **INITIAL, **INTERMEDIATE, **FINAL}


def fields_of(values: Mapping[str, FieldValue]) -> dict[str, FilledField]:
    """The fields with these values, and with contacts of the directory."""
    found = {
        number: FilledField(number=number, value=value, source=FieldSource.SUPPLIED)
        for number, value in values.items()
    }
    contacts = {
        number: FilledField(
            number=number, value=None, source=FieldSource.CONTACT, contact="compliance-officer"
        )
        for number in CONTACTS
    }
    return found | contacts


def report_of(
    values: Mapping[str, FieldValue],
    kind: str = "final",
    covers: tuple[ReportStage, ...] = (ReportStage.FINAL,),
) -> ReportContent:
    """A version with these values."""
    return ReportContent(
        incident="INC-2026-000001",
        reporting="INC-2026-000001/reporting-1",
        entity="beispielbank",
        kind=kind,
        covers=covers,
        version=3,
        as_of="INC-2026-000001/40/1",
        filled_at=datetime(2026, 3, 20, 9, tzinfo=UTC),
        fields=tuple(fields_of(values).values()),
    )
