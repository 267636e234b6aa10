"""What differs between two versions of a policy: paths added, removed, changed, with both values.

Objects are compared by key. Lists are compared as sequences: what was put in or taken out of a
list is that, and not a change of everything behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

from holdfast.domain.values import Frozen, JsonObject, JsonValue, canonical_json

__all__ = ["Difference", "DifferenceKind", "differences"]

Path = tuple[str | int, ...]


class DifferenceKind(StrEnum):
    """What became of the value at a path."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(Frozen):
    """One path that differs.

    `path` is in words (`rules.incident.closure.roles[1]` of the newer version, of the older where
    it was removed); `before` and `after` are the whole values, None where there was or is none.
    """

    path: str
    kind: DifferenceKind
    before: JsonValue = None
    after: JsonValue = None


def differences(before: JsonObject, after: JsonObject) -> tuple[Difference, ...]:
    """Compare two documents, in the order of the paths of the newer one."""
    return tuple(_between(before, after, ()))


def _between(before: JsonValue, after: JsonValue, path: Path) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _objects(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    elif canonical_json(before) != canonical_json(after):
        yield _said(path, DifferenceKind.CHANGED, before, after)


def _objects(before: JsonObject, after: JsonObject, path: Path) -> Iterator[Difference]:
    for key in after:
        if key in before:
            yield from _between(before[key], after[key], (*path, key))
        else:
            yield _said((*path, key), DifferenceKind.ADDED, None, after[key])
    for key in before:
        if key not in after:
            yield _said((*path, key), DifferenceKind.REMOVED, before[key], None)


def _lists(before: list[JsonValue], after: list[JsonValue], path: Path) -> Iterator[Difference]:
    old, new = ([canonical_json(value) for value in values] for values in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, start, end, begin, stop in matcher.get_opcodes():
        paired = min(end - start, stop - begin)
        for step in range(paired):
            yield from _between(before[start + step], after[begin + step], (*path, begin + step))
        for index in range(start + paired, end):
            yield _said((*path, index), DifferenceKind.REMOVED, before[index], None)
        for index in range(begin + paired, stop):
            yield _said((*path, index), DifferenceKind.ADDED, None, after[index])


def _said(path: Path, kind: DifferenceKind, before: JsonValue, after: JsonValue) -> Difference:
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return Difference(path=words.lstrip("."), kind=kind, before=before, after=after)
