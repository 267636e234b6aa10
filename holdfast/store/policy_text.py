"""The text of a policy as plain data, in which every value still knows its line.

Policy text is untrusted: no tags, no merge keys, no directives, a bound on bytes, depth and values
(anchors expanded), and nothing but what evidence can hold. Nothing here recurses over the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from holdfast.domain.values import MAX_SAFE_INTEGER, JsonValue, require_canonical

__all__ = ["LARGEST_TEXT", "Placed", "TextFault", "UnreadableText", "read_text"]

LARGEST_TEXT = 1024 * 1024
"""Bytes of a policy that is written by hand."""

_DEEPEST = 32
_MOST_VALUES = 100_000
_MOST_FAULTS = 20
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class TextFault:
    """One thing that is wrong with a text: where, by line (from 1) and path, and what."""

    line: int
    path: tuple[str | int, ...]
    message: str


class UnreadableText(ValueError):
    """A text that cannot be read any further."""

    def __init__(self, fault: TextFault) -> None:
        """Take what is wrong with it."""
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class Placed:
    """A value with its line (from 1); `inner` has the values in it, each under its key or number.

    `key_lines` are the lines of the keys of an object; `size` counts the values, it included.
    """

    value: JsonValue
    line: int
    inner: dict[str | int, Placed] = field(default_factory=dict)
    key_lines: dict[str | int, int] = field(default_factory=dict)
    size: int = 1


@dataclass(slots=True)
class _Open:
    """An object or a list that is being read; `key` is the one whose value comes next."""

    placed: Placed
    anchor: str | None
    key: str | None = None
    waits_for_key: bool = False


def read_text(content: bytes) -> tuple[Placed, list[TextFault]]:
    """Read YAML 1.2 (JSON is a part of it), and tell the faults beyond which reading could go on.

    Raises:
        UnreadableText: it cannot be read any further.
    """
    if len(content) > LARGEST_TEXT:
        message = f"the text has more than {LARGEST_TEXT} bytes"
        raise _unreadable(1, message)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(line, "the text is not UTF-8") from error
    try:
        return _Reader().read(text)
    except UnreadableText:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _unreadable(line, str(error.problem or error.context)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _unreadable(line, "a character that YAML does not allow") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise _unreadable(1, f"it is not YAML: {error}") from error


class _Reader:
    """Reads the events of one document into placed values, with a stack of its own."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, Placed] = {}
        self._faults: list[TextFault] = []
        self._root: Placed | None = None
        self._count = 0
        self._yaml = YAML(typ="safe", pure=True)

    def read(self, text: str) -> tuple[Placed, list[TextFault]]:
        documents = 0
        for event in self._events(text):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._start(event, documents)
            elif isinstance(event, AliasEvent):
                self._alias(event)
            elif isinstance(event, ScalarEvent):
                self._scalar(event)
            elif isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._enter(event)
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                self._leave()
        if self._root is None:
            message = "there is nothing in it"
            raise _unreadable(1, message)
        return self._root, self._faults

    def _events(self, text: str) -> Iterator[Event]:
        events: Iterator[Event] = self._yaml.parse(StringIO(text))
        return events

    def _start(self, event: DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            raise self._stop(event, "one document only: there is a second one")
        if event.version is not None or event.tags:
            raise self._stop(event, "directives have no place in a policy")

    def _alias(self, event: AliasEvent) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            raise self._stop(event, f"there is no anchor '{event.anchor}' before this")
        if self._open and self._open[-1].waits_for_key:
            raise self._stop(event, "an alias cannot be a key")
        again = Placed(known.value, _line(event), known.inner, known.key_lines, known.size)
        self._take(event, again)

    def _scalar(self, event: ScalarEvent) -> None:
        self._require_untagged(event)
        top = self._open[-1] if self._open else None
        if top is not None and top.waits_for_key:
            self._key(event, top)
            return
        placed = Placed(self._value(event), _line(event))
        if event.anchor is not None:
            self._anchors[event.anchor] = placed
        self._take(event, placed)

    def _key(self, event: ScalarEvent, top: _Open) -> None:
        kind, key = self._kind(event), str(event.value)
        if kind == "merge":
            raise self._stop(event, "merge keys ('<<') have no place in a policy: write it out")
        top.key, top.waits_for_key = key, False
        if kind != "str":
            self._note(event, f"the key {key} is read as {kind}: put it into quotes")
        elif not key.isascii() or not key.isprintable():
            self._note(event, "keys are printable ASCII text")
        if key in top.placed.inner:
            before = top.placed.key_lines[key]
            self._note(event, f"the key '{key}' stands in line {before} already")
        top.placed.key_lines.setdefault(key, _line(event))

    def _enter(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        self._require_untagged(event)
        mapping = isinstance(event, MappingStartEvent)
        if self._open and self._open[-1].waits_for_key:
            raise self._stop(event, "a key is text")
        if len(self._open) >= _DEEPEST:
            raise self._stop(event, f"values are nested deeper than {_DEEPEST} levels")
        placed = Placed({} if mapping else [], _line(event))
        self._open.append(_Open(placed, event.anchor, waits_for_key=mapping))

    def _leave(self) -> None:
        done = self._open.pop()
        # Known only from here on: an anchor that held itself would have no end.
        if done.anchor is not None:
            self._anchors[done.anchor] = done.placed
        self._put(done.placed)

    def _take(self, event: Event, placed: Placed) -> None:
        self._count += placed.size
        if self._count > _MOST_VALUES:
            raise self._stop(event, f"more than {_MOST_VALUES} values, anchors written out")
        self._put(placed)

    def _put(self, placed: Placed) -> None:
        if not self._open:
            self._root = placed
            return
        top = self._open[-1]
        key: str | int
        if isinstance(top.placed.value, dict):
            assert top.key is not None  # noqa: S101 - narrows the type for mypy only
            key = top.key
            top.placed.value[key] = placed.value
            top.waits_for_key = True
        else:
            key = len(top.placed.value)
            top.placed.value.append(placed.value)
        top.placed.inner[key] = placed
        top.placed.size += placed.size

    def _value(self, event: ScalarEvent) -> JsonValue:
        kind, said = self._kind(event), str(event.value)
        if kind == "null":
            return None
        if kind == "bool":
            return said.lower() == "true"
        if kind == "int":
            return self._integer(event, said)
        if kind == "float":
            self._note(event, f"{said} is a fraction: give a whole number, or text in quotes")
            return None
        try:
            require_canonical(said)
        except ValueError as error:
            self._note(event, str(error))
        return said

    def _integer(self, event: ScalarEvent, said: str) -> int:
        # Length first: converting a million digits would take quadratic time.
        try:
            value = int(said, 0) if said.lstrip("+-")[:2] in {"0x", "0o"} else int(said[:40])
        except ValueError:
            value = MAX_SAFE_INTEGER + 1
        if abs(value) > MAX_SAFE_INTEGER:
            self._note(event, "an integer lies within 2^53-1 either way")
            return 0
        return value

    def _kind(self, event: ScalarEvent) -> str:
        tag: Any = self._yaml.resolver.resolve(ScalarNode, event.value, event.implicit)
        return str(tag).removeprefix(_TAG)

    def _require_untagged(self, event: Any) -> None:  # noqa: ANN401 - ruamel's events are untyped
        if event.tag is not None:
            raise self._stop(event, f"tags ('{event.tag[:80]}') have no place in a policy")

    def _path(self) -> tuple[str | int, ...]:
        path: list[str | int] = []
        for each in self._open:
            if isinstance(each.placed.value, list):
                path.append(len(each.placed.value))
            elif each.key is not None and not each.waits_for_key:
                path.append(each.key)
        return tuple(path)

    def _note(self, event: Event, message: str) -> None:
        if len(self._faults) < _MOST_FAULTS:
            self._faults.append(self._fault(event, message))

    def _stop(self, event: Event, message: str) -> UnreadableText:
        return UnreadableText(self._fault(event, message))

    def _fault(self, event: Event, message: str) -> TextFault:
        return TextFault(_line(event), self._path(), message)


def _line(event: Any) -> int:  # noqa: ANN401 - ruamel's events are untyped
    return int(event.start_mark.line) + 1


def _unreadable(line: int, message: str) -> UnreadableText:
    return UnreadableText(TextFault(line, (), message))
