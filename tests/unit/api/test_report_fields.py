"""Values of report fields, as the door reads them."""

from __future__ import annotations

import pytest

from api.problems import Problem
from api.reporting.fields import read_value
from holdfast.domain.refusals import RefusalReason


def test_a_value_is_read_in_the_one_form_that_is_kept() -> None:
    """So that the same submission says the same when it is repeated."""
    kept = read_value("2.2", "2026-03-04T10:30:00+01:00")
    assert kept == "2026-03-04T09:30:00Z"
    assert read_value("2.2", kept) == kept
    assert read_value("2.2", None) is None


@pytest.mark.parametrize("number", ["1.1", "1.7", "1.8", "1.9", "1.10", "1.11", "1.12", "2.1"])
def test_nobody_supplies_contacts_and_what_follows_from_the_report(number: str) -> None:
    """What was said is told to nobody, not even in the answer."""
    with pytest.raises(Problem) as refused:
        read_value(number, "Ada Example")
    assert refused.value.code == RefusalReason.FIELD_INVALID
    assert "Ada" not in refused.value.message


def test_a_value_that_does_not_fit_is_told_with_its_field() -> None:
    """The field, and where in the body it stands."""
    with pytest.raises(Problem) as refused:
        read_value("2.2", "yesterday")
    assert refused.value.code == RefusalReason.FIELD_INVALID
    assert refused.value.fields["field"] == "2.2"
    assert "/value" in str(refused.value.fields["errors"])
    with pytest.raises(Problem) as unknown:
        read_value("4.77", "x")
    assert unknown.value.code == RefusalReason.UNKNOWN_FIELD
