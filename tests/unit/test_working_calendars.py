"""Calendars of the Member States: their public holidays, their local time, and what overrides."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta

import pytest

from holdfast.domain.member_states import MEMBER_STATES
from holdfast.domain.reporting.policy import CalendarChange
from holdfast.domain.time_zones import local_time
from holdfast.dora.clocks import ClockCase, ReportingEntity, WorkingCalendar, compute_deadlines
from holdfast.errors import InvalidInput
from holdfast.store.reporting.local_times import local_time_of
from holdfast.store.reporting.working_calendars import calendar_of, holidays_of

PARTS = ["ES-CN", "PT-20", "PT-30", "FR-971", "FR-MQ", "FR-973", "FR-RE", "FR-976", "FR-MF"]


def matter(state: str, part: str | None = None, moment: str = "2026-12-20T09:00:00Z") -> ClockCase:
    """An incident of an insurer, classified as it was noticed."""
    entity = ReportingEntity(
        type="insurance_and_reinsurance_undertaking",  # type: ignore[arg-type]
        member_state=state,
        subdivision=part,
        nis2_essential_or_important=False,
    )
    moments = {"aware_at": moment, "classified_major_at": moment}
    return ClockCase.model_validate({"entity": entity, **moments})


@pytest.mark.parametrize("state", sorted(MEMBER_STATES))
def test_every_state_has_its_holidays_in_english_and_in_every_year(state: str) -> None:
    """From the first to the last year of which a moment may be."""
    for year in (2009, 2026, 2099):
        found = holidays_of(state, None, year)
        assert date(year, 1, 1) in found
        assert "Christmas" in found[date(year, 12, 25)]
        assert {day.year for day in found} == {year}
    assert len(holidays_of(state, None, 2026)) >= 8


@pytest.mark.parametrize("state", sorted(MEMBER_STATES))
def test_last_days_of_december_are_free_only_where_the_law_says_so(state: str) -> None:
    """What banks and offices do by agreement is no public holiday."""
    found = holidays_of(state, None, 2026)
    by_law = {"BG", "CZ", "EE", "FI", "HU", "LT", "LV", "PL", "SK"}
    assert (date(2026, 12, 24) in found) is (state in by_law)
    assert (date(2026, 12, 31) in found) is (state == "LV")


@pytest.mark.skipif(not zoneinfo.available_timezones(), reason="no time zone data here")
@pytest.mark.parametrize("place", [*sorted(MEMBER_STATES), *PARTS])
def test_clocks_go_as_the_time_zone_database_says(place: str) -> None:
    """Around each change of a year, and in between."""
    zone = local_time_of(place[:2], place if "-" in place else None)
    known = zoneinfo.ZoneInfo(zone.name)
    for hours in range(0, 24 * 730, 7):
        moment = datetime(2025, 1, 1, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
        assert local_time(zone.rule, moment).replace(tzinfo=None) == moment.astimezone(
            known
        ).replace(tzinfo=None)
    for change in (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)):
        for moment in (change - timedelta(seconds=1), change):
            expected = moment.astimezone(known).utcoffset()
            assert local_time(zone.rule, moment).utcoffset() == expected


def test_parts_have_holidays_and_hours_of_their_own() -> None:
    """Corpus Christi is free in Hesse, and noon of the Azores is two hours after that of Berlin."""
    assert date(2026, 6, 4) in holidays_of("DE", "DE-HE", 2026)
    assert date(2026, 6, 4) not in holidays_of("DE", None, 2026)
    assert date(2026, 12, 26) in holidays_of("FR", "FR-67", 2026)
    assert date(2026, 12, 26) not in holidays_of("FR", "FR-75C", 2026)
    for part, noon in ((None, 12), ("PT-20", 13)):
        asked = matter("PT", part)
        found = compute_deadlines(asked, calendar_of(asked)).initial
        assert found is not None
        assert found.due_at == datetime(2026, 12, 21, noon, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "part"), [("DE", "DE-XX"), ("AT", "AT-10"), ("FR", "FR-99"), ("IT", "IT-XXX")]
)
def test_part_that_the_state_has_not_is_refused_at_its_field(state: str, part: str) -> None:
    """Where the parts of a state are known."""
    with pytest.raises(InvalidInput, match=r"^entity\.subdivision: "):
        calendar_of(matter(state, part))


@pytest.mark.parametrize(
    ("state", "part"), [("IE", "IE-D"), ("BE", "BE-VLG"), ("NL", "NL-NH"), ("IT", "IT-25")]
)
def test_part_without_holidays_of_its_own_has_those_of_the_state(state: str, part: str) -> None:
    """A register may name any part in the form of ISO 3166-2."""
    assert calendar_of(matter(state, part)) == calendar_of(matter(state))


def test_policy_adds_days_and_takes_days_away() -> None:
    """A day of mourning that was decreed yesterday is in no package yet."""
    changes = {
        "DE": CalendarChange.model_validate(
            {"add": {"2026-12-21": "Day of mourning"}, "remove": ["2026-12-25", "2026-12-28"]}
        )
    }
    asked = matter("DE")
    calendar = calendar_of(asked, changes)
    assert calendar.holidays[date(2026, 12, 21)] == "Day of mourning"
    assert date(2026, 12, 25) not in calendar.holidays
    assert date(2026, 12, 26) in calendar.holidays
    found = compute_deadlines(asked, calendar).initial
    assert found is not None
    assert found.due_at == datetime(2026, 12, 22, 11, tzinfo=UTC)
    assert calendar_of(matter("AT"), changes) == calendar_of(matter("AT"))


def test_calendar_of_the_evidence_gives_the_same_deadlines_again() -> None:
    """It is all that is needed: read back from its JSON, over the turn of a year."""
    asked = matter("HU", moment="2026-12-30T21:00:00Z").model_copy(
        update={"intermediate_submitted_at": (datetime(2027, 1, 1, tzinfo=UTC),)}
    )
    calendar = calendar_of(asked)
    again = WorkingCalendar.model_validate_json(calendar.model_dump_json())
    assert again == calendar
    assert compute_deadlines(asked, again) == compute_deadlines(asked, calendar)
    assert calendar.first_day == date(2026, 12, 29)
    assert all(calendar.first_day <= day <= calendar.last_day for day in calendar.holidays)
