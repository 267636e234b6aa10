"""Nationwide public holidays of some Member States, written down by hand from their laws.

No calendar of the product and no package is used: the golden file of the reporting deadlines is
computed with these. Days in lieu of a holiday that falls on a weekend are not here, and no golden
deadline depends on one.
"""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["is_public_holiday", "known_places"]

_GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY, _CORPUS_CHRISTI = -2, 1, 39, 50, 60
_MAUNDY_THURSDAY, _CLEAN_MONDAY = -3, -48
_FIRST_AND_LABOUR = "01-01 05-01"
_CHRISTMAS = "12-25 12-26"

_FIXED = {
    "AT": f"{_FIRST_AND_LABOUR} 01-06 08-15 10-26 11-01 12-08 {_CHRISTMAS}",
    "BE": f"{_FIRST_AND_LABOUR} 07-21 08-15 11-01 11-11 12-25",
    "BG": f"{_FIRST_AND_LABOUR} 03-03 05-06 05-24 09-06 09-22 12-24 {_CHRISTMAS}",
    "CY": f"{_FIRST_AND_LABOUR} 01-06 03-25 04-01 08-15 10-01 10-28 {_CHRISTMAS}",
    "CZ": f"{_FIRST_AND_LABOUR} 05-08 07-05 07-06 09-28 10-28 11-17 12-24 {_CHRISTMAS}",
    "DE": f"{_FIRST_AND_LABOUR} 10-03 {_CHRISTMAS}",
    "DK": f"01-01 {_CHRISTMAS}",
    "EE": f"{_FIRST_AND_LABOUR} 02-24 06-23 06-24 08-20 12-24 {_CHRISTMAS}",
    "ES": f"{_FIRST_AND_LABOUR} 01-06 08-15 10-12 11-01 12-06 12-08 12-25",
    "FI": f"{_FIRST_AND_LABOUR} 01-06 12-06 {_CHRISTMAS}",
    "FR": f"{_FIRST_AND_LABOUR} 05-08 07-14 08-15 11-01 11-11 12-25",
    "GR": f"{_FIRST_AND_LABOUR} 01-06 03-25 08-15 10-28 {_CHRISTMAS}",
    "IE": f"01-01 03-17 {_CHRISTMAS}",
    "IT": f"{_FIRST_AND_LABOUR} 01-06 04-25 06-02 08-15 11-01 12-08 {_CHRISTMAS}",
    "LU": f"{_FIRST_AND_LABOUR} 05-09 06-23 08-15 11-01 {_CHRISTMAS}",
    "NL": f"01-01 {_CHRISTMAS}",
    "NO": f"{_FIRST_AND_LABOUR} 05-17 {_CHRISTMAS}",
    "PL": f"{_FIRST_AND_LABOUR} 01-06 05-03 08-15 11-01 11-11 12-24 {_CHRISTMAS}",
    "PT": f"{_FIRST_AND_LABOUR} 04-25 06-10 08-15 10-05 11-01 12-01 12-08 12-25",
    "RO": f"{_FIRST_AND_LABOUR} 01-02 01-06 01-07 01-24 06-01 08-15 11-30 12-01 {_CHRISTMAS}",
    "SE": f"{_FIRST_AND_LABOUR} 01-06 06-06 {_CHRISTMAS}",
}
"""Days of every year, as month and day."""

