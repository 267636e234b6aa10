"""The automations of this installation, from the file that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from holdfast.automation.automation import Automation, Automations
from holdfast.automation.command import CommandAutomation
from holdfast.automation.configuration import AutomationsFile, CommandSettings, HttpSettings
from holdfast.automation.http_call import HttpAutomation
from holdfast.errors import InvalidInput
from holdfast.settings import Settings

__all__ = ["load_automations"]

_LARGEST_FILE = 1024 * 1024
_KINDS = {"command", "http"}


def load_automations(settings: Settings) -> Automations:
    """Make the automations of the file; by default the two harmless ones that Holdfast brings.

    Raises:
        InvalidInput: the file cannot be read, or something in it is wrong: names file, line,
            automation and field, and no value.
    """
    path = settings.automations_file
    text = _text(path)
    file = _checked(path, text)
    return Automations(_automation(name, each, settings) for name, each in file.automations.items())


def _automation(
    name: str, configured: CommandSettings | HttpSettings, settings: Settings
) -> Automation:
    if isinstance(configured, CommandSettings):
        folder = configured.folder or settings.state_folder.absolute() / "automation" / name
        return CommandAutomation(name, configured, folder)
    return HttpAutomation(name, configured, settings.public_url)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"HOLDFAST_AUTOMATIONS_FILE: {path} cannot be read: {error.strerror}"
        raise InvalidInput(message) from None
    if len(content) > _LARGEST_FILE:
        message = f"{path}: it has more than {_LARGEST_FILE} bytes"
        raise InvalidInput(message)
    try:
        return content.decode()
    except UnicodeDecodeError:
        message = f"{path}: it is not YAML in UTF-8"
        raise InvalidInput(message) from None


def _checked(path: Path, text: str) -> AutomationsFile:
    try:
        document: object = YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:
        message = f"{path}{_at(error)}: a key stands there for the second time"
        raise InvalidInput(message) from None
    except MarkedYAMLError as error:
        message = f"{path}{_at(error)}: it is not YAML; put values with signs into quotes"
        raise InvalidInput(message) from None
    except (YAMLError, ValueError, RecursionError):
        message = f"{path}: it is not YAML in UTF-8"
        raise InvalidInput(message) from None
    try:
        file = AutomationsFile.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
        raise _refusal(path, text, problems) from None
    for name, fault in file.faults_of_hosts():
        message = f"{path}{_line(text, ['automations', name])}: automation {name}: {fault}"
        raise InvalidInput(message, automation=name, field="url")
    return file


def _refusal(path: Path, text: str, problems: Sequence[ErrorDetails]) -> InvalidInput:
    """All faults in one sentence each, every one with its line."""
    said = [_fault(problem) for problem in problems]
    words = "; ".join(
        f"{path}{_line(text, where)}: "
        + ": ".join(part for part in (f"automation {name}" if name else "", field, fault) if part)
        for where, name, field, fault in said
    )
    _, name, field, _ = said[0]
    return InvalidInput(words, automation=name, field=field)


def _fault(problem: ErrorDetails) -> tuple[list[Any], str | None, str, str]:
    """Where it is, the automation, the field in it, and what is wrong."""
    said = problem["msg"].removeprefix("Value error, ")
    where = [each for each in problem["loc"] if each != "[key]"]
    if len(where) < 2 or where[0] != "automations":  # noqa: PLR2004 - its name is the second
        return where, None, ".".join(str(each) for each in where), said
    # The third names the kind, which neither the field nor the file needs.
    inside = [*where[:2], *(where[3:] if len(where) > 2 and where[2] in _KINDS else where[2:])]  # noqa: PLR2004 - as above
    field = ".".join(str(each) for each in inside[2:])
    if problem["type"].startswith("union_tag"):
        field = "kind"
    elif not field and problem["type"] == "value_error":
        field, colon, rest = said.partition(": ")
        field, said = (field, rest) if colon and field.isidentifier() else ("", said)
    if field and len(inside) == 2:  # noqa: PLR2004 - as above
        inside.append(field)
    return inside, str(where[1]), field, said


def _line(text: str, where: Sequence[Any]) -> str:
    """The line of that place, or of what it is in, as far as the file has it."""
    node: Any = YAML(typ="rt", pure=True).load(text)
    line = None
    for step in where:
        try:
            is_list = isinstance(node, list)
            line = (node.lc.item(step) if is_list else node.lc.key(step))[0]
            node = node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return "" if line is None else f":{line + 1}"


def _at(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return "" if mark is None else f":{mark.line + 1}"
