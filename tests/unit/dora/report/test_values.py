"""Values of fields: the one form that each has, and what does not fit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.values import (
    FieldInvalid,
    check_value,
    half_up,
    percentage_of,
    thousands_of,
)
from tests.unit.dora.report.filled import CONTACTS, EVERYTHING, LEI, PARENT_LEI


@pytest.mark.parametrize("number", EVERYTHING)
def test_what_a_report_holds_fits_and_stays_the_same(number: str) -> None:
    """What is checked once more does not change."""
    once = check_value(number, EVERYTHING[number])
    assert check_value(number, once) == once
    if number != "3.12":  # stands in another order there
        assert once == EVERYTHING[number]


@pytest.mark.parametrize(
    ("number", "given_as", "kept"),
    [
        ("2.2", "2026-03-04T10:35:00.5+01:00", "2026-03-04T09:35:00Z"),
        ("2.2", " 2026-03-04t09:35:00z ", "2026-03-04T09:35:00Z"),
        ("3.15", "2:03:30", "02:03:30"),
        ("3.15", "002:03:30", "02:03:30"),
        ("3.15", "120:00:00", "120:00:00"),
        ("3.7", 12, "12.0"),
        ("3.5", "12", "12.0"),
        ("3.5", "012.50", "12.5"),
        ("3.5", "100", "100.0"),
        ("3.10", "9999.9", "9999.9"),
        ("4.13", "2.500", "2.5"),
        ("4.13", 4850, "4850"),
        ("4.13", "0.1", "0.1"),
        ("4.13", "100.0", "100"),
        ("4.13", "0.00001", "0.00001"),
        ("3.4", 0, 0),
        ("2.6", ("FR", "AT"), ("AT", "FR")),
        ("1.6", f"{LEI} ; {PARENT_LEI}", f"{LEI};{PARENT_LEI}"),
        ("1.3", "DEK1101R.HRB12345", "DEK1101R.HRB12345"),
        ("1.9", "+33 (0)1-23.45/67", "+33 (0)1-23.45/67"),
        ("2.4", "  two\nlines ", "two\nlines"),
        ("2.9", False, False),
        ("1.15", " USD", "USD"),
        ("1.8", CONTACTS["1.8"], CONTACTS["1.8"]),
    ],
)
def test_a_value_gets_the_one_form_of_its_field(
    number: str, given_as: FieldValue, kept: FieldValue
) -> None:
    """However it was written, it is kept in one form."""
    found = check_value(number, given_as)
    assert found == kept
    assert type(found) is type(kept)
    assert check_value(number, found) == found


@pytest.mark.parametrize(
    ("number", "value", "problem"),
    [
        ("2.2", "2026-03-04", "with an offset"),
        ("2.2", "2026-03-04T09:35:00", "with an offset"),
        ("2.2", "2026-02-30T09:35:00Z", "no time of a calendar"),
        ("2.2", "2026-W10-3T09:35:00Z", "with an offset"),
        ("2.2", "0001-01-01T00:00:00+14:00", "no time of a calendar"),
        ("2.2", 1_767_225_600, "with an offset"),
        ("2.2", "2026-03-04T09:35:00\u0661Z", "with an offset"),
        ("3.15", "1000:00:00", "DD:HH:MM"),
        ("3.15", "00:24:00", "DD:HH:MM"),
        ("3.15", "00:23:60", "DD:HH:MM"),
        ("3.15", "23:59", "DD:HH:MM"),
        ("3.15", True, "DD:HH:MM"),
        ("3.5", "12.55", "rounded half up: '12.6'"),
        ("3.5", "12.54", "rounded half up: '12.5'"),
        ("3.5", "100.1", "more than all there are"),
        ("3.7", "101", "more than all there are"),
        ("3.10", "10000", "at most five digits"),
        ("3.5", "12,5", "with one decimal"),
        ("3.5", "-1.0", "with one decimal"),
        ("3.5", "1e2", "with one decimal"),
        ("3.5", True, "with one decimal"),
        ("3.5", ("12.5",), "with one decimal"),
        ("4.13", "-2.5", "in thousands"),
        ("4.13", "0.000001", "at most 5 decimals"),
        ("4.13", "NaN", "in thousands"),
        ("3.4", "60000", "whole number"),
        ("3.4", True, "whole number"),
        ("3.4", -1, "from 0 to"),
        ("3.4", 2**53, "from 0 to"),
        ("2.9", "yes", "true or false"),
        ("2.9", 1, "true or false"),
        ("2.7", "customers", "'customers' is no choice here"),
        ("2.7", ("staff",), "this is no choice here"),
        ("2.5", "data_losses", "give a list"),
        ("2.5", (), "give a list"),
        ("2.6", ("AT", "EL"), "'EL' is no choice here"),
        ("2.6", ("AT", "AT"), "stands there twice"),
        ("1.3", "529900T8BM49AURSDO56", "check digits"),
        ("1.3", "two words", "without blanks"),
        ("1.3", "X", "2 to 120 characters"),
        ("1.3", "Ä-12345", "give an LEI"),
        ("1.14", "529900t8bm49aursdo55", "20 characters"),
        ("1.14", "529900T8BM49AURSDO56", "check digits"),
        ("1.6", f"{LEI};{LEI}", "twice"),
        ("1.6", f"{LEI};", "20 characters"),
        ("1.15", "euro", "ISO 4217"),
        ("1.8", "ada", "e-mail address"),
        ("1.8", "ada@host", "e-mail address"),
        ("1.9", "069 1234567", "international prefix"),
        ("1.9", "+49 1", "international prefix"),
        ("2.1", "INC 2026", "letters, digits"),
        ("2.1", "INC--2026", "letters, digits"),
        ("2.1", "A" * 101, "at most 100"),
        ("2.4", "  ", "not empty"),
        ("2.4", "x" * 10_001, "at most 10,000"),
        ("2.4", "a\x00b", "control character U\\+0000"),
        ("2.4", 5, "give a text"),
        ("2.8", "N/A", "without a value"),
    ],
)
def test_what_does_not_fit_is_refused_and_says_what_would(
    number: str, value: FieldValue, problem: str
) -> None:
    """With the number of its field."""
    with pytest.raises(FieldInvalid, match=problem) as refused:
        check_value(number, value)
    assert refused.value.number == number
    assert str(refused.value) == refused.value.problem


_SOME_VALUE = st.one_of(
    st.booleans(),
    st.integers(),
    st.text(),
    st.lists(st.text(), max_size=3).map(tuple),
    st.from_regex(r"[0-9]{1,4}[:.][0-9]{1,2}([:.][0-9]{1,2})?", fullmatch=True),
    st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
)


@given(st.sampled_from(sorted(FIELDS)), _SOME_VALUE)
def test_whatever_is_given_fits_and_stays_or_is_refused(number: str, value: FieldValue) -> None:
    """Nothing else comes out, whatever goes in."""
    try:
        once = check_value(number, value)
    except FieldInvalid as refused:
        assert refused.problem  # noqa: PT017 - both ends are right
        return
    assert check_value(number, once) == once
    assert type(check_value(number, once)) is type(once)


@given(st.data())
def test_any_choices_are_kept_in_the_order_of_the_catalogue(data: st.DataObject) -> None:
    """In whatever order they were told."""
    numbers = [number for number, field in FIELDS.items() if field.kind == "choices"]
    number = data.draw(st.sampled_from(numbers))
    known = FIELDS[number].choices
    told = data.draw(st.lists(st.sampled_from(known), min_size=1, unique=True))
    kept = check_value(number, tuple(told))
    assert isinstance(kept, tuple)
    assert set(kept) == set(told)
    assert list(kept) == sorted(told, key=known.index)


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_percentage_is_rounded_half_up_exactly(part: int, whole: int) -> None:
    """It lies within a twentieth of the exact share, and a half goes up."""
    found = Fraction(percentage_of(part, whole))
    away = Fraction(part * 100, whole) - found
    assert Fraction(-1, 20) <= away < Fraction(1, 20)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(1, 2000, "0.1"), (3, 2000, "0.2"), (49, 100_000, "0.0"), (1, 3, "33.3"), (7, 5, "140.0")],
)
def test_a_half_goes_up(part: int, whole: int, percent: str) -> None:
    """Also where a float would go down."""
    assert percentage_of(part, whole) == percent


@given(st.integers(0, 2**53 - 1))
def test_thousands_are_exact_and_fit_their_field(amount: int) -> None:
    """Nothing is lost in either direction."""
    found = thousands_of(amount)
    assert Decimal(found) * 1000 == amount
    assert check_value("4.13", found) == found


def test_figures_of_any_size_are_rounded_without_floats() -> None:
    """Whatever the decimal context is."""
    assert half_up(Fraction(10**40 * 2 + 1, 2), 0) == f"{10**40 + 1}"
    assert half_up(Decimal("0.05"), 1) == "0.1"
    assert thousands_of(Decimal("0.01")) == "0.00001"
    assert thousands_of(120_000) == "120"
