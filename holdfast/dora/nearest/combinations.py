"""Developments, alone or together, that would make an incident major."""

from __future__ import annotations

from itertools import combinations
from typing import TypeAlias

from holdfast.dora.evaluation import Evaluation
from holdfast.dora.nearest.incident_developments import incident_developments
from holdfast.dora.nearest.service_developments import service_developments, share_developments
from holdfast.dora.nearest.turn import Development, bits
from holdfast.dora.tally import CLIENTS, COUNTED, CRITERIA, GATE, MALICIOUS_ACCESS

__all__ = ["Combination", "combinations_to_major", "developments", "makes_major"]

Combination: TypeAlias = tuple[Development, ...]

_COUNTED, _EVERY = bits(*COUNTED), bits(*range(len(CRITERIA)))
_GATE, _MALICIOUS = bits(GATE), bits(MALICIOUS_ACCESS)


def developments(evaluation: Evaluation) -> list[Development]:
    """Everything that makes a criterion hold that does not hold yet, nearest first."""
    wanted = _EVERY & ~evaluation.holding
    found = list(incident_developments(evaluation, wanted))
    if wanted & bits(CLIENTS):
        found.extend(share_developments(evaluation.services, evaluation.policy))
    for service, answers in evaluation.services:
        found.extend(service_developments(service, answers, evaluation.policy, wanted))
    return sorted(found, key=lambda one: one[:3])


def makes_major(evaluation: Evaluation, makes: int) -> bool:
    """Whether it is certainly major once these criteria hold as well."""
    return _is_major(evaluation.holding | makes, evaluation.policy.thresholds_needed)


def combinations_to_major(evaluation: Evaluation, every: list[Development]) -> list[Combination]:
    """The simplest sets of developments that make it major together, nearest first.

    Of the developments that do the same, only the nearest is combined. None of a set is
    superfluous: without it the set would be simpler still.
    """
    nearest = dict[tuple[int, int], Development]()
    for one in every:
        # Malicious access is always enough alone: it is said by itself, unless it may already be.
        if one.is_open or not one.makes & _MALICIOUS:
            nearest.setdefault((one.makes, one.weight), one)
    holding, needed = evaluation.holding, evaluation.policy.thresholds_needed
    simplest, least = list[Combination](), 2 * len(CRITERIA)
    for size in range(1, needed + 2):
        if size > least:
            break
        for group in combinations(nearest.values(), size):
            makes = holding
            for one in group:
                makes |= one.makes
            if _is_major(makes, needed) and (weight := _weight(group)) <= least:
                simplest = [*simplest, group] if weight == least else [group]
                least = weight
    return sorted(simplest, key=_order)


def _is_major(holding: int, needed: int) -> bool:
    if not holding & _GATE:
        return False
    return bool(holding & _MALICIOUS) or (holding & _COUNTED).bit_count() >= needed


def _weight(group: Combination) -> int:
    return sum(one.weight for one in group)


def _order(group: Combination) -> tuple[float, list[tuple[int, str, str]]]:
    distance = sum(one.distance for one in group)
    return distance, [(one.place, one.service, one.words) for one in group]
