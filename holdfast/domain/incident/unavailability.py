"""Which services are not restored, as far as people have told of them."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.work import Work
from holdfast.domain.roles import SYSTEM
from holdfast.dora.downtime import Availability, Known, compute_downtime

__all__ = ["known_of", "unavailable_services"]


def unavailable_services(work: Work) -> dict[str, Availability]:
    """The services that are not restored, by name, with how they are."""
    state = work.state
    if not state.availability or state.aware_at is None:
        return {}
    known = known_of(state.facts, state.aware_at, recovered=False)
    # How they are does not depend on the moment: nothing is ever told ahead of it.
    computed = compute_downtime(state.availability, known, state.aware_at)
    return {each.service: each.state for each in computed.unavailable}


def known_of(facts: FactSheet, aware_at: datetime, *, recovered: bool) -> Known:
    """What else counts: when people say that it occurred; what rules have found is no input."""
    occurred = facts.get("occurred_at")
    told = occurred is not None and occurred.stated_by != SYSTEM
    return Known(
        aware_at=aware_at,
        occurred_at=facts.moment("occurred_at") if told else None,
        recovered=recovered,
    )
