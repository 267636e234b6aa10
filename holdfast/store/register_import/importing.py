"""An import: the new sections, checked together with what stays, and written all or none.

Entities and services stay as they are. In a section that a template fills, the columns decide their
fields; what people added to a row that is still there is kept.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from holdfast.domain.values import JsonObject
from holdfast.dora.register import Register
from holdfast.errors import InvalidInput
from holdfast.store.register_files import (
    Problem,
    RegisterSource,
    problems_of,
    read_register_folder,
    refuse,
)
from holdfast.store.register_import.csv_table import find_table, read_table
from holdfast.store.register_import.section_changes import SectionChanges
from holdfast.store.register_import.section_file import section_file
from holdfast.store.register_import.templates import TEMPLATES, ReadSection, Template, entries_of

__all__ = ["Import", "prepare_import"]

_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Import:
    """An import that may be written: what it changes, what it left out, and the files."""

    changes: tuple[SectionChanges, ...]
    left_out: tuple[str, ...]
    files: dict[Path, bytes]

    def write(self) -> tuple[Path, ...]:
        """Write the files that differ from what stands, and return them.

        Each is whole or as before. All are written aside first, so that a full disk changes
        nothing; a crash between two renames leaves some new, and the same import again mends it.

        Raises:
            InvalidInput: the folder cannot be written to.
        """
        drafts = {path: path.with_name(f".{path.name}.import") for path in self.files}
        changed = {
            path: draft for path, draft in drafts.items() if _bytes_of(path) != self.files[path]
        }
        try:
            for path, draft in changed.items():
                _write_through(draft, self.files[path])
            for path, draft in changed.items():
                draft.replace(path)
        except OSError as error:
            message = f"the register cannot be written: {error}"
            raise InvalidInput(message) from error
        finally:
            for draft in changed.values():
                # What is left hidden is no part of the register, and the next import's draft.
                with suppress(OSError):
                    draft.unlink(missing_ok=True)
        return tuple(changed)


def prepare_import(folder: Path, register_folder: Path) -> Import:
    """Read the templates of a folder, and check them against the register that they go into.

    Raises:
        InvalidInput: there is none of the three, a row is wrong, or the register would contradict
            itself; the message has a line for each.
    """
    source = read_register_folder(register_folder)
    read = _read_templates(folder, source)
    _require_own_files(source, [template for template, _ in read])
    if problems := [problem for _, section in read for problem in section.problems]:
        raise refuse(problems)
    document = dict(source.document)
    for template, section in read:
        document[template.section] = _merged(template, section, source)
    _check(document, source, read)
    sections = [template.section for template, _ in read]
    return Import(
        changes=tuple(
            SectionChanges(name, entries_of(source.document, name), document[name])
            for name in sections
        ),
        left_out=tuple(words for _, section in read for words in section.left_out),
        files={
            register_folder / f"{template.section}.yaml": section_file(
                template.code, template.section, document[template.section]
            )
            for template, _ in read
        },
    )


def _read_templates(folder: Path, source: RegisterSource) -> list[tuple[Template, ReadSection]]:
    found = [(one, find_table(folder, one.code)) for one in TEMPLATES]
    read = [
        (one, one.read(read_table(path, one.code), source.document))
        for one, path in found
        if path is not None
    ]
    if not read:
        names = ", ".join(f"{one.code}.csv" for one in TEMPLATES)
        message = f"{folder} holds none of {names}"
        raise InvalidInput(message, path=str(folder))
    return read


def _require_own_files(source: RegisterSource, templates: Sequence[Template]) -> None:
    """An import writes a section's file anew, so the section must stand alone, in its own file."""
    problems = []
    for (section, *deeper), (file, line) in source.places.items():
        for template in templates:
            own = f"{source.label}/{template.section}.yaml"
            if not deeper and (section == template.section) is not (file == own):
                words = f"move this away: the import writes {own} with '{template.section}' alone"
                problems.append(Problem(file, line, words))
    if problems:
        raise refuse(problems)


def _merged(template: Template, section: ReadSection, source: RegisterSource) -> JsonObject:
    standing = entries_of(source.document, template.section)
    return {
        name: _entry(template, section.values[name], standing.get(name, {}))
        for name in sorted(section.values, key=_in_order)
    }


def _entry(template: Template, values: JsonObject, standing: JsonObject) -> JsonObject:
    kept = {name: one for name, one in standing.items() if name not in template.gives}
    both = {**kept, **values}
    # An unknown field comes last, and is refused with the rest.
    order = dict.fromkeys((*template.entry.model_fields, *both))
    entry = {name: both[name] for name in order if name in both}
    return {name: str(one) if isinstance(one, str) else one for name, one in entry.items()}


def _in_order(name: str) -> list[tuple[bool, int, str]]:
    # F2 stands before F10.
    parts = (part for part in _NUMBERS.split(name) if part)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def _check(
    document: JsonObject, source: RegisterSource, read: list[tuple[Template, ReadSection]]
) -> None:
    try:
        Register.model_validate(document)
    except ValidationError as error:
        by_section = {template.section: (template, section) for template, section in read}
        problems = []
        for one, found in zip(error.errors(), problems_of(error, source), strict=True):
            section, name, part = (*map(str, one["loc"][:3]), "", "", "")[:3]
            template, given = by_section.get(section, (None, None))
            # What people added has its line in the register; the rest is the template's.
            if template and given and name in given.rows and part in {"", "[key]", *template.gives}:
                found = given.table.problem(given.rows[name], found.words)  # noqa: PLW2901
            problems.append(found)
        raise refuse(problems) from error


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
