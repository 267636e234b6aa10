"""Report fields from the entries of a walked incident."""

from __future__ import annotations

from holdfast.dora.third_party_findings import ReportField
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.report_fields import report_fields
from tests.told_escalations import told_by_provider, told_entries, told_file


def fields_of(entries: tuple[Entry, ...] | list[Entry]) -> dict[str, ReportField]:
    """The fields by number."""
    return {each.field: each for each in report_fields(entries)}


def test_a_walked_incident_fills_its_fields() -> None:
    """Each value in the law's words, and every entry behind it is one of the incident's."""
    fields = fields_of(told_entries())
    assert {number: each.value for number, each in fields.items()} == {
        "2.7": None,
        "2.8": "Cable Works, Ltd;IEPLB.123456;EUID;subcontractor of rank 2, direct provider "
        "Core Ledger Ltd (LEI EXMP00CORELEDGERIE78), contract CA-2024-014",
        "3.3": "2026-03-04T22:45:00Z",
        "3.22": "Payments in euro of Beispielbank AG (F1)\n"
        "Custody and settlement of Beispielbank AG (F3)",
        "3.28": "yes",
        "3.29": "instant-payments, securities-settlement: outsourced to Core Ledger Ltd "
        "(LEI EXMP00CORELEDGERIE78), contract CA-2024-014; supports Payments in euro, "
        "Custody and settlement",
        "3.33": True,
        "3.34": "2026-03-04T21:40:00Z: failover: Route instant payments through the standby "
        "ledger (The standby ledger books.)\n"
        "2026-03-04T22:45:00Z: workaround of Core Ledger Ltd: Book over the standby.",
        "4.1": ("external_event", "process_failure"),
        "4.2": (
            "external_event_third-party_failures",
            "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control",
        ),
        "4.3": ("monitoring_of_third-party_service_providers",),
    }
    behind = {entry for each in fields.values() for entry in each.entries}
    assert behind <= set(told_file().entries)
    assert {
        each.field for each in fields.values() if each.value is not None and not each.entries
    } == set()


def test_what_broke_again_is_not_recovered() -> None:
    """The restoration of the first round does not count once the second has begun."""
    entries = told_entries()
    last = told_file().restorations[-1].entry
    until = next(at for at, entry in enumerate(entries) if entry.id == last)
    assert fields_of(entries[:until])["3.3"].value is None
    assert fields_of(entries[: until + 1])["3.3"].value is not None


def test_a_failover_that_is_approved_is_planned_until_it_is_performed() -> None:
    """It stands without a time."""
    entries = told_entries()
    performed = told_file().failovers[0].performed
    assert performed is not None
    until = next(at for at, entry in enumerate(entries) if entry.id == performed.entry)
    planned = fields_of(entries[:until])["3.34"].value
    assert planned == "planned: failover: Route instant payments through the standby ledger"


def test_an_incident_that_the_provider_told_us_of() -> None:
    """2.7, and as a suggestion where it began."""
    fields = fields_of(told_by_provider().entries())
    assert (fields["2.7"].value, fields["2.7"].suggestion) == ("third-party_provider", False)
    assert fields["2.8"].suggestion is True
    assert fields["3.3"].value is None


def test_an_incident_without_third_parties_fills_nothing() -> None:
    """No value, and nothing suggested."""
    entries = [entry for entry in told_entries() if entry.workflow.startswith("incident/")][:20]
    assert {each.value for each in report_fields(entries)} == {None}
