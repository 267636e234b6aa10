"""When the reports of a major incident are due (2025/301 Art. 5), found by walking.

Time is walked minute by minute and the calendar day by day, and the wall clock is read from the
time zone database at every step. It is slow and simple on purpose: no arithmetic of the product is
repeated here, and nothing of it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.public_holidays_by_hand import is_public_holiday

__all__ = ["deadlines"]

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_NOON = (12, 0)
_WEEKEND = (5, 6)
_NO_RELIEF_AT_ALL = ("credit_institution", "central_counterparty", "trading_venue")
_PLACES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LU": "Europe/Luxembourg",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
}

_Document = dict[str, Any]


def deadlines(case: _Document) -> _Document:
    """The three deadlines of one input of `holdfast dora clocks`, without words for people."""
    entity = case["entity"]
    aware, classified, initial = (
        _read(case.get(name))
        for name in (
            "aware_at",
            "classified_major_at",
            "initial_submitted_at",
        )
    )
    intermediates = [_read(each) for each in case.get("intermediate_submitted_at") or []]
    answer: _Document = {"initial": None, "intermediate": None, "final": None}
    if aware is None or classified is None:
        return answer
    limit, clause = _limit_of_the_initial(aware, classified)
    strict = _strict_for_the_first_two(entity, initial or _relieved(limit, entity) or limit)
    answer["initial"] = _deadline(limit, clause, entity, strict=strict)
    if initial is not None:
        limit = _minutes_after(initial, 72 * 60)
        answer["intermediate"] = _deadline(limit, "2025/301 Art. 5(1)(b)", entity, strict=strict)
    latest = max((each for each in intermediates if each is not None), default=None)
    if latest is not None:
        limit = _a_month_after(latest, _zone(entity))
        answer["final"] = _deadline(limit, "2025/301 Art. 5(1)(c)", entity, strict=False)
    return answer


def _limit_of_the_initial(aware: datetime, classified: datetime) -> tuple[datetime, str]:
    """Walk from awareness until the incident is classified, or until 24 h are over."""
    day_is_over, moment = _minutes_after(aware, 24 * 60), aware
    while moment < classified and moment < day_is_over:
        moment += _MINUTE
    after_classification = _minutes_after(classified, 4 * 60)
    if moment == day_is_over and classified > day_is_over:
        return after_classification, "2025/301 Art. 5(2)"
    return min(after_classification, day_is_over), "2025/301 Art. 5(1)(a)"


def _strict_for_the_first_two(entity: _Document, reported: datetime) -> bool:
    """Art. 5(5), and 5(6) for what is reported on a later local day than the decision came."""
    if entity["type"] in _NO_RELIEF_AT_ALL:
        return True
    # Whoever does not know their status under NIS2 cannot rely on the relief.
    if entity.get("nis2_essential_or_important") is not False:
        return True
    decided = _read(entity.get("relief_withdrawn_from"))
    if decided is None:
        return False
    zone = _zone(entity)
    return reported.astimezone(zone).date() > decided.astimezone(zone).date()


def _deadline(limit: datetime, clause: str, entity: _Document, *, strict: bool) -> _Document:
    relieved = None if strict else _relieved(limit, entity)
    day = limit.astimezone(_zone(entity)).date()
    return {
        "due_at": _written(relieved or limit),
        "clause": clause,
        "strict_due_at": _written(limit),
        "relief": {"clause": "2025/301 Art. 5(4)", "day": f"{day}"} if relieved else None,
    }


def _relieved(limit: datetime, entity: _Document) -> datetime | None:
    """Noon of the next working day where the limit falls on a day that is none (Art. 5(4))."""
    zone = _zone(entity)
    day = limit.astimezone(zone).date()
    if _is_worked(day, entity):
        return None
    while not _is_worked(day, entity):
        day += _DAY
    return _walk_until(
        _first_minute(day, zone), lambda moment: _wall_clock(moment, zone) == (day, _NOON)
    )


def _a_month_after(submitted: datetime, zone: ZoneInfo) -> datetime:
    """The same date and time of day in the next month, or its last day where it is shorter."""
    begun = submitted.astimezone(zone)
    day, months = begun.date(), 0
    while True:
        tomorrow = day + _DAY
        months += tomorrow.month != day.month
        if months == 2:
            break
        day = tomorrow
        if months == 1 and day.day == begun.day:
            break
    wanted = (day, (begun.hour, begun.minute))
    skipped = (begun - begun.replace(hour=0, minute=0)) // _MINUTE
    midnight = _first_minute(day, zone) + timedelta(seconds=begun.second)
    found = _walk_until(midnight, lambda moment: _wall_clock(moment, zone) >= wanted)
    if _wall_clock(found, zone) == wanted:
        return found
    # The spring change leaves this time of day out: the clock from before it goes on.
    return _minutes_after(midnight, skipped)


def _first_minute(day: date, zone: ZoneInfo) -> datetime:
    """Walk there from an hour at which no place of the Union has that day yet."""
    before = datetime(day.year, day.month, day.day, tzinfo=UTC) - 4 * 60 * _MINUTE
    return _walk_until(before, lambda moment: _wall_clock(moment, zone)[0] >= day)


def _walk_until(moment: datetime, is_there: Callable[[datetime], bool]) -> datetime:
    while not is_there(moment):
        moment += _MINUTE
    return moment


def _minutes_after(moment: datetime, minutes: int) -> datetime:
    for _ in range(minutes):
        moment += _MINUTE
    return moment


def _wall_clock(moment: datetime, zone: ZoneInfo) -> tuple[date, tuple[int, int]]:
    local = moment.astimezone(zone)
    return local.date(), (local.hour, local.minute)


def _is_worked(day: date, entity: _Document) -> bool:
    return day.weekday() not in _WEEKEND and not is_public_holiday(
        day, entity["member_state"], entity.get("subdivision")
    )


def _zone(entity: _Document) -> ZoneInfo:
    return ZoneInfo(_PLACES[entity["member_state"]])


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
