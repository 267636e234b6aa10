"""The scripts of drills, as a policy: what is wrong is told by file and line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.drills.plan import InjectKind
from holdfast.domain.drills.policy import DRILLS, drills_policy
from holdfast.domain.drills.training import months_before
from holdfast.errors import InvalidInput
from holdfast.store.policies import load_named_policy

POLICIES = Path(__file__).parents[2] / "policies"
WRITTEN = (POLICIES / "drills.yaml").read_text()


def test_the_scripts_that_come_with_it_can_be_played() -> None:
    """A payment outage, and ransomware from a provider; between them, every kind of inject."""
    scripts = drills_policy(load_named_policy(POLICIES, DRILLS).content).scripts
    assert set(scripts) == {"payment-outage", "ransomware-at-provider"}
    kinds = {inject.kind for script in scripts.values() for inject in script.injects}
    assert kinds == set(InjectKind)
    assert all(script.goals for script in scripts.values())


@pytest.mark.parametrize(
    ("change", "line_of", "said"),
    [
        (lambda t: t.replace("pace: 60", "pace: 1001", 1), "pace: 1001", "1000"),
        (lambda t: t.replace("pace: 60", "pace: 0", 1), "pace: 0", "1"),
        (lambda t: t.replace("kind: media", "kind: rumour", 1), "kind: rumour", "'media'"),
        (lambda t: t.replace("after: PT6M", "after: PT1M", 1), "payment-outage:", "order them"),
        (
            lambda t: t.replace("services: [online-banking]", "services: [pos]"),
            "online-banking",
            "`services`",
        ),
        (
            lambda t: t.replace("id: isolation-decided", "id: severity-in-time"),
            "severity-in-time",
            "twice",
        ),
        (
            lambda t: t.replace("decision: recovery.validation", "decision: guess", 1),
            "decision: guess",
            "recovery.validation",
        ),
    ],
)
def test_what_cannot_be_played_is_refused_by_line(
    change: Callable[[str], str], line_of: str, said: str, tmp_path: Path
) -> None:
    """The line is that of the value, or of the script that contradicts itself."""
    text = change(WRITTEN)
    assert text != WRITTEN
    (tmp_path / "drills.yaml").write_text(text)
    with pytest.raises(InvalidInput) as refused:
        load_named_policy(tmp_path, DRILLS)
    told = refused.value.message
    number = int(told.partition(":")[2].partition(":")[0])
    assert line_of in text.splitlines()[number - 1]
    assert said in told


def test_a_moment_or_a_message_to_nobody_cannot_stand_in_a_script(tmp_path: Path) -> None:
    """A script is written long before it is played."""
    for old, new in (
        (
            "fact: media_coverage\n            value: true",
            "fact: occurred_at\n            value: x",
        ),
        ("roles: [incident_commander]\n", "roles: [alert_source]\n"),
        ("roles: [incident_commander]\n", "roles: []\n"),
    ):
        assert old in WRITTEN
        (tmp_path / "drills.yaml").write_text(WRITTEN.replace(old, new, 1))
        with pytest.raises(InvalidInput):
            load_named_policy(tmp_path, DRILLS)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 12, date(2025, 1, 15)),
        (date(2026, 1, 1), 1, date(2025, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, before: date) -> None:
    """Twelve months before the 29th of February is the 28th."""
    assert months_before(day, months) == before


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), months=st.integers(1, 600))
def test_months_before_is_never_later_and_keeps_the_day_where_there_is_one(
    day: date, months: int
) -> None:
    """Against counting months by hand."""
    before = months_before(day, months)
    assert before < day
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before.day < day.day and before.day >= 28)
