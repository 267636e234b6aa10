"""Parameters: plain words from a playbook, put only where the configuration has a place for them.

A place is `{name}`, and always a whole: an argument, what follows `--option=`, a segment of a path,
a value of the query, a text of the body. So no word can become two, or something else than a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from holdfast.domain.values import JsonValue

__all__ = ["fault_of_places", "filled", "filled_body", "places_in", "refusal_of", "texts_in"]

_PLACE = re.compile(r"(?P<before>--?[A-Za-z0-9][A-Za-z0-9_-]*=)?\{(?P<name>[a-z][a-z0-9_-]*)\}")


def refusal_of(patterns: Mapping[str, str], given: Mapping[str, str]) -> str | None:
    """Why these words cannot be taken: missing, not asked for, or of another form; never a value.

    A word that begins with a hyphen is refused whatever the pattern says: a program would take it
    for an option.
    """
    missing = sorted(patterns.keys() - given.keys())
    if missing:
        return f"the parameter {missing[0]} is missing"
    unknown = sorted(given.keys() - patterns.keys())
    if unknown:
        known = ", ".join(patterns) or "none"
        return f"there is no parameter {unknown[0]}; there are: {known}"
    for name, pattern in patterns.items():
        word = given[name]
        if word.startswith("-"):
            return f"the parameter {name} begins with a hyphen, as options do"
        if not word.isprintable() or re.fullmatch(pattern, word, re.ASCII) is None:
            return f"the parameter {name} does not match {pattern}"
    return None


def places_in(texts: Iterator[str]) -> set[str]:
    """The parameters that have a place in these texts."""
    return {found["name"] for text in texts if (found := _PLACE.fullmatch(text))}


def fault_of_places(texts: Iterator[str], patterns: Mapping[str, str]) -> str | None:
    """What is wrong with the places in these texts; None where nothing is."""
    for text in texts:
        found = _PLACE.fullmatch(text)
        if found is not None and found["name"] not in patterns:
            return f"{text} names a parameter that is not declared"
        inside = next((name for name in patterns if f"{{{name}}}" in text), None)
        if found is None and inside is not None:
            return f"{{{inside}}} stands inside of another text; a parameter is a whole of its own"
    return None


def filled(text: str, given: Mapping[str, str]) -> str:
    """The text, or what its place is for."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return text
    return f"{found['before'] or ''}{given[found['name']]}"


def filled_body(body: JsonValue, given: Mapping[str, str]) -> JsonValue:
    """The body with all its places filled; names of members have none."""
    if isinstance(body, str):
        return filled(body, given)
    if isinstance(body, dict):
        return {name: filled_body(value, given) for name, value in body.items()}
    if isinstance(body, list):
        return [filled_body(value, given) for value in body]
    return body


def texts_in(body: JsonValue) -> Iterator[str]:
    """Every text in a body."""
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict):
        for value in body.values():
            yield from texts_in(value)
    elif isinstance(body, list):
        for value in body:
            yield from texts_in(value)
