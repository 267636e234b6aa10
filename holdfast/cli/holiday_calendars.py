"""Calendars of holidays for the register, made once with the package `holidays` and then pinned.

What is law in a place and when a system is closed is kept up by others far better than here. Who
was late has to follow from the published register, though: so their dates are written into it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from holidays import HolidayBase, country_holidays, financial_holidays
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from holdfast.domain.values import Identifier
from holdfast.dora.register.terms import Calendar
from holdfast.errors import InvalidInput

__all__ = ["HolidaySource", "calendar_text", "holiday_calendar", "write_calendar"]

_CALENDARS = "calendars"
_WIDTH = 4096
_HEADER = """\
# The holidays by which contracts count their service hours, complete in the years that each names.
# `holdfast register holidays` writes one of them anew and leaves the others; docs/register.md says
# how, and why the days are pinned here.
"""

_NAMED: TypeAdapter[dict[str, Calendar]] = TypeAdapter(dict[Identifier, Calendar])


@dataclass(frozen=True, slots=True)
class HolidaySource:
    """Whose holidays: a country's (ISO 3166), or a part's of it, or a market's (ISO 10383)."""

    country: str | None = None
    subdivision: str | None = None
    market: str | None = None
    language: str | None = None

    def of(self, years: Sequence[int]) -> HolidayBase:
        """The holidays of these years.

        Raises:
            InvalidInput: there is no such place, market, language or year.
        """
        if (self.country is None) is (self.market is None):
            message = "say whose holidays: either --country or --market"
            raise InvalidInput(message)
        if self.subdivision is not None and self.country is None:
            message = "--subdivision is a part of a country: give --country too"
            raise InvalidInput(message)
        try:
            language = self._language(self._made((), None))
            found = self._made(years, language)
        except NotImplementedError as error:
            raise InvalidInput(str(error)) from error
        if outside := [each for each in years if not found.start_year <= each <= found.end_year]:
            message = f"{outside[0]}: known are the years {found.start_year} to {found.end_year}"
            raise InvalidInput(message)
        return found

    def _made(self, years: Sequence[int], language: str | None) -> HolidayBase:
        if self.market is not None:
            return financial_holidays(self.market, years=years, language=language)
        return country_holidays(
            str(self.country), subdiv=self.subdivision, years=years, language=language
        )

    def _language(self, known: HolidayBase) -> str | None:
        """The language as the package calls it: `en` is its first English."""
        if self.language is None:
            # The package would take that of the machine, where it has names in it.
            return known.default_language
        given = self.language.replace("-", "_")
        fitting = [each for each in known.supported_languages if each.split("_")[0] == given]
        if given in known.supported_languages or fitting:
            return given if given in known.supported_languages else fitting[0]
        named = ", ".join(known.supported_languages)
        words = f"give one of {named}" if named else "its names come in one only: leave it out"
        message = f"there are no names in the language '{self.language}': {words}"
        raise InvalidInput(message)


def holiday_calendar(source: HolidaySource, first_year: int, last_year: int) -> Calendar:
    """The calendar of these years, the last included.

    Raises:
        InvalidInput: there is no such place, market, language or year.
    """
    bounds = {"first_year": first_year, "last_year": last_year}
    try:
        Calendar.model_validate(bounds)
        found = source.of(range(first_year, last_year + 1))
        days = [{"day": day, "name": name} for day, name in sorted(found.items())]
        return Calendar.model_validate({**bounds, "holidays": days})
    except ValidationError as error:
        raise _refused(error) from error


def calendar_text(name: str, calendar: Calendar, standing: str = "") -> str:
    """The text of the file with that calendar in it; all else that stands there stays.

    Raises:
        InvalidInput: the name is no id, or the text is no file with calendars.
    """
    try:
        _NAMED.validate_python({name: calendar})
    except ValidationError as error:
        raise _refused(error) from error
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    document = _read(yaml, standing or f"{_HEADER}{_CALENDARS}: {{}}\n")
    if not document[_CALENDARS]:
        document[_CALENDARS] = CommentedMap()
    document[_CALENDARS][name] = _entry(calendar)
    written = io.StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def write_calendar(path: Path, name: str, calendar: Calendar) -> bool:
    """Put the calendar into that file, whole or not at all; False if it stood there just so.

    Raises:
        InvalidInput: the file is none with calendars, or cannot be written to.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        standing = path.read_text(encoding="utf-8") if path.exists() else ""
        text = calendar_text(name, calendar, standing)
        if text == standing:
            return False
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be written: {error}"
        raise InvalidInput(message) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return True


def _read(yaml: YAML, text: str) -> CommentedMap:
    try:
        document: object = yaml.load(text)
    except (YAMLError, ValueError) as error:
        message = f"the file cannot be read: {' '.join(str(error).split())}"
        raise InvalidInput(message) from error
    if not isinstance(document, CommentedMap) or not isinstance(
        document.get(_CALENDARS), CommentedMap | None
    ):
        message = f"the file has no section '{_CALENDARS}': name another, or add `{_CALENDARS}:`"
        raise InvalidInput(message)
    document.setdefault(_CALENDARS, None)
    return document


def _entry(calendar: Calendar) -> CommentedMap:
    days = []
    for holiday in calendar.holidays:
        day = CommentedMap(day=holiday.day, name=holiday.name)
        day.fa.set_flow_style()
        days.append(day)
    return CommentedMap(first_year=calendar.first_year, last_year=calendar.last_year, holidays=days)


def _refused(error: ValidationError) -> InvalidInput:
    lines = [
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()
    ]
    return InvalidInput("\n".join(lines))
