"""Waiting longer after every failure in a row; told once when it begins and once when it ends."""

from __future__ import annotations

__all__ = ["Backoff"]

_SHORTEST_SECONDS = 0.2
_LONGEST_SECONDS = 5.0


class Backoff:
    """When to try a part again that does not answer."""

    def __init__(self) -> None:
        """Begin with the part answering."""
        self._delay = 0.0
        self._retry_at = 0.0

    @property
    def down(self) -> bool:
        """Whether the last attempt failed."""
        return self._delay > 0

    @property
    def retry_at(self) -> float:
        """When to try next."""
        return self._retry_at

    def failed(self, now: float) -> bool:
        """Note a failure; return whether it is the first in a row."""
        first = not self.down
        # Several attempts that were under way fail together: that is one failure.
        if first or now >= self._retry_at:
            self._delay = min(max(2 * self._delay, _SHORTEST_SECONDS), _LONGEST_SECONDS)
            self._retry_at = now + self._delay
        return first

    def succeeded(self) -> bool:
        """Note a success; return whether it ends a row of failures."""
        ended = self.down
        self._delay = self._retry_at = 0.0
        return ended
