"""The table of fields in the documentation: `python -m tests.unit.dora.report.table` prints it."""

from __future__ import annotations

import sys

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.definitions import Requirement
from holdfast.dora.threat_form import THREAT_FIELDS

__all__ = ["field_table", "threat_table"]

_SIGNS = {Requirement.MANDATORY: "M", Requirement.CONDITIONAL: "C", Requirement.OPTIONAL: ""}


def field_table() -> str:
    """A row a field: number, name, kind, the three stages, condition, place, who supplies it."""
    head = "| no | field | kind | initial | intermediate | final | if | JSON | supplied by |"
    lines = [head, "|---|---|---|:-:|:-:|:-:|---|---|---|"]
    for field in FIELDS.values():
        signs = " | ".join(_SIGNS[each] for each in field.requirements)
        roles = ", ".join(field.roles) or "nobody"
        condition = field.condition_words or ""
        lines.append(
            f"| {field.number} | {field.label} | {_kind(field.kind, field.choices)} | {signs}"
            f" | {condition} | `{field.json_path}` | {roles} |"
        )
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def threat_table() -> str:
    """A row a field of the form for cyber threats."""
    lines = ["| no | field | kind | | if | JSON |", "|---|---|---|:-:|---|---|"]
    for field in THREAT_FIELDS.values():
        kind, sign = _kind(field.kind, field.choices), _SIGNS[field.requirement]
        condition = f"{field.condition_words} " if field.condition_words else ""
        lines.append(
            f"| {field.number} | {field.label} | {kind} | {sign} | {condition}"
            f"| `{field.json_path}` |"
        )
    return "\n".join(lines)


def _kind(kind: str, choices: tuple[str, ...]) -> str:
    if not choices:
        return kind.replace("_", "/")
    return f"{'one' if kind == 'choice' else 'some'} of {len(choices)}"


if __name__ == "__main__":
    sys.stdout.write(f"{field_table()}\n\n{threat_table()}\n")
