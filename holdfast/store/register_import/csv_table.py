"""One CSV file of the register of information as rows by column code, whatever wrote it.

A row has the number that a spreadsheet shows: the header is row 1, a quoted line break is no row.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import InvalidInput
from holdfast.store.register_files import Problem, refuse

__all__ = ["Row", "Table", "find_table", "read_table"]

_HEADER = re.compile(r"(?:(?P<template>b_\d\d\.\d\d)\.)?c?(?P<column>\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and its cells by column code such as `0010`, stripped."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its name, the column codes of its header, and its rows that are not empty."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def problem(self, row: int, words: str) -> Problem:
        """What is wrong in that row."""
        return Problem(self.file, row, words, in_rows=True)


def find_table(folder: Path, template: str) -> Path | None:
    """The file of that template, such as `B_06.01`, in the folder; None if there is none.

    Raises:
        InvalidInput: the folder cannot be read, or two of its files are named after the template.
    """
    try:
        names = sorted(path for path in folder.iterdir())
    except OSError as error:
        message = f"cannot read the folder {folder}: {error.strerror}"
        raise InvalidInput(message, path=str(folder)) from error
    found = [path for path in names if path.name.lower() == f"{template.lower()}.csv"]
    if len(found) > 1:
        message = f"{' and '.join(path.name for path in found)} are both template {template}"
        raise InvalidInput(message, path=str(folder))
    return found[0] if found else None


def read_table(path: Path, template: str) -> Table:
    """Read a file of that template.

    Raises:
        InvalidInput: it is no CSV in UTF-8, its header names no columns of the template, or a row
            has more or fewer cells than the header.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path.name} cannot be read as UTF-8: {error}"
        raise InvalidInput(message, path=str(path)) from error
    lines = _parsed(path.name, text)
    if not lines:
        raise refuse([Problem(path.name, 1, "the header is missing", in_rows=True)])
    columns = _columns(path.name, template, lines[0])
    rows, problems = [], []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            words = f"{len(cells)} cells under a header of {len(columns)}"
            problems.append(Problem(path.name, number, words, in_rows=True))
        else:
            stripped = (cell.strip() for cell in cells)
            rows.append(Row(number, dict(zip(columns, stripped, strict=True))))
    if problems:
        raise refuse(problems)
    return Table(path.name, columns, tuple(rows))


def _parsed(file: str, text: str) -> list[list[str]]:
    # Line breaks within a cell are text: a file saved on another system says the same.
    text = text.replace("\r\n", "\n")
    # A column code holds neither sign, so the header alone tells which one separates.
    separator = ";" if ";" in text.split("\n", 1)[0] else ","
    lines: list[list[str]] = []
    try:
        lines.extend(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise refuse([Problem(file, len(lines) + 1, f"no CSV: {error}", in_rows=True)]) from error
    return lines


def _columns(file: str, template: str, header: list[str]) -> tuple[str, ...]:
    columns: list[str] = []
    problems = []
    for name in header:
        match = _HEADER.fullmatch(name.strip())
        if match is None:
            problems.append(f"unknown column '{name}': give codes such as c0010 or {template}.0010")
        elif (match["template"] or template).upper() != template:
            problems.append(f"the column '{name}' belongs to another template than {template}")
        elif match["column"] in columns:
            problems.append(f"the column {match['column']} stands twice")
        columns.append(match["column"] if match else name)
    if problems:
        raise refuse(Problem(file, 1, words, in_rows=True) for words in problems)
    return tuple(columns)
