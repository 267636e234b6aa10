"""The channels of this installation, from the file that the settings name."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from holdfast.channels.channel import Channel, Channels
from holdfast.channels.configuration import (
    AppriseSettings,
    ChannelSettings,
    ChannelsFile,
    FilesSettings,
    MailFolderSettings,
    MailSettings,
    StatusPageSettings,
    WebhookSettings,
)
from holdfast.channels.files import FilesChannel
from holdfast.channels.mail import MailChannel
from holdfast.channels.mail_folder import MailFolderChannel
from holdfast.channels.status_page import StatusPageChannel
from holdfast.channels.webhook import WebhookChannel
from holdfast.errors import InvalidInput
from holdfast.settings import Settings

__all__ = ["load_channels"]

_LARGEST_FILE = 1024 * 1024
_DEFAULTS = ChannelsFile(
    channels={
        "mail": MailFolderSettings(kind="mail_folder"),
        "notices": FilesSettings(kind="files"),
        "status-page": StatusPageSettings(kind="status_page"),
    }
)


def load_channels(settings: Settings) -> Channels:
    """Make the channels of the file; without one: mails and notices as files, and the status page.

    Raises:
        InvalidInput: the file cannot be read, or something in it is wrong: names channel and field,
            and no value.
    """
    path = settings.channels_file
    file = _DEFAULTS if path is None else _checked(path, _document(path))
    outbox = settings.outbox_folder
    return Channels(_channel(name, each, outbox) for name, each in file.channels.items())


def _channel(name: str, settings: ChannelSettings, outbox: Path) -> Channel:
    match settings:
        case MailSettings():
            return MailChannel(name, settings)
        case MailFolderSettings():
            return MailFolderChannel(name, settings, outbox / (settings.folder or name))
        case FilesSettings():
            return FilesChannel(name, settings, outbox / (settings.folder or name))
        case WebhookSettings():
            return WebhookChannel(name, settings)
        case AppriseSettings():
            # Apprise takes half a second to import, and many installations have no use for it.
            from holdfast.channels.apprise_channel import AppriseChannel  # noqa: PLC0415

            return AppriseChannel(name, settings)
        case StatusPageSettings():
            return StatusPageChannel(name, settings)


def _document(path: Path) -> object:
    """The file as plain data. What YAML itself says of a mistake may quote a password."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"HOLDFAST_CHANNELS_FILE: {path} cannot be read: {error.strerror}"
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


def _checked(path: Path, document: object) -> ChannelsFile:
    try:
        return ChannelsFile.model_validate(document)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_context=False, include_url=False)
    faults = [_fault(problem) for problem in problems]
    words = "; ".join(
        ": ".join(part for part in (f"channel {channel}" if channel else "", field, said) if part)
        for channel, field, said in faults
    )
    channel, field, _ = faults[0]
    message = f"{path}: {words}"
    raise InvalidInput(message, channel=channel, field=field)


def _fault(problem: ErrorDetails) -> tuple[str | None, str, str]:
    """The channel, the field in it, and what is wrong."""
    said = problem["msg"].removeprefix("Value error, ")
    where = [str(part) for part in problem["loc"]]
    if len(where) < 2 or where[0] != "channels":  # noqa: PLR2004 - a channel stands in the second
        return None, ".".join(where), said
    channel = where[1]
    if problem["type"].startswith("union_tag"):
        return channel, "kind", said
    if where[2:] == ["[key]"]:
        return channel, "name", said
    # The third names the kind, which the field does not need.
    field = ".".join(where[3:])
    if not field and problem["type"] == "value_error":
        field, _, said = said.partition(": ")
    return channel, field, said
