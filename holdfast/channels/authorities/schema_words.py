"""What breaks a rule of a schema, in words: its place and the rule, never the value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from jsonschema.exceptions import ValidationError

__all__ = ["told"]

_LONGEST = 200
_ALTERNATIVES = frozenset({"anyOf", "oneOf"})
_CHOOSE = frozenset({"const", "enum"})
"""What tells alternatives apart: the branch that is meant keeps these."""

_WORDS: dict[str, Callable[[Any], str]] = {
    "additionalItems": lambda _: "has more members than it may",
    "const": lambda _: "is not the one value that is allowed",
    "contains": lambda _: "lacks a member that it must have",
    "enum": lambda _: "is none of the values that are allowed",
    "exclusiveMaximum": lambda limit: f"is not below {limit}",
    "exclusiveMinimum": lambda limit: f"is not above {limit}",
    "format": lambda form: f"does not have the format {form}",
    "maxItems": lambda limit: f"has more than {limit} members",
    "maxLength": lambda limit: f"has more than {limit} characters",
    "maximum": lambda limit: f"is above {limit}",
    "minItems": lambda limit: f"has fewer than {limit} members",
    "minLength": lambda limit: f"has fewer than {limit} characters",
    "minimum": lambda limit: f"is below {limit}",
    "multipleOf": lambda step: f"is no multiple of {step}",
    "not": lambda _: "is what it must not be",
    "pattern": lambda form: f"does not have the form {form}",
    "type": lambda kind: f"is not of the type {kind}",
    "uniqueItems": lambda _: "has the same member twice",
}


def told(error: ValidationError) -> Iterator[str]:
    """The lines for one error; of alternatives, what is wrong with the one that is meant."""
    if error.validator in _ALTERNATIVES and error.context:
        for within in _meant(error):
            yield from told(within)
        return
    place, instance, validator = _place(error), _any(error.instance), _any(error.validator)
    if validator == "required":
        yield from (_line(_join(place, key), "is missing") for key in _missing(error))
    elif validator == "additionalProperties":
        known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
        unknown = [key for key in instance if key not in known]
        yield from (_line(_join(place, key), "is not known there") for key in unknown)
    elif validator in {"dependencies", "dependentRequired"}:
        yield from _dependent(error, place)
    elif validator is None:
        yield _line(place, "must not be there")
    elif validator == "oneOf":
        yield _line(place, "fits more than one of the alternatives")
    else:
        words = _WORDS.get(str(error.validator))
        rule = words(error.validator_value) if words else f"breaks the rule {error.validator}"
        yield _line(place, rule)


def _missing(error: ValidationError) -> Iterator[str]:
    """The library tells an error for each key that is missing: this one is in its message."""
    instance = _any(error.instance)
    for key in _any(error.validator_value):
        if key not in instance and error.message.startswith(repr(key)):
            yield str(key)


def _dependent(error: ValidationError, place: str) -> Iterator[str]:
    instance = _any(error.instance)
    for key, needed in _any(error.validator_value).items():
        if key in instance and isinstance(needed, list):
            missing = [each for each in needed if each not in instance]
            yield from (_line(_join(place, each), f"is missing beside {key}") for each in missing)


def _meant(error: ValidationError) -> list[ValidationError]:
    branches: dict[object, list[ValidationError]] = defaultdict(list)
    for within in error.context or ():
        branches[within.relative_schema_path[0]].append(within)
    found = list(branches.values())
    meant = [each for each in found if not any(one.validator in _CHOOSE for one in each)]
    return min(meant or found, key=len)


def _any(value: Any) -> Any:  # noqa: ANN401 - what the library has not set it marks in its own way
    return value


def _place(error: ValidationError) -> str:
    place = ""
    for step in error.absolute_path:
        place = f"{place}[{step}]" if isinstance(step, int) else _join(place, str(step))
    return place


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _line(place: str, rule: str) -> str:
    line = f"{place or 'the document'}: {rule}"
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
