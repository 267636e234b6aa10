"""Computing the limits of reports, as an activity: the result stands in history from then on."""

from __future__ import annotations

from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.reporting.clock_case import clock_case
from holdfast.domain.reporting.judging import DeadlinesComputed, DeadlinesRequest
from holdfast.domain.reporting.policy import ReportingPolicy
from holdfast.dora.clocks import ClockCase, WorkingCalendar, compute_deadlines
from holdfast.dora.register import Register
from holdfast.errors import InvalidInput, NotFound
from holdfast.store.policies import PolicyShelf
from holdfast.store.reporting.working_calendars import calendar_of

__all__ = ["DeadlineActivities"]


class DeadlineActivities:
    """Activities that say until when a report may be submitted, under pinned policies."""

    def __init__(self, shelf: PolicyShelf) -> None:
        """Read registers and policies from that shelf."""
        self._shelf = shelf

    @activity.defn(name=ActivityName.COMPUTE_DEADLINES)
    async def compute_deadlines(self, request: DeadlinesRequest) -> DeadlinesComputed:
        """Compute all deadlines of a reporting as things stand; an attempt too many does no harm.

        Raises:
            NotFound: the register has no such entity, or was never kept here.
            ValueError: the moments are in an order that cannot be.
        """
        register = await self._shelf.read(request.register_of_information, Register)
        policy = await self._shelf.read(request.reporting_policy, ReportingPolicy)
        entity = register.entities.get(request.entity)
        if entity is None:
            message = f"no financial entity {request.entity} in the register: reportings name its"
            raise NotFound(message)
        case = clock_case(request, entity, policy.entities.get(request.entity))
        case, calendar = _with_calendar(case, policy)
        return DeadlinesComputed(
            case=case, calendar=calendar, deadlines=compute_deadlines(case, calendar)
        )


def _with_calendar(case: ClockCase, policy: ReportingPolicy) -> tuple[ClockCase, WorkingCalendar]:
    try:
        return case, calendar_of(case, policy.calendars)
    except InvalidInput:
        # A register may name a part that nobody knows. Fewer days are free without it: nobody
        # relies on a day off that is none, and the evidence shows that it did not count.
        entity = case.entity.model_copy(update={"subdivision": None})
        case = case.model_copy(update={"entity": entity})
        return case, calendar_of(case, policy.calendars)
