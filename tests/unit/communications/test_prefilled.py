"""Values that a template finds filled in: what the entries of an incident say, and which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.domain.actions import ActionCategory, TakeAction
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.template_values import OFFERED
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.policies import REGISTER
from holdfast.domain.submissions import FactChanges
from holdfast.dora.register import register_from
from holdfast.store.communications.known_values import KnownValue
from holdfast.store.communications.prefilled import prefilled
from holdfast.store.communications.told_incident import (
    ClockTold,
    PublishedTold,
    StatedFact,
    ToldIncident,
)
from tests.composed_drafts import entries_of, wish
from tests.rulebook import POLICIES
from tests.statements import ALERTMANAGER, NOON, ROBIN, alert_batch, incident_facts
from tests.walk import Walk

_REGISTER = register_from(POLICIES[REGISTER].content)
_AT = NOON + timedelta(hours=1)


def told_by(walk: Walk) -> ToldIncident:
    """What the entries of a walk tell."""
    told = ToldIncident(walk.state.incident_id)
    for entry in entries_of(walk):
        told.take(entry)
    return told


def values_of(told: ToldIncident, wanted: DraftWish | None = None) -> dict[str, KnownValue]:
    """What a draft finds filled in."""
    return prefilled(told, _REGISTER, wanted or wish(), _AT)


def stating(**facts: object) -> dict[str, KnownValue]:
    """What is filled in where exactly these facts were stated, `fact__service` of a service."""
    told = ToldIncident("INC-2026-000001", services=("instant-payments", "card-payments"))
    for number, (key, value) in enumerate(facts.items()):
        assert value is None or isinstance(value, bool | int | str)
        fact, _, service = key.partition("__")
        place = f"{fact}@{service.replace('_', '-')}" if service else fact
        told.facts[place] = StatedFact(value, estimate=False, entry=f"entry-{number}")
    return values_of(told)


def test_an_incident_from_its_opening_to_its_end() -> None:
    """Each value as the latest entry says it; nothing is filled in that is not offered."""
    walk = Walk()
    walk.to_learn()
    values = values_of(told_by(walk))
    assert set(values) <= set(OFFERED)
    assert all(value.kind is OFFERED[name].kind for name, value in values.items())
    assert values["phase"].raw == "learn"
    assert values["severity"].raw == walk.state.severity
    assert values["recovered_at"].raw > values["contained_at"].raw  # type: ignore[operator]
    assert "next_update_due" not in values
    closed = Walk()
    closed.to_closed()
    values = values_of(told_by(closed))
    assert values["phase"].raw == "closed"
    assert values["major"].raw is False


def test_services_are_called_as_the_register_calls_them() -> None:
    """With their entities and providers; one that it does not know, by its id."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ALERTMANAGER, alert_batch("b1", services=("sct-inst", "mainframe")))
    told = told_by(walk)
    values = values_of(told)
    assert values["services"].raw == ("Instant payments (SCT Inst)", "mainframe")
    assert values["entities"].raw == ("Beispielbank AG",)
    assert values["vendors"].raw == ("Core Ledger Ltd", "Nordcloud Beispiel; filial")
    assert set(values["services"].entries) == {told.services_entry}
    without = prefilled(told, None, wish(), _AT)
    assert without["services"].raw == ("instant-payments", "sct-inst", "mainframe")
    assert not {"entities", "vendors"} & without.keys()


