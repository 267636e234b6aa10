"""What `holdfast doctor` found about one thing, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    `mend` says what to do: None where all is well, empty where `detail` says it already.
    """

    subject: str
    detail: str
    mend: str | None = None

    @property
    def ok(self) -> bool:
        """Whether nothing needs mending."""
        return self.mend is None