_FROM_EASTER = {
    "AT": (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY, _CORPUS_CHRISTI),
    "BE": (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "BG": (_GOOD_FRIDAY, _EASTER_MONDAY),
    "CY": (_CLEAN_MONDAY, _GOOD_FRIDAY, _EASTER_MONDAY, _WHIT_MONDAY),
    "CZ": (_GOOD_FRIDAY, _EASTER_MONDAY),
    "DE": (_GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "DK": (_MAUNDY_THURSDAY, _GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "EE": (_GOOD_FRIDAY,),
    "ES": (_GOOD_FRIDAY,),
    "FI": (_GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION),
    "FR": (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "GR": (_CLEAN_MONDAY, _GOOD_FRIDAY, _EASTER_MONDAY, _WHIT_MONDAY),
    "IE": (_EASTER_MONDAY,),
    "IT": (_EASTER_MONDAY,),
    "LU": (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "NL": (_EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "NO": (_MAUNDY_THURSDAY, _GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION, _WHIT_MONDAY),
    "PL": (_EASTER_MONDAY, _CORPUS_CHRISTI),
    "PT": (_GOOD_FRIDAY, _CORPUS_CHRISTI),
    "RO": (_GOOD_FRIDAY, _EASTER_MONDAY, _WHIT_MONDAY),
    "SE": (_GOOD_FRIDAY, _EASTER_MONDAY, _ASCENSION),
}
"""Days that move with Easter, as days after Easter Sunday."""

_FIXED_IN_PART = {
    "DE-BE": "03-08",
    "DE-BW": "01-06 11-01",
    "DE-BY": "01-06 11-01",
    "DE-NW": "11-01",
}
_FROM_EASTER_IN_PART = {
    "DE-BW": (_CORPUS_CHRISTI,),
    "DE-BY": (_CORPUS_CHRISTI,),
    "DE-HE": (_CORPUS_CHRISTI,),
    "DE-NW": (_CORPUS_CHRISTI,),
}
_ORTHODOX = frozenset({"BG", "CY", "GR", "RO"})
_MONDAY, _SUNDAY = 0, 6


def is_public_holiday(day: date, state: str, subdivision: str | None = None) -> bool:
    """Whether a day is one of the whole state, or of the given part of it.

    Raises:
        KeyError: Nobody has written the holidays of this state down here.
    """
    fixed = f"{_FIXED[state]} {_FIXED_IN_PART.get(subdivision or '', '')}".split()
    moving = _FROM_EASTER[state] + _FROM_EASTER_IN_PART.get(subdivision or "", ())
    easter = _orthodox_easter(day.year) if state in _ORTHODOX else _western_easter(day.year)
    return (
        f"{day:%m-%d}" in fixed
        or (day - easter).days in moving
        or (state == "IE" and _is_an_irish_monday(day))
        or (state == "NL" and day == _dutch_kings_day(day.year))
        or (state == "SE" and _is_swedish_midsummer_or_all_saints(day))
        or (state == "FI" and _is_swedish_midsummer_or_all_saints(day))
    )


def known_places() -> list[str]:
    """The states and parts of states whose holidays are written down, in order."""
    return sorted({*_FIXED, *_FIXED_IN_PART, *_FROM_EASTER_IN_PART})


def _is_an_irish_monday(day: date) -> bool:
    """The first Monday of February, May, June and August, and the last one of October.

    In a February that begins with a Friday it is that Friday.
    """
    if day.month == 2 and date(day.year, 2, 1).weekday() == 4:
        return day.day == 1
    first = day.weekday() == _MONDAY and day.day <= 7
    last = day.weekday() == _MONDAY and (day + timedelta(days=7)).month != day.month
    return (day.month in {2, 5, 6, 8} and first) or (day.month == 10 and last)


def _dutch_kings_day(year: int) -> date:
    """27 April, the day before where that is a Sunday."""
    birthday = date(year, 4, 27)
    return birthday - timedelta(days=1) if birthday.weekday() == _SUNDAY else birthday


def _is_swedish_midsummer_or_all_saints(day: date) -> bool:
    """Two Saturdays: of 20 to 26 June, and of 31 October to 6 November."""
    midsummer = date(day.year, 6, 20) <= day <= date(day.year, 6, 26)
    all_saints = date(day.year, 10, 31) <= day <= date(day.year, 11, 6)
    return day.weekday() == 5 and (midsummer or all_saints)


def _western_easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Gauss with the corrections for 1900 to 2199."""
    moon = (19 * (year % 19) + (24 if year < 2200 else 25)) % 30
    week = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    day = 22 + moon + week
    if moon == 29 and week == 6:
        day = 50
    if moon == 28 and week == 6 and year % 19 > 10:
        day = 49
    return date(year, 3, 1) + timedelta(days=day - 1)


def _orthodox_easter(year: int) -> date:
    """Easter Sunday of the Julian calendar (Gauss), 13 days on for 1900 to 2099."""
    moon = (19 * (year % 19) + 15) % 30
    week = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 6) % 7
    return date(year, 3, 21) + timedelta(days=1 + moon + week + 13)
