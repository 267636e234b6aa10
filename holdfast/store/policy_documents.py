"""Documents of policies: a file, or bytes from a door, read and checked as a whole, or refused.

Nothing is taken from a document before all of it is right. What is kept of it is its canonical
JSON, over which its digest is; comments and layout stay in the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, ValidationError

from holdfast.domain.policies import PinnedPolicy, pinned
from holdfast.domain.values import JsonObject, JsonValue, require_canonical
from holdfast.errors import InvalidInput
from holdfast.store.communications.template_checks import flaws_of
from holdfast.store.policy_faults import Fault, InvalidPolicy, faults_of, refuse
from holdfast.store.policy_kinds import NEWEST_FORMATS, POLICY_KINDS
from holdfast.store.policy_text import Placed, UnreadableText, read_text

__all__ = [
    "PolicyDocument",
    "check_policy",
    "check_values",
    "parse_policy_text",
    "read_policy_document",
]

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_LARGEST_JSON = 16 * 1024 * 1024
"""Bytes of a document that a program has written, such as a register."""


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A document that has been read: its value, and the text's lines where they are known."""

    source: str
    value: JsonValue
    text: Callable[[], Placed | None]
    files: Callable[[Fault], Fault] | None = None
    """Where a fault stands, of a document that is made of several files; None of one file."""

    def refusal(self, faults: Iterable[Fault]) -> InvalidPolicy:
        """The error that tells these faults, each where it stands."""
        return refuse(map(self.files, faults) if self.files else faults)


def read_policy_document(path: Path, source: str | None = None) -> PolicyDocument:
    """Read a file, YAML 1.2 or (by its suffix) JSON; `source` is what refusals call it.

    Raises:
        InvalidInput: there is no such file, or it cannot be read as plain data; says in which line.
    """
    name = source or path.name
    try:
        if path.stat().st_size > _LARGEST_JSON:
            message = f"{name}: the file has more than {_LARGEST_JSON} bytes"
            raise InvalidInput(message, path=str(path))
        content = path.read_bytes()
    except OSError as error:
        message = f"{name}: cannot be read: {error.strerror or error}"
        raise InvalidInput(message, path=str(path)) from error
    return parse_policy_text(content, name, is_json=path.suffix == ".json")


def parse_policy_text(content: bytes, source: str, *, is_json: bool = False) -> PolicyDocument:
    """Read the bytes of a document.

    Raises:
        InvalidPolicy: they are no plain data; says in which lines.
    """
    if is_json:
        return _from_json(content, source)
    placed = _placed(content, source)
    return PolicyDocument(source, placed.value, lambda: placed)


def check_values(value: JsonValue, source: str) -> PolicyDocument:
    """Take a document that has been parsed already.

    Raises:
        InvalidPolicy: it holds what evidence cannot hold.
    """
    try:
        require_canonical(value)
    except ValueError as error:
        raise refuse([Fault(source, None, (), str(error))]) from error
    return PolicyDocument(source, value, lambda: None)


def check_policy(
    document: PolicyDocument, name: str | None = None, kind: type[BaseModel] | None = None
) -> PinnedPolicy:
    """Check that a document is a policy, of that name if one is given, and pin it.

    Raises:
        InvalidPolicy: it is incomplete, contradicts itself, is mistyped, or of an unknown version;
            says all of it, each with its line.
    """
    value = _named(document, name)
    model = kind or POLICY_KINDS[value["name"]]
    policy = pinned(value)
    try:
        checked = model.model_validate_json(policy.content)
    except ValidationError as error:
        raise document.refusal(faults_of(error, document.source, document.text())) from error
    if faults := list(_faults_of_texts(document, checked)):
        raise document.refusal(faults)
    _require_newest(document, value)
    return policy


def _faults_of_texts(document: PolicyDocument, policy: BaseModel) -> Iterator[Fault]:
    """What is wrong with the templates of a policy that has some."""
    for path, flaw in flaws_of(policy):
        placed = document.text()
        for step in path:
            placed = placed.inner[step] if placed else None
        line, message = placed.line if placed else None, flaw.message
        if document.files is not None and line is not None:
            line += flaw.line - 1
        elif flaw.line > 1:
            message = f"line {flaw.line} of the text: {message}"
        yield Fault(document.source, line, path, message)


def _require_newest(document: PolicyDocument, value: JsonObject) -> None:
    """Hold out what only incidents that run under it may still have."""
    newest = NEWEST_FORMATS.get(value["name"], 1)
    given = value.get("format", 1)
    if given != newest:
        text = document.text()
        line = text.inner.get("format", text).line if text else None
        message = f"format {given} is only for incidents that run under it: write format {newest}"
        raise refuse([Fault(document.source, line, ("format",), message)])


def _named(document: PolicyDocument, name: str | None) -> JsonObject:
    """The document as an object with a name that there is and a version that can be one."""
    value = document.value
    if not isinstance(value, dict):
        _refuse(document, (), f"a policy is an object with its name; this must hold '{name}'")
    said = value.get("name")
    if name is not None and said != name:
        _refuse(document, ("name",), f"this must hold the policy '{name}'")
    if name is None and (not isinstance(said, str) or said not in POLICY_KINDS):
        known = ", ".join(sorted(POLICY_KINDS))
        _refuse(document, ("name",), f"there is no kind of policy {said!r}; known: {known}")
    version = value.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        message = 'say the version as text, such as "1.0.0": letters, digits and . _ + - only'
        _refuse(document, ("version",), message)
    return value


def _refuse(document: PolicyDocument, path: tuple[str, ...], message: str) -> NoReturn:
    line: int | None = None
    if (root := document.text()) is not None:
        line = root.key_lines.get(path[0], root.line) if path else root.line
    raise refuse([Fault(document.source, line, path, message)])


def _from_json(content: bytes, source: str) -> PolicyDocument:
    """Read JSON by the fast reader; by the slow one, which knows lines, what that refuses."""
    try:
        value = json.loads(content, object_pairs_hook=_object, parse_constant=_no_number)
        require_canonical(value)
    except (ValueError, RecursionError) as error:
        _placed(content, source)
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise refuse([Fault(source, line, (), str(error))]) from error
    return PolicyDocument(source, value, lambda: _lines(content))


def _lines(content: bytes) -> Placed | None:
    try:
        return read_text(content)[0]
    except UnreadableText:
        return None


def _placed(content: bytes, source: str) -> Placed:
    try:
        placed, faults = read_text(content)
    except UnreadableText as error:
        faults = [error.fault]
        raise refuse(
            Fault(source, each.line, each.path, each.message) for each in faults
        ) from error
    if faults:
        raise refuse(Fault(source, each.line, each.path, each.message) for each in faults)
    return placed


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        message = "an object has the same key twice"
        raise ValueError(message)
    return value


def _no_number(literal: str) -> NoReturn:
    message = f"{literal} is not JSON"
    raise ValueError(message)
