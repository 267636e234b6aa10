"""The deadlines of a walked reporting, as the activity computes them."""

from __future__ import annotations

from holdfast.domain.reporting.judging import DeadlinesComputed, DeadlinesRequest
from holdfast.dora.clocks import ClockCase, ReportingEntity, compute_deadlines
from holdfast.store.reporting.working_calendars import calendar_of
from tests.rulebook import RULEBOOK

__all__ = ["computed"]


def computed(request: DeadlinesRequest) -> DeadlinesComputed:
    """The deadlines of a request, as the activity computes them."""
    assert RULEBOOK.register is not None
    entity = RULEBOOK.register.entities[request.entity]
    moments = request.model_dump(
        include={
            "aware_at",
            "classified_major_at",
            "initial_submitted_at",
            "intermediate_submitted_at",
            "regular_activities_recovered_at",
            "final_submitted_at",
        }
    )
    of = ReportingEntity(
        type=entity.type,
        member_state=entity.home_member_state,
        subdivision=entity.subdivision,
        nis2_essential_or_important=entity.nis2_essential_or_important,
    )
    case = ClockCase(entity=of, **moments)
    calendar = calendar_of(case)
    return DeadlinesComputed(
        case=case, calendar=calendar, deadlines=compute_deadlines(case, calendar)
    )
