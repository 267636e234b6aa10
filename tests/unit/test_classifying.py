"""An incident held against the law: entity by entity, from statements and from the register."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.domain.classification_inputs import Moments, next_crossing
from holdfast.domain.classifying import Evaluation, evaluate, whether_major
from holdfast.domain.facts import FactChange, FactSheet, Quality
from holdfast.domain.policies import REGISTER
from holdfast.dora.register import Register
from tests.rulebook import POLICIES, RULEBOOK
from tests.statements import NOON, ROBIN

assert RULEBOOK.classification is not None
RULES = RULEBOOK.classification
REGISTERED = Register.model_validate_json(POLICIES[REGISTER].content)


def sheet(*services: str, **facts: object) -> FactSheet:
    """A sheet; `name__service` states a fact of a service (with `_` for `-`)."""
    known = FactSheet(services=services)
    for name, value in facts.items():
        fact, _, service = name.partition("__")
        change = FactChange.model_validate(
            {
                "fact": fact,
                "service": service.replace("_", "-") or None,
                "value": value,
                "quality": Quality.ACTUAL,
                "source": "a test",
            }
        )
        known = known.changed(change, ROBIN, NOON)
    return known


def evaluated(
    facts: FactSheet, after: timedelta = timedelta(0), register: Register | None = REGISTERED
) -> Evaluation:
    """The evaluation so long after awareness."""
    moments = Moments(aware_at=NOON, recovered_at=None, at=NOON + after)
    evaluation = evaluate(facts, moments, RULES, register)
    assert whether_major(facts, moments, RULES, register) is evaluation.major
    return evaluation


def test_each_entity_is_evaluated_over_its_own_services() -> None:
    """A threshold that two entities meet together is met by neither."""
    found = {name: REGISTERED.entity_of(name) for name in REGISTERED.services}
    entities = sorted({entity for entity in found.values() if entity})
    assert len(entities) > 1, "the example has two entities"
    first, second = (
        next(name for name, of in found.items() if of == entity) for entity in entities[:2]
    )
    parts = evaluated(sheet(first, second)).entities
    assert [part.entity for part in parts] == entities[:2]
    assert [[service.id for service in part.facts.services or ()] for part in parts] == [
        [first],
        [second],
    ]
    assert all(part.facts.home_member_state for part in parts)


def test_a_service_that_the_register_does_not_know_is_evaluated_without_it() -> None:
    """Nothing is known of it, and so it is nobody's; with one entity only, it is that one's."""
    (part,) = evaluated(sheet("new-service")).entities
    assert (part.entity, part.facts.home_member_state) == (None, None)
    document = json.loads(POLICIES[REGISTER].content)
    name = next(iter(document["entities"]))
    one = Register.model_validate(
        {
            **{member: document[member] for member in ("name", "version")},
            "entities": {name: document["entities"][name]},
            "functions": {},
            "services": {},
        }
    )
    (part,) = evaluated(sheet("new-service"), register=one).entities
    assert part.entity == name


def test_what_is_stated_comes_before_the_register() -> None:
    """And a register that is behind is taken to be, never held against the incident."""
    known = REGISTERED.services["instant-payments"]
    assert known.clients_total
    facts = evaluated(sheet("instant-payments")).entities[0].facts
    assert facts.services is not None
    assert facts.services[0].clients_total == known.clients_total
    stated = sheet("instant-payments", clients_total__instant_payments=7)
    facts = evaluated(stated).entities[0].facts
    assert facts.services is not None
    assert facts.services[0].clients_total == 7
    more = sheet("instant-payments", clients_affected__instant_payments=known.clients_total + 1)
    facts = evaluated(more).entities[0].facts
    assert facts.services is not None
    assert facts.services[0].clients_total == known.clients_total + 1


@pytest.mark.parametrize(
    ("ict_related", "payment_related", "major"),
    [
        (None, None, "yes"),
        (True, False, "yes"),
        (False, False, "no"),
        (False, True, "yes"),
        (False, None, "unknown"),
    ],
)
def test_what_is_neither_ict_nor_payments_is_out_of_scope(
    *, ict_related: bool | None, payment_related: bool | None, major: str
) -> None:
    """DORA Art. 23, for the entity types that it names."""
    stated: dict[str, object] = {"malicious_access": True, "access_may_cause_data_losses": True}
    if ict_related is not None:
        stated["ict_related"] = ict_related
    if payment_related is not None:
        stated["payment_related"] = payment_related
    evaluation = evaluated(sheet("instant-payments", **stated))
    assert evaluation.major == major
    (part,) = evaluation.entities
    proof = [(line.clause, line.result) for line in part.scope_proof]
    unless_in_scope = [
        ("2022/2554 Art. 17(1)", "not_met"),
        ("2022/2554 Art. 23", {"no": "not_met"}.get(major, "unknown")),
    ]
    assert proof == ([] if major == "yes" else unless_in_scope)
    assert Evaluation.model_validate_json(evaluation.model_dump_json()) == evaluation


def test_minutes_begun_count_and_the_look_comes_just_beyond() -> None:
    """Exactly 24 h is not met; a second later it is, and that is when it is looked at again."""
    facts = sheet("instant-payments")

    def duration(after: timedelta) -> tuple[object, object]:
        part = evaluated(facts, after).entities[0]
        line = next(
            line for line in part.classification.proof if line.clause == "2024/1772 Art. 9(3)(a)"
        )
        return line.value, line.result

    assert duration(timedelta(hours=24)) == (1440, "not_met")
    assert duration(timedelta(hours=24, seconds=1)) == (1441, "met")
    moments = Moments(aware_at=NOON, recovered_at=None, at=NOON)
    assert next_crossing(facts, moments, RULES) == NOON + timedelta(hours=24, seconds=1)


@pytest.mark.parametrize(
    ("stated", "crossing"),
    [
        ({"duration_minutes": 5}, None),
        ({"occurred_at": "2026-03-04T10:00:00Z", "resolved_at": "2026-03-04T12:00:00Z"}, None),
        ({"occurred_at": "2026-03-04T10:00:00Z"}, datetime(2026, 3, 5, 10, 0, 1, tzinfo=UTC)),
        (
            {"down_from__instant_payments": "2026-03-04T11:00:00Z"},
            datetime(2026, 3, 4, 13, 0, 1, tzinfo=UTC),
        ),
        (
            {
                "down_from__instant_payments": "2026-03-04T11:00:00Z",
                "restored_at__instant_payments": "2026-03-04T11:30:00Z",
                "duration_minutes": 5,
            },
            None,
        ),
    ],
)
def test_only_what_still_runs_is_looked_at_again(
    stated: dict[str, object], crossing: datetime | None
) -> None:
    """A figure that is stated, or an end, stops the clock."""
    facts = sheet("instant-payments", **stated)
    moments = Moments(aware_at=NOON, recovered_at=None, at=NOON)
    assert next_crossing(facts, moments, RULES) == crossing
