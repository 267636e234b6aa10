"""What a contract promises at an incident: times, hours, pauses, whom to call, and the ways out.

DORA Art. 30(2)(f) and 30(3)(a), (b), (c) and (f) ask contracts for assistance at an incident,
precise service levels, duties to report, contingency plans and exit. Each is a field here, so that
clocks can run by it and an oversight review can say what was missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen, Identifier, Line, Text, Token
from holdfast.dora.register.contradicting import Contradiction, refuse_contradictions
from holdfast.dora.register.service_hours import Calendar, Holiday, ServiceHours
from holdfast.dora.register.service_times import (
    ServiceTimes,
    TermLength,
    TimesBySeverity,
    VendorClock,
    promised_clocks,
)
from holdfast.dora.register.services import Day, named_once, some

__all__ = [
    "Calendar",
    "ContractTerms",
    "ExitPlan",
    "Failover",
    "Holiday",
    "PauseReason",
    "ProviderRung",
    "ReportingDuties",
    "ServiceHours",
    "ServiceTimes",
    "Subcontractor",
    "VendorClock",
]

_FIRST_SUBCONTRACTORS = 2


class PauseReason(Frozen):
    """Why the contract lets its clocks stand still: which, and for how long at most."""

    because: Line
    clocks: tuple[VendorClock, ...]
    longest: TermLength = Field(gt=0)

    _some = field_validator("clocks")(some)
    _once = field_validator("clocks")(named_once)


class ProviderRung(Frozen):
    """One rung of the provider's own ladder: so long after a time has passed, these are called.

    The contacts are those of the stakeholder directory, in service time after the deadline; the
    first rung is called at the request too.
    """

    after: TermLength
    title: Line
    contacts: tuple[Token, ...]
    channel: Token
    alternative: Token | None = None
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")

    _some = field_validator("contacts")(some)
    _once = field_validator("contacts")(named_once)

    @field_validator("alternative")
    @classmethod
    def _is_another_channel(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value == info.data.get("channel"):
            message = f"'{value}' is the channel itself: where it fails, so does this"
            raise ValueError(message)
        return value


class ReportingDuties(Frozen):
    """Where the contract says what the provider has to tell, in its own words or by clause."""

    incident_assistance: Line | None = None
    """Assistance at an incident, at no or a known cost (DORA Art. 30(2)(f))."""
    developments: Line | None = None
    """Developments that may affect the service levels (DORA Art. 30(3)(b))."""


class Failover(Frozen):
    """What can take the provider's place for a while; a breach of `on` asks whether it shall."""

    action: Line
    service: Identifier | None = None
    detail: Text | None = None
    on: tuple[VendorClock, ...] = (VendorClock.WORKAROUND, VendorClock.RESTORE)

    _some = field_validator("on")(some)
    _once = field_validator("on")(named_once)


class ExitPlan(Frozen):
    """The plan to leave the provider (DORA Art. 28(8)): where it is, when it was tested last."""

    reference: Line
    tested_on: Day | None = None
    alternatives: tuple[Line, ...] = ()


class Subcontractor(Frozen):
    """A subcontractor in the chain of the service (2024/2956 B_05.02); the provider has rank 1."""

    provider: Identifier
    rank: int = Field(ge=_FIRST_SUBCONTRACTORS, le=20)


class ContractTerms(Frozen):
    """What is promised, by severity, and what can be done when it is not kept.

    Without `hours` the times run round the clock, and at the severities of `round_the_clock` in
    any case. What contradicts itself is refused, each contradiction at its place.
    """

    services: tuple[Identifier, ...]
    hours: ServiceHours | None = None
    round_the_clock: tuple[Severity, ...] = ()
    times: TimesBySeverity
    pauses: dict[Token, PauseReason] = Field(default_factory=dict)
    ladder: tuple[ProviderRung, ...]
    reporting: ReportingDuties = ReportingDuties()
    penalties: Text | None = None
    failover: Failover | None = None
    exit_plan: ExitPlan | None = None
    subcontractors: tuple[Subcontractor, ...] = ()

    _some = field_validator("services", "ladder")(some)
    _once = field_validator("services", "round_the_clock")(named_once)

    @field_validator("round_the_clock")
    @classmethod
    def _holds_for_all_that_is_worse(cls, value: tuple[Severity, ...]) -> tuple[Severity, ...]:
        for worse, better in pairwise(Severity):
            if better in value and worse not in value:
                message = f"{better.value} runs round the clock, but {worse.value} does not"
                raise ValueError(message)
        return value

    @field_validator("pauses")
    @classmethod
    def _stop_what_is_promised(
        cls, pauses: dict[str, PauseReason], info: ValidationInfo
    ) -> dict[str, PauseReason]:
        found = (
            each
            for name, pause in pauses.items()
            for each in _not_promised((name, "clocks"), pause.clocks, info)
        )
        refuse_contradictions("ContractTerms", found)
        return pauses

    @field_validator("failover")
    @classmethod
    def _answers_a_breach_of_what_is_promised(
        cls, failover: Failover | None, info: ValidationInfo
    ) -> Failover | None:
        if failover is not None:
            refuse_contradictions("ContractTerms", _not_promised(("on",), failover.on, info))
        return failover

    @field_validator("ladder")
    @classmethod
    def _rises(cls, ladder: tuple[ProviderRung, ...]) -> tuple[ProviderRung, ...]:
        refuse_contradictions("ContractTerms", _of_ladder(ladder))
        return ladder

    @field_validator("subcontractors")
    @classmethod
    def _form_a_chain(cls, chain: tuple[Subcontractor, ...]) -> tuple[Subcontractor, ...]:
        refuse_contradictions("ContractTerms", _of_chain(chain))
        return chain


def _not_promised(
    path: tuple[str, ...], clocks: Iterable[VendorClock], info: ValidationInfo
) -> Iterator[Contradiction]:
    """Clocks that are named, but not promised at any severity; none while the times are wrong."""
    promised = promised_clocks(info.data["times"]) if "times" in info.data else set(VendorClock)
    for index, clock in enumerate(clocks):
        if clock not in promised:
            words = f"'{clock.value}' is not promised at any severity: name other times here"
            yield Contradiction((*path, index), clock.value, words)


def _of_ladder(ladder: tuple[ProviderRung, ...]) -> Iterator[Contradiction]:
    if ladder[0].after:
        words = "the first rung is called at once: write PT0S"
        yield Contradiction((0, "after"), ladder[0].after, words)
    for index, (lower, upper) in enumerate(pairwise(ladder), 1):
        if upper.after <= lower.after:
            words = "not later than the rung before it: order the rungs by 'after'"
            yield Contradiction((index, "after"), upper.after, words)


def _of_chain(chain: tuple[Subcontractor, ...]) -> Iterator[Contradiction]:
    ranks, known = {each.rank for each in chain}, set[Subcontractor]()
    for index, each in enumerate(chain):
        if each.rank > _FIRST_SUBCONTRACTORS and each.rank - 1 not in ranks:
            words = f"rank {each.rank}, but nobody has rank {each.rank - 1}"
            yield Contradiction((index, "rank"), each.rank, words)
        if each in known:
            words = f"'{each.provider}' has rank {each.rank} twice"
            yield Contradiction((index, "provider"), each.provider, words)
        known.add(each)
