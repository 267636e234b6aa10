"""Whether a document is as an authority's own JSON schema wants it, in a line.

What is found is told by place and rule, never by value: a document holds names of people.
"""

from __future__ import annotations

from pathlib import Path

from holdfast.channels.authorities.schema_problems import (
    SchemaUnusable,
    read_schema,
    schema_problems,
)

__all__ = ["fault_of_schema", "schema_faults"]

_MOST_TOLD = 3


def fault_of_schema(path: Path) -> str | None:
    """Why a schema cannot be used; None where it can."""
    try:
        read_schema(path)
    except SchemaUnusable as error:
        return str(error)
    return None


def schema_faults(path: Path, content: bytes) -> str | None:
    """Where a document breaks the rules of a schema; None where it keeps them."""
    found = schema_problems(path, content)
    if not found:
        return None
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return f"against the schema: {'; '.join(found[:_MOST_TOLD])}{more}"
