"""Numbers, percentages and amounts: aggregated, rounded, estimated, or left open."""

from __future__ import annotations

from holdfast.domain.facts import Quality
from holdfast.dora.report.content import FieldSource
from tests.filled_reports import POLICY, ToldChain, fields_of, filled
from tests.statements import SERVICE

ONLINE, CARDS, LEDGER = "online-banking", "card-payments", "securities-settlement"


def test_a_percentage_is_rounded_half_up_to_one_decimal() -> None:
    """0.05 becomes 0.1: binary fractions would make it 0.0 or 0.1 as it comes."""
    chain = ToldChain(SERVICE)
    chain.state(SERVICE, clients_affected=1, clients_total=2_000)
    assert chain.fields()["3.5"].value == "0.1"


def test_several_services_are_taken_together_and_those_of_others_are_not() -> None:
    """Cards belong to the other entity of the group."""
    chain = ToldChain(SERVICE, ONLINE, CARDS)
    one = chain.state(SERVICE, clients_affected=70_000)
    other = chain.state(ONLINE, clients_affected=44_000)
    chain.state(CARDS, clients_affected=9)
    fields = chain.fields()
    assert (fields["3.4"].value, fields["3.5"].value) == (114_000, "10.0")
    assert fields["3.4"].entries == fields["3.5"].entries == (one, other)
    assert (fields["3.4"].source, fields["3.5"].source) == (FieldSource.FACT, FieldSource.COMPUTED)
    assert fields["3.4"].estimate is False
    cards = fields_of(filled(chain.entries, entity="paiement-exemple"))
    assert cards["3.4"].value == 9


def test_a_service_of_which_nothing_is_known_makes_an_estimate_of_the_rest() -> None:
    """The number is a lower bound then, and says which service it lacks."""
    chain = ToldChain(SERVICE, ONLINE)
    chain.state(SERVICE, clients_affected=70_000)
    field = chain.fields()["3.4"]
    assert (field.value, field.estimate) == (70_000, True)
    assert field.because is not None
    assert ONLINE in field.because
    assert chain.fields()["3.5"].value == "14.0"


def test_what_nobody_has_stated_is_left_open_and_never_a_no() -> None:
    """Not zero, not false, not "no impact"."""
    known = ToldChain(SERVICE).fields()
    for number in ("2.9", "3.4", "3.5", "3.6", "3.8", "3.9", "3.11", "3.12", "3.30", "3.33"):
        assert number not in known
    for number in ("3.13", "3.16", "3.20", "4.12", "4.13", "4.14"):
        assert number not in known


def test_the_marks_of_the_numbers_become_one_word_a_group() -> None:
    """Estimated, actual, and none; with one group unknown it is only suggested."""
    chain = ToldChain(SERVICE)
    chain.state(SERVICE, Quality.ESTIMATE, clients_affected=70_000)
    chain.state(SERVICE, counterparts_affected=0)
    suggested = chain.fields()["3.12"]
    assert suggested.suggestion is True
    chain.state(SERVICE, transactions_affected=1_000)
    field = chain.fields()["3.12"]
    assert (field.suggestion, field.value) == (
        False,
        (
            "estimates_for_clients_affected",
            "no_impact_on_financial_counterparts",
            "actual_figures_for_transactions_affected",
        ),
    )


def test_a_value_in_the_currency_of_the_report_is_taken_over_in_thousands() -> None:
    """One that is not, or may not be, is left to people, who are told why."""
    chain = ToldChain(SERVICE)
    entry = chain.state(SERVICE, transactions_affected_value=2_500_500)
    field = chain.fields()["3.11"]
    assert (field.value, field.entries) == ("2500.5", (entry,))
    rules = POLICY.entities["beispielbank"].model_copy(update={"currency": "PLN"})
    zloty = POLICY.model_copy(update={"entities": {"beispielbank": rules}})
    left = fields_of(filled(chain.entries, policy=zloty))["3.11"]
    assert (left.value, left.suggestion) == (None, True)
    assert left.because is not None
    assert "EUR" in left.because
    assert "PLN" in left.because


def test_costs_and_recoveries_are_in_thousands_and_not_netted() -> None:
    """In a report in another currency than euro both are left to people."""
    chain = ToldChain(SERVICE)
    chain.state(costs_eur=120_000)
    chain.state(None, Quality.ESTIMATE, recoveries_eur=500)
    fields = chain.fields()
    assert (fields["4.13"].value, fields["4.13"].estimate) == ("120", False)
    assert (fields["4.14"].value, fields["4.14"].estimate) == ("0.5", True)
    rules = POLICY.entities["beispielbank"].model_copy(update={"currency": "SEK"})
    krona = POLICY.model_copy(update={"entities": {"beispielbank": rules}})
    left = fields_of(filled(chain.entries, policy=krona))
    assert {(left[number].value, left[number].suggestion) for number in ("4.13", "4.14")} == {
        (None, True)
    }


def test_a_fact_that_was_taken_back_fills_nothing() -> None:
    """Unknown again."""
    chain = ToldChain(SERVICE)
    chain.state(costs_eur=120_000, client_interests_affected=False)
    assert chain.fields()["3.30"].value == "no"
    chain.state(costs_eur=None, client_interests_affected=None)
    assert {"4.13", "3.30"}.isdisjoint(chain.fields())


def test_choices_are_those_whose_facts_are_true() -> None:
    """What is false, or unknown, is not among them."""
    chain = ToldChain(SERVICE)
    chain.state(media_coverage=True, loss_of_clients=False, data_integrity_lost=True)
    chain.state(malicious_access=True, client_interests_affected=True)
    fields = chain.fields()
    media = "the_major_ict-related_incident_has_been_reflected_in_the_media"
    assert fields["3.13"].value == (media,)
    assert fields["3.20"].value == ("integrity",)
    assert (fields["3.23"].value, fields["3.23"].suggestion) == (("cybersecurity-related",), True)
    assert fields["3.30"].value == "yes"


def test_a_sum_beyond_what_evidence_holds_is_left_open() -> None:
    """A slip of a person must not keep the report from being filled."""
    chain = ToldChain(SERVICE, ONLINE)
    chain.state(SERVICE, clients_affected=2**53 - 1)
    assert chain.fields()["3.4"].value == 2**53 - 1
    chain.state(ONLINE, clients_affected=1)
    assert {"3.4", "3.5"}.isdisjoint(chain.fields())
