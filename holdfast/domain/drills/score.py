"""The score of a drill: how fast was decided, what was missed and bypassed, which goals were kept.

All lengths are whole seconds of the drill's own time.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.drills.plan import DrillGoal, DrillPlan, drill_seconds
from holdfast.domain.drills.tally import Asked, Participant, Tally
from holdfast.domain.values import Count, Frozen, Identifier, Line, Token

__all__ = ["DecisionTook", "DrillScore", "GoalKept", "scored"]

_RATIFIED, _NOT_RATIFIED = "ratified", "not_ratified"
_DECISION_CLOCK = "decision/"


class DecisionTook(Frozen):
    """One question: how long it took people to decide, None where they have not."""

    request: Identifier
    kind: Line
    outcome: Line | None
    took_seconds: Count | None
    missed: bool
    bypassed: bool
    voided: bool


class GoalKept(Frozen):
    """One expectation of the script, and when it was met, counted from the beginning."""

    goal: Token
    title: Line
    decision: Line
    within_seconds: Count
    after_seconds: Count | None
    kept: bool


class DrillScore(Frozen):
    """What a drill has shown."""

    lasted_seconds: Count
    injects: Count
    injected: Count
    decisions: tuple[DecisionTook, ...]
    decided: Count
    undecided: Count
    slowest_seconds: Count
    average_seconds: Count
    missed_clocks: tuple[Identifier, ...]
    missed: Count
    bypasses: Count
    ratified: Count
    not_ratified: Count
    refused: Count
    refused_by_reason: dict[str, Count]
    goals: tuple[GoalKept, ...]
    goals_kept: Count
    goals_missed: Count
    participants: tuple[Participant, ...]
    absent_roles: tuple[str, ...]
    """Roles that should have taken part, and of which nobody has handed anything in."""


def scored(plan: DrillPlan, tally: Tally, opened_at: datetime, at: datetime) -> DrillScore:
    """Score a drill that began at `opened_at` and stands so at `at`, both aware instants."""
    decisions = tuple(_took(asked, tally, plan.pace) for asked in tally.asked)
    times = [each.took_seconds for each in decisions if each.took_seconds is not None]
    goals = tuple(_goal(goal, tally, opened_at, plan.pace) for goal in plan.goals)
    kept = sum(goal.kept for goal in goals)
    there = {each.role for each in tally.participants}
    return DrillScore(
        lasted_seconds=drill_seconds(at - opened_at, plan.pace),
        injects=len(plan.injects),
        injected=tally.injected,
        decisions=decisions,
        decided=len(times),
        undecided=sum(each.took_seconds is None and not each.voided for each in decisions),
        slowest_seconds=max(times, default=0),
        average_seconds=sum(times) // len(times) if times else 0,
        missed_clocks=tally.missed,
        missed=len(tally.missed),
        bypasses=tally.bypasses,
        ratified=tally.ratifications(_RATIFIED),
        not_ratified=tally.ratifications(_NOT_RATIFIED),
        refused=sum(tally.refused.values()),
        refused_by_reason=tally.refused,
        goals=goals,
        goals_kept=kept,
        goals_missed=len(goals) - kept,
        participants=tally.participants,
        absent_roles=tuple(sorted(str(role) for role in set(plan.roles) - there)),
    )


def _took(asked: Asked, tally: Tally, pace: int) -> DecisionTook:
    decided = asked.decided_at
    return DecisionTook(
        request=asked.request,
        kind=asked.kind,
        outcome=asked.outcome,
        took_seconds=None if decided is None else drill_seconds(decided - asked.at, pace),
        missed=f"{_DECISION_CLOCK}{asked.request}" in tally.missed,
        bypassed=asked.bypassed,
        voided=asked.voided,
    )


def _goal(goal: DrillGoal, tally: Tally, opened_at: datetime, pace: int) -> GoalKept:
    moments = [
        asked.decided_at
        for asked in tally.asked
        if asked.kind == goal.decision
        and asked.decided_at is not None
        and goal.outcome in {None, asked.outcome}
    ]
    first = min(moments, default=None)
    after = None if first is None else drill_seconds(first - opened_at, pace)
    within = int(goal.within.total_seconds())
    return GoalKept(
        goal=goal.id,
        title=goal.title,
        decision=str(goal.decision),
        within_seconds=within,
        after_seconds=after,
        kept=after is not None and after <= within,
    )
