"""The process of a cyber threat: recorded, assessed, put forward, decided, sent, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.chains import workflow_of
from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.threats.asking import (
    CloseThreat,
    PutThreatForward,
    RecordThreatOtherMeans,
    RecordThreatReceipt,
    StateThreatFacts,
    SubmitThreatAgain,
    SupplyThreatField,
)
from holdfast.domain.threats.content import ThreatContent
from holdfast.domain.threats.view import in_words, threat_details, threat_values
from holdfast.domain.values import digest_of
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.evidence.sentences import sentence
from tests.rulebook import POLICIES
from tests.statements import BOARD, COMPLIANCE, NOON, ROBIN
from tests.threat_walk import SIGNIFICANT, TERMS, THREAT, ThreatWalk, a_threat

_CONTENTS = {policy.pin.digest: policy.content for policy in POLICIES.values()}


def test_a_threat_is_recorded_and_assessed_with_its_proof() -> None:
    """Recording is a duty, so a threat that is not significant is recorded too."""
    walk = ThreatWalk(a_threat(CyberThreatFacts(high_probability=False)))
    assert walk.kinds() == [EventKind.THREAT_RECORDED, EventKind.THREAT_ASSESSED]
    assert walk.events[1].payload["significant"] == "no"
    assert walk.events[1].payload["proof"][-1]["clause"] == "2024/1772 Art. 10"
    assert workflow_of(THREAT) == f"threat/{THREAT}"
    refused = walk.submit(ROBIN, PutThreatForward())
    assert refused.payload["reason"] == "threat_not_significant"


def test_what_is_unknown_is_not_significant_until_facts_say_so() -> None:
    """Facts are merged; the same again changes nothing."""
    walk = ThreatWalk(a_threat(CyberThreatFacts()))
    assert walk.submit(ROBIN, PutThreatForward()).payload["reason"] == "threat_not_significant"
    changes = StateThreatFacts(changes={"high_probability": True})
    assert walk.submit(ROBIN, changes).payload["significant"] == "unknown"
    assert walk.submit(ROBIN, changes).payload["reason"] == "nothing_changed"
    more = {"could_affect_others": True, "could_meet_geography": True}
    stated = walk.submit(COMPLIANCE, StateThreatFacts.model_validate({"changes": more}))
    assert stated.payload["significant"] == "yes"
    assert stated.payload["changed"] == ["could_affect_others", "could_meet_geography"]


def test_an_incomplete_form_is_not_put_forward() -> None:
    """The refusal names what is missing."""
    walk = ThreatWalk()
    refused = walk.submit(ROBIN, PutThreatForward())
    assert refused.payload["reason"] == "field_invalid"
    assert "14 (Potential impact)" in refused.payload["detail"]
    assert "17 (" in refused.payload["detail"]
    assert "6 (" not in refused.payload["detail"]
    assert not walk.state.requests


def test_the_form_is_filled_ahead_and_holds_contacts_by_pseudonym_only() -> None:
    """What people supply comes before what follows from elsewhere."""
    walk = ThreatWalk()
    walk.submit(COMPLIANCE, SupplyThreatField(field="13", value="Better words."))
    put_forward = walk.to_put_forward()
    content = ThreatContent.model_validate_json(walk.state.to_keep[0].content)
    assert digest_of(content.model_dump(mode="json")) == put_forward.payload["content"]
    assert content.values["13"] == "Better words."
    assert content.values["12"] == "2026-03-04T11:00:00Z"
    assert content.values["15"] == ("critical_services_affected",)
    assert content.values["16"] == "active"
    assert TERMS.entity is not None
    assert content.values["2"] == TERMS.entity.lei
    assert content.contacts["7"] == "compliance-officer"
    assert put_forward.payload["authors"] == [COMPLIANCE.id, ROBIN.id]


@pytest.mark.parametrize(
    ("field", "value"),
    [("7", "someone@example.com"), ("16", "dormant"), ("12", "yesterday")],
)
def test_a_value_that_does_not_fit_is_refused(field: str, value: str) -> None:
    """Points of contact too: they belong into the directory."""
    refused = ThreatWalk().submit(ROBIN, SupplyThreatField(field=field, value=value))
    assert refused.payload["reason"] == "field_invalid"


def test_nobody_approves_what_they_wrote() -> None:
    """Neither who recorded it, nor who stated a fact that stands in it."""
    walk = ThreatWalk()
    walk.submit(COMPLIANCE, StateThreatFacts(changes={"could_meet_geography": True}))
    walk.to_put_forward()
    assert walk.answer(COMPLIANCE, "approved").payload["reason"] == "self_approval"
    walk.answer(BOARD, "approved")
    assert walk.events[-1].kind is EventKind.THREAT_APPROVED


def test_what_is_approved_is_sent_and_its_receipt_recorded() -> None:
    """Over the channel of the entity's authority, by exactly the approved digest."""
    walk = ThreatWalk()
    walk.to_approved()
    (order,) = walk.state.to_submit
    approved = walk.events[-1]
    assert (order.authority, order.chain) == ("bafin", THREAT)
    assert (order.subject, order.content) == (approved.subject.id, approved.payload["content"])
    assert walk.submit(ROBIN, CloseThreat(because="Over.")).payload["reason"] == "wrong_stage"
    notified = walk.outcome()
    assert notified.kind is EventKind.THREAT_NOTIFIED
    assert notified.payload["reference"] == "BF-1"
    receipt = RecordThreatReceipt(version=1, received_at=NOON, statement="Taken.", reference="R")
    assert walk.submit(COMPLIANCE, receipt).kind is EventKind.THREAT_RECEIPTED
    early = receipt.model_copy(update={"received_at": NOON - timedelta(hours=1)})
    assert walk.submit(COMPLIANCE, early).payload["reason"] == "times_contradict"


