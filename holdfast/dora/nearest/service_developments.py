"""What of one service would make a threshold, or the gate, hold.

How many clients a service has, and how large an average day is, does not change in the course of an
incident: those count as developments only where they are not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nsmallest

from holdfast.dora.facts import AffectedService
from holdfast.dora.nearest.figures import (
    Share,
    bound_of_whole,
    ceiling_below,
    least_more,
    plain,
    shares,
)
from holdfast.dora.nearest.turn import Change, Development, bits
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.quantities import exact
from holdfast.dora.service_answers import ServiceAnswers
from holdfast.dora.tally import CLIENTS, DURATION, GATE
from holdfast.dora.three_valued import Answer

__all__ = ["service_developments", "share_developments"]

_CLIENTS_BIT = bits(CLIENTS)
_DURATION_BIT = bits(DURATION)
_DURATION_OR_GATE_BIT = bits(DURATION, GATE)
_GATE_BIT = bits(GATE)
_GATE_OR_DURATION_BIT = bits(GATE, DURATION)
_MINUTES_AN_HOUR = 60
_NOT_KNOWN = "(not known yet)"
_MOST_SAID = 10
_PLACE_OF_DOWNTIME, _PLACE_OF_SUPPORT, _PLACE_OF_REGULATION = 20, 2, 3


def service_developments(
    service: AffectedService, answers: ServiceAnswers, policy: ClassificationPolicy, wanted: int
) -> Iterator[Development]:
    """Everything of this service, its shares aside, that makes a wanted criterion hold."""
    if wanted & _DURATION_BIT and answers.downtime is not Answer.YES:
        yield from _of_downtime(service, policy)
    if wanted & _GATE_OR_DURATION_BIT and service.supports_critical_function is not True:
        yield from _of_support(service, policy)
    if wanted & _GATE_BIT and not service.regulated_service:
        is_open = service.regulated_service is None
        yield Development(
            *(0 if is_open else 1, _PLACE_OF_REGULATION, service.id),
            (
                "authorisation or supervision of {} as a financial service{}",
                service.id,
                _mark(is_open),
            ),
            _GATE_BIT,
            ((f"services.{service.id}.regulated_service", True),),
            is_open,
        )


def _mark(is_open: bool) -> str:  # noqa: FBT001 - said by its name
    return f" {_NOT_KNOWN}" if is_open else ""


def share_developments(
    services: Sequence[tuple[AffectedService, ServiceAnswers]], policy: ClassificationPolicy
) -> Iterator[Development]:
    """The nearest ways to meet Art. 9(1) with one service: of each sort, as many as are ever said.

    Ten services have forty shares, so that only those are put into words that may be read.
    """
    found = list[tuple[float, int, str, int, Share]]()
    still_open = list[tuple[float, int, str, int, Share]]()
    for service, answers in services:
        for share in shares(service, answers, policy):
            more = least_more(service, share, policy)
            place, part = 10 + share.place, share.part
            if part is None:
                if more is not None or share.whole is None:
                    still_open.append((0, place, service.id, more or 0, share))
                continue
            if more is not None:
                distance = float(more / (exact(part) + more))
                found.append((distance, place, service.id, more, share))
            if share.whole is None and part:
                still_open.append((0, place, service.id, 0, share))
    for distance, place, name, more, share in nsmallest(_MOST_SAID, found, key=_nearness):
        yield _more_of(distance, place, name, more, share)
    for _, place, name, more, share in nsmallest(_MOST_SAID, still_open, key=_nearness):
        yield _open_share(place, name, more, share)


def _nearness(found: tuple[float, int, str, int, Share]) -> tuple[float, int, str]:
    return found[:3]


def _more_of(distance: float, place: int, name: str, more: int, share: Share) -> Development:
    noun = share.kind.one if more == 1 else share.kind.many
    said = ("{:,} more {} of {}", more, noun, name)
    goal = plain(exact(share.part or 0) + more)
    change: Change = ((share.part_path, goal),)
    return Development(
        distance, place, name, said, _CLIENTS_BIT, change, is_open=False, plural=more > 1
    )


def _open_share(place: int, name: str, more: int, share: Share) -> Development:
    """What is not known: the part, or the whole, or both."""
    kind = share.kind
    change: Change
    if share.part is not None:
        noun, bound = kind.whole_words, bound_of_whole(share)
        said: tuple[object, ...] = ("a {} {} below {} {}", noun, name, bound, _NOT_KNOWN)
        change = ((share.whole_path, ceiling_below(share.part, share.percent)),)
    elif more:
        said = ("more than {:,} {} of {} {}", more - 1, kind.many, name, _NOT_KNOWN)
        change = ((share.part_path, more),)
    else:
        said = ("{} of {} above {} % of all {}", kind.many, name, share.percent, _NOT_KNOWN)
        change = ((share.part_path, 1), (share.whole_path, 1))
    plural = share.part is None
    return Development(0, place, name, said, _CLIENTS_BIT, change, is_open=True, plural=plural)


def _of_downtime(service: AffectedService, policy: ClassificationPolicy) -> Iterator[Development]:
    limit = policy.downtime_hours * _MINUTES_AN_HOUR
    name, minutes, supports = (
        service.id,
        service.downtime_minutes,
        service.supports_critical_function,
    )
    if minutes is not None and minutes > limit:
        return
    supported: Change = ((f"services.{name}.supports_critical_function", True),)
    path = f"services.{name}.downtime_minutes"
    if minutes is None:
        words, distance, plural = f"downtime of {name} above {limit:,} minutes", 0.0, False
        change: Change = ((path, limit + 1),)
    else:
        more = int((limit - exact(minutes)) // 1) + 1
        words = f"{more:,} more {'minute' if more == 1 else 'minutes'} of downtime of {name}"
        distance, plural = more / limit, more > 1
        change = ((path, plain(exact(minutes) + more)),)
    if supports:
        mark = _mark(minutes is None)
        yield Development(
            *(distance, _PLACE_OF_DOWNTIME, name, ("{}{}", words, mark), _DURATION_BIT, change),
            is_open=minutes is None,
            plural=plural,
        )
        return
    is_open = minutes is None and supports is None
    template = "{} and its support of a critical or important function{}"
    both = (template, words, _mark(is_open))
    yield Development(
        *(distance + (supports is False), _PLACE_OF_DOWNTIME, name, both, _DURATION_OR_GATE_BIT),
        *(change + supported, is_open, plural, 2),
    )


def _of_support(service: AffectedService, policy: ClassificationPolicy) -> Iterator[Development]:
    minutes, is_open = service.downtime_minutes, service.supports_critical_function is None
    long_down = minutes is not None and minutes > policy.downtime_hours * _MINUTES_AN_HOUR
    words = ("support of a critical or important function by {}{}", service.id, _mark(is_open))
    yield Development(
        *(0 if is_open else 1, _PLACE_OF_SUPPORT, service.id, words),
        _GATE_OR_DURATION_BIT if long_down else _GATE_BIT,
        ((f"services.{service.id}.supports_critical_function", True),),
        is_open,
    )
