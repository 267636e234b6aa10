"""One text file a message on this machine, and beside it a file with its ids."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import FilesSettings
from holdfast.channels.kept_files import is_kept, keep_file, make_folder
from holdfast.channels.outgoing import (
    Answer,
    AnswerOutcome,
    Found,
    FoundState,
    Outgoing,
    reference,
)
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.values import rfc3339

__all__ = ["FilesChannel", "FilesSession"]


class FilesChannel:
    """A folder of texts. The file with the ids comes last: where it is, the message was taken.

    A repeat is the same files.
    """

    kind = ChannelKind.FILES
    attaches = True

    def __init__(self, name: str, settings: FilesSettings, folder: Path) -> None:
        """Write into that folder."""
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences
        self._folder = folder

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Write some messages."""
        yield FilesSession(self._folder)

    def find(self, key: str, number: int) -> Found:
        """Look whether the message is in the folder."""
        path = _ids_path(self._folder, reference(key, number))
        if is_kept(path):
            return Found(FoundState.TAKEN, path.name)
        return Found(FoundState.NOT_TAKEN)


class FilesSession:
    """A folder that is written to."""

    def __init__(self, folder: Path) -> None:
        """Write into that folder."""
        self._folder = folder

    def send(self, outgoing: Outgoing) -> Answer:
        """Write one message with its attachments, unless it is there already."""
        path = _ids_path(self._folder, outgoing.reference)
        try:
            if not is_kept(path):
                make_folder(self._folder)
                self._keep(outgoing, path)
        except OSError as error:
            because = f"the folder of messages cannot be written: {error.strerror}"
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        return Answer(AnswerOutcome.TAKEN, channel_id=path.name)

    def _keep(self, outgoing: Outgoing, path: Path) -> None:
        text = path.with_suffix(".txt")
        keep_file(text, f"{outgoing.subject}\n\n{outgoing.body}\n".encode())
        attachments = []
        for position, (name, media_type, content) in enumerate(outgoing.attachments, 1):
            file = path.with_suffix(f".{position}.attachment")
            keep_file(file, content)
            attachments.append({"name": name, "media_type": media_type, "file": file.name})
        ids = {
            "key": outgoing.key,
            "number": outgoing.number,
            "message_id": outgoing.message_id,
            "digest": outgoing.digest,
            "incident": outgoing.incident,
            "purpose": outgoing.purpose,
            "audience": outgoing.audience,
            "language": outgoing.language,
            "address": outgoing.address,
            "released_at": rfc3339(outgoing.released_at),
            "text": text.name,
            "attachments": attachments,
        }
        keep_file(path, f"{json.dumps(ids, ensure_ascii=False, indent=2)}\n".encode())


def _ids_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
