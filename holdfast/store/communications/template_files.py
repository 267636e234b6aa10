"""The folder `policies/communications`: an index in YAML, and each text in a file of its own.

A text stands in `<purpose>.<language>.j2`: its first line is `Subject: …`, its second is empty, and
all that follows is the body. What is wrong is told with that file and its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.templates import (
    COMMUNICATIONS,
    LONGEST_BODY_SOURCE,
    CommunicationsPolicy,
)
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import JsonObject, require_canonical
from holdfast.store.policy_documents import PolicyDocument, check_policy, read_policy_document
from holdfast.store.policy_faults import Fault, refuse
from holdfast.store.policy_text import Placed

__all__ = ["INDEX", "is_communications_folder", "load_communications"]

INDEX = f"{COMMUNICATIONS}.yaml"
"""The name of the index in the folder."""

_SUFFIX = ".j2"
_NAME = re.compile(r"([a-z_]+)\.([a-z]{2,3}(?:-[A-Z]{2})?)\.j2")
_SUBJECT = "Subject: "
_BODY_LINE = 3
_LARGEST_FILE = 8 * LONGEST_BODY_SOURCE
_LANGUAGE_DEPTH = 4
"""Steps of the path `templates.<purpose>.texts.<language>`."""


def is_communications_folder(folder: Path) -> bool:
    """Whether that folder is one of templates, by its name or by what it holds."""
    if folder.name == COMMUNICATIONS:
        return True
    return (folder / INDEX).is_file() and any(folder.glob(f"*{_SUFFIX}"))


def load_communications(folder: Path, label: str | None = None) -> PinnedPolicy:
    """Read, check and pin the templates of that folder; `label` is what refusals call it.

    Raises:
        InvalidInput: a file, a text or a value is wrong; the message has a line for each.
    """
    return check_policy(_read(folder, label or folder.name), COMMUNICATIONS, CommunicationsPolicy)


def _read(folder: Path, label: str) -> PolicyDocument:
    index = read_policy_document(folder / INDEX, f"{label}/{INDEX}")
    texts = _Texts(label)
    for file in sorted(folder.glob(f"*{_SUFFIX}")):
        if not file.name.startswith("."):
            texts.take_in(file)
    value = index.value if isinstance(index.value, dict) else {}
    if "templates" in value:
        message = f"texts stand in files *{_SUFFIX} beside this one"
        texts.faults.append(Fault(index.source, None, ("templates",), message))
    if texts.faults:
        raise refuse(texts.faults)
    if not isinstance(index.value, dict):
        return index
    placed = texts.within(index.text())
    return replace(
        index,
        value={**value, "templates": texts.document},
        text=lambda: placed,
        files=texts.place,
    )


@dataclass
class _Texts:
    """The files of texts that were read so far, and what is wrong with them so far."""

    label: str
    document: dict[str, JsonObject] = field(default_factory=dict)
    placed: dict[str | int, Placed] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def take_in(self, file: Path) -> None:
        name = f"{self.label}/{file.name}"
        found = _NAME.fullmatch(file.name)
        if found is None or found[1] not in set(Purpose):
            known = ", ".join(Purpose)
            message = f"a text is called <purpose>.<language>{_SUFFIX}; purposes: {known}"
            self.faults.append(Fault(name, None, (), message))
            return
        lines = self._lines(file, name)
        if lines is None:
            return
        self._put(found[1], found[2], lines)

    def within(self, index: Placed | None) -> Placed:
        """The whole document with the lines that each value has in its own file."""
        root = index or Placed({}, 1)
        templates = Placed(self.document, 1, self.placed)
        return Placed(
            {**root.value, "templates": self.document},
            root.line,
            {**root.inner, "templates": templates},
            {**root.key_lines, "templates": 1},
        )

    def place(self, fault: Fault) -> Fault:
        """The fault in the file in which it stands."""
        if fault.path[:1] != ("templates",):
            return fault
        if len(fault.path) < _LANGUAGE_DEPTH:
            return replace(fault, source=self.label, line=None)
        file = f"{fault.path[1]}.{fault.path[3]}{_SUFFIX}"
        return replace(fault, source=f"{self.label}/{file}", path=fault.path[_LANGUAGE_DEPTH:])

    def _lines(self, file: Path, name: str) -> list[str] | None:
        try:
            content = file.read_bytes()
        except OSError as error:
            self.faults.append(Fault(name, None, (), f"cannot be read: {error.strerror}"))
            return None
        try:
            text = content.decode()
            require_canonical(text)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.faults.append(Fault(name, line, (), "the text is not UTF-8"))
            return None
        except ValueError as error:
            self.faults.append(Fault(name, None, (), str(error)))
            return None
        lines = text.replace("\r\n", "\n").rstrip().split("\n")
        self.faults.extend(_flaws(name, lines, len(content)))
        return lines

    def _put(self, purpose: str, language: str, lines: list[str]) -> None:
        text = {
            "subject": lines[0].removeprefix(_SUBJECT).strip(),
            "body": "\n".join(lines[_BODY_LINE - 1 :]),
        }
        inner: dict[str | int, Placed] = {
            "subject": Placed(text["subject"], 1),
            "body": Placed(text["body"], _BODY_LINE),
        }
        template = self.document.setdefault(purpose, {"texts": {}})
        template["texts"][language] = text
        texts = Placed({}, 1, {}) if purpose not in self.placed else self._texts(purpose)
        texts.inner[language] = Placed(text, 1, inner)
        self.placed[purpose] = Placed(template, 1, {"texts": texts})

    def _texts(self, purpose: str) -> Placed:
        return self.placed[purpose].inner["texts"]


def _flaws(name: str, lines: list[str], size: int) -> Iterator[Fault]:
    if size > _LARGEST_FILE:
        yield Fault(name, None, (), f"the file has more than {_LARGEST_FILE} bytes")
    if not lines[0].startswith(_SUBJECT):
        yield Fault(name, 1, (), f"the first line is the subject: '{_SUBJECT}…'")
    if len(lines) < _BODY_LINE or lines[1].strip():
        yield Fault(name, 2, (), "the second line is empty, and the body begins after it")
