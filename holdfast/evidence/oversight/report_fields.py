"""The report fields that an incident's third parties fill, from its entries."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.domain.reporting.filling.third_parties import third_party_report_fields
from holdfast.dora.third_party_findings import ReportField
from holdfast.evidence.entry import Entry

__all__ = ["report_fields"]


def report_fields(entries: Iterable[Entry]) -> tuple[ReportField, ...]:
    """Fill the fields from the entries of one incident, as a report to an authority is filled."""
    told = tuple(entries)
    return third_party_report_fields(told[0].incident if told else "", told)
