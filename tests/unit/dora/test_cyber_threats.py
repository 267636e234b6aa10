"""Significant cyber threats: all three conditions of Art. 10, each in three values."""

from __future__ import annotations

import itertools
import json

import pytest

from holdfast.domain.values import require_canonical
from holdfast.dora.cyber_threats import CyberThreatFacts, ThreatAssessment, assess_threat
from holdfast.dora.three_valued import Answer

_FIRST = ("could_affect_critical_functions", "could_affect_others")
_LAST = (
    "could_meet_critical_services",
    "could_meet_clients_counterparts_transactions",
    "could_meet_geography",
)
SIGNIFICANT = {_FIRST[0]: True, "high_probability": True, _LAST[0]: True}
NOTHING = dict.fromkeys((*_FIRST, "high_probability", *_LAST), False)


@pytest.mark.parametrize(("affects", "meets"), list(itertools.product(_FIRST, _LAST)))
def test_one_of_each_condition_makes_it_significant(affects: str, meets: str) -> None:
    """Any of what it could affect, and any of what it could meet."""
    facts = {**NOTHING, affects: True, "high_probability": True, meets: True}
    assert assess_threat(CyberThreatFacts.model_validate(facts)).significant is Answer.YES


@pytest.mark.parametrize("missing", [_FIRST[0], "high_probability", _LAST[0]])
@pytest.mark.parametrize(("value", "expected"), [(False, Answer.NO), (None, Answer.UNKNOWN)])
def test_each_condition_is_needed(*, missing: str, value: bool | None, expected: Answer) -> None:
    """Without one it is not significant, and with one unknown it is not known."""
    facts = {**NOTHING, **SIGNIFICANT, missing: value}
    assert assess_threat(CyberThreatFacts.model_validate(facts)).significant is expected


def test_what_is_weighed_is_shown_and_decides_nothing() -> None:
    """The probability is a judgement of people."""
    weighed = dict.fromkeys(
        ("exploitable_vulnerabilities", "capable_and_intent_actors", "persistent_or_seen_before"),
        True,
    )
    found = assess_threat(CyberThreatFacts.model_validate({**NOTHING, **weighed}))
    assert found.significant is Answer.NO
    assert [line.clause for line in found.proof if "weighed" in line.criterion] == [
        f"2024/1772 Art. 10(b)({point})" for point in ("i", "ii", "iii")
    ]


def test_assessment_lies_in_the_value_domain_of_evidence() -> None:
    """And reads back equal."""
    found = assess_threat(CyberThreatFacts.model_validate(SIGNIFICANT))
    dumped = found.model_dump(mode="json")
    require_canonical(dumped)
    assert ThreatAssessment.model_validate_json(json.dumps(dumped)) == found
