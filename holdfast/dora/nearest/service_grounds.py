"""The known facts of one service on which the answer may rest, each with its margin."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.values import MAX_SAFE_INTEGER
from holdfast.dora.facts import AffectedService
from holdfast.dora.nearest.figures import (
    Share,
    bound_of_whole,
    ceiling_below,
    excess,
    plain,
    shares,
)
from holdfast.dora.nearest.turn import Ground
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.quantities import exact
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.tally import CLIENTS, DURATION, GATE, Criterion, Move
from holdfast.dora.three_valued import Answer

__all__ = ["service_grounds"]

_MINUTES_AN_HOUR = 60
_YES, _NO = Answer.YES, Answer.NO


def service_grounds(
    service: AffectedService,
    answers: ServiceAnswers,
    policy: ClassificationPolicy,
    decisive: frozenset[Criterion],
) -> Iterator[Ground]:
    """Every fact of this service that holds one of its tests up, where these criteria decide."""
    name, path = service.id, f"services.{service.id}."
    if answers.critical is _YES:
        moves: tuple[Move, ...] = ((GATE, _YES, _NO),)
        if answers.downtime is not _NO:
            moves = (*moves, (DURATION, answers.downtime, _NO))
        change = ((f"{path}supports_critical_function", False),)
        words = f"if {name} did not support a critical or important function"
        yield Ground(1, 2, name, words, moves, change)
    if answers.regulated is _YES and GATE in decisive:
        change = ((f"{path}regulated_service", False),)
        words = f"if {name} were no regulated financial service"
        yield Ground(1, 3, name, words, ((GATE, _YES, _NO),), change)
    if DURATION in decisive and answers.downtime is _YES and service.downtime_minutes is not None:
        limit = policy.downtime_hours * _MINUTES_AN_HOUR
        minutes = exact(service.downtime_minutes)
        less = -int((limit - minutes) // 1)
        words = f"with {less:,} fewer {'minute' if less == 1 else 'minutes'} of downtime of {name}"
        changed = ((f"{path}downtime_minutes", plain(max(minutes - less, 0))),)
        yield Ground(less / limit, 20, name, words, ((DURATION, _YES, _NO),), changed)
    for share in shares(service, answers, policy) if CLIENTS in decisive else ():
        yield from _of_share(service, share, answers, policy)


def _of_share(
    service: AffectedService, share: Share, answers: ServiceAnswers, policy: ClassificationPolicy
) -> Iterator[Ground]:
    if share.part is None:
        return
    place, name = 10 + share.place, service.id
    less = 0
    if share.answer is _YES and share.whole is not None:
        less = excess(share.part, share.whole, share.percent)
    in_numbers = share.place == 0 and answers.clients is _YES
    if in_numbers:
        less = max(less, int(share.part) - policy.clients)
    if less and exact(share.part) >= less:
        holding = int(share.answer is _YES) + int(in_numbers)
        words = f"with {less:,} fewer {share.kind.one if less == 1 else share.kind.many} of {name}"
        if share.place == 3:  # noqa: PLR2004 - the last of four, an amount
            words = f"with {less:,} less {share.kind.many} of {name}"
        change = ((share.part_path, plain(exact(share.part) - less)),)
        left = exact(share.part) - less
        distance = float(less / left) if left else 1.0
        yield Ground(distance, place, name, words, ((CLIENTS, _YES, _NO),) * holding, change)
    if share.answer is _YES and not in_numbers and share.whole is not None:
        enough = ceiling_below(share.part, share.percent) + 1
        if enough <= MAX_SAFE_INTEGER:
            words = f"if the {share.kind.whole_words} {name} were {bound_of_whole(share)} or more"
            distance = float(enough / exact(share.whole)) - 1 if share.whole else 1.0
            changed = ((share.whole_path, enough),)
            yield Ground(distance, place, name, words, ((CLIENTS, _YES, _NO),), changed)
