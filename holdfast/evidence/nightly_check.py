"""The nightly check as its workflow, its activity and its schedule agree on it."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.values import Frozen
from holdfast.evidence.check_report import CheckReport, Progress

__all__ = ["EVIDENCE_CHECK_WORKFLOW", "CheckSlice", "EvidenceCheckInput", "words_for_operators"]

EVIDENCE_CHECK_WORKFLOW = "EvidenceCheckWorkflow"
"""The name stands in histories and in the schedule, so it is never changed."""

_MOST_SHOWN = 20


class EvidenceCheckInput(Frozen):
    """What a check starts with: how many leaves a slice has, and where an earlier run was."""

    leaves: int = Field(default=200_000, ge=1)
    start: Progress | None = None


class CheckSlice(Frozen):
    """One slice: so many leaves on from `start`, which is None at the beginning."""

    start: Progress | None
    leaves: int = Field(ge=1)


def words_for_operators(report: CheckReport, *, done: bool) -> str:
    """Say in Markdown what a check has found, for the page of its workflow."""
    what = f"Leaves {report.first} to {report.end}"
    if report.sound:
        return f"{what}: everything holds{'' if done else ' so far'}."
    lines = [f"- `{finding.code}` {finding.words}" for finding in report.findings[:_MOST_SHOWN]]
    more = report.count - len(lines)
    rest = [f"- … and {more} more: `holdfast fsck` lists them"] if more > 0 else []
    head = f"**{report.count} finding(s)**. {what}:"
    return "\n".join([head, "", *lines, *rest])
