"""What is sent to a competent authority, and where each version of it stands."""

from __future__ import annotations

from enum import StrEnum

from holdfast.dora.report_stages import ReportStage

__all__ = ["CLIENT_INTERESTS", "ReportKind", "ReportingOutcome", "VersionState"]

CLIENT_INTERESTS = "3.30"
"""The field that also opens the duty to tell clients (DORA Art. 19(3))."""


class ReportKind(StrEnum):
    """What a version is."""

    INITIAL = "initial"
    INTERMEDIATE = "intermediate"
    FINAL = "final"
    RECLASSIFICATION = "reclassification"
    """The incident at no time met the criteria (2025/302 Art. 5)."""
    DELAY_NOTICE = "delay_notice"
    """A limit will not be met, and why (2025/301 Art. 5(3))."""

    @property
    def stage(self) -> ReportStage | None:
        """The report that it is; None for the other two."""
        return ReportStage(self.value) if self.value in set(ReportStage) else None


class VersionState(StrEnum):
    """Where one version stands."""

    DRAFTED = "drafted"
    REVIEW = "review"
    APPROVAL = "approval"
    APPROVED = "approved"
    """It is on its way to the authority."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    """Somebody gave it back: the next one is another version."""
    SUPERSEDED = "superseded"

    @property
    def asked(self) -> bool:
        """Whether people have been asked about it and have not decided yet."""
        return self in {VersionState.REVIEW, VersionState.APPROVAL}


class ReportingOutcome(StrEnum):
    """How the reporting of an entity ended."""

    FINAL = "final"
    RECLASSIFIED = "reclassified"
    NOT_DUE = "not_due"
    """Reclassified before anything was submitted: there was nothing to take back."""
    WRITTEN_OFF = "written_off"
