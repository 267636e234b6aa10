"""How moments, numbers and lists are written in a language; moments always in UTC, and saying so.

English, German and French are known; every other language is given unambiguous, neutral forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["LanguageForms", "forms_of"]

_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class LanguageForms:
    """The forms of one language; without `months`, dates are ISO 8601."""

    thousands: str
    conjunction: str
    estimate: str
    moment: str
    time: str
    months: tuple[str, ...] = ()
    mark: str = ""
    """What follows the number of a day; `first_mark`, that of the first."""
    first_mark: str = ""

    def write_day(self, moment: datetime) -> str:
        """The day of an aware instant, in UTC: `4 March 2026`."""
        at = moment.astimezone(UTC)
        if not self.months:
            return at.date().isoformat()
        mark = self.first_mark if at.day == 1 else self.mark
        return f"{at.day}{mark} {self.months[at.month - 1]} {at.year}"

    def write_time(self, moment: datetime) -> str:
        """The time of day of an aware instant, in UTC: `09:30 UTC`."""
        return self.time.format(clock=f"{moment.astimezone(UTC):%H:%M}")

    def write_moment(self, moment: datetime) -> str:
        """Day and time of an aware instant, in UTC: `4 March 2026, 09:30 UTC`."""
        return self.moment.format(day=self.write_day(moment), time=self.write_time(moment))

    def write_number(self, number: int) -> str:
        """A whole number with its thousands apart."""
        return f"{number:,}".replace(",", self.thousands)

    def write_list(self, texts: Sequence[str]) -> str:
        """Texts one after the other, the last with the language's `and`."""
        if len(texts) <= 1:
            return "".join(texts)
        return f"{', '.join(texts[:-1])}{self.conjunction}{texts[-1]}"


_FORMS = {
    "en": LanguageForms(
        thousands=",",
        conjunction=" and ",
        estimate="approximately {number}",
        moment="{day}, {time}",
        time="{clock} UTC",
        months=(
            *("January", "February", "March", "April", "May", "June", "July"),
            *("August", "September", "October", "November", "December"),
        ),
    ),
    "de": LanguageForms(
        thousands=".",
        conjunction=" und ",
        estimate="etwa {number}",
        moment="{day}, {time}",
        time="{clock} Uhr UTC",
        months=(
            *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
            *("August", "September", "Oktober", "November", "Dezember"),
        ),
        mark=".",
        first_mark=".",
    ),
    "fr": LanguageForms(
        thousands=_NARROW_SPACE,
        conjunction=" et ",
        estimate="environ {number}",
        moment="{day} à {time}",
        time="{clock} UTC",
        months=(
            *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
            *("août", "septembre", "octobre", "novembre", "décembre"),
        ),
        first_mark="er",
    ),
}
_NEUTRAL = LanguageForms(
    thousands=_NARROW_SPACE,
    conjunction=", ",
    estimate="~{number}",
    moment="{day} {time}",
    time="{clock} UTC",
)


def forms_of(language: str) -> LanguageForms:
    """The forms of a language tag; the region makes no difference."""
    return _FORMS.get(language.partition("-")[0], _NEUTRAL)
