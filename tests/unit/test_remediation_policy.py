"""The policy of remediation: what it has to say, and what is refused of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.remediation.policy import RemediationPolicy
from holdfast.settings import Settings
from holdfast.store.policy_kinds import NEWEST_FORMATS, POLICY_KINDS, TRIED_KINDS

_Change = Callable[[dict[str, Any]], object]


def policy() -> dict[str, Any]:
    """The policy that Holdfast brings, as data."""
    text = (Settings().policies_folder / "remediation.yaml").read_text()
    found: dict[str, Any] = YAML(typ="safe").load(text)
    return found


def test_what_is_brought_leaves_no_priority_and_no_measure_without_rules() -> None:
    """What is critical is mandatory and ends at the management body; it is pinned, never tried."""
    read = RemediationPolicy.model_validate(policy())
    critical = read.priorities[TaskPriority.CRITICAL]
    assert critical.mandatory
    assert critical.ladder[-1].roles == ("management_body",)
    assert POLICY_KINDS["remediation"] is RemediationPolicy
    assert "remediation" not in TRIED_KINDS
    assert NEWEST_FORMATS.get("remediation", 1) == read.format


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p["priorities"].pop("low"), "no rules for low"),
        (lambda p: p["oversight"].pop("exit_plan"), "no priority for exit_plan"),
        (lambda p: p["priorities"]["low"].update(ladder=[]), "at least 1 item"),
        (lambda p: p["priorities"]["low"].update(due_within="PT0S"), "greater than 0"),
        (lambda p: p["priorities"]["low"].update(observe="-P1D"), "observe"),
        (lambda p: p.update(most_extensions=-1), "greater than or equal to 0"),
        (lambda p: p.update(due_after_reopening="PT0S"), "due_after_reopening"),
        (lambda p: p.update(longest_acceptance="for ever"), "longest_acceptance"),
        (lambda p: p.update(colour="red"), "Extra inputs"),
        (lambda p: p.update(format=2), "Input should be 1"),
    ],
)
def test_a_policy_that_leaves_something_open_is_refused(change: _Change, words: str) -> None:
    """It says what is missing or wrong."""
    given = policy()
    change(given)
    with pytest.raises(ValidationError) as refused:
        RemediationPolicy.model_validate(given)
    assert words in str(refused.value)
