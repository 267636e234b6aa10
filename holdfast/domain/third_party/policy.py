"""How we hold providers to their contracts: warnings, our own ladder, and what counts without one.

What is the contract's stands in the register; what is ours stands here, as a policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator

from holdfast.domain.roles import Role
from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.domain.values import Duration, Frozen, Identifier
from holdfast.dora.register.contradicting import Contradiction, refuse_contradictions
from holdfast.dora.register.service_times import TimesBySeverity, VendorClock

__all__ = ["THIRD_PARTIES", "ThirdPartyPolicy", "third_party_policy"]

THIRD_PARTIES = "third-parties"
"""The name of the policy."""

_NOBODYS = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR})


class ThirdPartyPolicy(Frozen):
    """What we do beside the contract.

    `warn_with_percent_left` are parts of a time that are left when it is warned of. `ladders` are
    our own, round the clock, after each of the provider's deadlines. `without_terms` is expected
    where a contract promises nothing. `link_lifetime` is how long a provider can answer by link.
    """

    name: Literal["third-parties"]
    version: Identifier
    format: Literal[1] = 1
    warn_with_percent_left: tuple[int, ...] = ()
    ladders: dict[VendorClock, tuple[LadderStep, ...]]
    without_terms: TimesBySeverity
    link_lifetime: Duration = Field(gt=0)
    review: Schedule = Field(description="When the oversight review has to be drafted.")

    @field_validator("warn_with_percent_left")
    @classmethod
    def _are_parts(cls, parts: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 0 < part < 100 for part in parts):  # noqa: PLR2004 - percent
            message = "a part that is left lies between 1 and 99 percent"
            raise ValueError(message)
        return parts

    @field_validator("ladders")
    @classmethod
    def _are_ours_for_every_time(
        cls, ladders: dict[VendorClock, tuple[LadderStep, ...]]
    ) -> dict[VendorClock, tuple[LadderStep, ...]]:
        if missing := [clock.value for clock in VendorClock if clock not in ladders]:
            message = f"no ladder for {', '.join(missing)}"
            raise ValueError(message)
        refuse_contradictions("ThirdPartyPolicy", _of_others(ladders))
        return ladders


@lru_cache(maxsize=16)
def third_party_policy(content: str) -> ThirdPartyPolicy:
    """Read the policy from its content."""
    return ThirdPartyPolicy.model_validate_json(content)


def _of_others(
    ladders: Mapping[VendorClock, tuple[LadderStep, ...]],
) -> Iterator[Contradiction]:
    """Steps that are the provider's, or that bring nobody in."""
    for clock, steps in ladders.items():
        for index, step in enumerate(steps):
            if step.rung is not None:
                words = "the provider's rungs stand in its contract: leave 'rung' out"
                yield Contradiction((clock.value, index, "rung"), step.rung, words)
            if not step.roles or _NOBODYS & set(step.roles):
                words = "name roles of people"
                yield Contradiction((clock.value, index, "roles"), step.roles, words)
