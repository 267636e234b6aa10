"""Who reports, whom to ask, how it began: register, policy, and the first entries."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import Submitter
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.dora.report.content import FieldSource
from holdfast.dora.report_stages import ReportStage
from tests.filled_reports import INCIDENT, POLICY, REGISTER, ToldChain, fields_of, filled
from tests.statements import COMPLIANCE, NOON, ROBIN, SERVICE
from tests.told_escalations import told_by_provider
from tests.told_reviews import told_review_entries

_PARTS = {"critical_services_affected": "yes", "proof": []}


def evaluation(entity: str = "beispielbank", **thresholds: str) -> JsonObject:
    """What an evaluation says of one entity, as far as it is read."""
    part = {
        "entity": entity,
        "facts": {"estimated": []},
        "classification": {**_PARTS, "thresholds": thresholds},
    }
    return {"entities": [part]}


def test_the_register_says_who_reports_about_whom() -> None:
    """And the policy in which currency."""
    fields, bank = ToldChain(SERVICE).fields(), REGISTER.entities["beispielbank"]
    assert bank.parent is not None
    assert {
        number: fields[number].value
        for number in ("1.2", "1.3", "1.4", "1.5", "1.6", "1.13", "1.14", "1.15", "2.1")
    } == {
        "1.2": bank.name,
        "1.3": bank.lei,
        "1.4": ("credit_institution",),
        "1.5": bank.name,
        "1.6": bank.lei,
        "1.13": bank.parent.name,
        "1.14": bank.parent.lei,
        "1.15": "EUR",
        "2.1": INCIDENT,
    }
    assert fields["1.2"].source is FieldSource.REGISTER


def test_another_submitter_stands_in_place_of_the_entity() -> None:
    """By its LEI, or by the code that the register has of it."""
    other = Submitter(name="Report Services SARL", code="FRRCS.552100554")
    rules = POLICY.entities["beispielbank"].model_copy(update={"submitter": other})
    policy = POLICY.model_copy(update={"entities": {"beispielbank": rules}})
    fields = fields_of(filled(ToldChain(SERVICE).entries, policy=policy))
    assert (fields["1.2"].value, fields["1.3"].value) == (other.name, other.code)
    assert fields["1.5"].value == REGISTER.entities["beispielbank"].name


def test_contacts_are_pseudonyms_and_never_names() -> None:
    """What they are called is put in when the report is rendered."""
    fields = ToldChain(SERVICE).fields()
    contacts = [fields[f"1.{number}"] for number in range(7, 13)]
    assert [each.contact for each in contacts] == ["compliance-officer"] * 3 + [
        "operations-desk"
    ] * 3
    assert {each.value for each in contacts} == {None}
    assert {each.source for each in contacts} == {FieldSource.CONTACT}


def test_each_kind_of_report_says_what_it_is() -> None:
    """A delay notice is none of the submissions of the form."""
    chain = ToldChain(SERVICE)
    said = {kind: chain.fields(kind).get("1.1") for kind in ReportKind}
    assert {kind.value: field.value for kind, field in said.items() if field} == {
        "initial": "initial_notification",
        "intermediate": "intermediate_report",
        "final": "final_report",
        "reclassification": "major_incident_reclassified_as_non-major",
    }


def test_a_report_has_the_sections_that_it_asks_for_and_what_was_supplied_early() -> None:
    """An initial notification tells no figures by itself."""
    chain = ToldChain(SERVICE)
    chain.state(SERVICE, clients_affected=70_000)
    chain.state(costs_eur=1_000)
    chain.supply("4.9", "It was resolved as planned.")
    assert {"3.4", "4.13"}.isdisjoint(initial := chain.fields(ReportKind.INITIAL))
    assert "4.9" in initial
    between = chain.fields(ReportKind.INTERMEDIATE)
    assert "3.4" in between
    assert "4.13" not in between
    both = (ReportStage.INITIAL, ReportStage.INTERMEDIATE)
    assert "3.4" in chain.fields(ReportKind.INTERMEDIATE, both)
    assert "4.13" in chain.fields(ReportKind.FINAL)


def test_the_moments_are_those_of_the_opening_and_of_the_decision() -> None:
    """In UTC, without fractions of a second, each with the entry that says it."""
    chain = ToldChain(SERVICE)
    opened = chain.open_reporting()
    fields = chain.fields()
    assert (fields["2.2"].value, fields["2.2"].entries) == (
        "2026-03-04T12:00:00Z",
        (f"incident/{INCIDENT}#0",),
    )
    assert fields["2.3"].value == "2026-03-04T12:01:00Z"
    assert opened in fields["2.3"].entries


def test_another_reporting_of_the_incident_says_nothing_here() -> None:
    """Neither when it was opened nor what was supplied for it."""
    chain = ToldChain(SERVICE)
    chain.open_reporting(2)
    chain.supply("2.10", "For the other authority.", number=2)
    assert {"2.3", "2.10"}.isdisjoint(chain.fields())


def test_the_criteria_are_those_that_were_met_since_it_was_decided_to_be_major() -> None:
    """Malicious access is a threshold of data losses; unknown is not met; what fades stays."""
    chain = ToldChain(SERVICE)
    chain.state(member_states="DE FR")
    kind = EventKind.CLASSIFICATION_EVALUATED
    chain.tell(kind, evaluation(economic="met"))
    decided = chain.tell(
        kind, evaluation(malicious_access="met", data_losses="met", reputation="unknown")
    )
    chain.open_reporting(evaluation=decided)
    chain.tell(kind, evaluation("paiement-exemple", economic="met"))
    chain.tell(kind, evaluation())
    field = chain.fields()["2.5"]
    assert field.value == ("data_losses", "critical_services_affected")
    assert field.entries == (decided,)
    assert "2.6" not in chain.fields()
    chain.tell(kind, evaluation(geography="met"))
    chain.tell(kind, evaluation())
    assert chain.fields()["2.6"].value == ("DE", "FR")
    assert "geographical_spread" in str(chain.fields()["2.5"].value)


def test_the_description_grows_with_what_is_known() -> None:
    """Severity only from the intermediate report on."""
    chain = ToldChain(SERVICE)
    chain.state(root_cause="A certificate lapsed.")
    chain.tell(EventKind.SEVERITY_ASSIGNED, {"severity": "SEV1"})
    initial = str(chain.fields(ReportKind.INITIAL)["2.4"].value)
    assert "Payments do not go through" in initial
    assert "The gateway refuses connections." in initial
    assert REGISTER.services[SERVICE].name in initial
    assert "A certificate lapsed." in initial
    assert "SEV1" not in initial
    assert "SEV1" in str(chain.fields(ReportKind.INTERMEDIATE)["2.4"].value)


def test_a_long_description_is_cut_and_says_so() -> None:
    """A field holds 10,000 characters."""
    chain = ToldChain(SERVICE)
    payload = {**chain.entries[0].event.payload, "description": "é" * 10_000}
    event = chain.entries[0].event.model_copy(update={"payload": payload})
    chain.entries[0] = chain.entries[0].model_copy(update={"event": event})
    value = str(chain.fields()["2.4"].value)
    assert len(value) == 10_000
    assert value.endswith("[...]")


def test_a_provider_that_told_us_first_has_discovered_it() -> None:
    """Whatever the origin of the report that opened the incident."""
    assert ToldChain(SERVICE).fields()["2.7"].value == "monitoring_systems"
    assert ToldChain(SERVICE, origin="human").fields()["2.7"].value == "staff"
    field = fields_of(filled(told_by_provider().entries()))["2.7"]
    assert (field.value, field.suggestion) == ("third-party_provider", False)


def test_a_walked_incident_fills_its_final_report() -> None:
    """Every field that the story knows, each with entries of it; what is signed off is no guess."""
    entries = told_review_entries()
    fields = fields_of(filled(entries))
    assert {number: fields[number].value for number in ("2.2", "3.2", "3.3", "3.15", "3.16")} == {
        "2.2": "2026-03-04T12:00:00Z",
        "3.2": "2026-03-04T11:20:00Z",
        "3.3": "2026-03-04T14:55:00Z",
        "3.15": "00:03:35",
        "3.16": "00:01:35",
    }
    assert (fields["3.4"].value, fields["3.5"].value) == (70_000, "14.0")
    assert fields["3.17"].value == "actual_figures"
    assert fields["4.1"].value == ("process_failure",)
    assert {fields[f"4.{number}"].suggestion for number in (1, 2, 3, 5, 6)} == {False}
    assert {fields[number].suggestion for number in ("4.7", "4.8")} == {True}
    known = {entry.id for entry in entries}
    assert {entry for field in fields.values() for entry in field.entries} <= known


def test_what_people_supply_comes_before_everything_and_the_latest_wins() -> None:
    """With who supplied it; withdrawn, what was known before stands again."""
    chain = ToldChain(SERVICE)
    chain.state(SERVICE, clients_affected=70_000)
    chain.supply("3.4", 71_000, actor=ROBIN)
    last = chain.supply("3.4", 72_000, estimate=True, because="Counted by hand.")
    field = chain.fields()["3.4"]
    assert (field.value, field.source, field.estimate) == (72_000, FieldSource.SUPPLIED, True)
    assert (field.entries, field.by, field.because) == ((last,), COMPLIANCE, "Counted by hand.")
    chain.supply("3.25", ["ddos", "other"])
    assert chain.fields()["3.25"].value == ("ddos", "other")
    chain.supply("3.4", None)
    assert (chain.fields()["3.4"].value, chain.fields()["3.4"].by) == (70_000, None)


def test_a_false_that_was_supplied_is_a_value() -> None:
    """Somebody says no: that is known."""
    chain = ToldChain(SERVICE)
    chain.supply("2.9", False)  # noqa: FBT003 - the value
    assert chain.fields()["2.9"].value is False


def test_the_reference_of_the_authority_is_the_one_it_gave_last() -> None:
    """From the answer to a submission, or from a receipt; a receipt without one changes nothing."""
    chain = ToldChain(SERVICE)
    assert "3.1" not in chain.fields()
    head: JsonObject = {"number": 1, "entity": "beispielbank"}
    chain.tell(EventKind.REPORT_SUBMITTED, {**head, "reference": "2026I0000001"})
    last = chain.tell(EventKind.REPORT_RECEIPTED, {**head, "reference": "2026I0000002"})
    chain.tell(EventKind.REPORT_RECEIPTED, {**head, "reference": None})
    chain.tell(EventKind.REPORT_RECEIPTED, {**head, "number": 2, "reference": "2026I0000009"})
    field = chain.fields()["3.1"]
    assert (field.value, field.entries) == ("2026I0000002", (last,))


def test_a_delay_notice_says_why_and_nothing_of_the_impact() -> None:
    """What was supplied of the report before is no reason of the delay."""
    chain = ToldChain(SERVICE)
    chain.state(SERVICE, clients_affected=70_000)
    chain.supply("2.10", "More to follow.")
    payload: JsonObject = {
        "number": 1,
        "entity": "beispielbank",
        "stage": "intermediate",
        "because": "The figures of the processor are missing.",
        "expected_at": rfc3339(NOON),
        "due_at": rfc3339(NOON),
        "late": False,
    }
    entry = chain.tell(EventKind.DELAY_EXPLAINED, payload)
    chain.tell(EventKind.DELAY_EXPLAINED, {**payload, "stage": "final", "because": "Other."})
    fields = chain.fields(ReportKind.DELAY_NOTICE, (ReportStage.INTERMEDIATE,))
    assert fields["2.10"].entries == (entry,)
    assert "figures of the processor" in str(fields["2.10"].value)
    assert {number.partition(".")[0] for number in fields} == {"1", "2"}
    assert {"2.4", "2.5", "2.7"}.isdisjoint(fields)
    supplied = chain.supply("2.10", "The processor is bankrupt.")
    later = chain.fields(ReportKind.DELAY_NOTICE, (ReportStage.INTERMEDIATE,))
    assert later["2.10"].entries == (supplied,)


def test_a_reclassification_gives_the_reasons_of_those_who_decided_it() -> None:
    """From their answers to that very request."""
    chain = ToldChain(SERVICE)
    request = ("decision", "classification.reversal-1")
    answer = chain.tell(
        EventKind.DECISION_ANSWERED, {"rationale": "It hit a test system only."}, about=request
    )
    other = ("decision", "severity.assignment-1")
    chain.tell(EventKind.DECISION_ANSWERED, {"rationale": "Not this."}, about=other)
    decided = chain.tell(
        EventKind.DECISION_DECIDED, {"kind": "classification.reversal"}, about=request
    )
    payload: JsonObject = {"major": False, "reversed": True}
    reversed_by = chain.tell(EventKind.CLASSIFICATION_DECIDED, payload, causes=[decided])
    field = chain.fields(ReportKind.RECLASSIFICATION)["2.10"]
    assert field.value == "It hit a test system only."
    assert field.entries == (reversed_by, decided, answer)
