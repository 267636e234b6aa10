"""What a check of the evidence has found, and how far it is: values that outlive the process.

A finding says in plain words what does not hold, and names the record, leaf, tile or checkpoint.
None of them quotes content: findings go to consoles, logs and the Temporal Web UI.
"""

from __future__ import annotations

import base64
from enum import StrEnum

from pydantic import Field

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import Frozen, JsonObject
from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.evidence.log.leaf import EVIDENCE_LOG

__all__ = [
    "MOST_FINDINGS_KEPT",
    "CheckReport",
    "CheckStage",
    "Finding",
    "FindingCode",
    "Progress",
    "checked_event",
]

MOST_FINDINGS_KEPT = 200
"""Beyond that they are counted only: somebody has to look at the database in any case."""

_MOST_FINDINGS_RECORDED = 50
"""So many an `evidence.checked` record names, and how many there were."""


class FindingCode(StrEnum):
    """What does not hold; a code is never renamed, as `evidence.checked` records keep it."""

    RECORD_CHANGED = "record_changed"
    RECORD_REMOVED = "record_removed"
    RECORD_EMPTIED = "record_emptied"
    RECORD_MALFORMED = "record_malformed"
    RECORD_COLUMNS = "record_columns"
    RECORD_ORDER = "record_order"
    RECORD_UNLOGGED = "record_unlogged"
    SEQUENCE_GAP = "sequence_gap"
    SEALED_VALUE = "sealed_value"
    STORED_HASH = "stored_hash"
    LEAF_CHANGED = "leaf_changed"
    LEAF_REMOVED = "leaf_removed"
    LEAF_UNSIGNED = "leaf_unsigned"
    LEAF_COLUMNS = "leaf_columns"
    CHAIN_BROKEN = "chain_broken"
    INCIDENT_HEAD = "incident_head"
    TILE_CHANGED = "tile_changed"
    TILE_REMOVED = "tile_removed"
    TILE_UNEXPECTED = "tile_unexpected"
    CHECKPOINT_CHANGED = "checkpoint_changed"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    CHECKPOINT_ROOT = "checkpoint_root"
    CHECKPOINT_TIME = "checkpoint_time"
    CHECKPOINT_REMOVED = "checkpoint_removed"
    CHECKPOINT_OUTSIDE = "checkpoint_outside"
    CHECKPOINT_FILE = "checkpoint_file"
    LOG_ROLLED_BACK = "log_rolled_back"
    LOG_STATE = "log_state"
    LOG_KEY = "log_key"
    PENDING = "pending"
    DISPOSAL = "disposal"
    ARTIFACT_CHANGED = "artifact_changed"
    ARTIFACT_REMOVED = "artifact_removed"
    ARTIFACT_EMPTIED = "artifact_emptied"


class Finding(Frozen):
    """One thing that does not hold: `about` names it, `record` and `index` where there is one."""

    code: FindingCode
    about: str
    words: str
    record: str | None = None
    index: int | None = None


class CheckStage(StrEnum):
    """What a check is at, in this order."""

    LEAVES = "leaves"
    RECORDS = "records"
    CHAINS = "chains"
    ARTIFACTS = "artifacts"
    WHOLE = "whole"
    DONE = "done"


class Progress(Frozen):
    """How far a check is: leaves `first` to before `next` are done, of those to before `end`.

    `edges` are the open tiles of the tree as recomputed so far, lowest level first, in base64;
    `stands_at` is when the checkpoint of size `next` was made; `cursor` is where the stage goes on.
    `whole` says whether, after the leaves, the rest of the database is checked too.
    """

    first: int
    end: int
    whole: bool
    next: int
    edges: tuple[str, ...] = ()
    stands_at: str | None = None
    stage: CheckStage = CheckStage.LEAVES
    cursor: str = ""
    size: int = 0
    waiting: int = 0
    findings: tuple[Finding, ...] = ()
    count: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left to check."""
        return self.stage is CheckStage.DONE

    @property
    def tree(self) -> GrowingTree:
        """The tree as recomputed so far.

        Raises:
            ValueError: the edges are not those of a tree of that size.
        """
        edges = [base64.b64decode(edge) for edge in self.edges]
        return GrowingTree.standing_on(self.next, edges)

    @property
    def report(self) -> CheckReport:
        """What was found so far."""
        return CheckReport(
            first=self.first,
            end=self.next,
            size=self.size,
            root=self.tree.root.hex(),
            findings=self.findings,
            count=self.count,
            waiting=self.waiting,
        )


class CheckReport(Frozen):
    """What a check of leaves `first` to before `end` has found, in a log of `size`.

    `root` (hexadecimal) is the recomputed root at `end`; `count` is how many findings there were,
    of which `findings` are the first; `waiting` records were not in the log yet.
    """

    first: int
    end: int
    size: int
    root: str
    findings: tuple[Finding, ...] = ()
    count: int = Field(default=0, ge=0)
    waiting: int = Field(default=0, ge=0)

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return self.count == 0


def checked_event(report: CheckReport) -> Event:
    """Return the event that records a check; the record names the first findings, and how many."""
    findings: list[JsonObject] = [
        {"code": str(finding.code), "record": finding.record, "words": finding.words}
        for finding in report.findings[:_MOST_FINDINGS_RECORDED]
    ]
    return Event(
        kind=EventKind.EVIDENCE_CHECKED,
        subject=Subject(type="log", id=EVIDENCE_LOG),
        payload={
            "first": report.first,
            "end": report.end,
            "size": report.size,
            "root": report.root,
            "count": report.count,
            "findings": findings,
        },
    )
