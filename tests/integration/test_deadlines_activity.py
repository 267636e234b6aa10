"""Deadlines as the activity computes them: by the register and the policy that are pinned."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.deadlines import DeadlineActivities
from holdfast.domain.policies import REGISTER, PinnedPolicy, pinned
from holdfast.domain.reporting.judging import DeadlinesComputed, DeadlinesRequest
from holdfast.domain.reporting.policy import REPORTING
from holdfast.dora.clocks import compute_deadlines
from holdfast.errors import NotFound
from holdfast.store.policies import PolicyShelf, store_policies
from tests.rulebook import POLICIES

PAYMENTS, BANK = "paiement-exemple", "beispielbank"


def _changed(name: str, **entities: dict[str, object]) -> PinnedPolicy:
    content = json.loads(POLICIES[name].content)
    content["version"] = f"t-{uuid.uuid4().hex[:12]}"
    for entity, changes in entities.items():
        content["entities"][entity.replace("_", "-")] |= changes
    return pinned(content)


async def _computed(
    engine: AsyncEngine, reporting: PinnedPolicy, register: PinnedPolicy, entity: str
) -> DeadlinesComputed:
    await store_policies(engine, {"reporting": reporting, "register": register})
    request = DeadlinesRequest(
        incident="INC-2026-000001",
        number=1,
        entity=entity,
        reporting_policy=reporting.pin,
        register_of_information=register.pin,
        aware_at=datetime(2026, 4, 3, 10, tzinfo=UTC),
        classified_major_at=datetime(2026, 4, 4, 8, tzinfo=UTC),
        initial_submitted_at=datetime(2026, 4, 4, 9, tzinfo=UTC),
        intermediate_submitted_at=(
            datetime(2026, 4, 7, 9, tzinfo=UTC),
            datetime(2026, 4, 9, 9, tzinfo=UTC),
        ),
        final_submitted_at=datetime(2026, 4, 8, 9, tzinfo=UTC),
    )
    activities = DeadlineActivities(PolicyShelf(engine))
    return await ActivityEnvironment().run(activities.compute_deadlines, request)


async def test_register_says_what_the_entity_is_and_policy_what_was_decided_of_it(
    engine: AsyncEngine,
) -> None:
    """A day that the policy adds is free; an authority's decision takes the relief away."""
    reporting = _changed(REPORTING)
    content = json.loads(reporting.content)
    content["calendars"] = {"FR": {"add": {"2026-04-07": "Day of mourning"}, "remove": []}}
    relieved = await _computed(engine, pinned(content), POLICIES[REGISTER], PAYMENTS)
    entity = relieved.case.entity
    assert (entity.type, entity.member_state) == ("payment_institution", "FR")
    assert relieved.deadlines.initial is not None
    assert relieved.deadlines.intermediate is not None
    # Easter Monday is free by law, the Tuesday by the policy; Good Friday is not, but in Alsace.
    assert relieved.deadlines.initial.due_at == datetime(2026, 4, 8, 10, tzinfo=UTC)
    assert relieved.deadlines.intermediate.due_at == datetime(2026, 4, 8, 10, tzinfo=UTC)
    assert compute_deadlines(relieved.case, relieved.calendar) == relieved.deadlines

    decided: dict[str, object] = {"relief_withdrawn_from": "2026-03-01T00:00:00Z"}
    withdrawn = await _computed(
        engine, _changed(REPORTING, paiement_exemple=decided), POLICIES[REGISTER], PAYMENTS
    )
    assert withdrawn.deadlines.initial is not None
    assert withdrawn.deadlines.initial.due_at == datetime(2026, 4, 4, 10, tzinfo=UTC)
    assert "Art. 5(6)" in withdrawn.deadlines.initial.because


async def test_part_that_nobody_knows_gives_no_days_off(engine: AsyncEngine) -> None:
    """The deadlines are computed all the same, and the evidence shows that it did not count."""
    register = _changed(REGISTER, beispielbank={"subdivision": "DE-XX"})
    found = await _computed(engine, _changed(REPORTING), register, BANK)
    assert found.case.entity.subdivision is None
    assert date(2026, 6, 4) not in found.calendar.holidays
    hessian = await _computed(engine, _changed(REPORTING), POLICIES[REGISTER], BANK)
    assert hessian.calendar.holidays[date(2026, 6, 4)] == "Corpus Christi"


async def test_correction_after_the_final_report_moves_no_limit(engine: AsyncEngine) -> None:
    """An intermediate report that is corrected then is none that the month runs from."""
    found = await _computed(engine, _changed(REPORTING), POLICIES[REGISTER], BANK)
    assert found.case.intermediate_submitted_at == (datetime(2026, 4, 7, 9, tzinfo=UTC),)
    assert found.deadlines.final is not None
    assert found.deadlines.final.due_at == datetime(2026, 5, 7, 9, tzinfo=UTC)


async def test_entity_of_another_register_is_not_found(engine: AsyncEngine) -> None:
    """A reporting is of an entity of its register, so this is a fault of ours."""
    with pytest.raises(NotFound, match="no financial entity nobody"):
        await _computed(engine, _changed(REPORTING), POLICIES[REGISTER], "nobody")
