"""Values of reports as people read them: choices, lengths, amounts, instants, where from."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from holdfast.domain.time_zones import local_time
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField
from holdfast.dora.report.definitions import FieldKind
from holdfast.evidence.bundle.people_in_words import whose
from holdfast.evidence.report_pdf.document import LocalRule

__all__ = ["SOURCES", "choice_in_words", "entries_in_words", "instant_in_words", "value_in_words"]

SOURCES = {
    FieldSource.SUPPLIED: "put in by a person",
    FieldSource.FACT: "stated fact",
    FieldSource.ENTRY: "evidence",
    FieldSource.COMPUTED: "computed from facts",
    FieldSource.REGISTER: "register or policy",
    FieldSource.CONTACT: "directory",
}
"""Where a value comes from."""

_CAPITALS = {
    **{word: word.upper() for word in ("ict", "it", "csirt", "lei", "dora")},
    "ddos": "DDoS",
}
_CODE = re.compile(r"[A-Z]{2,3}")
_SHOWN_ENTRIES = 5


def value_in_words(
    kind: FieldKind, value: FieldValue, currency: str = "", place: LocalRule | None = None
) -> str:
    """A value as it is read; `currency` is that of amounts, `place` whose local time is told."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "; ".join(map(choice_in_words, value))
    written: Callable[[str], str] | None = {
        FieldKind.CHOICE: choice_in_words,
        FieldKind.INSTANT: lambda text: instant_in_words(datetime.fromisoformat(text), place),
        FieldKind.DURATION: _duration,
        FieldKind.PERCENT: lambda text: f"{text} %",
        FieldKind.MONEY: lambda text: _money(text, currency),
        FieldKind.LEIS: lambda text: text.replace(";", "; "),
    }.get(kind)
    return written(value) if written else value


def choice_in_words(token: str) -> str:
    """A choice of the authorities' JSON in words; codes stay as they are."""
    if _CODE.fullmatch(token):
        return token
    words = re.split(r"[_ ]", token)
    return " ".join(_word(word) for word in words)


def instant_in_words(at: datetime, place: LocalRule | None = None) -> str:
    """An aware instant in UTC, and as the clocks of that place had it."""
    said = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if place is None:
        return said
    there = local_time(place.rule, at)
    day = "" if there.date() == at.astimezone(UTC).date() else f"{there:%Y-%m-%d} "
    return f"{said} ({day}{there:%H:%M:%S} {place.name})"


def entries_in_words(field: FilledField, incident: str) -> str:
    """The entries behind a value, those of the incident by their number, and who put it in."""
    own = f"incident/{incident}"
    names = [entry.removeprefix(own) for entry in field.entries]
    shown = ", ".join(names[:_SHOWN_ENTRIES])
    more = len(names) - _SHOWN_ENTRIES
    said = [f"{shown} and {more} more" if more > 0 else shown] if names else []
    said += [f"by {whose(str(field.by.role), field.by.id)}"] if field.by else []
    return ", ".join(said)


def _word(word: str) -> str:
    """A word with its capitals, also where a hyphen joins it."""
    return "-".join(_CAPITALS.get(part, part) for part in word.split("-"))


def _duration(value: str) -> str:
    days, hours, minutes = (int(part) for part in value.split(":"))
    told = [(days, "d"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{count} {unit}" for count, unit in told if count) or "0 min"


def _money(value: str, currency: str) -> str:
    """An amount in full: reports have it in thousands."""
    amount = Decimal(value).scaleb(3)
    whole = amount == amount.to_integral_value()
    said = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    return f"{said} {currency}".strip()
