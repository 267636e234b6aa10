"""Recurring incidents: windows at the ends of months, what they did together, who is exempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.values import JsonObject, require_canonical
from holdfast.dora.cumulated import cumulate
from holdfast.dora.recurrence import (
    RecurringIncident,
    Series,
    exemption,
    fingerprint,
    is_exempt,
    months_before,
    recurring_series,
)
from holdfast.dora.three_valued import Answer
from tests.unit.dora.cases import PAYMENTS, POLICY, quiet, read, with_facts

AT = datetime(2026, 8, 31, 12, tzinfo=UTC)
SINCE = datetime(2026, 2, 28, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CAUSE = "expired-certificate"


def incident(name: str, occurred_at: datetime = AT, **given_facts: Any) -> RecurringIncident:  # noqa: ANN401 - facts
    """A quiet incident with some facts of its own."""
    major = given_facts.pop("major", False)
    cause = given_facts.pop("cause", CAUSE)
    facts = with_facts(quiet(), given_facts.pop("changes", []))
    return RecurringIncident(
        id=name, occurred_at=occurred_at, fingerprint=cause, major=major, facts=read(facts)
    )


def series(*incidents: RecurringIncident) -> tuple[Series, ...]:
    """The series as of the end of August."""
    return recurring_series(incidents, AT, POLICY)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-08-31", "2026-02-28"),
        ("2028-08-31", "2028-02-29"),
        ("2026-08-28", "2026-02-28"),
        ("2026-03-31", "2025-09-30"),
        ("2026-06-30", "2025-12-30"),
        ("2026-07-01", "2026-01-01"),
        ("2026-01-15", "2025-07-15"),
    ],
)
def test_six_calendar_months_before(at: str, expected: str) -> None:
    """The same day, or the last one of a shorter month."""
    found = months_before(datetime.fromisoformat(f"{at}T10:20:30+00:00"), 6)
    assert found == datetime.fromisoformat(f"{expected}T10:20:30+00:00")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (SINCE, AT, 1),
        (SINCE - SECOND, AT, 0),
        (SINCE, AT + SECOND, 0),
        (AT, AT, 1),
    ],
)
def test_window_ends_at_the_moment_that_is_asked_for(
    first: datetime, last: datetime, expected: int
) -> None:
    """Both ends belong to it."""
    assert len(series(incident("INC-1", first), incident("INC-2", last))) == expected


def test_series_shares_its_root_cause() -> None:
    """One incident is none, and an unknown cause links nothing."""
    found = series(
        incident("INC-3", AT),
        incident("INC-1", SINCE),
        incident("INC-2", AT - SECOND),
        incident("INC-4", cause="full-disk"),
        incident("INC-5", cause=None),
        incident("INC-6", cause=None),
    )
    assert [(one.fingerprint, one.incidents) for one in found] == [
        (CAUSE, ("INC-1", "INC-2", "INC-3"))
    ]
    assert (found[0].first_at, found[0].last_at) == (SINCE, AT)


def test_incidents_that_are_major_alone_are_named_and_not_cumulated() -> None:
    """They are reported already: Art. 8(2) is about the others."""
    major = incident("INC-9", major=True, changes=[("costs_eur", 10**6)])
    undecided = incident("INC-2", major=None)
    assert series(incident("INC-1"), major) == ()

    (found,) = series(incident("INC-1"), undecided, major)
    assert found.incidents == ("INC-1", "INC-2")
    assert found.also_major == ("INC-9",)
    assert found.facts.costs_eur == 40_000


def test_incidents_add_up() -> None:
    """Sums of what was affected, unions of what was hit, totals of the latest."""
    first = [
        (f"{PAYMENTS}clients_affected", 300_000),
        (f"{PAYMENTS}clients_total", 400_000),
        (f"{PAYMENTS}downtime_minutes", 70),
        ("member_states", ("DE",)),
        ("reputation.media", True),
        ("estimated", ["costs_eur", f"{PAYMENTS}clients_affected"]),
    ]
    last = [(f"{PAYMENTS}clients_affected", 300_000), (f"{PAYMENTS}downtime_minutes", 51)]
    (found,) = series(incident("INC-1", SINCE, changes=first), incident("INC-2", changes=last))
    (service,) = found.facts.services or ()

    assert service.clients_affected == 600_000
    assert service.clients_total == 500_000
    assert service.downtime_minutes == 121
    assert found.facts.duration_minutes == 400
    assert found.facts.member_states == ("DE", "FR")
    assert found.facts.reputation is not None
    assert found.facts.reputation.media is True
    assert found.facts.estimated == ("costs_eur", f"{PAYMENTS}clients_affected")
    assert found.major is Answer.YES


HALF_OF_TWO = [("costs_eur", 60_000), (f"{PAYMENTS}downtime_minutes", 61)]


@pytest.mark.parametrize(
    ("second", "major"),
    [
        (HALF_OF_TWO, Answer.YES),
        ([("costs_eur", 40_000), (f"{PAYMENTS}downtime_minutes", 61)], Answer.NO),
        ([("costs_eur", None), (f"{PAYMENTS}downtime_minutes", 61)], Answer.UNKNOWN),
        ([("costs_eur", None), (f"{PAYMENTS}downtime_minutes", 1)], Answer.NO),
        ([*HALF_OF_TWO, ("duration_minutes", None)], Answer.YES),
        ([*HALF_OF_TWO, ("services", None)], Answer.UNKNOWN),
    ],
)
def test_together_they_may_be_major(second: list[tuple[str, object]], major: Answer) -> None:
    """None of them alone; and an unknown part leaves open what it could bring."""
    if ("services", None) in second:
        second = [("services", None), ("costs_eur", 60_000)]
    (found,) = series(
        incident("INC-1", SINCE, changes=HALF_OF_TWO), incident("INC-2", changes=second)
    )
    assert found.major is major


def test_certain_part_decides_though_another_is_unknown() -> None:
    """Two thresholds are met by what is known: the unknown cost could only add to it."""
    known = [("costs_eur", 100_001), (f"{PAYMENTS}downtime_minutes", 121)]
    unknown = [("costs_eur", None), (f"{PAYMENTS}downtime_minutes", None)]
    (found,) = series(incident("INC-1", SINCE, changes=known), incident("INC-2", changes=unknown))
    assert found.major is Answer.YES
    assert found.facts.costs_eur == 100_001


def test_accesses_of_two_incidents_make_no_malicious_access() -> None:
    """One was successful, the other malicious: nobody got in with intent."""
    yes = dict.fromkeys(("successful", "malicious", "unauthorised", "may_cause_data_losses"), True)
    first = [("access", {**yes, "malicious": False}), ("data_losses.integrity", True)]
    second = [("access", {**yes, "successful": False}), ("data_losses.adverse_impact", True)]
    (found,) = series(incident("INC-1", SINCE, changes=first), incident("INC-2", changes=second))
    thresholds = found.classification.thresholds
    assert thresholds["malicious_access"] == "not_met"
    assert thresholds["data_losses"] == "not_met"


def test_series_lies_in_the_value_domain_of_evidence() -> None:
    """And reads back equal, with more affected than there are."""
    changes: list[tuple[str, object]] = [(f"{PAYMENTS}clients_affected", 400_000)]
    (found,) = series(incident("INC-1", SINCE, changes=changes), incident("INC-2", changes=changes))
    dumped: JsonObject = found.model_dump(mode="json")

    require_canonical(dumped)
    assert Series.model_validate_json(found.model_dump_json()) == found


def test_sums_end_at_the_largest_integer() -> None:
    """What is beyond any limit needs no exact figure."""
    huge = read(with_facts(quiet(), [("costs_eur", 2**53 - 1)]))
    assert cumulate([huge, huge], unknown_counts=True).costs_eur == 2**53 - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Expired certificate", "expired-certificate"),
        ("  expired -- CERTIFICATE. ", "expired-certificate"),
        ("ﬁrewall rule №7", "firewall-rule-no7"),
        ("STRASSE straße", "strasse-strasse"),
        ("", None),
        (" -- ", None),
    ],
)
def test_fingerprint_is_without_case_and_punctuation(text: str, expected: str | None) -> None:
    """Two people who write the same cause differently mean the same."""
    assert fingerprint(text) == expected


@given(text=st.text(max_size=40))
def test_fingerprint_of_a_fingerprint_is_itself(text: str) -> None:
    """It names a cause, and may be stated as one."""
    once = fingerprint(text)
    assert once is None or fingerprint(once) == once


@pytest.mark.parametrize("microenterprise", [False, True])
@pytest.mark.parametrize("simplified_regime", [False, True])
def test_small_entities_are_exempt(*, microenterprise: bool, simplified_regime: bool) -> None:
    """Microenterprises, and entities of the simplified regime; with the clause that says so."""
    profile = {"microenterprise": microenterprise, "simplified_regime": simplified_regime}
    exempt = microenterprise or simplified_regime
    assert is_exempt(**profile) is exempt
    assert exemption(**profile) == ("2024/1772 Art. 8(2)" if exempt else None)
