"""What is not known yet of one service, and what follows from each way it may turn out."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.dora.facts import AffectedService
from holdfast.dora.nearest.figures import (
    Share,
    bound_of_part,
    bound_of_whole,
    ceiling_below,
    least_more,
    shares,
)
from holdfast.dora.nearest.turn import Change, Question
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.tally import CLIENTS, DURATION, GATE, Criterion, Move
from holdfast.dora.three_valued import Answer

__all__ = ["service_questions"]

_MINUTES_AN_HOUR = 60
_YES, _NO, _UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def service_questions(
    service: AffectedService,
    answers: ServiceAnswers,
    policy: ClassificationPolicy,
    decisive: frozenset[Criterion],
) -> Iterator[Question]:
    """Every open question about this service, as far as these criteria may settle the answer."""
    name, path = service.id, f"services.{service.id}."
    if answers.critical is _UNKNOWN:
        yield _of_support(service, answers, policy)
    if answers.regulated is _UNKNOWN and GATE in decisive:
        fact = f"{path}regulated_service"
        yield Question(
            *(3, name, f"whether {name} is a regulated financial service", None),
            *(((GATE, _UNKNOWN, _YES),), ((GATE, _UNKNOWN, _NO),)),
            *(((fact, True),), ((fact, False),)),
        )
    downtime_is_open = service.downtime_minutes is None and answers.downtime is _UNKNOWN
    if downtime_is_open and DURATION in decisive:
        limit = policy.downtime_hours * _MINUTES_AN_HOUR
        fact = f"{path}downtime_minutes"
        met: tuple[Move, ...] = ((DURATION, _UNKNOWN, _YES),)
        yield Question(
            *(20, name, f"the downtime of {name}", f"above {limit:,} minutes"),
            met if service.supports_critical_function else (),
            ((DURATION, _UNKNOWN, _NO),),
            *(((fact, limit + 1),), ((fact, limit),)),
        )
    if CLIENTS not in decisive:
        return
    for share in shares(service, answers, policy):
        if share.part is None or (share.whole is None and share.part):
            yield from _of_share(service, share, answers, policy)


def _of_support(
    service: AffectedService, answers: ServiceAnswers, policy: ClassificationPolicy
) -> Question:
    fact = f"services.{service.id}.supports_critical_function"
    met: tuple[Move, ...] = ((GATE, _UNKNOWN, _YES),)
    unmet: tuple[Move, ...] = ((GATE, _UNKNOWN, _NO),)
    if answers.downtime is _UNKNOWN:
        unmet = (*unmet, (DURATION, _UNKNOWN, _NO))
        minutes = service.downtime_minutes
        if minutes is not None and minutes > policy.downtime_hours * _MINUTES_AN_HOUR:
            met = (*met, (DURATION, _UNKNOWN, _YES))
    return Question(
        2,
        service.id,
        f"whether {service.id} supports a critical or important function",
        None,
        met,
        unmet,
        ((fact, True),),
        ((fact, False),),
    )


def _of_share(
    service: AffectedService,
    share: Share,
    answers: ServiceAnswers,
    policy: ClassificationPolicy,
) -> Iterator[Question]:
    """The part where it is not known; else the whole."""
    open_tests = [share.answer, *((answers.clients,) if share.place == 0 else ())]
    met: tuple[Move, ...] = ((CLIENTS, _UNKNOWN, _YES),)
    if share.part is not None:
        if share.answer is _UNKNOWN:
            most = ceiling_below(share.part, share.percent)
            yield Question(
                *(10 + share.place, service.id, f"the {share.kind.whole_words} {service.id}"),
                *(f"below {bound_of_whole(share)}", met, ((CLIENTS, _UNKNOWN, _NO),)),
                *(((share.whole_path, most),), ((share.whole_path, most + 1),)),
            )
        return
    if _UNKNOWN not in open_tests:
        return
    more = least_more(service, share, policy)
    change: Change = ((share.part_path, more or 1),)
    change_unmet: Change = ((share.part_path, (more or 1) - 1),)
    condition = f"more than {(more or 1) - 1:,}"
    if share.whole is None:
        condition = f"above {share.percent} % of all"
        change, change_unmet = (
            ((share.part_path, 1), (share.whole_path, 1)),
            ((share.part_path, 0),),
        )
        if share.place == 0:
            condition = f"above {policy.clients:,}, or {condition}"
    elif share.place > 1:
        condition = f"above {bound_of_part(share)}"
    many = "amount of affected transactions" if share.place == 3 else f"number of {share.kind.many}"  # noqa: PLR2004 - of four
    yield Question(
        *(10 + share.place, service.id, f"the {many} of {service.id}", condition, met),
        tuple((CLIENTS, _UNKNOWN, _NO) for answer in open_tests if answer is _UNKNOWN),
        *(change, change_unmet),
    )
