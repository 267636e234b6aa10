"""Where a drill's submissions go: into a folder here, under names and with a note that say so."""

from __future__ import annotations

from pathlib import Path

from holdfast.channels.authorities.configuration import FolderSettings
from holdfast.channels.authorities.file_names import DEFAULT_PATTERN
from holdfast.channels.authorities.folder import FolderAuthority
from holdfast.channels.authorities.submission import (
    AuthorityAnswer,
    AuthorityChannel,
    Submission,
)
from holdfast.channels.kept_files import keep_file, make_folder
from holdfast.channels.outgoing import AnswerOutcome

__all__ = ["DRILL_PREFIX", "DivertedAuthority"]

DRILL_PREFIX = "DRILL-"
"""What the names of a drill's files begin with."""

_NOTE = "These files belong to drills. Nothing of them has gone to {title}.\n"


class DivertedAuthority(FolderAuthority):
    """A stand-in for the channel of an authority, which cannot be reached through it."""

    def __init__(self, channel: AuthorityChannel, folder: Path) -> None:
        """Write into a folder of that authority's own, in the formats that it wants."""
        settings = FolderSettings(
            kind="folder",
            title=channel.title,
            formats=channel.formats,
            file_name=f"{DRILL_PREFIX}{DEFAULT_PATTERN}",
        )
        self._own = folder / "authorities" / channel.authority
        super().__init__(channel.authority, settings, self._own)

    def _submit(self, submission: Submission) -> AuthorityAnswer:
        try:
            make_folder(self._own)
            note = _NOTE.format(title=self.title).encode()
            keep_file(self._own / "THIS-IS-A-DRILL.txt", note)
        except OSError as error:
            because = f"the folder of drills cannot be written: {error.strerror}"
            return AuthorityAnswer(AnswerOutcome.NOT_NOW, because)
        return super()._submit(submission)
