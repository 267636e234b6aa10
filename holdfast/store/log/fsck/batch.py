"""One batch of leaves, from the boundary before it to its own: gathered, then judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from holdfast.domain.values import rfc3339
from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.merkle import HASH_BYTES
from holdfast.store.log.fsck.blame import Blame, Disputed
from holdfast.store.log.fsck.boundaries import Boundary
from holdfast.store.log.fsck.candidates import Verdict
from holdfast.store.log.fsck.recomputation import Recomputation, Suspect
from holdfast.store.log.fsck.records import Problem, record_problems
from holdfast.store.log.fsck.rows import Block, Row

__all__ = ["Batch"]

_MOST_SUSPECTS = 20_000
"""More than a batch has leaves: where checkpoints were removed, a batch may be the whole log."""

_NO_HASH = bytes(HASH_BYTES)
_BEFORE_ANY = (datetime(1, 1, 3, tzinfo=UTC), 0)
"""After every time that is not believable."""


class Batch:
    """What the leaves up to a boundary are, and what differs in them."""

    def __init__(self, recomputation: Recomputation, boundary: Boundary, blame: Blame) -> None:
        """Gather the leaves that come next; what does not hold goes to `blame`."""
        self.logged_at = rfc3339(boundary.made_at)
        self._recomputation = recomputation
        self._boundary = boundary
        self._blame = blame
        self._findings = blame.findings
        self._disputed: dict[int, Disputed] = {}
        self._missing: dict[int, bytes | None] = {}
        self._held: dict[int, list[Problem]] = {}
        self._misordered: list[tuple[int, str]] = []
        self._last_stamp = _BEFORE_ANY
        self._unlisted = 0

    def take(self, block: Block, first: int, end: int) -> None:
        """Take the leaves from `first` to before `end` in."""
        before = len(self._recomputation.suspects)
        rows = block.rows_between(first, end)
        if len(rows) == end - first:
            self._recomputation.add(rows, self.logged_at, block.stored_hash)
        else:
            self._take_with_gaps(block, rows, first, end)
        self._hold_against_tiles(block, rows, first, end)
        self._look_at_records(rows, before)
        self._unlisted += len(self._recomputation.suspects[_MOST_SUSPECTS:])
        del self._recomputation.suspects[_MOST_SUSPECTS:]

    def settle(self, before: str | None) -> Verdict:
        """Judge the batch by its root, and tell what differs; `before` is when the last one was."""
        suspects = list(self._recomputation.suspects)
        disputed = {
            index: each.stored for index, each in self._disputed.items() if each.stored is not None
        }
        self._recomputation.seal(disputed)
        verdict = self._recomputation.trees.settle(self._boundary.root)
        if verdict is Verdict.NEITHER:
            self._tell_root()
        for index, stored in self._missing.items():
            self._blame.missing(index, stored)
        self._blame.disputes(self._disputed, verdict, suspects)
        changed = set(disputed) if verdict is not Verdict.LEAVES else set()
        self._tell_suspects(suspects, changed, before)
        if not suspects and not self._missing:
            self._tell_order()
        if self._boundary.note is None:
            self._tell_no_checkpoint()
        return verdict

    def _tell_suspects(
        self, suspects: Sequence[Suspect], changed: AbstractSet[int], before: str | None
    ) -> None:
        """Tell what differs around leaves that are right, and what their records say of theirs."""
        trusted = [suspect for suspect in suspects if suspect.index not in changed]
        times = self._blame.trusted(trusted, self._held, self.logged_at)
        for suspect in suspects:
            if suspect.index in changed:
                problems = self._held.get(suspect.index, [])
                self._blame.problems(suspect.row.entry_id, suspect.index, problems)
        self._tell_times(times, changed | self._missing.keys(), before)

    def _take_with_gaps(self, block: Block, rows: Sequence[Row], first: int, end: int) -> None:
        by_index = {row.leaf_index: row for row in rows}
        for index in range(first, end):
            if (row := by_index.get(index)) is not None:
                self._recomputation.add([row], self.logged_at, block.stored_hash)
                continue
            stored = block.stored_hash(index)
            self._missing[index] = stored
            self._recomputation.stand_in(stored or _NO_HASH)

    def _hold_against_tiles(self, block: Block, rows: Sequence[Row], first: int, end: int) -> None:
        own = self._recomputation.hashes[first - end :]
        if block.stored_hashes(first, end) == b"".join(own):
            return
        names = {row.leaf_index: row.entry_id for row in rows}
        for index, own_hash in enumerate(own, first):
            stored = block.stored_hash(index)
            if stored != own_hash and index not in self._missing:
                self._disputed[index] = Disputed(own_hash, stored, names.get(index, ""))

    def _look_at_records(self, rows: Sequence[Row], before: int) -> None:
        """Look at each record by itself; what a suspect's says waits for the verdict on it."""
        suspected = {suspect.index for suspect in self._recomputation.suspects[before:]}
        for row in rows:
            if row.body is not None and (problems := record_problems(row)):
                if row.leaf_index in suspected:
                    self._held[row.leaf_index] = problems
                else:
                    self._blame.problems(row.entry_id, row.leaf_index, problems)
            if row.recorded_at is not None and row.position is not None:
                stamp = (row.recorded_at, row.position)
                if stamp <= self._last_stamp:
                    self._misordered.append((row.leaf_index, row.entry_id))
                self._last_stamp = stamp

    def _tell_root(self) -> None:
        name = self._boundary.name
        bare = self._boundary.note is None
        code = FindingCode.LOG_STATE if bare else FindingCode.CHECKPOINT_ROOT
        words = f"the leaves up to {self._boundary.size} do not lead to the root of the {name}"
        self._findings.add(code, name, words)

    def _tell_no_checkpoint(self) -> None:
        name = f"checkpoint {self._boundary.size}"
        words = f"{name}, which the log's state stands on, is not there"
        self._findings.add(FindingCode.CHECKPOINT_REMOVED, name, words)

    def _tell_times(
        self,
        times: Sequence[tuple[int, str]],
        mute: AbstractSet[int],
        before: str | None,
    ) -> None:
        """Tell whose time is wrong: leaves of one batch all say when their checkpoint was made.

        `mute` are leaves that say nothing of it, as they were changed themselves.
        """
        name = self._boundary.name
        for first, last, at in _runs(times, mute):
            if last == self._boundary.size - 1:
                words = f"{name} was made {self.logged_at}, but leaves {first} to {last} say {at}"
                self._findings.add(FindingCode.CHECKPOINT_TIME, name, words)
                self.logged_at = at
            else:
                gone = f"checkpoint {last + 1}"
                words = f"{gone} is not there: leaves {first} to {last} were put under it at {at}"
                self._findings.add(FindingCode.CHECKPOINT_REMOVED, gone, words)
        if before is not None and self.logged_at <= before:
            words = f"{name} was made {self.logged_at}, not after the one before it ({before})"
            self._findings.add(FindingCode.CHECKPOINT_TIME, name, words)
        if self._unlisted:
            words = f"{self._unlisted} more leaves under {name} are not as they should be"
            self._findings.add(FindingCode.LEAF_CHANGED, name, words)

    def _tell_order(self) -> None:
        """Tell records that are not in the order in which the database stamped them.

        No hash covers the stamps, but one that was altered seldom fits between its neighbours.
        """
        for index, entry_id in self._misordered:
            words = (
                f"record {entry_id} (leaf {index}) or the one before it has another position or "
                f"time of recording than it had"
            )
            about = f"record {entry_id}"
            code = FindingCode.RECORD_ORDER
            self._findings.add(code, about, words, record=entry_id, index=index)


def _runs(
    times: Sequence[tuple[int, str]], mute: AbstractSet[int]
) -> Iterator[tuple[int, int, str]]:
    """Join neighbouring leaves of the same time, over mute ones: first, last, and time."""
    run: tuple[int, int, str] | None = None
    for index, at in times:
        if run is not None and (run[2] != at or run[1] + 1 != index):
            yield run
            run = None
        last = index
        while last + 1 in mute:
            last += 1
        run = (index if run is None else run[0], last, at)
    if run is not None:
        yield run
