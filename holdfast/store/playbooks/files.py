"""The folder `policies/playbooks`: an index in YAML, and each playbook in a file of its own.

A playbook stands in `<id>.yaml` beside `playbooks.yaml`, which has the version. What is wrong is
told with that file and its line, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from holdfast.domain.playbooks.policy import PLAYBOOKS, PlaybooksPolicy
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import JsonObject
from holdfast.errors import InvalidInput
from holdfast.store.policy_documents import PolicyDocument, check_policy, read_policy_document
from holdfast.store.policy_faults import Fault, InvalidPolicy, refuse
from holdfast.store.policy_text import Placed

__all__ = ["is_playbooks_folder", "load_playbooks"]

_INDEX = f"{PLAYBOOKS}.yaml"
_SUFFIX = ".yaml"
_NAME = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_DEPTH = 2
"""Steps of the path `playbooks.<id>`."""


def is_playbooks_folder(folder: Path) -> bool:
    """Whether that folder is one of playbooks, by its name or by what it holds."""
    return folder.name == PLAYBOOKS or (folder / _INDEX).is_file()


def load_playbooks(folder: Path, label: str | None = None) -> PinnedPolicy:
    """Read, check and pin the playbooks of that folder; `label` is what refusals call it.

    Raises:
        InvalidInput: a file or a value is wrong; the message has a line for each.
    """
    return check_policy(_read(folder, label or folder.name), PLAYBOOKS, PlaybooksPolicy)


def _read(folder: Path, label: str) -> PolicyDocument:
    index = read_policy_document(folder / _INDEX, f"{label}/{_INDEX}")
    books = _Books(label)
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        if not file.name.startswith(".") and file.name != _INDEX:
            books.take_in(file)
    if not isinstance(index.value, dict):
        return index
    if PLAYBOOKS in index.value:
        message = f"playbooks stand in files *{_SUFFIX} beside this one"
        books.faults.append(Fault(index.source, None, (PLAYBOOKS,), message))
    if books.faults:
        raise refuse(books.faults)
    placed = books.within(index.text())
    return replace(
        index,
        value={**index.value, PLAYBOOKS: books.document},
        text=lambda: placed,
        files=books.place,
    )


@dataclass
class _Books:
    """The files of playbooks that were read so far, and what is wrong with them so far."""

    label: str
    document: dict[str, JsonObject] = field(default_factory=dict)
    placed: dict[str | int, Placed] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def take_in(self, file: Path) -> None:
        name = f"{self.label}/{file.name}"
        if not _NAME.fullmatch(file.stem):
            message = "a playbook's file is called by its id: lower-case words with - or _"
            self.faults.append(Fault(name, None, (), message))
            return
        try:
            read = read_policy_document(file, name)
        except InvalidPolicy as error:
            self.faults.extend(_told(name, error))
            return
        except InvalidInput as error:
            self.faults.append(Fault(name, None, (), error.message.removeprefix(f"{name}: ")))
            return
        placed = read.text()
        self.document[file.stem] = read.value
        self.placed[file.stem] = placed or Placed(read.value, 1)

    def within(self, index: Placed | None) -> Placed:
        """The whole document with the lines that each value has in its own file."""
        root = index or Placed({}, 1)
        lines: dict[str | int, int] = dict.fromkeys(self.placed, 1)
        books = Placed(self.document, 1, self.placed, lines)
        return Placed(
            {**root.value, PLAYBOOKS: self.document},
            root.line,
            {**root.inner, PLAYBOOKS: books},
            {**root.key_lines, PLAYBOOKS: 1},
        )

    def place(self, fault: Fault) -> Fault:
        """The fault in the file in which it stands."""
        if fault.path[:1] != (PLAYBOOKS,):
            return fault
        if len(fault.path) < _DEPTH:
            return replace(fault, source=self.label, line=None)
        file = f"{fault.path[1]}{_SUFFIX}"
        return replace(fault, source=f"{self.label}/{file}", path=fault.path[_DEPTH:])


def _told(source: str, error: InvalidPolicy) -> Iterator[Fault]:
    """What was found wrong in one file, to be told together with that of the others."""
    for told in cast("list[JsonObject]", error.fields["errors"]):
        path = tuple(part for part in str(told["pointer"]).split("/") if part)
        yield Fault(source, told["line"], path, str(told["message"]))
