"""A value as it is known, with the entry that says it, and as it is shown in a rendering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.communication.message import TracedValue
from holdfast.domain.communication.template_values import ValueKind
from holdfast.domain.values import rfc3339
from holdfast.store.communications.language_forms import LanguageForms

__all__ = ["KnownValue", "RawValue", "ShownValue", "traced"]

RawValue = str | int | bool | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value by its kind, and the entries that say it: of a list, one for each of its texts.

    No entry: a person stated it with the draft, or it is about the draft itself.
    """

    kind: ValueKind
    raw: RawValue
    entries: tuple[str | None, ...] = (None,)
    estimate: bool = False


def traced(name: str, value: KnownValue) -> Iterator[TracedValue]:
    """The value as the message keeps it; each text of a list under a number of its own."""
    raw = value.raw
    if isinstance(raw, tuple):
        entries = value.entries if len(value.entries) == len(raw) else (None,) * len(raw)
        for number, (text, entry) in enumerate(zip(raw, entries, strict=True), 1):
            yield TracedValue(name=f"{name}.{number}", value=text, entry=entry)
        return
    if isinstance(raw, bool):
        text = "true" if raw else "false"
    else:
        text = rfc3339(raw) if isinstance(raw, datetime) else str(raw)
    yield TracedValue(name=name, value=text, entry=value.entries[0])


class ShownValue:
    """What a template holds in its hands: printed in its language, asked whether it is known.

    One that is missing is false; printed, it leaves a marker behind and its name in `noted`. One
    that may be left out (`optional`) prints as nothing instead.
    """

    __slots__ = ("_forms", "_noted", "known", "name", "optional")

    def __init__(
        self,
        name: str,
        known: KnownValue | None,
        forms: LanguageForms,
        noted: dict[str, None],
        *,
        optional: bool = False,
    ) -> None:
        """Show the value, or its absence, in the forms of a language."""
        self.name = name
        self.known = known
        self.optional = optional
        self._forms = forms
        self._noted = noted

    def __bool__(self) -> bool:
        return self.known is not None and bool(self.known.raw)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ShownValue):
            other = other.known.raw if other.known else None
        return (self.known.raw if self.known else None) == other

    def __hash__(self) -> int:
        return hash(self.name)

    def __iter__(self) -> Iterator[ShownValue | str]:
        """The texts of a list; of a missing one, itself, so that it is seen to be missing."""
        if self.known is not None and isinstance(self.known.raw, tuple):
            yield from self.known.raw
        elif self.known is None and not self.optional:
            yield self

    def __str__(self) -> str:
        if self.known is None:
            return self._absence()
        raw = self.known.raw
        if isinstance(raw, datetime):
            return self._forms.write_moment(raw)
        if isinstance(raw, int) and not isinstance(raw, bool):
            number = self._forms.write_number(raw)
            return self._forms.estimate.format(number=number) if self.known.estimate else number
        return self._forms.write_list(raw) if isinstance(raw, tuple) else str(raw)

    def write_day(self) -> str:
        """Of a moment, the day alone; everything else as it is printed."""
        moment = self.known.raw if self.known else None
        return self._forms.write_day(moment) if isinstance(moment, datetime) else str(self)

    def write_time(self) -> str:
        """Of a moment, the time of day alone; everything else as it is printed."""
        moment = self.known.raw if self.known else None
        return self._forms.write_time(moment) if isinstance(moment, datetime) else str(self)

    def _absence(self) -> str:
        if self.optional:
            return ""
        self._noted[self.name] = None
        return f"[missing: {self.name}]"
