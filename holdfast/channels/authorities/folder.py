"""A folder for an authority: files that people, or another program, take further."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from holdfast.channels.authorities.configuration import FolderSettings
from holdfast.channels.authorities.naming import OfAuthority
from holdfast.channels.authorities.submission import AuthorityAnswer, NamedDocument, Submission
from holdfast.channels.kept_files import is_kept, keep_file, make_folder
from holdfast.channels.outgoing import AnswerOutcome
from holdfast.domain.values import canonical_json

__all__ = ["FolderAuthority"]


class FolderAuthority(OfAuthority):
    """A folder. Each file is there whole or not at all, and the main one comes last.

    A repeat is the same files; a file of that name with anything else in it is never replaced.
    """

    kind = "folder"

    def __init__(self, authority: str, settings: FolderSettings, folder: Path) -> None:
        """Write into that folder."""
        super().__init__(authority, settings)
        self._folder = folder

    def fault(self) -> str | None:
        """Why nothing can be written there."""
        nearest = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            return f"the folder {self._folder} cannot be written"
        return self.schema_fault()

    async def submit(self, submission: Submission) -> AuthorityAnswer:
        """Write the files, unless they are there already."""
        return await asyncio.to_thread(self._submit, submission)

    async def attempt_trial(self, submission: Submission) -> AuthorityAnswer:
        """Write the files of a trial, as any others."""
        return await self.submit(submission)

    def _submit(self, submission: Submission) -> AuthorityAnswer:
        try:
            make_folder(self._folder)
            for each in reversed(submission.documents):
                if not self._keep(each):
                    because = f"another file named {each.name} is there: it is not replaced"
                    return AuthorityAnswer(AnswerOutcome.REFUSED, because)
        except OSError as error:
            because = f"the folder {self._folder} cannot be written: {error.strerror}"
            return AuthorityAnswer(AnswerOutcome.NOT_NOW, because[:200])
        said = canonical_json({"kept_as": [each.name for each in submission.documents]})
        return AuthorityAnswer(AnswerOutcome.TAKEN, said=said, media_type="application/json")

    def _keep(self, named: NamedDocument) -> bool:
        """Whether exactly this file is there in the end."""
        path, content = self._folder / named.name, named.document.content
        if is_kept(path):
            return path.read_bytes() == content
        keep_file(path, content)
        return True
