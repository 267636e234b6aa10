"""Triggers that escalate to vendors: which contracts a firing names, and what a trial says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from holdfast.domain.assessment import Assessment, AssessmentRequest, assess
from holdfast.domain.escalation import EscalationPolicy, Firing, Trigger
from holdfast.domain.facts import FactSheet
from holdfast.domain.policies import ESCALATION, REGISTER
from holdfast.domain.roles import SYSTEM, Role
from tests.judged_walks import WALKS
from tests.rulebook import POLICIES, RULEBOOK
from tests.statements import NOON, ROBIN, SERVICE
from tests.tried_walks import TickingWalk, altered, stated, told

LEDGER = {"reference": "CA-2024-014", "provider": "core-ledger"}
NAME = "third-party-fails"


def assessed(service: str, *, with_register: bool = True) -> Assessment:
    """The assessment of an incident that began at a third party, and stands still."""
    sheet = FactSheet(services=(service,))
    said = stated(third_party_origin=True, service_unavailable=True)
    critical = stated(supports_critical_function=True)
    for change in (*said.changes, *critical.changes):
        on = change.model_copy(update={"service": service}) if change.service else change
        sheet = sheet.changed(on, SYSTEM, NOON)
    request = AssessmentRequest(
        incident_id="INC-2026-000001",
        facts=sheet,
        severity=None,
        opened_at=NOON,
        at=NOON,
        already_fired=(),
        severity_tree=POLICIES["severity-tree"].pin,
        escalation=POLICIES[ESCALATION].pin,
        register_of_information=POLICIES[REGISTER].pin if with_register else None,
    )
    register = RULEBOOK.register if with_register else None
    return assess(request, replace(RULEBOOK, classification=None, register=register))


def fired(assessment: Assessment) -> dict[str, Firing]:
    """The firings by trigger."""
    return {firing.trigger: firing for firing in assessment.firings}


def test_a_firing_names_the_contracts_that_carry_the_affected_services() -> None:
    """And who is brought in of ours to look after them."""
    firing = fired(assessed(SERVICE))[NAME]
    assert [each.model_dump() for each in firing.contracts] == [LEDGER]
    assert firing.roles == (Role.VENDOR_MANAGER,)


def test_a_service_is_found_by_its_other_name() -> None:
    """Alerts and people need not know what the register calls it."""
    (contract,) = fired(assessed("sct-inst"))[NAME].contracts
    assert contract.reference == LEDGER["reference"]


def test_other_triggers_name_no_contracts_and_keep_their_shape() -> None:
    """What entries held before is what they hold."""
    others = [each for name, each in fired(assessed(SERVICE)).items() if name != NAME]
    assert others
    for firing in others:
        assert set(firing.model_dump(mode="json")) == {"trigger", "because", "roles"}
    plain = Trigger(because="It is serious.", roles=(Role.COMPLIANCE,), major=True)
    assert "escalate_vendors" not in plain.model_dump(mode="json")
    assert plain.model_copy(update={"escalate_vendors": True}).model_dump()["escalate_vendors"]


def test_without_a_register_nobody_is_named() -> None:
    """Incidents of earlier releases are pinned to none; the trigger fires all the same."""
    assert fired(assessed(SERVICE, with_register=False))[NAME].contracts == ()


def test_a_policy_from_before_reads_as_it_did() -> None:
    """No trigger of it escalates to anybody outside."""
    content = EscalationPolicy.model_validate_json(POLICIES[ESCALATION].content)
    before = {name: each for name, each in content.triggers.items() if name != NAME}
    policy = EscalationPolicy.model_validate(
        {"name": "escalation", "version": "2.0.0", "triggers": before}
    )
    assert not any(trigger.escalate_vendors for trigger in policy.triggers.values())


def _silent(content: dict[str, Any]) -> None:
    del content["triggers"][NAME]["escalate_vendors"]


def _eager(content: dict[str, Any]) -> None:
    content["triggers"]["payments-hit"]["escalate_vendors"] = True


def _elsewhere(content: dict[str, Any]) -> None:
    ledger = content["contracts"]["CA-2024-014"]["terms"]
    ledger["services"] = ["securities-settlement"]
    content["contracts"]["CA-2023-001/A"]["terms"]["services"] = ["instant-payments"]


def _walk() -> TickingWalk:
    walk = TickingWalk()
    walk.to_contain()
    walk.wait(timedelta(minutes=5))
    walk.submit(ROBIN, stated(third_party_origin=True, service_unavailable=True))
    return walk


def test_a_trial_says_which_vendors_would_not_have_been_escalated_any_more() -> None:
    """The trigger fires at the same moment, and calls nobody outside."""
    fires = "fires at 2026-03-04T12:07:40Z"
    escalating = f"{fires}, escalating CA-2024-014 of core-ledger"
    changes = told(altered(ESCALATION, _silent), _walk())
    assert changes == [("escalation", NAME, escalating, fires)]


def test_a_trial_says_which_vendors_would_have_been_escalated_as_well() -> None:
    """Of past incidents that named none."""
    fires = "fires at 2026-03-04T12:01:20Z"
    escalating = f"{fires}, escalating CA-2024-014 of core-ledger"
    changes = told(altered(ESCALATION, _eager), _walk())
    assert changes == [("escalation", "payments-hit", fires, escalating)]


def test_a_trial_of_a_register_says_whom_else_a_trigger_would_have_called() -> None:
    """Which contract carries a service, the register says."""
    fires = "fires at 2026-03-04T12:07:40Z, escalating"
    was, would_be = f"{fires} CA-2024-014 of core-ledger", f"{fires} CA-2023-001/A of nordcloud"
    assert ("escalation", NAME, was, would_be) in told(altered(REGISTER, _elsewhere), _walk())


def test_what_escalations_wait_for_is_left_out_of_trials() -> None:
    """Their deadlines and decisions go by terms and a matrix of their own."""

    def hurried(content: dict[str, Any]) -> None:
        for name in ("third_party.restoration", "third_party.review", "third_party.pause"):
            content["rules"][name]["schedule"]["due_after"] = "PT1M"

    walk = WALKS["paused claimed too early and broken again"]
    assert told(altered("approval-matrix", hurried), walk) == []
