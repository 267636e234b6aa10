"""What an import does to a section: which ids are new, changed, gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.domain.values import JsonObject

__all__ = ["SectionChanges", "changes_between"]


@dataclass(frozen=True, slots=True)
class SectionChanges:
    """A section before and after."""

    section: str
    before: JsonObject
    after: JsonObject

    @property
    def new(self) -> tuple[str, ...]:
        """The ids that were not there."""
        return tuple(name for name in self.after if name not in self.before)

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids whose values differ."""
        both = (name for name in self.after if name in self.before)
        return tuple(name for name in both if self.after[name] != self.before[name])

    @property
    def gone(self) -> tuple[str, ...]:
        """The ids that are no longer there."""
        return tuple(name for name in self.before if name not in self.after)

    def lines(self) -> Iterator[str]:
        """Yield the changes in words: one line for the section, one for each id."""
        same = len(self.after) - len(self.new) - len(self.changed)
        yield (
            f"{self.section}: {len(self.new)} new, {len(self.changed)} changed,"
            f" {len(self.gone)} gone, {same} as before"
        )
        yield from (f"  new      {name}" for name in self.new)
        for name in self.changed:
            words = changes_between(self.before[name], self.after[name])
            yield f"  changed  {name}: {'; '.join(words)}"
        yield from (f"  gone     {name}" for name in self.gone)


def changes_between(before: JsonObject, after: JsonObject) -> Iterator[str]:
    """Yield each field that differs, with its value before and after."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield f"{name} {_said(old)} → {_said(new)}"


def _said(value: object) -> str:
    return "unknown" if value is None else str(value)
