"""What is wrong with a policy, told by file, line, path and reason: all of it, not the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from holdfast.domain.values import JsonObject
from holdfast.errors import InvalidInput
from holdfast.store.policy_text import Placed

__all__ = ["Fault", "InvalidPolicy", "faults_of", "refuse"]

_MOST_TOLD = 20
_LONGEST = 500

# What a message may name of the document: quoted, or a word that no sentence has.
_NAMES = re.compile(r"'([^']{1,200})'|\b([A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+)\b")

Path = tuple[str | int, ...]


class InvalidPolicy(InvalidInput):
    """A policy that is refused; `errors` has each fault with `pointer`, `line` and `message`."""

    code = "invalid_policy"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which file, in which line (None: not known), where, and what."""

    source: str
    line: int | None
    path: Path
    message: str

    @property
    def words(self) -> str:
        """As compilers say it: `severity-tree.yaml:37: nodes.data.fact: …`."""
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return (
            f"{place}: {path.lstrip('.')}: {self.message}" if path else f"{place}: {self.message}"
        )

    @property
    def told(self) -> JsonObject:
        """As a problem document says it, with a JSON pointer (RFC 6901)."""
        parts = (str(part).replace("~", "~0").replace("/", "~1") for part in self.path)
        pointer = "".join(f"/{part}" for part in parts)[:300]
        return {"pointer": pointer, "line": self.line, "message": self.message}


def refuse(faults: Iterable[Fault]) -> InvalidPolicy:
    """The refusal that tells these faults, the first twenty of them, one a line."""
    every = sorted(faults, key=lambda fault: fault.line or 0)
    lines = [fault.words for fault in every[:_MOST_TOLD]]
    if more := len(every) - _MOST_TOLD:
        lines += [f"… and {more} more"] if more > 0 else []
    return InvalidPolicy("\n".join(lines), errors=[fault.told for fault in every[:_MOST_TOLD]])


def faults_of(error: ValidationError, source: str, root: Placed | None) -> Iterator[Fault]:
    """Say where in the document a model has found what; `root` is the text, if it is known."""
    for found in error.errors(include_url=False, include_input=False):
        yield _fault(found, source, root)


def _fault(found: ErrorDetails, source: str, root: Placed | None) -> Fault:
    message = _words(found)
    location: Path = tuple(found["loc"])
    if root is None:
        return Fault(source, None, location, message)
    path, placed, line = _find(root, location)
    if found["type"] == "missing" and location:
        return Fault(source, line, (*path, location[-1]), message)
    if isinstance(placed.value, dict | list) and (named := _named(placed, message)):
        inner, line = named
        path = (*path, *inner)
    return Fault(source, line, path, message)


def _words(found: ErrorDetails) -> str:
    if found["type"] == "missing":
        return "it is missing"
    if found["type"] == "extra_forbidden":
        return "there is no such key here"
    return found["msg"].removeprefix("Value error, ")[:_LONGEST]


def _find(root: Placed, location: Path) -> tuple[Path, Placed, int]:
    """The deepest value on the way that exists, and its line; a union's own steps are left out."""
    path: list[str | int] = []
    placed, line = root, root.line
    for step in location:
        if step in placed.inner:
            line = placed.key_lines.get(step, placed.inner[step].line)
            placed = placed.inner[step]
            path.append(step)
    return tuple(path), placed, line


def _named(placed: Placed, message: str) -> tuple[Path, int] | None:
    """What the message of a whole object names in it: a key before a value, the nearest first."""
    names = [quoted or word for quoted, word in _NAMES.findall(message)]
    every = list(_within(placed))
    for name in names:
        for path, line, _ in every:
            if path[-1] == name:
                return path, line
        for path, line, value in every:
            if value == name:
                return path, line
    return None


def _within(placed: Placed) -> Iterator[tuple[Path, int, object]]:
    """Every value below, level by level, each with its path and line."""
    level: list[tuple[Path, Placed]] = [((), placed)]
    while level:
        below: list[tuple[Path, Placed]] = []
        for path, each in level:
            for key, value in each.inner.items():
                line = each.key_lines.get(key, value.line)
                below.append(((*path, key), value))
                yield (*path, key), line, value.value
        level = below
