"""What is different between the texts of two versions: a unified difference, in bounded time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

__all__ = ["unified_difference"]

_CONTEXT_LINES = 3
_MOST_COMPARISONS = 4_000_000
"""Finding what two texts share takes lines times lines at worst: some seconds at this limit."""

_Opcode = tuple[str, int, int, int, int]


class _BoundedMatcher(SequenceMatcher[str]):
    """Compares what is between the common beginning and the common end, if that is not too much."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(a="", b="")
        self._before, self._after = before, after

    def get_opcodes(self) -> list[_Opcode]:  # type: ignore[override]  # tuples either way
        before, after = self._before, self._after
        most = min(len(before), len(after))
        head = next((n for n in range(most) if before[n] != after[n]), most)
        rest = most - head
        tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
        ends = len(before) - tail, len(after) - tail
        codes = list(_between(before[head : ends[0]], after[head : ends[1]], head))
        if head:
            codes.insert(0, ("equal", 0, head, 0, head))
        if tail:
            codes.append(("equal", ends[0], len(before), ends[1], len(after)))
        return codes


def unified_difference(before: str, after: str, names: tuple[str, str]) -> tuple[str, ...]:
    """The lines of a unified difference, without line ends; none where the texts are the same.

    Where the texts differ over so many lines that comparing them would take long, all of that is
    told as removed and added.
    """
    old, new = before.splitlines(), after.splitlines()
    matcher = _BoundedMatcher(old, new)
    groups = [] if old == new else list(matcher.get_grouped_opcodes(_CONTEXT_LINES))
    if not groups:
        return ()
    lines = [f"--- {names[0]}", f"+++ {names[1]}"]
    for group in groups:
        first, last = group[0], group[-1]
        lines.append(f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[old_from:old_to]]
                continue
            lines += [f"-{line}" for line in old[old_from:old_to]]
            lines += [f"+{line}" for line in new[new_from:new_to]]
    return tuple(lines)


def _between(before: Sequence[str], after: Sequence[str], offset: int) -> Iterator[_Opcode]:
    if not before and not after:
        return
    if len(before) * len(after) > _MOST_COMPARISONS:
        yield ("replace", offset, offset + len(before), offset, offset + len(after))
        return
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        yield (tag, offset + old_from, offset + old_to, offset + new_from, offset + new_to)


def _range(start: int, stop: int) -> str:
    # As POSIX has it: an empty range is told by the line before it.
    length = stop - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"
