"""What a report is filled from: the entries of the incident's chain, the register, the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from holdfast.domain.events import Event, EventKind
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import EntityRules, ReportingPolicy
from holdfast.domain.values import Frozen, Identifier, Instant
from holdfast.dora.register import LegalEntity, Register
from holdfast.dora.report_stages import ReportStage

__all__ = ["FillSources", "SourceEntry", "ToldEntry", "Wanted", "place_of", "workflow_of"]


class ToldEntry(Protocol):
    """An entry of a chain, as far as it is read here."""

    @property
    def id(self) -> str:
        """Its id, which begins with that of the workflow that wrote it."""
        ...

    @property
    def occurred_at(self) -> datetime:
        """When it happened, aware."""
        ...

    @property
    def event(self) -> Event:
        """What it says."""
        ...


class SourceEntry(Frozen):
    """An entry as it is read here; neither its nonce nor what it hashes to counts."""

    id: Identifier
    occurred_at: Instant
    event: Event


def workflow_of(entry: ToldEntry) -> str:
    """The id of the workflow that wrote an entry."""
    return entry.id.rpartition("#")[0]


def place_of(entry: ToldEntry) -> tuple[datetime, str, int]:
    """Where an entry stands among others, whatever order they come in."""
    workflow, _, number = entry.id.rpartition("#")
    return entry.occurred_at, workflow, int(number) if number.isdigit() else 0


class Wanted(Frozen):
    """Which version of which report is wanted, of which entity.

    `at` is until when counts what still goes on: the moment of the last entry, so that whoever has
    the entries fills the same.
    """

    incident: Identifier
    number: int
    entity: Identifier
    kind: ReportKind
    covers: tuple[ReportStage, ...]
    version: int
    at: Instant


@dataclass(frozen=True)
class FillSources:
    """The entries in the order of the chain, the register and the policy that are pinned."""

    entries: tuple[SourceEntry, ...]
    register: Register
    policy: ReportingPolicy

    @cached_property
    def _by_kind(self) -> dict[EventKind, tuple[SourceEntry, ...]]:
        found = dict[EventKind, list[SourceEntry]]()
        for entry in self.entries:
            found.setdefault(entry.event.kind, []).append(entry)
        return {kind: tuple(entries) for kind, entries in found.items()}

    def of(self, kind: EventKind) -> tuple[SourceEntry, ...]:
        """The entries of that kind, in order."""
        return self._by_kind.get(kind, ())

    def first(self, kind: EventKind) -> SourceEntry | None:
        """The first entry of that kind; None where there is none."""
        return next(iter(self.of(kind)), None)

    def last(self, kind: EventKind) -> SourceEntry | None:
        """The last entry of that kind; None where there is none."""
        return next(reversed(self.of(kind)), None)

    def of_reporting(self, kind: EventKind, number: int) -> tuple[SourceEntry, ...]:
        """The entries of that kind that belong to the reporting of that number, in order."""
        return tuple(e for e in self.of(kind) if e.event.payload.get("number") == number)

    def caused(self, entry: SourceEntry, kind: EventKind) -> SourceEntry | None:
        """The entry of that kind that an entry names as a cause; None where there is none."""
        return next((each for each in self.of(kind) if each.id in entry.event.causes), None)

    def entity(self, wanted: Wanted) -> LegalEntity | None:
        """The financial entity in the register; None where it is not in this version of it."""
        return self.register.entities.get(wanted.entity)

    def rules(self, wanted: Wanted) -> EntityRules | None:
        """What the policy says of that entity; None where it says nothing."""
        return self.policy.entities.get(wanted.entity)
