"""What of the incident as a whole would make a threshold, or the gate, hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from holdfast.domain.member_states import MEMBER_STATES
from holdfast.dora.evaluation import Evaluation
from holdfast.dora.facts import Access, AffectedService, DataLosses, Reputation
from holdfast.dora.incident_answers import data_lost
from holdfast.dora.nearest.figures import plain
from holdfast.dora.nearest.turn import Change, Development, bits
from holdfast.dora.quantities import exact
from holdfast.dora.tally import (
    CLIENTS,
    DATA_LOSSES,
    DURATION,
    ECONOMIC,
    GATE,
    GEOGRAPHY,
    MALICIOUS_ACCESS,
    REPUTATION,
)
from holdfast.dora.three_valued import Answer

__all__ = ["MALICIOUS", "REPUTATION_WORDS", "SOME_SERVICE", "incident_developments", "new_states"]

MALICIOUS = "successful, malicious and unauthorised access that may result in data losses"
SOME_SERVICE = "any-service"
"""The id of a service that is not known yet, where a change names one."""

REPUTATION_WORDS = {
    "media": "reflection of the incident in the media",
    "repetitive_complaints": "repetitive complaints of clients or financial counterparts",
    "regulatory_requirements_unmet": "likely inability to meet regulatory requirements",
    "loss_of_clients": "likely loss of clients or counterparts with a material impact",
}

_CLIENTS_BIT = bits(CLIENTS)
_DATA_LOSSES_BIT = bits(DATA_LOSSES)
_DURATION_BIT = bits(DURATION)
_ECONOMIC_BIT = bits(ECONOMIC)
_GATE_BIT = bits(GATE)
_GATE_OR_DURATION_BIT = bits(GATE, DURATION)
_GATE_OR_MALICIOUS_ACCESS_BIT = bits(GATE, MALICIOUS_ACCESS)
_GEOGRAPHY_BIT = bits(GEOGRAPHY)
_REPUTATION_BIT = bits(REPUTATION)
_MINUTES_AN_HOUR = 60
_NOT_KNOWN = "(not known yet)"
_FLAGS = ("successful", "malicious", "unauthorised")
_ALL_STATES = tuple(sorted(MEMBER_STATES))


def incident_developments(evaluation: Evaluation, wanted: int) -> Iterator[Development]:
    """Everything of the incident as a whole that makes one of the wanted criteria hold."""
    facts = evaluation.facts
    if wanted & _CLIENTS_BIT:
        path = "relevant_client_or_counterpart_affected"
        words = "impact on a relevant client or financial counterpart"
        yield _flag(path, words, facts.relevant_client_or_counterpart_affected, CLIENTS, 14)
    if wanted & _REPUTATION_BIT:
        reputation = facts.reputation or Reputation()
        for name, words in REPUTATION_WORDS.items():
            value = getattr(reputation, name)
            yield _flag(f"reputation.{name}", words, value, REPUTATION, 15)
    if wanted & _DURATION_BIT:
        limit = evaluation.policy.duration_hours * _MINUTES_AN_HOUR
        yield _above("duration_minutes", facts.duration_minutes, limit, DURATION)
    if wanted & _GEOGRAPHY_BIT:
        yield _geography(evaluation)
    if wanted & _DATA_LOSSES_BIT:
        yield _data_losses(facts.data_losses or DataLosses())
    if wanted & _ECONOMIC_BIT:
        yield _above("costs_eur", facts.costs_eur, evaluation.policy.costs_eur, ECONOMIC)
    yield from _access(facts.access or Access(), wanted)
    if not evaluation.services:
        yield from _some_service(evaluation, wanted)


def _flag(path: str, words: str, value: bool | None, criterion: int, place: int) -> Development:  # noqa: FBT001 - the fact
    is_open = value is None
    mark = f" {_NOT_KNOWN}" if is_open else ""
    plural = words.startswith("repetitive")
    distance = 0 if is_open else 1
    change: Change = ((path, True),)
    return Development(
        distance, place, "", (words + mark,), bits(criterion), change, is_open, plural
    )


def _above(path: str, value: int | Decimal | None, limit: int, criterion: int) -> Development:
    of_costs = criterion == ECONOMIC
    place = 24 if of_costs else 19
    if value is None:
        words = (
            f"costs and losses above {limit:,} EUR {_NOT_KNOWN}"
            if of_costs
            else f"a duration above {limit:,} minutes {_NOT_KNOWN}"
        )
        change: Change = ((path, limit + 1),)
        return Development(0, place, "", (words,), bits(criterion), change, True, of_costs)  # noqa: FBT003 - open
    more = int((limit - exact(value)) // 1) + 1
    minutes = "minute" if more == 1 else "minutes"
    words = (
        f"{more:,} EUR more of costs and losses"
        if of_costs
        else f"{more:,} more {minutes} of the incident"
    )
    change = ((path, plain(exact(value) + more)),)
    plural = of_costs or more > 1
    return Development(more / limit, place, "", (words,), bits(criterion), change, False, plural)  # noqa: FBT003 - not open


def _geography(evaluation: Evaluation) -> Development:
    facts, policy = evaluation.facts, evaluation.policy
    least, states = policy.member_states, facts.member_states
    beside = "" if policy.home_member_state_counts else " beside the home one"
    home = {facts.home_member_state} if facts.home_member_state else set[str | None]()
    counted = set(states or ()) - (set() if policy.home_member_state_counts else home)
    # The home one may be among those listed: with one more than that, it makes no difference.
    home_is_open = not policy.home_member_state_counts and not home
    more = least - len(counted) + (1 if home_is_open else 0)
    change: Change = (("member_states", new_states(states or (), more, facts.home_member_state)),)
    if states is not None and evaluation.incident.geography is Answer.UNKNOWN:
        elsewhere = next(state for state in _ALL_STATES if state not in states)
        change = (("home_member_state", elsewhere),)
        words = f"a home Member State other than {', '.join(states)} {_NOT_KNOWN}"
        return Development(0, 21, "", (words,), _GEOGRAPHY_BIT, change, is_open=True)
    if evaluation.incident.geography is Answer.UNKNOWN:
        words = f"impact in {least} or more Member States{beside} {_NOT_KNOWN}"
        return Development(0, 21, "", (words,), _GEOGRAPHY_BIT, change, is_open=True)
    number = "one more Member State" if more == 1 else f"{more} more Member States"
    words = f"impact in {number}{beside}"
    return Development(more / least, 21, "", (words,), _GEOGRAPHY_BIT, change, is_open=False)


def new_states(states: tuple[str, ...], more: int, home: str | None) -> tuple[str, ...]:
    """These Member States, and so many more for example, none of them the home one."""
    others = (state for state in _ALL_STATES if state not in states and state != home)
    return tuple(sorted((*states, *(state for state, _ in zip(others, range(more), strict=False)))))


def _data_losses(losses: DataLosses) -> Development:
    lost = data_lost(losses)
    change: Change = ()
    if lost is not Answer.YES:
        change = (("data_losses.some", True),)
    if not losses.adverse_impact:
        change = (*change, ("data_losses.adverse_impact", True))
    is_open = lost is not Answer.NO and losses.adverse_impact is not False
    if lost is Answer.YES:
        words = "an adverse impact of the data losses on business objectives or legal requirements"
    elif losses.adverse_impact:
        words = "a loss of availability, authenticity, integrity or confidentiality of data"
    else:
        words = "a data loss with an adverse impact on business objectives or legal requirements"
    distance = 0 if is_open else len(change)
    mark = f" {_NOT_KNOWN}" if is_open else ""
    return Development(distance, 22, "", (words + mark,), _DATA_LOSSES_BIT, change, is_open)


def _access(access: Access, wanted: int) -> Iterator[Development]:
    """Access is enough for the gate; that it may cause data losses as well is enough for all."""
    if not wanted & _GATE_OR_MALICIOUS_ACCESS_BIT:
        return
    entry: Change = tuple((f"access.{flag}", True) for flag in _FLAGS if not getattr(access, flag))
    is_open = all(getattr(access, flag) is not False for flag in _FLAGS)
    if entry:
        mark = f" {_NOT_KNOWN}" if is_open else ""
        words = f"successful, malicious and unauthorised access{mark}"
        sure = access.may_cause_data_losses is True
        makes = _GATE_OR_MALICIOUS_ACCESS_BIT if sure else _GATE_BIT
        if wanted & makes:
            yield Development(0 if is_open else 2, 4, "", (words,), makes, entry, is_open)
    if not access.may_cause_data_losses:
        change = (*entry, ("access.may_cause_data_losses", True))
        is_open = is_open and access.may_cause_data_losses is None
        mark = f" {_NOT_KNOWN}" if is_open else ""
        makes = _GATE_OR_MALICIOUS_ACCESS_BIT
        yield Development(0 if is_open else 3, 23, "", (MALICIOUS + mark,), makes, change, is_open)


def _some_service(evaluation: Evaluation, wanted: int) -> Iterator[Development]:
    """Where no service is known to be affected, one may turn out to be."""
    is_open = evaluation.facts.services is None
    mark = f" {_NOT_KNOWN}" if is_open else ""
    clients = evaluation.policy.clients
    minutes = evaluation.policy.downtime_hours * _MINUTES_AN_HOUR
    distance = 0 if is_open else 1
    critical = "an affected service that supports a critical or important function"
    supported = {"id": SOME_SERVICE, "supports_critical_function": True}
    for words, makes, service in (
        (critical, _GATE_BIT, supported),
        (
            f"an affected service with more than {clients:,} affected clients",
            _CLIENTS_BIT,
            {"id": SOME_SERVICE, "clients_affected": clients + 1},
        ),
        (
            f"{critical}, with more than {minutes:,} minutes of downtime",
            _GATE_OR_DURATION_BIT,
            {**supported, "downtime_minutes": minutes + 1},
        ),
    ):
        if wanted & makes:
            change: Change = (("services", (AffectedService.model_validate(service),)),)
            yield Development(distance, 5, "", (words + mark,), makes, change, is_open)
