"""What replay is given and what it says: entries in, a verdict on each judgement out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = [
    "Contradicted",
    "JudgedEvent",
    "Judgement",
    "KnownEntry",
    "NotReplayable",
    "ReplayReport",
    "Unreadable",
    "Verdict",
]


class Verdict(StrEnum):
    """What became of a judgement when it was made again."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_REPLAYABLE = "not_replayable"


class NotReplayable(Exception):
    """A judgement cannot be made again, as an input is not at hand; the message says which."""


class Unreadable(NotReplayable):
    """An input is there, but its content does not fit its kind."""


class Contradicted(Exception):
    """The rules give no such entry here at all; the message says why."""


@dataclass(frozen=True, slots=True)
class JudgedEvent:
    """One entry as replay is given it: its id, when it happened (aware, UTC), and the event.

    `event` is None where the content is withheld (redacted or disposed of). `kind` is what is
    still known of it then, or None; of an entry with content it says nothing that counts.

    Raises:
        ValueError: there is an event, but not when it happened.
    """

    entry: str
    occurred_at: datetime | None
    event: Event | None
    kind: EventKind | None = None

    def __post_init__(self) -> None:
        """Hold the one combination that means nothing out."""
        if self.event is not None and self.occurred_at is None:
            message = f"entry {self.entry} has content, but no moment"
            raise ValueError(message)

    @property
    def known(self) -> KnownEntry | None:
        """The entry with its content, or None where that is withheld."""
        if self.event is None or self.occurred_at is None:
            return None
        return KnownEntry(self.entry, self.occurred_at, self.event)


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry whose content is at hand."""

    entry: str
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one entry.

    `compared` says in words what was judged again, `reason` why the verdict is not `same`.
    `rejudged` is None where nothing could be judged, or where the rules give no such entry.
    """

    entry: str
    kind: EventKind | None
    verdict: Verdict
    compared: str
    reason: str | None = None
    recorded: JsonObject | None = None
    rejudged: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What came out: how many entries there were, and the verdict on every judgement, in order."""

    entries: int
    judgements: tuple[Judgement, ...]

    def having(self, verdict: Verdict) -> tuple[Judgement, ...]:
        """The judgements with that verdict, in order."""
        return tuple(judgement for judgement in self.judgements if judgement.verdict is verdict)