def test_a_correction_is_a_new_version_that_says_what_it_corrects() -> None:
    """What was sent stays as it was."""
    walk = ThreatWalk()
    walk.to_approved()
    walk.outcome()
    walk.submit(ROBIN, SupplyThreatField(field="16", value="inactive"))
    again = walk.submit(ROBIN, PutThreatForward())
    assert (again.payload["version"], again.payload["corrects"]) == (2, 1)
    walk.answer(COMPLIANCE, "approved")
    assert walk.outcome().payload["corrects"] == 1
    assert [version.state for version in walk.state.versions] == ["notified", "notified"]


def test_what_is_returned_or_changed_has_to_be_put_forward_anew() -> None:
    """A change withdraws the question, and nobody can approve the old form any more."""
    walk = ThreatWalk()
    walk.to_put_forward()
    walk.answer(COMPLIANCE, "returned")
    assert walk.events[-1].payload["comments"] == "For the reasons discussed."
    walk.submit(ROBIN, PutThreatForward())
    walk.submit(ROBIN, SupplyThreatField(field="20", value="More to tell."))
    assert walk.answer(COMPLIANCE, "approved").payload["reason"] == "decision_not_open"
    assert [v.state for v in walk.state.versions] == ["returned", "superseded"]
    assert not walk.state.to_submit


def test_facts_that_no_longer_make_it_significant_withdraw_the_question() -> None:
    """And it cannot be put forward again."""
    walk = ThreatWalk()
    walk.to_put_forward()
    walk.submit(ROBIN, StateThreatFacts(changes={"high_probability": False}))
    assert walk.answer(COMPLIANCE, "approved").payload["reason"] == "decision_not_open"
    assert walk.submit(ROBIN, PutThreatForward()).payload["reason"] == "threat_not_significant"


def test_what_the_channel_refuses_is_sent_again_or_by_other_means() -> None:
    """Only what was approved leaves, and nothing twice at once."""
    walk = ThreatWalk()
    again = SubmitThreatAgain(version=1, because="The portal is back.")
    assert walk.submit(COMPLIANCE, again).payload["reason"] == "wrong_stage"
    walk.to_approved()
    assert walk.submit(COMPLIANCE, again).payload["reason"] == "wrong_stage"
    refused = walk.outcome(submitted_at=None, because="no such way")
    assert refused.kind is EventKind.THREAT_REFUSED
    assert walk.submit(COMPLIANCE, again).payload["again"] is True
    assert walk.state.to_submit[0].key.endswith("/submission-2")
    other = RecordThreatOtherMeans(
        version=1, means="by telephone", submitted_at=NOON, because="The portal is down."
    )
    before = other.model_copy(update={"submitted_at": NOON - timedelta(days=9)})
    assert walk.submit(COMPLIANCE, before).payload["reason"] == "times_contradict"
    assert walk.submit(COMPLIANCE, other).kind is EventKind.THREAT_NOTIFIED
    assert not walk.state.to_submit


def test_an_entity_without_rules_is_recorded_but_not_notified() -> None:
    """The policy names neither its authority nor its contacts."""
    terms = TERMS.model_copy(update={"entity": None})
    walk = ThreatWalk(a_threat(SIGNIFICANT, "elsewhere"), terms)
    refused = walk.submit(ROBIN, PutThreatForward())
    assert refused.payload["reason"] == "no_reporting_rules"


def test_a_threat_detected_in_the_future_is_not_recorded() -> None:
    """And what comes after it finds no threat."""
    walk = ThreatWalk(a_threat().model_copy(update={"detected_at": NOON + timedelta(days=1)}))
    assert walk.events[-1].payload["reason"] == "times_contradict"
    refused = walk.submit(ROBIN, CloseThreat(because="Nothing."))
    assert refused.payload["reason"] == "unknown_threat"


def test_a_closed_threat_takes_nothing_any_more() -> None:
    """Its question is withdrawn with its clock."""
    walk = ThreatWalk()
    walk.to_put_forward()
    closed = walk.submit(COMPLIANCE, CloseThreat(because="The campaign is over."))
    assert (closed.payload["status"], closed.payload["notified_at"]) == ("inactive", None)
    assert walk.process.next_moment() is None
    assert walk.answer(COMPLIANCE, "approved").payload["reason"] == "wrong_stage"
    assert in_words(walk.state) == "significant: yes, not notified, closed"


def test_operators_see_what_it_waits_for() -> None:
    """By the id of the request."""
    walk = ThreatWalk()
    walk.to_put_forward()
    assert threat_values(walk.state)["HoldfastAwaiting"] == "threat.notification-1"
    assert "notification 1: put_forward" in threat_details(walk.state)


def test_its_judgements_are_made_again_and_every_entry_has_a_sentence() -> None:
    """A judgement that was altered is found."""
    walk = ThreatWalk()
    walk.to_approved()
    walk.outcome()
    walk.submit(COMPLIANCE, CloseThreat(because="The campaign is over."))
    report = replay(walk.judged(), _CONTENTS)
    assert {each.verdict for each in report.judgements} == {Verdict.SAME}
    kinds = {each.kind for each in report.judgements}
    assert {EventKind.THREAT_ASSESSED, EventKind.DECISION_REQUESTED} <= kinds
    assert all(sentence(event) for event in walk.events)
    forged = walk.events[1].payload | {"significant": "no"}
    walk.events[1] = walk.events[1].model_copy(update={"payload": forged})
    verdicts = [each.verdict for each in replay(walk.judged(), _CONTENTS).judgements]
    assert verdicts.count(Verdict.DIFFERENT) == 1
