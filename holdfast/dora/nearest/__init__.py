"""What would turn the answer, in plain words: at most ten lines, the nearest first."""

from __future__ import annotations

from holdfast.dora.evaluation import Evaluation
from holdfast.dora.nearest.sentences import if_major, if_not_major, if_unknown
from holdfast.dora.three_valued import Answer

__all__ = ["nearest_to_turning"]

_MOST_LINES = 10


def nearest_to_turning(evaluation: Evaluation) -> tuple[str, ...]:
    """Say what would turn the answer; deterministic, and whatever the order of the services."""
    major = evaluation.tally.major()
    if major is Answer.YES:
        lines = if_major(evaluation)
    elif major is Answer.NO:
        lines = if_not_major(evaluation)
    else:
        lines = if_unknown(evaluation)
    return tuple(lines[:_MOST_LINES])
