"""Storm control: how often alerts may signal one incident.

The first batch goes at once; while alerts keep coming the interval doubles, so that a storm of any
size becomes a bounded number of signals; after a quiet interval it begins afresh.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace"]

_SHORTEST_SECONDS = 1.0
_LONGEST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class _Beat:
    interval: float
    next_at: float


class Pace:
    """The pace of every incident that alerts have lately joined."""

    def __init__(self) -> None:
        """Begin with everything quiet; after a restart one more signal an incident is the cost."""
        self._beats: dict[str, _Beat] = {}

    def may_send(self, incident_id: str, now: float) -> bool:
        """Whether a batch may go to the incident now."""
        return self.next_at(incident_id) <= now

    def next_at(self, incident_id: str) -> float:
        """When the next batch may go to the incident."""
        beat = self._beats.get(incident_id)
        return beat.next_at if beat is not None else 0.0

    def sent(self, incident_id: str, now: float) -> None:
        """Note that a batch goes to the incident."""
        beat = self._beats.get(incident_id)
        interval = _SHORTEST_SECONDS
        if beat is not None and now <= beat.next_at + beat.interval:
            interval = min(2 * beat.interval, _LONGEST_SECONDS)
        self._beats[incident_id] = _Beat(interval, now + interval)

    def forget_quiet(self, now: float) -> None:
        """Drop what would begin afresh anyway, so that this never grows."""
        self._beats = {
            incident_id: beat
            for incident_id, beat in self._beats.items()
            if now <= beat.next_at + beat.interval
        }
