"""The register's folder: its files as one document, and where in them each value stands.

A section stands in one file only, so that whoever looks for an entity knows where to look. What is
wrong is told with the file and the line, all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from holdfast.domain.policies import PinnedPolicy, pinned
from holdfast.domain.values import JsonObject, JsonValue, require_canonical
from holdfast.dora.register import Register
from holdfast.dora.register.partly_right import contradictions_within
from holdfast.errors import InvalidInput

__all__ = [
    "Problem",
    "RegisterSource",
    "checked_register",
    "load_register",
    "problems_of",
    "read_register_folder",
    "refuse",
]

Place: TypeAlias = tuple[str | int, ...]

_DEEPEST = 8
"""Levels of a register document."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where: the file as people name it, and its line or table row."""

    file: str
    line: int
    words: str
    in_rows: bool = False

    def __str__(self) -> str:
        place = f" row {self.line}" if self.in_rows else f":{self.line}"
        return f"{self.file}{place}: {self.words}"


@dataclass(frozen=True, slots=True)
class RegisterSource:
    """The document of the folder's files as plain data, and the place of each value in them."""

    label: str
    document: JsonObject
    places: dict[Place, tuple[str, int]] = field(default_factory=dict)

    def line_of(self, path: Place) -> tuple[str, int]:
        """The file and the line of the value at that path, or of the closest that stands."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return self.places.get(("name",), (f"{self.label}/{self.label}.yaml", 1))


def load_register(folder: Path) -> PinnedPolicy:
    """Read, check and pin the register of that folder, such as `policies/register`.

    Raises:
        InvalidInput: a file or a value is wrong; the message has a line for each.
    """
    source = read_register_folder(folder)
    checked_register(source)
    return pinned(source.document)


def checked_register(source: RegisterSource) -> Register:
    """The register of the document.

    Raises:
        InvalidInput: it is no register, or contradicts itself; the message has a line for each
            thing that is wrong.
    """
    try:
        register = Register.model_validate(source.document)
        require_canonical(source.document)
    except ValidationError as error:
        contradictory = (
            _problem(source, one.path, one.words) for one in contradictions_within(source.document)
        )
        raise refuse([*problems_of(error, source), *contradictory]) from error
    except ValueError as error:
        file, line = source.line_of(())
        raise refuse([Problem(file, line, str(error))]) from error
    return register


def problems_of(error: ValidationError, source: RegisterSource) -> list[Problem]:
    """What pydantic found wrong in the document, each at its place in the files."""
    found = []
    for one in error.errors(include_url=False, include_context=False):
        path = tuple(part for part in one["loc"] if part != "[key]")
        found.append(_problem(source, path, one["msg"].removeprefix("Value error, ")))
    return found


def _problem(source: RegisterSource, path: Place, words: str) -> Problem:
    dotted = ".".join(str(part) for part in path)
    return Problem(*source.line_of(path), f"{dotted}: {words}" if dotted else words)


def refuse(problems: Iterable[Problem]) -> InvalidInput:
    """The error that tells all of these problems, in the order of the files."""
    lines = [str(problem) for problem in sorted(set(problems))]
    return InvalidInput("\n".join(lines), problems=lines)


def read_register_folder(folder: Path) -> RegisterSource:
    """Read the files `*.yaml` of the folder into one document.

    Raises:
        InvalidInput: there are none, one cannot be read, or two of them hold the same section.
    """
    files = sorted(file for file in folder.glob("*.yaml") if not file.name.startswith("."))
    if not files:
        message = f"no register in {folder}: it holds no file *.yaml"
        raise InvalidInput(message, path=str(folder))
    reading = _Reading(folder.name)
    for file in files:
        reading.take_in(file)
    if reading.problems:
        raise refuse(reading.problems)
    return RegisterSource(reading.label, reading.document, reading.places)


class _Reading:
    """A folder that is being read: what was found so far, and what is wrong so far."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.document: JsonObject = {}
        self.places: dict[Place, tuple[str, int]] = {}
        self.problems: list[Problem] = []

    def take_in(self, file: Path) -> None:
        name = f"{self.label}/{file.name}"
        content = self._parsed(file, name)
        if content is None:
            return
        if not isinstance(content, CommentedMap):
            self.problems.append(Problem(name, 1, "give sections by name, such as `services:`"))
            return
        for section, value in content.items():
            self._take_in_section(name, content, section, value)

    def _take_in_section(
        self, name: str, content: CommentedMap, section: object, value: object
    ) -> None:
        place = (name, _line(content, section))
        if not isinstance(section, str) or section not in Register.model_fields:
            known = ", ".join(Register.model_fields)
            words = f"unknown section '{section}'; known: {known}"
            self.problems.append(Problem(*place, words))
        elif section in self.document:
            file, line = self.places[(section,)]
            words = f"the section '{section}' stands in {file}:{line} already"
            self.problems.append(Problem(*place, words))
        else:
            self.places[(section,)] = place
            self.document[section] = self._plain(value, (section,))

    def _parsed(self, file: Path, name: str) -> object:
        try:
            content: object = YAML(typ="rt", pure=True).load(file)
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.problems.append(Problem(name, line, str(error.problem or error.context)))
        except (OSError, YAMLError, ValueError, RecursionError) as error:
            words = " ".join(str(error).split())
            self.problems.append(Problem(name, 1, f"cannot be read: {words}"))
        else:
            return content
        return None

    def _plain(self, value: object, path: Place) -> JsonValue:
        if len(path) > _DEEPEST:
            self._wrong(path, "nested too deeply")
            return None
        if isinstance(value, CommentedMap):
            return self._plain_map(value, path)
        if isinstance(value, CommentedSeq):
            for index in range(len(value)):
                self.places[*path, index] = (self.places[path][0], _line(value, index))
            return [self._plain(one, (*path, index)) for index, one in enumerate(value)]
        return self._plain_scalar(value, path)

    def _plain_scalar(self, value: object, path: Place) -> JsonValue:
        # The round-trip reader keeps how a scalar was written, in subclasses of the plain types.
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, ScalarBoolean):
            return bool(value)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        words = f"a {_kind(value)} has no place in the register: quote it, if it is text"
        self._wrong(path, words)
        return None

    def _plain_map(self, value: CommentedMap, path: Place) -> JsonObject:
        plain: JsonObject = {}
        for key, one in value.items():
            place = (self.places[path][0], _line(value, key, self.places[path][1]))
            if isinstance(key, str) and key.isascii():
                self.places[*path, str(key)] = place
                plain[str(key)] = self._plain(one, (*path, str(key)))
            else:
                at = ".".join(map(str, path))
                words = f"{at}: the key {key!r} is no ASCII text: quote it, if it is text"
                self.problems.append(Problem(*place, words))
        return plain

    def _wrong(self, path: Place, words: str) -> None:
        at = ".".join(map(str, path))
        self.problems.append(Problem(*self.places[path], f"{at}: {words}"))


def _kind(value: object) -> str:
    names = {"ScalarFloat": "number with a fraction", "TimeStamp": "date-time"}
    return names.get(type(value).__name__, type(value).__name__)


def _line(content: CommentedMap | CommentedSeq, key: object, otherwise: int = 1) -> int:
    try:
        place = content.lc.item(key) if isinstance(content, CommentedSeq) else content.lc.key(key)
    except KeyError:  # merged in from another mapping, which has the line
        return otherwise
    return int(place[0]) + 1
