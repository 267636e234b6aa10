"""What an answer carries besides its option: checked, and never more than refused."""

from __future__ import annotations

import pytest

from holdfast.domain.refusals import RefusalReason
from tests.statements import ALERTMANAGER, COMMANDER, ROBIN, report
from tests.walk import Walk


@pytest.mark.parametrize("severity", ["SEV9", 1, None, True, [], {}, ["SEV1"]])
def test_an_override_with_something_that_is_no_severity_is_refused(severity: object) -> None:
    """Whatever JSON holds: a refusal, never an error that would stop the incident."""
    walk = Walk()
    walk.to_triage()
    data = {"severity": severity}
    refused = walk.answer(COMMANDER, "severity.assignment-1", "override", data=data)
    assert refused.payload["reason"] == RefusalReason.DATA_INVALID


@pytest.mark.parametrize("data", [{}, {"duplicate_of": 7}, {"duplicate_of": "x"}, {"other": "y"}])
def test_a_duplicate_without_a_valid_incident_is_refused(data: dict[str, object]) -> None:
    """The data of an option is checked."""
    walk = Walk()
    walk.submit(ALERTMANAGER, report())
    refused = walk.answer(ROBIN, "incident.confirmation-1", "duplicate", data=data)
    assert refused.payload["reason"] == RefusalReason.DATA_INVALID
