"""What a trial says: which incidents the candidate would have changed, how, and which it left out.

The lists are bounded, and say how many more there are; the counts are of everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from holdfast.domain.events import PolicyPin
from holdfast.domain.values import Count, Frozen, Identifier, Instant, JsonObject, Text

__all__ = [
    "MOST_CHANGES",
    "MOST_LISTED",
    "Change",
    "IncidentChange",
    "Judged",
    "NotTried",
    "TrialReport",
]

MOST_LISTED = 500
"""Incidents listed in a report, of those changed and of those not tried."""

MOST_CHANGES = 20
"""Changes listed of one incident."""


class Judged(StrEnum):
    """What of an incident a policy judges."""

    SEVERITY = "severity"
    MAJOR = "major"
    ESCALATION = "escalation"
    DEADLINE = "deadline"
    DECISION = "decision"


class Change(Frozen):
    """One judgement that would have been another, from when on.

    `about` is `proposed` or `assigned` of the severity, `proposed` or `decided` of major, else the
    id of the trigger, the clock or the decision request. `entry` is the last one before `at`.
    `was` is what stands, `would_be` what the candidate gives, both in words.
    """

    judged: Judged
    about: Identifier
    entry: Identifier
    at: Instant
    was: Text
    would_be: Text


class IncidentChange(Frozen):
    """An incident that the candidate would have changed; `left_out` counts changes not listed."""

    incident_id: Identifier
    open: bool
    changes: tuple[Change, ...]
    left_out: Count = 0


class NotTried(Frozen):
    """An incident on which the candidate could not be tried, and why."""

    incident_id: Identifier
    because: Text


class TrialReport(Frozen):
    """What a candidate would have changed in all incidents up to `as_of`, by id of the incident.

    `changed_by` counts the incidents by what would be another in them; one may count more than
    once. `incidents` is `tried` and `not_tried` together.
    """

    candidate: PolicyPin
    as_of: Instant
    incidents: Count
    open: Count
    tried: Count
    not_tried: Count
    changed: Count
    changed_by: Mapping[Judged, Count]
    changes: tuple[IncidentChange, ...]
    changes_left_out: Count
    not_tried_because: tuple[NotTried, ...]
    not_tried_left_out: Count

    def followed_by(self, later: TrialReport) -> TrialReport:
        """The report of both, where `later` is of the incidents that come after these."""
        changed, not_tried = self.changed + later.changed, self.not_tried + later.not_tried
        changes = (*self.changes, *later.changes)[:MOST_LISTED]
        reasons = (*self.not_tried_because, *later.not_tried_because)[:MOST_LISTED]
        return TrialReport(
            candidate=self.candidate,
            as_of=self.as_of,
            incidents=self.incidents + later.incidents,
            open=self.open + later.open,
            tried=self.tried + later.tried,
            not_tried=not_tried,
            changed=changed,
            changed_by={
                judged: self.changed_by[judged] + later.changed_by[judged] for judged in Judged
            },
            changes=changes,
            changes_left_out=changed - len(changes),
            not_tried_because=reasons,
            not_tried_left_out=not_tried - len(reasons),
        )

    @property
    def content(self) -> JsonObject:
        """The whole report within the evidence's value domain."""
        content: JsonObject = self.model_dump(mode="json")
        return content

    @property
    def summary(self) -> JsonObject:
        """The counts, and which policy was tried."""
        return {
            name: value
            for name, value in self.content.items()
            if name not in {"changes", "not_tried_because"}
        }
