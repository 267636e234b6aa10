"""Which incidents recur together: by cause, by entity, within six months, and asked about once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.recurrence.assessment import EarlierDecision, RecurrenceJudgement, Series
from holdfast.domain.recurrence.finding import find_series
from holdfast.domain.recurrence.periods import Period, months_before, period_before, period_named
from holdfast.dora.three_valued import Answer
from tests.recurrence_walk import EXAMPLE, MARCH, RULES, judged_month, standing

LAPSED = "The certificate has lapsed."
DAY = timedelta(days=1)
BEGIN = MARCH.begins


def series_of(judgement: RecurrenceJudgement) -> list[Series]:
    """The series of all entities."""
    return [series for finding in judgement.findings for series in finding.series]


def names_of(judgement: RecurrenceJudgement) -> list[tuple[str, ...]]:
    """The numbers of the incidents of each series."""
    return [tuple(name[-1] for name in series.incidents) for series in series_of(judgement)]


def test_two_incidents_of_one_cause_are_major_together() -> None:
    """Neither is alone; case, punctuation and spacing of the words make no difference."""
    judgement = judged_month(
        [standing(1, BEGIN, LAPSED), standing(2, BEGIN + DAY, "the CERTIFICATE has  lapsed")]
    )
    (series,) = series_of(judgement)
    assert (series.major, len(series.incidents)) == (Answer.YES, 2)
    assert series.entity == "beispielbank"
    assert series.asks


def test_one_incident_is_no_series() -> None:
    """Nor are two of different causes, nor those of which nobody knows the cause."""
    incidents = [
        standing(1, BEGIN, LAPSED),
        standing(2, BEGIN, "A disk was full."),
        standing(3, BEGIN, None),
        standing(4, BEGIN, "…"),
    ]
    judgement = judged_month(incidents)
    assert series_of(judgement) == []
    (part,) = [part for part in judgement.inputs.parts if part.incidents]
    assert [name[-1] for name in part.without_root_cause] == ["3", "4"]
    assert part.considered == ()


def test_what_people_name_wins_over_texts_and_the_review_comes_last() -> None:
    """A stated fingerprint links and parts; the review counts where no fact is stated."""
    named = {"root_cause_fingerprint": "gateway-cert"}
    incidents = [
        standing(1, BEGIN, "Expired.", stated=named),
        standing(2, BEGIN + DAY, LAPSED, stated=named),
        standing(3, BEGIN + 2 * DAY, LAPSED, review="gateway-cert"),
        standing(4, BEGIN + 3 * DAY, None, review=LAPSED),
    ]
    assert names_of(judged_month(incidents)) == [("1", "2"), ("3", "4")]


def test_an_incident_is_compared_with_those_of_six_months_before_it() -> None:
    """Not with those before the end of the month: 5 September to 5 March is six months."""
    september, march = datetime(2025, 9, 5, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)
    for back, expected in ((timedelta(0), [("1", "2")]), (timedelta(microseconds=1), [])):
        incidents = [standing(1, september - back, LAPSED), standing(2, march, LAPSED)]
        assert names_of(judged_month(incidents)) == expected


def test_windows_that_overlap_give_the_largest_series_only() -> None:
    """The third incident joins the second, and the first is too far from the third."""
    incidents = [
        standing(1, datetime(2025, 9, 10, tzinfo=UTC), LAPSED),
        standing(2, datetime(2026, 3, 5, tzinfo=UTC), LAPSED),
        standing(3, datetime(2026, 3, 20, tzinfo=UTC), LAPSED),
    ]
    assert names_of(judged_month(incidents)) == [("1", "2"), ("2", "3")]
    closer = [standing(1, datetime(2025, 9, 25, tzinfo=UTC), LAPSED), *incidents[1:]]
    assert names_of(judged_month(closer)) == [("1", "2", "3")]


def test_a_cause_known_late_is_found_in_a_later_month() -> None:
    """Though no incident of that month shares it."""
    incidents = [standing(1, BEGIN - 60 * DAY, LAPSED), standing(2, BEGIN - 50 * DAY, LAPSED)]
    assert names_of(judged_month(incidents)) == [("1", "2")]


def test_an_incident_that_is_major_alone_is_named_and_not_cumulated() -> None:
    """Decided so, or by its facts where nobody has decided."""
    alone = {"clients_affected": 200_000, "costs_eur": 200_000}
    incidents = [
        standing(1, BEGIN, LAPSED),
        standing(2, BEGIN, LAPSED),
        standing(3, BEGIN, LAPSED, major=True),
        standing(4, BEGIN, LAPSED, major=None, stated=alone),
    ]
    (series,) = series_of(judged_month(incidents))
    assert [name[-1] for name in series.incidents] == ["1", "2"]
    assert [name[-1] for name in series.also_major] == ["3", "4"]


def test_each_entity_is_assessed_on_its_own() -> None:
    """Two incidents of one cause at two entities are no series."""
    incidents = [
        standing(1, BEGIN, LAPSED),
        standing(2, BEGIN, LAPSED, service="card-payments"),
    ]
    judgement = judged_month(incidents)
    assert series_of(judgement) == []
    counted = {part.entity: part.incidents for part in judgement.inputs.parts}
    assert counted == {"beispielbank": 1, "paiement-exemple": 1}


@pytest.mark.parametrize("profile", ["microenterprise", "simplified_regime"])
def test_exempt_entities_are_named_and_not_judged(profile: str) -> None:
    """Microenterprises, and those of DORA Art. 16(1)."""
    bank = EXAMPLE.entities["beispielbank"].model_copy(update={profile: True})
    register = EXAMPLE.model_copy(update={"entities": {"beispielbank": bank}})
    incidents = [standing(1, BEGIN, LAPSED), standing(2, BEGIN, LAPSED)]
    judgement = judged_month(incidents, register=register)
    (finding,), (part,) = judgement.findings, judgement.inputs.parts
    assert finding.exempt == "2024/1772 Art. 8(2)"
    assert (finding.series, part.considered, part.incidents) == ((), (), 2)


def test_without_a_register_all_incidents_are_assessed_together() -> None:
    """Nobody is exempt then."""
    stated = {"supports_critical_function": True, "clients_total": 400_000}
    incidents = [standing(number, BEGIN, LAPSED, stated=stated) for number in (1, 2)]
    (series,) = series_of(judged_month(incidents, register=None))
    assert (series.entity, series.major) == (None, Answer.YES)


def decided(series: Series, proposed: Answer = Answer.YES) -> EarlierDecision:
    """What people have decided about that series."""
    return EarlierDecision(
        assessment="2026-02",
        entry="recurrence/2026-02#9",
        proposed=proposed,
        major=True,
        members=series.members,
    )


def test_what_was_decided_is_not_asked_again_while_nothing_is_news() -> None:
    """Neither the same series, nor what is left of it; another fact or incident is news."""
    incidents = [standing(number, BEGIN + number * DAY, LAPSED) for number in (1, 2, 3)]
    (whole,) = series_of(judged_month(incidents))
    earlier = [decided(whole)]
    for left in (incidents, incidents[1:]):
        (series,) = series_of(judged_month(left, decided=earlier))
        assert (series.decided_before, series.asks) == ("recurrence/2026-02#9", False)
    worse = [*incidents[:2], standing(3, BEGIN + 3 * DAY, LAPSED, stated={"costs_eur": 90_000})]
    more = [*incidents, standing(4, BEGIN + 4 * DAY, LAPSED)]
    for news in (worse, more):
        judgement = judged_month(news, decided=earlier)
        assert series_of(judgement)[0].asks
        assert judgement.inputs.decided == ()


def test_a_decision_about_what_was_unknown_does_not_answer_what_is_major() -> None:
    """The proposal has become stronger."""
    incidents = [standing(number, BEGIN + number * DAY, LAPSED) for number in (1, 2)]
    (whole,) = series_of(judged_month(incidents))
    judgement = judged_month(incidents, decided=[decided(whole, Answer.UNKNOWN)])
    assert series_of(judgement)[0].asks


def test_the_findings_follow_from_the_recorded_inputs_alone() -> None:
    """Read back from JSON, they give the same."""
    incidents = [standing(number, BEGIN + number * DAY, LAPSED) for number in (1, 2, 3)]
    inputs = judged_month(incidents).inputs
    read = type(inputs).model_validate_json(inputs.model_dump_json())
    assert read == inputs
    assert find_series(read, RULES) == judged_month(incidents).findings


months = st.builds(
    Period,
    month=st.builds("{}-{:02d}".format, st.integers(2000, 2999), st.integers(1, 12)),
    number=st.integers(1, 99),
)


@given(period=months)
def test_a_period_is_found_again_by_its_name(period: Period) -> None:
    """Names are unique, and so are chains and workflows."""
    assert period_named(period.name) == period
    assert period_before(period.ends) == Period(month=period.month)
    assert period.begins == months_before(period.ends, 1)


@pytest.mark.parametrize("name", ["2026-3", "2026-13", "2026-03-1", "2026-03-", "2026-03-100", "x"])
def test_what_names_no_assessment_is_refused(name: str) -> None:
    """The first assessment of a month has no number."""
    with pytest.raises(ValueError, match=r"assessment|month|number"):
        period_named(name)
