"""What the entries of reportings add to the course of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from holdfast.domain.events import EventKind
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import read_as, read_pin
from holdfast.domain.replay.reporting_course import ReportingCourse
from holdfast.domain.replay.verdicts import KnownEntry, Unreadable
from holdfast.domain.reporting.judging import DeadlinesComputed
from holdfast.domain.reporting.kinds import ReportingOutcome, ReportKind, VersionState
from holdfast.domain.reporting.naming import reporting_named
from holdfast.domain.reporting.opening import ReportingOpening
from holdfast.domain.reporting.state import Delay, ReportingState, ReportVersion
from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, JsonObject
from holdfast.dora.report.content import FieldNumber, Gap
from holdfast.dora.report_stages import ReportStage

__all__ = ["REPORTING_FOLDS", "reporting_called"]

_Model = TypeVar("_Model", bound=BaseModel)
_Fold = Callable[[ReportingState, KnownEntry], None]


class _Drafted(Frozen):
    version: Count
    kind: ReportKind
    covers: tuple[ReportStage, ...]
    content: Digest | None
    fields: Digest | None
    gaps: tuple[Gap, ...]
    authors: tuple[Identifier, ...]
    sign_off: JsonObject | None


class _Submitted(Frozen):
    version: Count
    kind: ReportKind
    covers: tuple[ReportStage, ...]
    submitted_at: Instant


class _Opened(Frozen):
    number: Count
    entity: Identifier
    aware_at: Instant
    classified_at: Instant
    severity: Severity | None


class _Numbered(Frozen):
    version: Count


class _Supplied(Frozen):
    field: FieldNumber


class _Explained(Frozen):
    stage: ReportStage


def reporting_called(subject: str) -> str:
    """The reporting that an entry is about: `INC-…/reporting-1/report-2` is of reporting 1."""
    return "/".join(subject.split("/")[:2])


def _open(course: Course, entry: KnownEntry) -> None:
    named, said = reporting_named(entry.event.subject.id), entry.event.payload
    if named is None or named[1] != said.get("number"):
        message = f"{entry.entry} gives {entry.event.subject.id} another number"
        raise Unreadable(message)
    told = _read(_Opened, entry)
    policy, matrix = read_pin(entry, "policy"), read_pin(entry, "matrix")
    opening = ReportingOpening.model_construct(
        incident=named[0],
        number=told.number,
        entity=told.entity,
        aware_at=told.aware_at,
        classified_at=told.classified_at,
        opened=entry.entry,
        policy=PinnedPolicy.model_construct(pin=policy, content=""),
        register_of_information=read_pin(entry, "register"),
        severity=told.severity,
        pace=course.pace,
        drill=course.opening is not None and course.opening.report.drill is not None,
    )
    # The matrix is read where a rule is run that goes by it.
    state = ReportingState.model_construct(opening=opening, matrix=opening.policy)
    course.reportings[entry.event.subject.id] = ReportingCourse(
        since=course.index, state=state, pinned=matrix, policy=policy
    )


def _compute(state: ReportingState, entry: KnownEntry) -> None:
    state.deadlines = _read(DeadlinesComputed, entry).deadlines


def _supply(state: ReportingState, entry: KnownEntry) -> None:
    field = _read(_Supplied, entry).field
    if entry.event.payload.get("value") is None:
        state.supplied.pop(field, None)
    else:
        state.supplied[field] = entry.entry
    for version in list(state.versions):
        if version.state.asked:
            state.keep(version.model_copy(update={"state": VersionState.SUPERSEDED}))


def _draft(state: ReportingState, entry: KnownEntry) -> None:
    told = _read(_Drafted, entry)
    for version in list(state.versions):
        if version.kind is told.kind and version.state.asked:
            state.keep(version.model_copy(update={"state": VersionState.SUPERSEDED}))
    asked = {True: VersionState.REVIEW, False: VersionState.APPROVAL}
    if told.content is None:
        stands = VersionState.RETURNED
    elif told.sign_off is None:
        stands = VersionState.DRAFTED
    else:
        stands = asked[bool(told.sign_off.get("reviewers"))]
    version = ReportVersion(
        number=told.version,
        kind=told.kind,
        covers=told.covers,
        state=stands,
        drafted=entry.entry,
        content=told.content,
        fields=told.fields,
        gaps=tuple(dict.fromkeys(gap.field for gap in told.gaps)),
        authors=told.authors,
        sign_off=told.sign_off,
    )
    if version.number != len(state.versions) + 1:
        message = f"{entry.entry} is not the next version"
        raise Unreadable(message)
    state.keep(version)


def _become(stands: VersionState) -> _Fold:
    def fold(state: ReportingState, entry: KnownEntry) -> None:
        version = _version(state, entry)
        approved = entry.entry if stands is VersionState.APPROVED else version.approved
        state.keep(version.model_copy(update={"state": stands, "approved": approved}))

    return fold


def _submit(state: ReportingState, entry: KnownEntry) -> None:
    told, version = _read(_Submitted, entry), _version(state, entry)
    first = version.submitted_at is None
    at = version.submitted_at or told.submitted_at
    update = {"state": VersionState.SUBMITTED, "submitted_at": at}
    state.keep(version.model_copy(update=update))
    if not first or told.kind.stage is None:
        return
    if ReportStage.INITIAL in told.covers:
        state.initial_at = state.initial_at or told.submitted_at
    if ReportStage.INTERMEDIATE in told.covers:
        state.intermediate_at = sorted([*state.intermediate_at, told.submitted_at])
    if ReportStage.FINAL in told.covers:
        state.final_at = state.final_at or told.submitted_at


def _explain(state: ReportingState, entry: KnownEntry) -> None:
    state.delays.append(Delay(stage=_read(_Explained, entry).stage, entry=entry.entry))


def _close(state: ReportingState, entry: KnownEntry) -> None:
    # What the incident has written off ends where its own workflow says so.
    if entry.event.answers is None:
        state.outcome = ReportingOutcome(str(entry.event.payload.get("outcome")))


def _stands(_state: ReportingState, _entry: KnownEntry) -> None:
    """Nothing that a later rule goes by."""


def _version(state: ReportingState, entry: KnownEntry) -> ReportVersion:
    version = state.version(_read(_Numbered, entry).version)
    if version is None:
        message = f"{entry.entry} is about a version that nobody has drafted"
        raise Unreadable(message)
    return version


def _read(model: type[_Model], entry: KnownEntry) -> _Model:
    return read_as(model, entry, entry.event.payload)


def _of_known(run: _Fold) -> Callable[[Course, KnownEntry], None]:
    """Carry that reporting on; where its opening is not at hand, nothing rests on it."""

    def fold(course: Course, entry: KnownEntry) -> None:
        known = course.reportings.get(reporting_called(entry.event.subject.id))
        if known is not None:
            run(known.state, entry)

    return fold


REPORTING_FOLDS: dict[EventKind, Callable[[Course, KnownEntry], None]] = {
    EventKind.REPORTING_OPENED: _open,
    EventKind.DEADLINES_COMPUTED: _of_known(_compute),
    EventKind.REPORT_FIELD_SUPPLIED: _of_known(_supply),
    EventKind.REPORT_DRAFTED: _of_known(_draft),
    EventKind.REPORT_PUT_FORWARD: _of_known(_stands),
    EventKind.REPORT_CLEARED: _of_known(_become(VersionState.APPROVAL)),
    EventKind.REPORT_RETURNED: _of_known(_become(VersionState.RETURNED)),
    EventKind.REPORT_APPROVED: _of_known(_become(VersionState.APPROVED)),
    EventKind.REPORT_SUBMITTED: _of_known(_submit),
    EventKind.DELAY_EXPLAINED: _of_known(_explain),
    EventKind.REPORTING_CLOSED: _of_known(_close),
}
"""What each entry adds to the course of its reporting."""
