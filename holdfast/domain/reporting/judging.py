"""What the reporting of an entity has judged outside of its workflow, and what comes back.

Deadlines and the content of reports are legal judgements: activities make them with the pure
package, and their results stand in history and in evidence.
"""

from __future__ import annotations

from holdfast.domain.events import PolicyPin
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, Line
from holdfast.dora.clocks import ClockCase, Deadlines, WorkingCalendar
from holdfast.dora.report.content import Gap
from holdfast.dora.report_stages import ReportStage

__all__ = ["DeadlinesComputed", "DeadlinesRequest", "FillRequest", "FilledReport"]


class DeadlinesRequest(Frozen):
    """What has happened so far; the entity is read in the register, its own rules in the policy."""

    incident: Identifier
    number: Count
    entity: Identifier
    reporting_policy: PolicyPin
    register_of_information: PolicyPin
    aware_at: Instant
    classified_major_at: Instant
    initial_submitted_at: Instant | None = None
    intermediate_submitted_at: tuple[Instant, ...] = ()
    regular_activities_recovered_at: Instant | None = None
    final_submitted_at: Instant | None = None


class DeadlinesComputed(Frozen):
    """The deadlines, with all that they follow from: who has this can compute them again."""

    case: ClockCase
    calendar: WorkingCalendar
    deadlines: Deadlines


class FillRequest(Frozen):
    """Which version of which report is to be filled, from everything the evidence has by now.

    `opened` is the entry that opened the reporting: it holds the entity and the pins.
    """

    incident: Identifier
    number: Count
    opened: Identifier
    entity: Identifier
    kind: ReportKind
    covers: tuple[ReportStage, ...]
    version: Count
    at: Instant
    reporting_policy: PolicyPin
    register_of_information: PolicyPin


class FilledReport(Frozen):
    """What was filled: `content` is the digest of its canonical bytes, `fields` of its fields only.

    `by` are all who have supplied a value in it, by pseudonym. `because` says why nothing could be
    filled.
    """

    content: Digest | None = None
    fields: Digest | None = None
    gaps: tuple[Gap, ...] = ()
    by: tuple[Identifier, ...] = ()
    as_of: Identifier | None = None
    because: Line | None = None
