"""Deadlines of a past incident, set again: by schedules, and by what severity and major ask for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind, DecisionRule
from holdfast.domain.classification_inputs import Moments
from holdfast.domain.classifying import evaluate
from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.classification_clocks import CLASSIFICATION_CLOCK, NOTIFICATION_CLOCK
from holdfast.domain.incident.communicating import UPDATE_CLOCKS
from holdfast.domain.incident.following import UPDATE_CLOCK
from holdfast.domain.incident.reporting import entities_to_report
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.severity import Priority, Severity
from holdfast.domain.trial.candidates import (
    CONTAINMENT_CLOCK,
    DECISION_CLOCKS,
    REVIEW_CLOCK,
    Scope,
)
from holdfast.domain.trial.report import Judged
from holdfast.domain.trial.rules import Rules
from holdfast.domain.trial.tracks import Place, Tracks
from holdfast.dora.limits import initial_limit

__all__ = ["Deadlines"]


class Deadlines:
    """The clocks of one course, as far as they are in its scope."""

    def __init__(self, scope: Scope, tracks: Tracks) -> None:
        """Mark what becomes due on these tracks."""
        self._scope = scope
        self._tracks = tracks
        self._classification_set = False
        self._updates_due = False

    def may_move(self, rules: Rules, clock_id: str) -> bool:
        """Whether the candidate may give that clock another deadline."""
        if not clock_id.startswith(self._scope.clocks):
            return False
        if self._scope.by_severity_only and clock_id.startswith(DECISION_CLOCKS):
            rule = _rule(rules, clock_id)
            return rule is not None and bool(rule.schedule_by_severity)
        return True

    def as_recorded(
        self,
        rules: Rules,
        clock_id: str,
        severity: Severity | None,
        priority: Priority | None,
        here: Place,
    ) -> None:
        """Set a clock that was set there, where its policy says how long it runs."""
        if clock_id.startswith(DECISION_CLOCKS):
            rule = _rule(rules, clock_id)
            if rule is not None:
                self._put(clock_id, here.at + rule.schedule_for(severity).due_after, here)
        elif clock_id == CONTAINMENT_CLOCK:
            self._put(clock_id, here.at + rules.containment_within, here)
        elif clock_id == REVIEW_CLOCK:
            self._put(clock_id, here.at + rules.review_within, here)
        elif clock_id in UPDATE_CLOCKS and severity is not None and priority is not None:
            within = rules.update_within(severity, priority)
            if within is not None:
                self._put(clock_id, here.at + within, here)

    def of_classification(self, rules: Rules, aware_at: datetime, here: Place) -> None:
        """Set until when to decide whether the incident is major, unless that is set."""
        if rules.classification is not None and not self._classification_set:
            self._classification_set = True
            due_at = aware_at + rules.classification.decision.due_after
            self._put(CLASSIFICATION_CLOCK, due_at, here)

    def of_notification(
        self,
        rules: Rules,
        pins: Collection[str],
        sheet: FactSheet,
        aware_at: datetime,
        recovered_at: datetime | None,
        here: Place,
    ) -> None:
        """Set the limit of the initial notification of an incident decided as major just now.

        Where workflows report, its clock is theirs, and no policy that can be tried moves it.
        """
        moments = Moments(aware_at=aware_at, recovered_at=recovered_at, at=here.at)
        moved = NOTIFICATION_CLOCK in self._scope.clocks
        if not moved or (REPORTING in pins and _reports_itself(rules, sheet, moments)):
            return
        due_at = initial_limit(aware_at, here.at).at
        self._put(NOTIFICATION_CLOCK, due_at, here)

    def of_update(self, rules: Rules, severity: Severity, priority: Priority, here: Place) -> None:
        """Set when the next update is due after the severity was assigned."""
        within = rules.update_within(severity, priority)
        if within is not None:
            self._updates_due = True
            self._put(UPDATE_CLOCK, here.at + within, here)

    def of_next_update(
        self, rules: Rules, severity: Severity | None, priority: Priority | None, here: Place
    ) -> None:
        """Count what was stated as an update, where one is waited for."""
        if self._updates_due and severity is not None and priority is not None:
            self.of_update(rules, severity, priority, here)

    def no_more_updates(self) -> None:
        """Wait for none any more."""
        self._updates_due = False

    def _put(self, clock_id: str, due_at: datetime, here: Place) -> None:
        if clock_id.startswith(self._scope.clocks):
            self._tracks.put(Judged.DEADLINE, clock_id, due_at, here)


def _reports_itself(rules: Rules, sheet: FactSheet, moments: Moments) -> bool:
    """Whether workflows report for every entity for which it may be major."""
    policy = rules.classification
    if DecisionKind.REPORT_APPROVAL not in rules.matrix.rules or policy is None:
        return False
    found = evaluate(sheet, moments, policy, rules.register).model_dump(mode="json")
    return None not in entities_to_report(found)


def _rule(rules: Rules, clock_id: str) -> DecisionRule | None:
    kind = clock_id.removeprefix(DECISION_CLOCKS).rpartition("-")[0]
    return rules.matrix.rules.get(DecisionKind(kind))
