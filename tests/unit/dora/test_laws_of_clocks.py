"""What holds for the deadlines of any incident, of any entity, in any Member State."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.member_states import MEMBER_STATES
from holdfast.dora.clocks import ClockCase, ReportingEntity, compute_deadlines
from holdfast.dora.register.entities import EntityType
from holdfast.store.reporting.working_calendars import calendar_of

_MOMENTS = st.datetimes(
    *(datetime(2024, 6, 1), datetime(2031, 1, 1)),  # noqa: DTZ001 - as hypothesis wants them
    timezones=st.just(UTC),
)
_GAPS = st.timedeltas(timedelta(0), timedelta(days=40))
_ENTITIES = st.builds(
    ReportingEntity,
    type=st.sampled_from(EntityType),
    member_state=st.sampled_from(sorted(MEMBER_STATES)),
    nis2_essential_or_important=st.sampled_from([True, False, None]),
    relief_withdrawn_from=st.none() | _MOMENTS,
)


@settings(max_examples=150, deadline=None)
@given(_ENTITIES, _MOMENTS, _GAPS, _GAPS, _GAPS)
def test_laws_of_deadlines(
    of: ReportingEntity, aware: datetime, first: timedelta, second: timedelta, third: timedelta
) -> None:
    """Never before the strict limit, moved on free days only, and always to noon of a working day.

    Local time is read from the time zone database here, not by the rule of the calendar.
    """
    sent = aware + first + second
    asked = ClockCase(
        entity=of,
        aware_at=aware,
        classified_major_at=aware + first,
        initial_submitted_at=sent,
        intermediate_submitted_at=(sent + third,),
    )
    calendar = calendar_of(asked)
    zone = ZoneInfo(calendar.time_zone)
    found = compute_deadlines(asked, calendar)
    for each in (found.initial, found.intermediate, found.final):
        assert each is not None
        fell_on = each.strict_due_at.astimezone(zone).date()
        is_free = fell_on.isoweekday() > 5 or fell_on in calendar.holidays
        assert (each.due_at > each.strict_due_at) is (each.relief is not None)
        if each.relief is None:
            assert each.due_at == each.strict_due_at
            assert not is_free or each is not found.final
        else:
            due = each.due_at.astimezone(zone)
            between = [
                fell_on + timedelta(days=days) for days in range(1, (due.date() - fell_on).days)
            ]
            assert is_free
            assert each.relief.day == fell_on
            assert (due.hour, due.minute, due.second, due.microsecond) == (12, 0, 0, 0)
            assert due.isoweekday() <= 5
            assert due.date() not in calendar.holidays
            assert all(day.isoweekday() > 5 or day in calendar.holidays for day in between)
    assert found.final is not None
    local, anchor = found.final.strict_due_at.astimezone(zone), (sent + third).astimezone(zone)
    month = anchor.month % 12 + 1
    year = anchor.year + (anchor.month == 12)
    assert (local.year, local.month) == (year, month)
    assert local.day == min(anchor.day, monthrange(year, month)[1])
