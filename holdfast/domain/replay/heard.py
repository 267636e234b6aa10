"""A journal that only listens: what a rule of the process records when it is run again."""

from __future__ import annotations

from holdfast.domain.events import Event, EventKind

__all__ = ["Heard"]


class Heard:
    """A journal that only listens: what a rule of the process records when it is run again."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self.events: list[Event] = []

    def record(self, event: Event) -> str:
        """Keep the event; the id has the form of an entry's and stands for nothing."""
        self.events.append(event)
        return f"rejudged-{len(self.events)}"

    def first(self, kind: EventKind) -> Event | None:
        """The first event of that kind, if there is one."""
        return next((event for event in self.events if event.kind is kind), None)
