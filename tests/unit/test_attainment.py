"""How attainment is counted and how providers are put in order, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.third_parties.views import in_short
from holdfast.domain.third_party.quarters import Quarter
from holdfast.store.third_parties.attainment import Attained, Window
from holdfast.store.third_parties.providers import ProviderStanding
from tests.rulebook import RULEBOOK

_NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
_QUARTER = Quarter(2026, 1)


def attained(met: int, met_late: int, missed: int) -> Attained:
    """What was counted of one provider in the first quarter of 2026."""
    return Attained("core-ledger", None, _QUARTER, None, met, met_late, missed)


@pytest.mark.parametrize(
    ("counts", "per_mille"),
    [((2, 0, 1), 666), ((1, 1, 0), 500), ((5, 0, 0), 1_000), ((0, 1, 2), 0), ((1_999, 1, 0), 999)],
)
def test_the_part_that_was_kept_is_never_rounded_up(
    counts: tuple[int, int, int], per_mille: int
) -> None:
    """A thousand is said only where nothing was late or missed."""
    assert attained(*counts).per_mille == per_mille


def standing(provider: str, **counts: Any) -> ProviderStanding:  # noqa: ANN401 - a standing's fields
    """How it stands with a provider; nothing is open, if nothing is said."""
    none = {"escalations": 1, "open": 0, "overdue": 0, "breaches": 0, "next_clock": None}
    return ProviderStanding(provider=provider, name=None, **{**none, **counts})


def due_in(hours: int) -> dict[str, object]:
    """A deadline that lies so far ahead."""
    return {
        "incident_id": "INC-2026-000001",
        "number": 1,
        "clock_id": "third-party-1:restore-1",
        "title": "Restore",
        "due_at": _NOW + timedelta(hours=hours),
    }


def test_what_needs_attention_comes_first() -> None:
    """Overdue, then open by the next deadline, then those that breached most."""
    register = RULEBOOK.register
    assert register is not None
    found = [
        standing("quiet"),
        standing("breached", breaches=3),
        standing("later", open=1, next_clock=due_in(5)),
        standing("sooner", open=2, next_clock=due_in(2)),
        standing("overdue", open=1, overdue=1, next_clock=due_in(9)),
    ]
    window = Window(Quarter(2025, 2), _QUARTER)
    listed = in_short(register, {each.provider: each for each in found}, [], window)
    order = [each.provider for each in listed if each.provider in {one.provider for one in found}]
    assert order == ["overdue", "sooner", "later", "breached", "quiet"]


def test_every_provider_with_a_contract_is_listed_with_its_quarters() -> None:
    """Also one that nobody has ever escalated to; and one that has left the register."""
    register = RULEBOOK.register
    assert register is not None
    window = Window(Quarter(2025, 2), _QUARTER)
    known = {"gone": standing("gone")}
    found = {each.provider: each for each in in_short(register, known, [attained(2, 0, 1)], window)}
    assert found["kartennetz"].escalations == 0
    assert (found["gone"].contracts, found["gone"].name) == (0, None)
    quarters = found["core-ledger"].attainment
    assert [each.quarter for each in quarters] == ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    assert [each.per_mille for each in quarters] == [None, None, None, 666]
