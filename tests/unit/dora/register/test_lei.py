"""Check digits of an LEI: which mistakes they find."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dora.register import is_lei

_ALPHABET = string.digits + string.ascii_uppercase


def _check_digits(base: str) -> str:
    number = int("".join(str(_ALPHABET.index(one)) for one in f"{base}00"))
    return f"{98 - number % 97:02d}"


bases = st.text(_ALPHABET, min_size=18, max_size=18)


@given(bases)
def test_the_check_digits_that_iso_7064_gives_hold(base: str) -> None:
    """Computed here on its own way."""
    assert is_lei(base + _check_digits(base))


@given(bases, st.integers(0, 19), st.data())
def test_one_character_put_for_another_of_its_kind_is_found(
    base: str, place: int, data: st.DataObject
) -> None:
    """A digit for a digit, a letter for a letter."""
    lei = base + _check_digits(base)
    kind = string.digits if lei[place] in string.digits else string.ascii_uppercase
    other = data.draw(st.sampled_from([one for one in kind if one != lei[place]]))
    assert not is_lei(lei[:place] + other + lei[place + 1 :])


@given(bases)
def test_a_letter_put_for_a_digit_is_found_but_for_one_case_in_about_97(base: str) -> None:
    """At one place, at most one of the 26 letters slips through."""
    lei = base + _check_digits(base)
    place = next((at for at, one in enumerate(base) if one in string.digits), None)
    if place is not None:
        changed = [lei[:place] + one + lei[place + 1 :] for one in string.ascii_uppercase]
        assert sum(map(is_lei, changed)) <= 1


@pytest.mark.parametrize(
    "code",
    [
        "",
        "EXMP00BEISPIELBANK8",
        "EXMP00BEISPIELBANK866",
        "exmp00beispielbank86",
        "EXMP00BEISPIELBANK8A",
        "EXMP00BEISPIELBANK 86",
        "EXMP00BEISPIELBANK86\n",
        "EXMP00BEISPIELBANK٨٦",
    ],
    ids=[
        "empty",
        "short",
        "long",
        "small letters",
        "letter at the end",
        "space",
        "line break",
        "digits of another script",
    ],
)
def test_what_has_not_the_form_of_an_lei_is_none(code: str) -> None:
    """Twenty capital letters and digits, the last two digits."""
    assert not is_lei(code)


def test_check_digits_that_are_never_issued_do_not_hold() -> None:
    """98 minus a remainder gives 02 to 98; 00, 01 and 99 would leave the same remainder."""
    for digits, same_as in (("00", "97"), ("01", "98"), ("99", "02")):
        base = next(
            base
            for number in range(10_000)
            if _check_digits(base := f"EXMP00TEST{number:08d}") == same_as
        )
        assert is_lei(base + same_as)
        assert not is_lei(base + digits)
