"""A section of the register as the bytes of its YAML file: the same values, the same bytes."""

from __future__ import annotations

import io
from datetime import date

from ruamel.yaml import YAML

from holdfast.domain.values import JsonObject, JsonValue

__all__ = ["section_file"]

_WIDTH = 4096
"""No line is broken: a value is found by searching for it."""

_DATES = frozenset({"assessed_on", "tested_on"})

_HEADER = """\
# From template {template} of the register of information (Implementing Regulation (EU) 2024/2956).
# `holdfast register import` writes this file anew: the fields that the template gives are its own,
# fields that people add to an entry stay, and comments do not. docs/register.md has the columns.
"""


def section_file(template: str, section: str, values: JsonObject) -> bytes:
    """The file of that section, in the order of the values given."""
    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    yaml.default_flow_style = False
    written = io.StringIO()
    yaml.dump({section: {name: _dated(one) for name, one in values.items()}}, written)
    return (_HEADER.format(template=template) + written.getvalue()).encode()


def _dated(entry: JsonObject) -> JsonObject:
    # Written as a date of YAML it needs no quotes; the reader takes both.
    return {key: _with_dates(key, value) for key, value in entry.items()}


def _with_dates(key: str, value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return _dated(value)
    return date.fromisoformat(value) if key in _DATES and isinstance(value, str) else value
