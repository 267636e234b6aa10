"""What an authority's own JSON schema finds wrong with a document, beside our rules.

What is found is told by place and rule, never by value: a document holds names of people. Nothing
is fetched: a schema refers to itself and to the drafts of JSON Schema, or the check fails. A schema
that fits proves little: the authorities' common one leaves most of Annex II out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing.exceptions import Unresolvable
from referencing.jsonschema import EMPTY_REGISTRY

from holdfast.channels.authorities.schema_words import told

__all__ = ["LONGEST_CHECK", "SchemaUnusable", "checker_of", "read_schema", "schema_problems"]

LONGEST_CHECK = 5.0
"""Seconds that a check may take."""

_LARGEST_SCHEMA = 4 * 1024 * 1024
_LARGEST_DOCUMENT = 16 * 1024 * 1024
_MOST_TOLD = 50

# Found in the name of the draft, not equal to it: schemas of authorities name theirs by addresses
# that are nearly, and not quite, the official one.
_DRAFTS: tuple[tuple[str, type[Validator]], ...] = (
    ("2020-12", Draft202012Validator),
    ("2019-09", Draft201909Validator),
    ("draft-07", Draft7Validator),
    ("draft-06", Draft6Validator),
    ("draft-04", Draft4Validator),
)
_VALUES = frozenset({"const", "enum", "default", "examples"})
"""What holds values, not schemas."""

_until: ContextVar[float] = ContextVar("until", default=float("inf"))


class SchemaUnusable(Exception):
    """A schema or a document with which nothing can be checked; the message says why."""


class _TakesTooLong(Exception):
    """The time for a check is over."""


def schema_problems(schema_path: Path, document: bytes) -> tuple[str, ...]:
    """What is wrong, a line each with its place, such as `incident.incidentDuration: …`.

    Empty where the document keeps the rules. A schema or a document that cannot be used is a
    problem too. A single regular expression of the schema is not bounded in time.
    """
    token = _until.set(time.monotonic() + LONGEST_CHECK)
    try:
        return _problems(read_schema(schema_path), _read_document(document))
    except SchemaUnusable as fault:
        return (str(fault),)
    except Unresolvable:
        return (f"the schema {schema_path} refers to another one, which is not fetched",)
    except RecursionError:
        return (f"the schema {schema_path} refers to itself without end",)
    except _TakesTooLong:
        return (f"the check against {schema_path} takes more than {LONGEST_CHECK:.0f} s",)
    finally:
        _until.reset(token)


def read_schema(path: Path) -> dict[str, Any]:
    """Read a schema, and see that it is one.

    Raises:
        SchemaUnusable: it cannot be read, is too large, no JSON, or no schema; says which.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_SCHEMA + 1)
    except OSError as error:
        message = f"the schema {path} cannot be read: {error.strerror}"
        raise SchemaUnusable(message) from error
    if len(content) > _LARGEST_SCHEMA:
        message = f"the schema {path} has more than {_LARGEST_SCHEMA} bytes"
        raise SchemaUnusable(message)
    try:
        schema = json.loads(content)
        exact = json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        message = f"{path} is no schema in JSON: it is no JSON"
        raise SchemaUnusable(message) from error
    if not isinstance(schema, dict):
        message = f"{path} is no schema in JSON: it is no object"
        raise SchemaUnusable(message)
    try:
        _draft(schema).check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "its top"
        message = f"{path} is no schema in JSON: at {place} it breaks the rule {error.validator}"
        raise SchemaUnusable(message) from error
    except (AttributeError, TypeError, RecursionError) as error:
        message = f"{path} is no schema in JSON"
        raise SchemaUnusable(message) from error
    return dict(exact)


def _read_document(content: bytes) -> Any:  # noqa: ANN401 - JSON
    if len(content) > _LARGEST_DOCUMENT:
        message = f"the document has more than {_LARGEST_DOCUMENT} bytes"
        raise SchemaUnusable(message)
    try:
        return json.loads(content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        message = "the document is no JSON"
        raise SchemaUnusable(message) from error


def _problems(schema: Mapping[str, Any], document: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    found: dict[str, None] = {}
    for error in checker_of(schema).iter_errors(document):
        found.update(dict.fromkeys(told(error)))
        if len(found) > _MOST_TOLD:
            more = f"and more: only {_MOST_TOLD} problems are told"
            return (*sorted(found)[:_MOST_TOLD], more)
    return tuple(sorted(found))


def checker_of(schema: Mapping[str, Any]) -> Validator:
    """What checks against a schema by every rule, `dependencies` too, and fetches nothing."""
    kind = _checker(_draft(schema))
    return kind(
        _without_drafts(schema), registry=EMPTY_REGISTRY, format_checker=kind.FORMAT_CHECKER
    )


def _draft(schema: Mapping[str, Any]) -> type[Validator]:
    named = str(schema.get("$schema", ""))
    return next((kind for name, kind in _DRAFTS if name in named), Draft202012Validator)


@lru_cache(maxsize=len(_DRAFTS))
def _checker(draft: type[Validator]) -> type[Validator]:
    """A draft that also knows `dependencies`, computes with decimals, and ends in time.

    Later drafts have no `dependencies`: without this they would pass over every rule of a stage.
    """
    keywords = {"dependencies": Draft7Validator.VALIDATORS["dependencies"]} | dict(draft.VALIDATORS)
    timed = {name: _in_time(keyword) for name, keyword in keywords.items()}
    whole = draft.TYPE_CHECKER.redefine("integer", lambda _, value: _is_whole(value))
    made: type[Validator] = extend(draft, timed, type_checker=whole)  # type: ignore[no-untyped-call]
    return made


def _in_time(keyword: Any) -> Any:  # noqa: ANN401 - what a keyword is, the library leaves open
    def checked(
        validator: Any,  # noqa: ANN401
        value: Any,  # noqa: ANN401
        instance: Any,  # noqa: ANN401
        schema: Any,  # noqa: ANN401
    ) -> Iterator[ValidationError] | None:
        if time.monotonic() > _until.get():
            raise _TakesTooLong
        found: Iterator[ValidationError] | None = keyword(validator, value, instance, schema)
        return found

    return checked


def _is_whole(value: object) -> bool:
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _without_drafts(schema: Any) -> Any:  # noqa: ANN401 - any JSON
    """The schema without `$schema`: where a part is looked at anew, that would choose its draft."""
    if isinstance(schema, list):
        return [_without_drafts(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value if key in _VALUES else _without_drafts(value)
        for key, value in schema.items()
        if not (key == "$schema" and isinstance(value, str))
    }
