"""What is to be done next about an entity's reports, in words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping

from api.reporting.parts import NextStep
from holdfast.domain.reporting.kinds import ReportKind, VersionState
from holdfast.dora.report_stages import ReportStage
from holdfast.store.reporting.reading import StoredReporting, standing_of

__all__ = ["due_next", "next_step"]

_NAMES = {
    ReportStage.INITIAL: "initial notification",
    ReportStage.INTERMEDIATE: "intermediate report",
    ReportStage.FINAL: "final report",
}
_MOST_NAMED = 8


def due_next(stored: StoredReporting) -> ReportStage | None:
    """The report that is due next; an updated intermediate one, where one is wanted."""
    if stored.row["state"] != "open":
        return None
    submitted = {
        stage
        for version in stored.versions
        if version["submitted_at"] is not None and ReportKind(version["kind"]).stage
        for stage in version["covers"]
    }
    if stored.row["update_required"] is not None and ReportStage.INTERMEDIATE in submitted:
        return ReportStage.INTERMEDIATE
    return next((stage for stage in ReportStage if stage not in submitted), None)


def next_step(
    stored: StoredReporting, stage: ReportStage | None, missing: Sequence[str]
) -> NextStep | None:
    """What is to be done next for that report; `missing` are the fields that it lacks."""
    if stored.row["state"] == "closed":
        return None
    if stage is None:
        words = "The final report has left: it can still be corrected, by another version of it."
        return NextStep(step="correct", words=words, due_at=None)
    standing, due = _standing(stored, stage), due_next(stored)
    found = standing or _unasked(stage, due, missing)
    due_at = None if found[0] == "correct" else stored.deadline(stage)["clock_due_at"]
    return NextStep(step=found[0], words=found[1], due_at=due_at)


def _standing(stored: StoredReporting, stage: ReportStage) -> tuple[str, str] | None:
    """What the latest version of a report waits for; None where another is to be made."""
    made = [
        each
        for each in stored.versions
        if stage in each["covers"] and ReportKind(each["kind"]).stage
    ]
    if not made:
        return None
    state = standing_of(made[-1], stored.versions)
    if state is VersionState.SUBMITTED and due_next(stored) is not stage:
        return "correct", f"The {_NAMES[stage]} has left: put it forward anew to correct it."
    return _of_version(made[-1], state, _NAMES[stage])


def _unasked(
    stage: ReportStage, due: ReportStage | None, missing: Sequence[str]
) -> tuple[str, str]:
    """What is to be done about a report of which nobody is asked anything."""
    name = _NAMES[stage]
    if missing:
        named = ", ".join(missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        return "supply", f"Supply {named}{more} of the {name}, then put it forward."
    if due is not None and due is not stage:
        return "wait", f"The {_NAMES[due]} is due before the {name}."
    return "put_forward", f"Look through the {name}, and put it forward."


def _of_version(version: RowMapping, state: VersionState, name: str) -> tuple[str, str] | None:
    """What its latest version waits for; None where another has to be put forward."""
    called = f"version {version['version']} of the {name}"
    if state is VersionState.APPROVED and version["refusals"]:
        return "submit", f"The channel has refused {called}: submit it by other means."
    waits = {
        VersionState.REVIEW: ("review", f"Clear {called}, or give it back."),
        VersionState.APPROVAL: ("approve", f"Approve {called}, or give it back."),
        VersionState.APPROVED: ("wait", f"The channel has not taken {called} yet."),
    }
    return waits.get(state)
