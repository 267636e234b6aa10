"""The authorities of this installation, from the file that the settings name."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from holdfast.channels.authorities.configuration import (
    AuthoritiesFile,
    AuthoritySettings,
    FolderSettings,
    HttpsSettings,
    MailSettings,
)
from holdfast.channels.authorities.folder import FolderAuthority
from holdfast.channels.authorities.https import HttpsAuthority
from holdfast.channels.authorities.mail import MailAuthority
from holdfast.channels.authorities.submission import Authorities, AuthorityChannel
from holdfast.errors import InvalidInput
from holdfast.settings import Settings

__all__ = ["load_authorities"]

_LARGEST_FILE = 1024 * 1024
_DEFAULTS = AuthoritiesFile(
    authorities={
        "bafin": FolderSettings(kind="folder", title="BaFin, as files to hand in by hand"),
        "acpr": FolderSettings(kind="folder", title="ACPR, as files to hand in by hand"),
    }
)


def load_authorities(settings: Settings) -> Authorities:
    """Make the channels of the file; without one: a folder for each authority of the policy.

    Raises:
        InvalidInput: the file cannot be read, or something in it is wrong: names authority and
            field, and no value.
    """
    path = settings.authorities_file
    file = _DEFAULTS if path is None else _checked(path, _document(path))
    folder = settings.authorities_folder.absolute()
    return Authorities(_channel(name, each, folder) for name, each in file.authorities.items())


def _channel(name: str, settings: AuthoritySettings, folder: Path) -> AuthorityChannel:
    match settings:
        case FolderSettings():
            return FolderAuthority(name, settings, folder / (settings.folder or name))
        case HttpsSettings():
            return HttpsAuthority(name, settings)
        case MailSettings():
            return MailAuthority(name, settings)


def _document(path: Path) -> object:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"HOLDFAST_AUTHORITIES_FILE: {path} cannot be read: {error.strerror}"
        raise InvalidInput(message) from None
    if len(content) > _LARGEST_FILE:
        message = f"{path}: it has more than {_LARGEST_FILE} bytes"
        raise InvalidInput(message)
    try:
        document: object = YAML(typ="safe", pure=True).load(content.decode())
    except DuplicateKeyError as error:
        message = f"{path}{_line(error)}: a key stands there for the second time"
        raise InvalidInput(message) from None
    except MarkedYAMLError as error:
        message = f"{path}{_line(error)}: it is not YAML; put values with signs into quotes"
        raise InvalidInput(message) from None
    except (YAMLError, ValueError, RecursionError):
        message = f"{path}: it is not YAML in UTF-8"
        raise InvalidInput(message) from None
    return document


def _line(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return "" if mark is None else f":{mark.line + 1}"


def _checked(path: Path, document: object) -> AuthoritiesFile:
    try:
        return AuthoritiesFile.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
    faults = [_fault(problem) for problem in problems]
    words = "; ".join(
        ": ".join(part for part in (f"authority {name}" if name else "", field, said) if part)
        for name, field, said in faults
    )
    name, field, _ = faults[0]
    message = f"{path}: {words}"
    raise InvalidInput(message, authority=name, field=field)


def _fault(problem: ErrorDetails) -> tuple[str | None, str, str]:
    """The authority, the field in it, and what is wrong."""
    said = problem["msg"].removeprefix("Value error, ")
    where = [str(part) for part in problem["loc"]]
    if len(where) < 2 or where[0] != "authorities":  # noqa: PLR2004 - its id is the second
        return None, ".".join(where), said
    name = where[1]
    if problem["type"].startswith("union_tag"):
        return name, "kind", said
    if where[2:] == ["[key]"]:
        return name, "id", said
    # The third names the kind, which the field does not need.
    field = ".".join(where[3:])
    if not field and problem["type"] == "value_error":
        field, _, said = said.partition(": ")
    return name, field, said
