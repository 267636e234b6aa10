"""Who is to blame: what differs in a batch of leaves, as findings that name what was changed.

The signed root decides between a leaf and its tile. A leaf that the root speaks for is right: then
what says otherwise (record, column, checkpoint) is wrong.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.tiles import TILE_BYTES, TILE_WIDTH
from holdfast.store.log.fsck.candidates import Verdict
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.leaf_members import LeafMembers, leaf_members
from holdfast.store.log.fsck.recomputation import Suspect
from holdfast.store.log.fsck.records import Problem

__all__ = ["Blame", "Disputed"]

_COLUMNS = ("index", "record", "incident", "incident_seq")


@dataclass(frozen=True, slots=True)
class Disputed:
    """A leaf whose hash is not the one in its tile, which is None where the tile ends before."""

    own: bytes
    stored: bytes | None
    record: str


@dataclass(slots=True)
class Blame:
    """Turns what differs in one batch after the other into findings.

    `told` are the true hashes of leaves that were changed: what follows them in their chain is
    right. `gone` are those of leaves that are not there, by number.
    """

    findings: Findings
    told: set[str] = field(default_factory=set)
    gone: dict[str, int] = field(default_factory=dict)
    told_tiles: set[int] = field(default_factory=set)

    def missing(self, index: int, stored: bytes | None) -> None:
        """Tell a leaf that is not there."""
        words = f"leaf {index} is gone"
        self.findings.add(FindingCode.LEAF_REMOVED, f"leaf {index}", words, index=index)
        if stored is not None:
            self.gone[stored.hex()] = index

    def overlong(self, tiles: Mapping[int, bytes]) -> None:
        """Tell tiles that hold more than a tile can."""
        for number, tile in tiles.items():
            if len(tile) > TILE_BYTES and number not in self.told_tiles:
                self.told_tiles.add(number)
                name = f"tile 0/{number}"
                words = f"{name} is longer than a tile can be"
                self.findings.add(FindingCode.TILE_CHANGED, name, words)

    def disputes(
        self, disputed: Mapping[int, Disputed], verdict: Verdict, suspects: Sequence[Suspect]
    ) -> None:
        """Tell the leaves and tiles that disagree, as the signed root decides."""
        by_index = {suspect.index: suspect for suspect in suspects}
        tiles: defaultdict[int, list[int]] = defaultdict(list)
        for index, each in disputed.items():
            if verdict is Verdict.LEAVES or each.stored is None:
                tiles[index // TILE_WIDTH].append(index)
            else:
                self.told.add(each.stored.hex())
                why = _differences(by_index.get(index), verdict)
                words = f"leaf {index} (record {each.record}) {why}"
                self._leaf(FindingCode.LEAF_CHANGED, index, each.record, words)
        for number, indexes in tiles.items():
            if number not in self.told_tiles:
                self.told_tiles.add(number)
                self._tile(number, indexes[0], disputed[indexes[0]].stored)

    def trusted(
        self, suspects: Iterable[Suspect], held: Mapping[int, list[Problem]], at: str
    ) -> list[tuple[int, str]]:
        """Tell what contradicts leaves that the root speaks for.

        `held` is what their records' own rows contradict. Returns those that were not logged at
        `at`, by number and time.
        """
        times = []
        for suspect in suspects:
            said = leaf_members(suspect.row.leaf)
            if said is None:
                words = f"leaf {suspect.index} (record {suspect.row.entry_id}) is no leaf"
                self._leaf(FindingCode.LEAF_CHANGED, suspect.index, suspect.row.entry_id, words)
                continue
            self._columns(suspect, said)
            self._chain(suspect, said)
            if not self._record(suspect, said):
                self.problems(suspect.row.entry_id, suspect.index, held.get(suspect.index, []))
            if said["at"] != at:
                times.append((suspect.index, said["at"]))
        return times

    def problems(self, entry_id: str, index: int | None, problems: Iterable[Problem]) -> None:
        """Tell what does not hold of a record by itself."""
        for code, words in problems:
            where = "" if index is None else f" (leaf {index})"
            self._record_finding(code, entry_id, index, f"record {entry_id}{where} {words}")

    def _tile(self, number: int, index: int, stored: bytes | None) -> None:
        name = f"tile 0/{number}"
        if stored is None:
            words = f"{name} is gone, or ends before leaf {index}"
            self.findings.add(FindingCode.TILE_REMOVED, name, words)
        else:
            words = f"{name} has another hash for leaf {index} than the signed root speaks for"
            self.findings.add(FindingCode.TILE_CHANGED, name, words)

    def _columns(self, suspect: Suspect, said: LeafMembers) -> None:
        """Tell columns beside a leaf that differ from what it says."""
        row, name = suspect.row, said["record"]
        if row.leaf_hash != suspect.hash:
            words = f"the hash stored beside leaf {suspect.index} (record {name}) is not its own"
            self._leaf(FindingCode.STORED_HASH, suspect.index, name, words)
        if other := _other_columns(suspect, said):
            words = f"leaf {suspect.index} (record {name}) is stored under another "
            words += f"{', '.join(other)} than it says"
            self._leaf(FindingCode.LEAF_COLUMNS, suspect.index, name, words)

    def _chain(self, suspect: Suspect, said: LeafMembers) -> None:
        seq, previous = suspect.expected
        before = said["incident_prev"] or ""
        if (said["incident_seq"], said["incident_prev"]) == (seq, json.loads(previous)):
            return
        if before in self.told:
            return  # the leaf before it was changed, and is told
        words = (
            f"leaf {suspect.index} (record {said['record']}) is number {said['incident_seq']} of "
            f"{said['incident']}, where number {seq} would follow"
        )
        if before in self.gone:
            words += f": it follows leaf {self.gone[before]}, which is gone"
        self._leaf(FindingCode.CHAIN_BROKEN, suspect.index, said["record"], words)

    def _record(self, suspect: Suspect, said: LeafMembers) -> bool:
        """Tell a record that is not the one its leaf is of; return whether it is not."""
        row, name = suspect.row, said["record"]
        if suspect.digest is None or row.entry_id != name:
            return False
        if said["sha256"] != suspect.digest.hex():
            words = (
                f"record {name} hashes to {suspect.digest.hex()}, but leaf {suspect.index} says "
                f"{said['sha256']}: its content was changed"
            )
            self._record_finding(FindingCode.RECORD_CHANGED, name, suspect.index, words)
            return True
        if row.body_hash != suspect.digest:
            words = f"the hash stored beside record {name} (leaf {suspect.index}) is not its own"
            self._record_finding(FindingCode.STORED_HASH, name, suspect.index, words)
        return False

    def _leaf(self, code: FindingCode, index: int, record: str, words: str) -> None:
        self.findings.add(code, f"leaf {index}", words, record=record, index=index)

    def _record_finding(
        self, code: FindingCode, record: str, index: int | None, words: str
    ) -> None:
        self.findings.add(code, f"record {record}", words, record=record, index=index)


def _other_columns(suspect: Suspect, said: LeafMembers) -> list[str]:
    row = suspect.row
    columns = (row.leaf_index, row.entry_id, row.incident_id, row.incident_seq)
    own = (said["index"], said["record"], said["incident"], said["incident_seq"])
    return [
        name
        for name, column, member in zip(_COLUMNS, columns, own, strict=True)
        if column != member
    ]


def _differences(suspect: Suspect | None, verdict: Verdict) -> str:
    """Say how a leaf differs that the signed root does not speak for."""
    if suspect is None:
        why = "fits its record and its chain"
    elif (said := leaf_members(suspect.row.leaf)) is None:
        why = "is no leaf"
    else:
        other = _other_columns(suspect, said)
        if suspect.digest is not None and said["sha256"] != suspect.digest.hex():
            other.append("sha256")
        if said["incident_prev"] != json.loads(suspect.expected[1]):
            other.append("incident_prev")
        why = f"says another {', '.join(other)} than what it stands for" if other else "differs"
    if verdict is Verdict.TILES:
        return f"{why}, and is not the one that the log signed"
    return f"{why}, and is not the one in its tile; no signed root decides between them"
