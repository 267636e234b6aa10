"""Where the reporting of one entity stands: what its workflow carries, and nothing else."""

from __future__ import annotations

from copy import copy
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.communication.opening import Opening
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.reporting.kinds import ReportingOutcome, ReportKind, VersionState
from holdfast.domain.reporting.opening import ReportingOpening
from holdfast.domain.reporting.submitting import SubmissionOrder
from holdfast.domain.severity import Severity
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject, Line
from holdfast.dora.clocks import Deadlines
from holdfast.dora.report.content import FieldNumber
from holdfast.dora.report_stages import ReportStage

__all__ = ["Delay", "ReportVersion", "ReportingInput", "ReportingState", "Wanted"]


class Wanted(Frozen):
    """A version that is to be filled; `cause` is the entry that asks for it.

    One that was put forward is asked about as soon as it is filled.
    """

    kind: ReportKind
    covers: tuple[ReportStage, ...]
    cause: Identifier
    put_forward: bool = False
    by: Identifier | None = None


class ReportVersion(Frozen):
    """One version of a report, by digest; its content is an artifact.

    `gaps` are the fields that it lacks; `drafted` and `approved` are the entries that say so.
    """

    number: int
    kind: ReportKind
    covers: tuple[ReportStage, ...]
    state: VersionState
    drafted: Identifier
    content: Digest | None = None
    fields: Digest | None = None
    gaps: tuple[FieldNumber, ...] = ()
    authors: tuple[Identifier, ...] = ()
    sign_off: JsonObject | None = None
    """Who is asked about it, as the draft says."""
    reviews_left: tuple[Identifier, ...] = ()
    approved: Identifier | None = None
    submitted_at: Instant | None = None


class Delay(Frozen):
    """Why a limit will not be met, as somebody has said; `entry` says it."""

    stage: ReportStage
    entry: Identifier


class ReportingState(BaseModel):
    """The whole state of one entity's reporting; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    opening: ReportingOpening
    matrix: PinnedPolicy
    severity: Severity | None = None
    outcome: ReportingOutcome | None = None
    reversed_by: Identifier | None = None
    """The entry by which it was decided that the incident never met the criteria."""
    recovered_at: Instant | None = None
    deadlines: Deadlines | None = None
    wants_deadlines: tuple[Identifier, Line] | None = None
    """The entry and the reason why deadlines are to be computed (anew)."""
    to_fill: list[Wanted] = Field(default_factory=list)
    versions: list[ReportVersion] = Field(default_factory=list)
    initial_at: Instant | None = None
    """When the first initial notification was submitted."""
    intermediate_at: list[Instant] = Field(default_factory=list)
    final_at: Instant | None = None
    supplied: dict[FieldNumber, Identifier] = Field(default_factory=dict)
    """Fields that people have supplied, each with the latest entry that says so."""
    delays: list[Delay] = Field(default_factory=list)
    to_submit: list[SubmissionOrder] = Field(default_factory=list)
    """What is on its way to the authority, in order."""
    submissions: int = 0
    messages: int = 0
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    to_open: list[tuple[Opening, PinnedPolicy]] = Field(default_factory=list)
    """Communications whose workflows are still to be started."""
    told: list[Identifier] = Field(default_factory=list)
    """Entries of which the incident still has to be given notice."""
    sequence: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing is left to do, to decide or to send."""
        pending = any(request.state is DecisionState.OPEN for request in self.requests.values())
        return self.outcome is not None and not pending and not self.to_submit

    @property
    def number(self) -> int:
        """Which reporting of the incident it is."""
        return self.opening.number

    def version(self, number: int) -> ReportVersion | None:
        """The version of that number, if there is one."""
        return self.versions[number - 1] if 0 < number <= len(self.versions) else None

    def last_submitted(self, kind: ReportKind, before: int | None = None) -> int | None:
        """The version of that kind that was submitted last, of those before that number."""
        submitted = [
            version.number
            for version in self.versions
            if version.kind is kind
            and version.submitted_at is not None
            and (before is None or version.number < before)
        ]
        return max(submitted, default=None)

    def keep(self, version: ReportVersion) -> None:
        """Put a version in place of what it was, or after the last one."""
        if version.number > len(self.versions):
            self.versions.append(version)
        else:
            self.versions[version.number - 1] = version

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {
            name: copy(value)
            for name, value in vars(self).items()
            if isinstance(value, dict | list)
        }
        return self.model_copy(update=containers)


class ReportingInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `state` and `inbox` are what the run before handed over.
    """

    opening: ReportingOpening
    matrix: PinnedPolicy
    history_limit: int = 1_000
    state: ReportingState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
