"""The limits of the law as clocks: computed by an activity, armed, met by what was submitted."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.judging import DeadlinesComputed, DeadlinesRequest
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.domain.reporting.wanting import want_ahead, want_notice
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.schedules import Schedule
from holdfast.dora.clocks import Deadline
from holdfast.dora.report_stages import ReportStage

__all__ = ["computed", "deadlines_request", "meet", "want", "warned"]

_TITLES = {
    ReportStage.INITIAL: "Submit the initial notification",
    ReportStage.INTERMEDIATE: "Submit the intermediate report",
    ReportStage.FINAL: "Submit the final report",
}


def want(work: ReportingWork, cause: str, because: str) -> None:
    """Have the deadlines computed, as things stand after that entry."""
    work.state.wants_deadlines = (cause, because)


def deadlines_request(work: ReportingWork) -> DeadlinesRequest:
    """What has happened so far, in the time of the case."""
    state, opening = work.state, work.state.opening
    in_case = work.in_case
    # An update that was told of late may count after the final report: it ends nothing anew.
    final_at = state.final_at
    if final_at is not None and final_at < max(state.intermediate_at, default=final_at):
        final_at = None
    return DeadlinesRequest(
        incident=opening.incident,
        number=opening.number,
        entity=opening.entity,
        reporting_policy=opening.pin,
        register_of_information=opening.register_of_information,
        aware_at=in_case(opening.aware_at),
        classified_major_at=opening.classified_at,
        initial_submitted_at=in_case(state.initial_at) if state.initial_at else None,
        intermediate_submitted_at=tuple(in_case(at) for at in state.intermediate_at),
        regular_activities_recovered_at=(
            in_case(state.recovered_at) if state.recovered_at else None
        ),
        final_submitted_at=in_case(final_at) if final_at else None,
    )


def computed(work: ReportingWork, result: DeadlinesComputed, now: datetime) -> None:
    """Take in the deadlines: arm each clock whose report is due and whose limit is news."""
    state = work.state
    wanted, state.wants_deadlines = state.wants_deadlines, None
    if wanted is None:
        return
    cause, because = wanted
    before = {stage: work.deadline(stage) for stage in ReportStage}
    state.deadlines = result.deadlines
    content = {**result.model_dump(mode="json"), "because": because}
    entry = work.note(EventKind.DEADLINES_COMPUTED, content, causes=(cause,))
    for stage in ReportStage:
        deadline = work.deadline(stage)
        if deadline is not None and deadline != before[stage] and not _done(work, stage):
            _arm(work, stage, deadline, entry, now)


def meet(work: ReportingWork, stage: ReportStage, cause: str, at: datetime | None) -> None:
    """Stop the clock of a report that was submitted, at `at` if not just now."""
    work.clocks.meet(work.clock_id(stage), causes=(cause,), as_of=at)


def warned(work: ReportingWork, stage: ReportStage, left: timedelta, cause: str) -> bool:
    """Prepare what is to be there by now; whether people are to be warned too."""
    rules, pace = work.rules(stage), work.clocks.pace
    if left == rules.draft_before / pace:
        want_ahead(work, ReportKind(stage.value), cause)
    if left == rules.delay_notice_before / pace:
        _prepare_delay_notice(work, stage, cause)
    return any(left == before / pace for before in rules.warn_before)


def _arm(
    work: ReportingWork, stage: ReportStage, deadline: Deadline, entry: str, now: datetime
) -> None:
    rules = work.rules(stage)
    own = (rules.draft_before, rules.delay_notice_before)
    schedule = Schedule(
        due_after=timedelta(0),
        warn_before=tuple(sorted({*rules.warn_before, *own}, reverse=True)),
        ladder=rules.ladder,
    )
    due_at = work.on_the_wall(deadline.due_at)
    title = f"{_TITLES[stage]} of {work.state.opening.entity} ({deadline.clause})"
    work.arm(stage, title, now, due_at, schedule, entry)
    left = (due_at - now) * work.clocks.pace
    if left <= rules.draft_before:
        want_ahead(work, ReportKind(stage.value), entry)
    if timedelta(0) < left <= rules.delay_notice_before:
        _prepare_delay_notice(work, stage, entry)


def _done(work: ReportingWork, stage: ReportStage) -> bool:
    """Whether nothing more of that report is due: only the month runs anew, until the final."""
    state = work.state
    return {
        ReportStage.INITIAL: state.initial_at is not None,
        ReportStage.INTERMEDIATE: bool(state.intermediate_at),
        ReportStage.FINAL: state.final_at is not None,
    }[stage]


def _prepare_delay_notice(work: ReportingWork, stage: ReportStage, cause: str) -> None:
    """Draft the notice of a limit that will not be met, unless a report is on its way."""
    state = work.state
    on_its_way = any(
        version.state is VersionState.APPROVED
        and version.kind is not ReportKind.DELAY_NOTICE
        and stage in version.covers
        for version in state.versions
    )
    told = any(delay.stage is stage for delay in state.delays)
    if not on_its_way and not told:
        want_notice(work, stage, cause)
