"""JSON with decimals that are exactly what they are: no float comes near them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

__all__ = ["ExactJson", "exact_json"]

ExactJson: TypeAlias = "str | bool | int | Decimal | Sequence[ExactJson] | Mapping[str, ExactJson]"
"""What can be written."""

_INDENT = "  "


def exact_json(value: ExactJson) -> bytes:
    """Write it in UTF-8, indented, with a line break at its end; keys keep their order."""
    return f"{_written(value, '')}\n".encode()


def _written(value: ExactJson, indent: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + _INDENT
    if isinstance(value, Mapping):
        members = [
            f"{inner}{json.dumps(key)}: {_written(each, inner)}" for key, each in value.items()
        ]
        return _within("{", members, indent, "}")
    return _within("[", [f"{inner}{_written(each, inner)}" for each in value], indent, "]")


def _within(begin: str, members: Sequence[str], indent: str, end: str) -> str:
    if not members:
        return f"{begin}{end}"
    lines = ",\n".join(members)
    return f"{begin}\n{lines}\n{indent}{end}"
