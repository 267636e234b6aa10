"""Limits of 2025/301 Art. 5: by its text and by the contract."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from holdfast.dora.clocks import (
    ClockCase,
    Deadline,
    ReportingEntity,
    WorkingCalendar,
    compute_deadlines,
)
from holdfast.dora.register.entities import EntityType
from holdfast.store.reporting.working_calendars import calendar_of

ALWAYS_STRICT = {
    EntityType.CREDIT_INSTITUTION,
    EntityType.CENTRAL_COUNTERPARTY,
    EntityType.TRADING_VENUE,
}
HOURS = timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(f"{text}:00+00:00")


def entity(**changes: object) -> ReportingEntity:
    """A German payment institution whose relief nothing takes away."""
    given = {
        "type": "payment_institution",
        "member_state": "DE",
        "nis2_essential_or_important": False,
        **changes,
    }
    return ReportingEntity.model_validate(given)


def matter(**given: object) -> ClockCase:
    """What has happened so far."""
    return ClockCase.model_validate({"entity": entity(), **given})


def deadline(stage: str, **given: object) -> Deadline:
    """The deadline of that report."""
    asked = matter(**given)
    found = getattr(compute_deadlines(asked, calendar_of(asked)), stage)
    assert isinstance(found, Deadline)
    return found


def initial(of: ReportingEntity, classified: str, **moments: object) -> Deadline:
    """The first deadline of an incident classified two hours after awareness."""
    moment = at(classified)
    return deadline(
        "initial", entity=of, aware_at=moment - 2 * HOURS, classified_major_at=moment, **moments
    )


@pytest.mark.parametrize("kind", sorted(EntityType))
def test_only_three_types_never_have_relief_for_the_first_report(kind: EntityType) -> None:
    """Art. 5(5): a limit on Good Friday."""
    found = initial(entity(type=kind), "2026-04-03T12:00")
    assert found.strict_due_at == at("2026-04-03T16:00")
    if kind in ALWAYS_STRICT:
        assert (found.due_at, found.relief) == (found.strict_due_at, None)
    else:
        assert found.due_at == at("2026-04-07T10:00")
        assert found.relief is not None
        assert found.relief.model_dump(mode="json") == {
            "clause": "2025/301 Art. 5(4)",
            "day": "2026-04-03",
            "reason": "Good Friday",
        }


@pytest.mark.parametrize(("nis2", "strict"), [(False, False), (True, True), (None, True)])
def test_who_is_essential_or_may_be_has_no_relief(*, nis2: bool | None, strict: bool) -> None:
    """Art. 5(5): of what is unknown nobody may rely on the better half."""
    found = initial(entity(nis2_essential_or_important=nis2), "2026-04-03T12:00")
    assert (found.relief is None) is strict
    assert ("NIS2" in found.because) is strict


@pytest.mark.parametrize(
    ("decided", "submitted", "strict"),
    [
        ("2026-04-06T21:59", None, True),
        ("2026-04-06T22:01", None, False),
        ("2026-04-03T21:59", "2026-04-04T06:00", True),
        ("2026-04-03T22:00", "2026-04-04T06:00", False),
        ("2026-04-05T12:00", "2026-04-04T06:00", False),
    ],
)
def test_decision_withdraws_relief_of_incidents_reported_on_later_days(
    decided: str, submitted: str | None, *, strict: bool
) -> None:
    """Art. 5(6): by local dates; not yet reported counts as reported at the relieved limit."""
    of = entity(relief_withdrawn_from=at(decided))
    sent = at(submitted) if submitted else None
    found = initial(of, "2026-04-03T12:00", initial_submitted_at=sent)
    assert (found.relief is None) is strict
    assert ("Art. 5(6)" in found.because) is strict


def test_final_report_keeps_its_relief_whatever_the_entity_is() -> None:
    """Art. 5(5) and 5(6) name the first two reports only."""
    of = entity(type="credit_institution", nis2_essential_or_important=True)
    early = at("2026-04-01T08:00")
    moments: dict[str, Any] = {
        "aware_at": early,
        "classified_major_at": early,
        "initial_submitted_at": early,
        "intermediate_submitted_at": [at("2026-04-02T08:00")],
    }
    found = deadline("final", entity=of, **moments)
    assert found.strict_due_at == at("2026-05-02T08:00")
    assert found.due_at == at("2026-05-04T10:00")
    assert found.relief is not None
    assert found.relief.reason == "Saturday"


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-01-31T09:00", "2026-02-28T09:00"),
        ("2028-01-31T09:00", "2028-02-29T09:00"),
        ("2026-12-15T09:00", "2027-01-15T09:00"),
        ("2026-03-10T09:00", "2026-04-10T08:00"),
        ("2026-10-05T08:00", "2026-11-05T09:00"),
        ("2026-02-28T23:30", "2026-03-31T22:30"),
        ("2026-02-28T01:30", "2026-03-28T01:30"),
        ("2026-09-25T00:30", "2026-10-25T00:30"),
        ("2027-02-28T01:30", "2027-03-28T01:30"),
    ],
)
def test_month_of_the_final_report_is_one_of_local_dates_and_times(
    submitted: str, due: str
) -> None:
    """Over month ends, leap days, and hours that summer time skips or repeats."""
    moment = at(submitted)
    found = deadline(
        "final",
        aware_at=moment,
        classified_major_at=moment,
        initial_submitted_at=moment,
        intermediate_submitted_at=[moment],
    )
    assert found.strict_due_at == at(due)


def test_final_report_follows_the_latest_intermediate_and_the_second_keeps_its_limit() -> None:
    """Deadlines chain on what was really submitted."""
    moments: dict[str, Any] = {
        "aware_at": at("2026-06-01T08:00"),
        "classified_major_at": at("2026-06-01T09:00"),
        "initial_submitted_at": at("2026-06-01T10:00"),
        "intermediate_submitted_at": [at("2026-06-10T08:00"), at("2026-06-03T08:00")],
    }
    assert deadline("intermediate", **moments).strict_due_at == at("2026-06-04T10:00")
    final = deadline("final", **moments)
    assert final.due_at == at("2026-07-10T08:00")
    assert "latest updated" in final.because


@pytest.mark.parametrize("aware", ["0001-01-01T00:00", "2026-06-01T08:00", "9999-12-31T23:59"])
def test_nothing_is_due_before_its_anchor(aware: str) -> None:
    """Before classification there is no entry at all."""
    asked = matter(aware_at=at(aware), intermediate_submitted_at=None)
    found = compute_deadlines(asked, calendar_of(asked))
    assert (found.initial, found.intermediate, found.final) == (None, None, None)


EARLY, LATER = "2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"


@pytest.mark.parametrize(
    ("moments", "field"),
    [
        ({"aware_at": LATER, "classified_major_at": EARLY}, "classified_major_at"),
        ({"aware_at": EARLY, "initial_submitted_at": LATER}, "initial_submitted_at"),
        (
            {"aware_at": EARLY, "classified_major_at": LATER, "initial_submitted_at": EARLY},
            "initial_submitted_at",
        ),
        (
            {"aware_at": EARLY, "intermediate_submitted_at": [LATER]},
            "intermediate_submitted_at",
        ),
        (
            {
                **dict.fromkeys(("aware_at", "classified_major_at", "initial_submitted_at"), LATER),
                "intermediate_submitted_at": [LATER, EARLY],
            },
            "intermediate_submitted_at",
        ),
        ({"aware_at": EARLY, "final_submitted_at": LATER}, "final_submitted_at"),
        (
            dict.fromkeys(("aware_at", "classified_major_at"), "2009-06-01T08:00:00Z"),
            "classified_major_at",
        ),
        (
            dict.fromkeys(("aware_at", "classified_major_at"), "2099-06-01T08:00:00Z"),
            "classified_major_at",
        ),
        ({"aware_at": None}, "aware_at"),
    ],
)
def test_order_that_cannot_be_is_refused_at_the_field_of_the_later(
    moments: dict[str, Any], field: str
) -> None:
    """And only there."""
    with pytest.raises(ValidationError) as refused:
        matter(**moments)
    assert [error["loc"][0] for error in refused.value.errors()] == [field]


def test_what_was_noticed_long_ago_is_due_from_its_classification() -> None:
    """Art. 5(2), however early the entity was aware."""
    found = deadline(
        "initial", aware_at=at("0001-01-01T00:00"), classified_major_at=at("2026-06-01T08:00")
    )
    assert found.due_at == at("2026-06-01T12:00")


def test_final_report_before_the_latest_intermediate_is_refused() -> None:
    """Submitted together is no disorder."""
    together: dict[str, Any] = dict.fromkeys(
        ("aware_at", "classified_major_at", "initial_submitted_at"), EARLY
    )
    matter(**together, intermediate_submitted_at=[EARLY], final_submitted_at=EARLY)
    with pytest.raises(ValidationError, match="cannot be before the intermediate report"):
        matter(**together, intermediate_submitted_at=[EARLY, LATER], final_submitted_at=EARLY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "bank"}, "type"),
        ({"member_state": "UK"}, "member_state"),
        ({"subdivision": "FR-75"}, "subdivision"),
        ({"nis2_essential_or_important": "no"}, "nis2_essential_or_important"),
    ],
)
def test_entity_that_cannot_be_is_refused_at_its_field(
    changes: dict[str, object], field: str
) -> None:
    """Types are those of field 1.4, states those of the EEA."""
    with pytest.raises(ValidationError) as refused:
        entity(**changes)
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def test_calendar_that_ends_too_early_is_no_answer() -> None:
    """A day of which nothing is known is never taken for a working day."""
    asked = matter(aware_at=EARLY, classified_major_at=EARLY)
    short = WorkingCalendar(
        time_zone="UTC", rule="UTC0", first_day=date(2026, 5, 1), last_day=date(2026, 5, 31)
    )
    with pytest.raises(ValueError, match="2026-06-01"):
        compute_deadlines(asked, short)
