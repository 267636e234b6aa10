"""The course of one communication as the evidence tells it, up to the entry that is judged."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.opening import Opening
from holdfast.domain.events import PolicyPin
from holdfast.domain.replay.verdicts import KnownEntry

__all__ = ["CommunicationCourse"]


@dataclass(slots=True)
class CommunicationCourse:
    """What the entries before have said of it.

    `since` is the number of the entry that opened it; `matrix` is what that entry names, and
    `pinned` what the incident was pinned to there, where the evidence at hand says so.
    """

    since: int
    opening: Opening
    matrix: PolicyPin
    pinned: PolicyPin | None
    stage: Stage = Stage.DRAFT
    version: int = 0
    draft: Draft | None = None
    drafted: str | None = None
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    """The roles that have to clear the version that was handed in last."""
    approved: KnownEntry | None = None
    """The entry that approves the latest version."""

    @property
    def message(self) -> str | None:
        """The digest of the latest version."""
        return self.draft.message if self.draft else None

    def adopt(self, entry: str, draft: Draft, version: int, author: str | None) -> None:
        """Take a version as the latest: nothing that was said of others counts for it."""
        self.stage, self.version, self.draft, self.drafted = Stage.DRAFT, version, draft, entry
        self.approved, self.reviewers = None, ()
        if author is not None:
            self.add_author(author)

    def add_author(self, author: str) -> None:
        """Note who has written or handed in a version."""
        self.authors = tuple(sorted({*self.authors, author}))
