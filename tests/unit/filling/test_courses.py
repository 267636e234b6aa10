"""What recovery, providers, continuity plans and reviews say to a report."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.events import EventKind
from holdfast.domain.facts import Quality
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.report.values import check_value
from holdfast.evidence.oversight.report_fields import report_fields
from tests.filled_reports import ToldChain, fields_of, filled
from tests.statements import NOON, REVIEW, ROBIN, SERVICE
from tests.told_escalations import told_entries


def tell_availability(chain: ToldChain, number: int, service: str, state: str) -> str:
    """Tell how a service is as of now."""
    payload: JsonObject = {
        "number": number,
        "service": service,
        "state": state,
        "at": rfc3339(chain.now),
        "statement": None,
        "replaces": None,
    }
    return chain.tell(EventKind.AVAILABILITY_REPORTED, payload, actor=ROBIN)


def test_what_goes_on_counts_up_to_the_last_entry_and_is_an_estimate() -> None:
    """So whoever has the entries computes the same, whenever it is."""
    chain = ToldChain(SERVICE)
    down = tell_availability(chain, 1, SERVICE, "down")
    chain.state(SERVICE, Quality.ESTIMATE, down_from=rfc3339(NOON + timedelta(minutes=1)))
    chain.now = NOON + timedelta(hours=26, minutes=3)
    chain.state(media_coverage=True)
    fields = chain.fields()
    assert (fields["3.15"].value, fields["3.15"].estimate) == ("01:02:03", True)
    assert (fields["3.16"].value, fields["3.16"].estimate) == ("01:02:02", True)
    assert fields["3.17"].value == "estimates"
    assert down in fields["3.16"].entries
    assert "3.3" not in fields


def test_the_downtime_is_that_of_the_services_of_the_entity() -> None:
    """Cards of the other entity were down for longer; that is none of the bank's."""
    chain = ToldChain(SERVICE, "card-payments")
    tell_availability(chain, 1, SERVICE, "down")
    tell_availability(chain, 2, "card-payments", "down")
    restored = tell_availability(chain, 3, SERVICE, "restored")
    chain.state(SERVICE, downtime_minutes=2)
    chain.now = NOON + timedelta(hours=5)
    chain.state("card-payments", downtime_minutes=299)
    bank = chain.fields()
    assert (bank["3.16"].value, bank["3.3"].value) == ("00:00:02", "2026-03-04T12:03:00Z")
    assert restored in bank["3.3"].entries
    cards = fields_of(filled(chain.entries, entity="paiement-exemple"))
    assert cards["3.16"].value == "00:04:59"
    assert "3.3" not in cards


def test_times_that_contradict_each_other_fill_nothing() -> None:
    """A service that is restored before it was down."""
    chain = ToldChain(SERVICE)
    tell_availability(chain, 1, SERVICE, "restored")
    assert {"3.3", "3.15", "3.16"}.isdisjoint(chain.fields())


def test_when_it_was_resolved_is_taken_from_people_and_else_suggested() -> None:
    """That services are as before says not yet that it is resolved for good."""
    chain = ToldChain(SERVICE)
    validated = chain.tell(EventKind.PHASE_ENTERED, {"phase": "learn"})
    field = chain.fields()["4.8"]
    assert (field.suggestion, field.entries) == (True, (validated,))
    stated = chain.state(resolved_at="2026-03-05T08:00:00Z")
    field = chain.fields()["4.8"]
    assert (field.value, field.suggestion) == ("2026-03-05T08:00:00Z", False)
    assert field.entries == (stated,)


def test_an_activated_plan_is_a_fact_and_perhaps_a_temporary_action() -> None:
    """People say whether it was one."""
    chain = ToldChain(SERVICE)
    payload: JsonObject = {
        "plan": "payments-by-hand",
        "activation": 1,
        "services": [SERVICE],
        "activated_at": rfc3339(NOON),
        "because": "No gateway",
    }
    activated = chain.tell(EventKind.CONTINUITY_ACTIVATED, payload, actor=ROBIN)
    stated = chain.state(business_continuity_activated=True)
    fields = chain.fields()
    assert (fields["2.9"].value, fields["2.9"].entries) == (True, (activated, stated))
    assert (fields["3.33"].value, fields["3.33"].suggestion) == (True, True)
    assert "payments-by-hand" in str(fields["3.34"].value)


def test_the_doors_and_the_reports_say_the_same_of_third_parties() -> None:
    """There is one way to compute a field."""
    entries = told_entries()
    fields = fields_of(filled(entries))
    for said in report_fields(entries):
        field = fields.get(said.field)
        if said.field in {"2.7", "3.3", "3.22"} or said.value is None:
            continue  # what facts and the recovery say comes first
        assert field is not None
        # Choices stand in the order of the form.
        told = said.value
        assert field.suggestion == said.suggestion
        assert field.value == (check_value(said.field, told) if isinstance(told, tuple) else told)
        assert field.entries == said.entries


def test_a_review_is_suggested_until_it_is_signed_off_and_again_after_a_new_version() -> None:
    """Whoever reads the report sees whether it is final."""
    chain = ToldChain(SERVICE)
    content = REVIEW.model_dump(mode="json")
    written = chain.tell(EventKind.REVIEW_RECORDED, {**content, "version": 1})
    fields = chain.fields()
    assert {fields[number].suggestion for number in ("4.1", "4.2", "4.5", "4.6")} == {True}
    signed: JsonObject = {"kind": "review.sign_off", "outcome": "signed_off"}
    decided = chain.tell(EventKind.DECISION_DECIDED, signed)
    fields = chain.fields()
    assert {fields[number].suggestion for number in ("4.1", "4.2", "4.5", "4.6")} == {False}
    assert fields["4.6"].entries == (written, decided)
    assert REVIEW.lessons[0] in str(fields["4.6"].value)
    chain.tell(EventKind.REVIEW_RECORDED, {**content, "version": 2})
    assert chain.fields()["4.6"].suggestion is True


def test_the_economic_threshold_is_told_where_the_costs_are_known() -> None:
    """As the last evaluation has tested it."""
    chain = ToldChain(SERVICE)
    line: JsonObject = {
        "clause": "2024/1772 Art. 9(6)",
        "value": None,
        "unit": "EUR",
        "limit": 100_000,
        "result": "unknown",
    }
    classification: JsonObject = {
        "critical_services_affected": "no",
        "thresholds": {},
        "proof": [line],
    }
    part: JsonObject = {
        "entity": "beispielbank",
        "facts": {},
        "classification": classification,
    }
    chain.tell(EventKind.CLASSIFICATION_EVALUATED, {"entities": [part]})
    assert {"2.5", "4.12"}.isdisjoint(chain.fields())
    told = {**line, "value": 120_000, "result": "met"}
    part = {**part, "classification": {**classification, "proof": [told]}}
    entry = chain.tell(EventKind.CLASSIFICATION_EVALUATED, {"entities": [part]})
    field = chain.fields()["4.12"]
    assert field.entries == (entry,)
    assert "120000 EUR against a threshold of 100000 EUR" in str(field.value)
