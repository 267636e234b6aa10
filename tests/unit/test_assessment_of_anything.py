"""Whatever people may state: it is assessed, recorded canonically, and never stops the incident."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.assessment import Assessment
from holdfast.domain.events import EventKind
from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.member_states import MEMBER_STATES
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.submissions import FactChanges
from holdfast.domain.values import MAX_SAFE_INTEGER, require_canonical
from tests.judged_walks import CONTENTS, TimedWalk
from tests.rulebook import RULEBOOK
from tests.statements import ROBIN, SERVICE

_IDS = st.sampled_from([SERVICE, "card-payments", "internal-wiki"]) | st.text(
    string.ascii_letters + string.digits + "._:/#@+-", min_size=1, max_size=12
).filter(lambda name: name[0].isalnum())
_VALUES: dict[FactType, st.SearchStrategy[bool | int | str]] = {
    FactType.BOOLEAN: st.booleans(),
    FactType.COUNT: st.integers(0, MAX_SAFE_INTEGER) | st.integers(0, 200_000),
    FactType.TEXT: st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30),
    FactType.INSTANT: st.integers(0, 7_258_118_399).map(
        lambda second: datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z")
    ),
    FactType.MEMBER_STATES: st.just("none")
    | st.lists(st.sampled_from(sorted(MEMBER_STATES)), min_size=1, max_size=5).map(" ".join),
}


@st.composite
def changes(draw: st.DrawFn) -> FactChange:
    """A statement that the catalogue allows."""
    name = draw(st.sampled_from(sorted(FACTS)))
    definition = FACTS[name]
    return FactChange(
        fact=name,
        service=draw(_IDS) if definition.per_service else None,
        value=draw(st.none() | _VALUES[definition.type]),
        quality=draw(st.sampled_from(Quality)),
        source="somebody",
    )


@settings(max_examples=60, deadline=None)
@given(
    stated=st.lists(st.lists(changes(), min_size=1, max_size=12), min_size=1, max_size=4),
    pauses=st.lists(st.integers(0, 100), min_size=4, max_size=4),
)
def test_whatever_is_stated_is_assessed_and_judged_the_same_again(
    stated: list[list[FactChange]], pauses: list[int]
) -> None:
    """An assessment that raised would be tried for ever, and the incident would stand still."""
    walk = TimedWalk()
    walk.to_triage()
    for statement, hours in zip(stated, pauses, strict=False):
        walk.submit(ROBIN, FactChanges(changes=tuple(statement)))
        walk.wait(timedelta(hours=hours))
    assert EventKind.CLASSIFICATION_EVALUATED in walk.kinds()
    for event in walk.events:
        require_canonical(event.payload)
    report = replay(walk.judged(), CONTENTS)
    assert [judged for judged in report.judgements if judged.verdict is not Verdict.SAME] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(changes(), min_size=1, max_size=12))
def test_an_assessment_survives_the_way_through_temporal(stated: list[FactChange]) -> None:
    """What the activity returns reads back equal from its JSON."""
    walk = TimedWalk()
    walk.to_triage()
    walk.submit(ROBIN, FactChanges(changes=tuple(stated)))
    assessment = walk.assess()
    assert Assessment.model_validate_json(assessment.model_dump_json()) == assessment
    assert RULEBOOK.classification is not None


@pytest.mark.parametrize(
    "value",
    ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-04T12:00:00", "2026-03-04", "noon"],
)
def test_instants_that_nothing_can_be_counted_from_are_refused(value: str) -> None:
    """At the door, before they can reach an incident."""
    with pytest.raises(ValidationError, match="RFC 3339"):
        FactChange(fact="occurred_at", value=value, quality=Quality.ACTUAL, source="somebody")
