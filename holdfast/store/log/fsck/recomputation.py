"""Records to leaves to tree, in memory: the part of a check that hashes everything again.

A leaf is not parsed. It is written anew from what its record, its row and the chain of its incident
say, and compared byte for byte; only those that differ are looked at one by one, by others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.store.log.fsck.candidates import CandidateTrees
from holdfast.store.log.fsck.leaf_members import leaf_members
from holdfast.store.log.fsck.rows import Row

__all__ = ["FIRST_OF_CHAIN", "ChainHead", "Recomputation", "Suspect"]

ChainHead = tuple[int, str]
"""What the next leaf of an incident must say: its number, and its `incident_prev` as JSON."""

FIRST_OF_CHAIN: ChainHead = (0, "null")

# Where a leaf says the hash of its record: its end is `<64 digits>","v":1}`.
_HASH_STARTS, _HASH_ENDS = -72, -8

_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Suspect:
    """A leaf that is not as it should be: its own hash, and what its chain asked of it.

    `row` is without the record's content, `digest` the hash of that, None where there is none.
    """

    index: int
    row: Row
    hash: bytes
    digest: bytes | None
    expected: ChainHead


class Recomputation:
    """Leaves and tree made anew.

    `heads` are the ends of the chains, by incident; whoever reads ahead may add to them. `hashes`
    are those of the leaves since the last `seal`, `suspects` those leaves of them that are not as
    they should be, `emptied` those whose record has no content.
    """

    def __init__(self, tree: GrowingTree | None = None) -> None:
        """Go on from that tree, by default from no leaf."""
        self.trees = CandidateTrees(tree or GrowingTree())
        self.heads: dict[str, ChainHead] = {}
        self.hashes: list[bytes] = []
        self.suspects: list[Suspect] = []
        self.emptied: list[Row] = []

    @property
    def tree(self) -> GrowingTree:
        """The tree over the leaves that were sealed."""
        return self.trees.tree

    def add(
        self,
        rows: Iterable[Row],
        at: str,
        stored_hash: Callable[[int], bytes | None] = lambda _index: None,
    ) -> None:
        """Hash the next leaves, without a gap and in order, of a batch that was logged at `at`.

        `stored_hash` says what the tiles have for a leaf; it is asked about suspects only.
        """
        index = self.tree.size + len(self.hashes)
        heads, start = self.heads, f'\0{{"at":"{at}","incident":"'
        append, head_of, sha256 = self.hashes.append, self.heads.get, _sha256
        for row in rows:
            number, entry_id, incident, seq, leaf, leaf_hash, body, body_hash, *_ = row
            digest = self._digest(row) if body is None else sha256(body).digest()
            expected = head_of(incident) or FIRST_OF_CHAIN
            # The byte in front is the prefix of RFC 6962 for leaves.
            content = (
                f'{start}{incident}","incident_prev":{expected[1]},"incident_seq":{expected[0]},'
                f'"index":{index},"kind":"evidence","record":"{entry_id}",'
                f'"sha256":"{digest.hex()}","v":1}}'
            ).encode()
            own = sha256(content).digest()
            if (
                content[1:] != leaf
                or own != leaf_hash
                or (digest != body_hash and body is not None)
                or seq != expected[0]
                or number != index
            ):
                own = self._suspect(index, row, stored_hash(index))
            else:
                heads[incident] = (seq + 1, f'"{own.hex()}"')
            append(own)
            index += 1

    def stand_in(self, stored: bytes) -> None:
        """Take the hash of a leaf that is missing from elsewhere, so that the tree can go on."""
        self.hashes.append(stored)

    def seal(self, disputed: Mapping[int, bytes] | None = None) -> None:
        """Let the tree grow by the leaves since the last time; suspects are then done with.

        `disputed` are hashes that the tiles have in the place of some leaf's, by leaf number.
        """
        self.trees.grow(self.hashes, disputed or {})
        self.hashes.clear()
        self.suspects.clear()
        self.emptied.clear()

    def _suspect(self, index: int, row: Row, stored: bytes | None) -> bytes:
        """Note a leaf that differs, and let its chain go on as far as the leaf can be believed."""
        own = _sha256(b"\x00" + row.leaf).digest()
        said = leaf_members(row.leaf) if stored in {None, own} else None
        if said is None:
            # What was put in another's place has no part in the chain that its columns name.
            chain, seq = row.incident_id, row.incident_seq
            expected = self.heads.get(chain, FIRST_OF_CHAIN)
            goes_on = seq == expected[0]
        else:
            chain, seq = said["incident"], said["incident_seq"]
            expected = self.heads.get(chain, FIRST_OF_CHAIN)
            goes_on = True
        if goes_on:
            self.heads[chain] = (seq + 1, f'"{own.hex()}"')
        digest = None if row.body is None else _sha256(row.body).digest()
        light = row._replace(body=None)
        self.suspects.append(Suspect(index, light, own, digest, expected))
        return own

    def _digest(self, row: Row) -> bytes:
        """Return the hash of a record without content, as its leaf says it."""
        self.emptied.append(row)
        try:
            return bytes.fromhex(row.leaf[_HASH_STARTS:_HASH_ENDS].decode())
        except ValueError:
            return b""
