"""The order of steps: what contradicts itself in it, found in documents that may be wrong.

Everything is told at once, so this looks at plain values and leaves aside what is no step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from holdfast.domain.values import JsonObject, JsonValue
from holdfast.dora.register.contradicting import Contradiction

__all__ = ["contradictions_of"]

_Steps = list[tuple[int, JsonObject]]


def contradictions_of(document: JsonValue) -> Iterator[Contradiction]:
    """Say which steps have the same id, wait for steps that there are not, or for each other."""
    books = document.get("playbooks") if isinstance(document, Mapping) else None
    if not isinstance(books, Mapping):
        return
    for name, book in books.items():
        steps = list(_steps_of(book))
        for found in (*_duplicates(steps), *_unknown(steps), *_circular(steps)):
            yield Contradiction(("playbooks", name, "steps", *found.path), found.value, found.words)


def _steps_of(book: JsonValue) -> Iterator[tuple[int, JsonObject]]:
    given = book.get("steps") if isinstance(book, Mapping) else None
    for index, step in enumerate(given if isinstance(given, list | tuple) else ()):
        if isinstance(step, dict) and isinstance(step.get("id"), str):
            yield index, step


def _duplicates(steps: _Steps) -> Iterator[Contradiction]:
    first: dict[str, int] = {}
    for index, step in steps:
        if first.setdefault(step["id"], index) != index:
            words = f"there is another step '{step['id']}' already"
            yield Contradiction((index, "id"), step["id"], words)


def _unknown(steps: _Steps) -> Iterator[Contradiction]:
    known = {step["id"] for _, step in steps}
    for index, step in steps:
        for place, name in enumerate(_after(step)):
            if name not in known:
                words = f"there is no step '{name}' here"
                yield Contradiction((index, "after", place), name, words)


def _circular(steps: _Steps) -> Iterator[Contradiction]:
    """Say of every circle where it closes; one that was told is taken apart to find the next."""
    waits: dict[str, set[str]] = {}
    for _, step in steps:
        waits.setdefault(step["id"], set()).update(_after(step))
    where = {step["id"]: index for index, step in reversed(steps)}
    while circle := _circle(waits):
        begin = min(circle, key=lambda name: where[name])
        place = circle.index(begin)
        # As graphlib has it, each comes before the next one, which waits for it.
        ordered = [*circle[place:], *circle[:place], begin]
        waited_for = ordered[-2]
        words = f"the steps wait for each other: {' → '.join(reversed(ordered))}"
        yield Contradiction((where[begin], "after"), waited_for, words)
        waits[begin].discard(waited_for)


def _circle(waits: Mapping[str, set[str]]) -> list[str]:
    known = {name: sorted(before & waits.keys()) for name, before in waits.items()}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        return list(error.args[1][:-1])
    return []


def _after(step: JsonObject) -> list[str]:
    given = step.get("after")
    names = given if isinstance(given, list | tuple) else ()
    return [name for name in names if isinstance(name, str)]
