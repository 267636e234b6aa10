"""What all channels of authorities have in common: names of files, and the check of the schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from holdfast.channels.authorities.file_names import file_name
from holdfast.channels.authorities.schema_check import fault_of_schema, schema_faults
from holdfast.channels.authorities.submission import NamedDocument, Submission
from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
from holdfast.domain.reporting.kinds import ReportKind

__all__ = ["NamingSettings", "OfAuthority"]


class NamingSettings(Protocol):
    """What every kind of authority has in its configuration."""

    @property
    def title(self) -> str | None:
        """What it is, in words."""

    @property
    def formats(self) -> tuple[DocumentFormat, ...]:
        """What it wants, the main one first."""

    @property
    def schema_file(self) -> Path | None:
        """Its own schema."""

    @property
    def file_name(self) -> str:
        """How its files are named."""


_OF_REPORTS = frozenset(ReportKind) - {ReportKind.DELAY_NOTICE}


class OfAuthority:
    """What a channel of any kind says of its authority."""

    def __init__(self, authority: str, settings: NamingSettings) -> None:
        """Be the channel to that authority."""
        self.authority = authority
        self.title = settings.title or authority
        self.formats = settings.formats
        self._pattern = settings.file_name
        self.schema = settings.schema_file

    def named(self, submission: Submission, documents: Iterable[AuthorityDocument]) -> Submission:
        """The submission with these documents, under the names that this authority wants."""
        named = tuple(
            NamedDocument(file_name(self._pattern, self.authority, submission, each.format), each)
            for each in documents
        )
        return replace(submission, documents=named)

    def refusal(self, submission: Submission) -> str | None:
        """Why it must not be sent: its JSON is not as the authority's schema wants it.

        The schema is that of reports: other kinds have no form in it, and are not looked at.
        """
        if self.schema is None or submission.kind not in _OF_REPORTS:
            return None
        written = [each.document for each in submission.documents]
        of_schema = [each for each in written if each.format is DocumentFormat.JSON]
        faults = [schema_faults(self.schema, each.content) for each in of_schema]
        return next((fault for fault in faults if fault), None)

    def schema_fault(self) -> str | None:
        """Why its schema cannot be used; None where it can, or where there is none."""
        return None if self.schema is None else fault_of_schema(self.schema)