def test_a_fact_that_was_taken_back_is_not_known() -> None:
    """An estimate is known to be one."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, incident_facts(costs_eur=5))
    walk.submit(ROBIN, incident_facts(costs_eur=None))
    estimate = FactChange(
        fact="duration_minutes", value=90, quality=Quality.ESTIMATE, source="operations"
    )
    walk.submit(ROBIN, FactChanges(changes=(estimate,)))
    values = values_of(told_by(walk))
    assert "costs_eur" not in values
    assert (values["duration_minutes"].raw, values["duration_minutes"].estimate) == (90, True)


@pytest.mark.parametrize(
    ("facts", "name", "raw", "entry"),
    [
        (
            {"clients_affected__instant_payments": 5, "clients_affected__card_payments": 7},
            "clients_affected", 7, "entry-1",
        ),
        (
            {"service_unavailable__instant_payments": True,
             "service_unavailable__card_payments": False},
            "service_unavailable", True, "entry-0",
        ),
        (
            {"down_from__instant_payments": "2026-03-04T11:00:00Z",
             "down_from__card_payments": "2026-03-04T10:00:00Z"},
            "down_from", datetime(2026, 3, 4, 10, tzinfo=UTC), "entry-1",
        ),
        (
            {"restored_at__instant_payments": "2026-03-04T12:00:00Z",
             "restored_at__card_payments": "2026-03-04T11:00:00Z"},
            "restored_at", datetime(2026, 3, 4, 12, tzinfo=UTC), "entry-0",
        ),
        ({"data_confidentiality_lost": True}, "data_loss", True, "entry-0"),
        (
            {"data_loss": False, "data_integrity_lost": True},
            "data_loss", True, "entry-1",
        ),
        ({"data_loss": True, "data_integrity_lost": False}, "data_loss", True, "entry-0"),
        (
            {"data_availability_lost": False, "data_authenticity_lost": False,
             "data_integrity_lost": False, "data_confidentiality_lost": False},
            "data_loss", False, "entry-0",
        ),
        ({"costs_eur": 0}, "costs_eur", 0, "entry-0"),
    ],
)  # fmt: skip
def test_of_several_statements_the_worst_counts(
    facts: dict[str, object], name: str, raw: object, entry: str
) -> None:
    """With the entry that says it; what follows from another fact, with that one's."""
    value = stating(**facts)[name]
    assert (value.raw, value.entries) == (raw, (entry,))


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"restored_at__instant_payments": "2026-03-04T12:00:00Z"}, "restored_at"),
        ({"data_integrity_lost": False}, "data_loss"),
        ({"clients_affected__mainframe": 9}, "clients_affected"),
    ],
)
def test_what_is_known_in_part_is_not_known(facts: dict[str, object], name: str) -> None:
    """One service that is back is not all of them."""
    assert name not in stating(**facts)


def test_member_states_are_a_list() -> None:
    """None of them is known as well, and there is nothing to go over."""
    assert stating(member_states="DE FR")["member_states"].raw == ("DE", "FR")
    assert stating(member_states="none")["member_states"].raw == ()


def test_the_latest_twenty_actions_stand_there() -> None:
    """Those that were performed."""
    walk = Walk()
    walk.to_contain()
    for number in range(25):
        walk.submit(
            ROBIN,
            TakeAction(
                category=ActionCategory.CONTAINMENT, action=f"Step {number}", disruptive=False
            ),
        )
    proposed = TakeAction(category=ActionCategory.FAILOVER, action="Fail over", disruptive=True)
    walk.submit(ROBIN, proposed)
    actions = values_of(told_by(walk))["actions_taken"]
    assert isinstance(actions.raw, tuple)
    assert len(actions.raw) == len(actions.entries) == 20
    assert actions.raw[-1].endswith("UTC: Step 24")


def _due(clocks: dict[str, ClockTold], **changes: object) -> KnownValue | None:
    told = ToldIncident("INC-2026-000001", update_every=timedelta(minutes=30), clocks=clocks)
    told.values["severity"] = KnownValue(OFFERED["severity"].kind, "SEV1", ("assigned",))
    return values_of(told, wish(**changes)).get("next_update_due")


def test_a_message_that_promises_another_one_says_when_that_is_due() -> None:
    """The update after the one that it is itself; late already, a whole cadence from now."""
    soon, late = _AT + timedelta(minutes=5), _AT - timedelta(minutes=5)
    for clocks, began, entry in (
        ({}, _AT, "assigned"),
        ({"update/clients": ClockTold(soon, True, "armed")}, soon, "armed"),  # noqa: FBT003
        ({"update/clients": ClockTold(late, True, "armed")}, _AT, "armed"),  # noqa: FBT003
        ({"update/clients": ClockTold(soon, False, "met")}, _AT, "assigned"),  # noqa: FBT003
    ):
        due = _due(clocks)
        assert due is not None
        assert (due.raw, due.entries) == (began + timedelta(minutes=30), (entry,))


def test_other_messages_say_which_update_is_due_next() -> None:
    """The nearest that is still ahead: of their audience, or of the incident."""
    clocks = {
        "situation-update": ClockTold(_AT + timedelta(minutes=9), True, "team"),  # noqa: FBT003
        "update/staff": ClockTold(_AT - timedelta(minutes=9), True, "late"),  # noqa: FBT003
        "update/media": ClockTold(_AT + timedelta(minutes=1), True, "media"),  # noqa: FBT003
    }
    brief = {"purpose": Purpose.ESCALATION_BRIEF, "audience": Audience.STAFF}
    due = _due(clocks, **brief)
    assert due is not None
    assert due.entries == ("team",)
    assert _due({}, **brief) is None


def test_a_correction_says_when_what_it_corrects_was_published() -> None:
    """With the entry of that."""
    told = ToldIncident("INC-2026-000001")
    told.published[3] = PublishedTold("sha256:x", NOON, "published-3")
    value = values_of(told, wish(supersedes=3))["correction_of"]
    assert (value.raw, value.entries) == (NOON, ("published-3",))
    assert "correction_of" not in values_of(told, wish(supersedes=4))
