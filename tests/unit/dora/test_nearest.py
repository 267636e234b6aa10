"""What would turn the answer: each change that is named turns it, and a little less does not."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from holdfast.dora.evaluation import evaluate
from holdfast.dora.nearest.combinations import developments
from holdfast.dora.three_valued import Answer
from tests.unit.dora.cases import (
    EXAMPLE,
    PAYMENTS,
    WITHOUT_HOME,
    classified,
    quiet,
    read,
    with_facts,
)

ONE_MET = with_facts(quiet(), [("costs_eur", 100_001)])
NO_GATE = [
    (f"{PAYMENTS}supports_critical_function", False),
    (f"{PAYMENTS}regulated_service", False),
]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ([("downtime", 80)], "41 more minutes of downtime of instant-payments make this major"),
        ([("downtime", 120)], "1 more minute of downtime of instant-payments makes this major"),
        (
            [("clients_affected", 49_960)],
            "41 more affected clients of instant-payments make this major",
        ),
        (
            [("clients_total", 2_000_000), ("clients_affected", 99_999)],
            "2 more affected clients of instant-payments make this major",
        ),
        ([], "Impact in one more Member State makes this major"),
        (
            [("transactions_affected", Decimal("9999.5"))],
            "1 more affected transaction of instant-payments makes this major",
        ),
        (
            [("transactions_affected_value", 90_000)],
            (
                "10,001 more in the amount of affected transactions of instant-payments make this "
                "major"
            ),
        ),
        (
            [],
            (
                "Successful, malicious and unauthorised access that may result in data losses "
                "makes this major, whatever else holds"
            ),
        ),
    ],
)
def test_one_missing_threshold_is_named_with_the_exact_distance(
    changes: list[tuple[str, object]], line: str
) -> None:
    """People see how far it still is, in the unit of the threshold."""
    named = [
        (f"{PAYMENTS}{'downtime_minutes' if name == 'downtime' else name}", value)
        for name, value in changes
    ]
    found = classified(with_facts(ONE_MET, named))

    assert found.major is Answer.NO
    assert line in found.nearest


def test_costs_are_named_with_what_is_missing() -> None:
    """The limit is exceeded, not reached: one more EUR than the difference."""
    facts = with_facts(quiet(), [("costs_eur", 20_000), ("duration_minutes", 1_441)])
    assert "80,001 EUR more of costs and losses make this major" in classified(facts).nearest


def test_two_missing_thresholds_are_named_together() -> None:
    """Nothing alone is enough but the access that is always enough."""
    lines = classified(quiet()).nearest

    assert lines[0].startswith("Nothing but malicious access makes this major alone: two more")
    assert all(line.startswith("Together make this major: ") for line in lines[1:-1])
    assert len(lines) == 10


def test_missing_gate_is_named() -> None:
    """With its thresholds met, a critical service alone is missing."""
    lines = classified(with_facts(EXAMPLE, NO_GATE)).nearest
    alone = "Support of a critical or important function by instant-payments makes this major"
    assert alone in lines


def test_missing_gate_and_thresholds_are_named_together() -> None:
    """Whoever reads it sees all that is needed."""
    lines = classified(with_facts(quiet(), NO_GATE)).nearest
    assert lines[0].endswith("no critical service is affected, and two more thresholds are needed")


@pytest.mark.parametrize(
    ("unknown", "line"),
    [
        (
            f"{PAYMENTS}downtime_minutes",
            (
                "Find out the downtime of instant-payments: above 120 minutes makes this major, "
                "otherwise it is not"
            ),
        ),
        (
            f"{PAYMENTS}clients_affected",
            (
                "Find out the number of affected clients of instant-payments: more than 50,000 "
                "makes this major, otherwise it is not"
            ),
        ),
        (
            "member_states",
            (
                "Find out the Member States with impact: 2 or more makes this major, otherwise "
                "it is not"
            ),
        ),
        (
            "reputation.media",
            (
                "Find out whether the incident is reflected in the media: if so, this is major, "
                "otherwise it is not"
            ),
        ),
        (
            "data_losses.adverse_impact",
            (
                "Find out whether data losses have an adverse impact on business or legal "
                "requirements: if so, this is major, otherwise it is not"
            ),
        ),
    ],
)
def test_unknown_fact_that_settles_it_is_named(unknown: str, line: str) -> None:
    """With the limit that it would have to exceed."""
    lost = [("data_losses.availability", True)] if "adverse" in unknown else []
    found = classified(with_facts(ONE_MET, [*lost, (unknown, None)]))

    assert found.major is Answer.UNKNOWN
    assert found.nearest == (line,)


def test_nothing_known_asks_for_the_access_first() -> None:
    """Of what could be so without contradicting anything known, the simplest comes first."""
    assert classified({}).nearest[0].startswith("Successful, malicious and unauthorised access")


def test_major_says_what_it_rests_on_and_what_would_unmake_it() -> None:
    """Two thresholds, and each of them hangs on one fact."""
    lines = classified(with_facts(EXAMPLE, [("member_states", ("FR",))])).nearest

    assert lines[0] == (
        "Major because critical services are affected (Art. 6), with clients, counterparts and "
        "transactions (Art. 9(1)); duration and downtime (Art. 9(3))"
    )
    assert "With 10 fewer minutes of downtime of instant-payments, this would not be major" in lines
    assert (
        "With 10,000 fewer affected clients of instant-payments, this would not be major" in lines
    )


def _numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


@pytest.mark.parametrize("affected", [49_000, 49_999, 50_000])
def test_number_in_the_words_is_the_change(affected: int) -> None:
    """Adding exactly the number that is said turns the answer, and one less does not."""
    facts = with_facts(ONE_MET, [(f"{PAYMENTS}clients_affected", affected)])
    (line,) = [line for line in classified(facts).nearest if "affected client" in line]
    more = _numbers(line)[0]
    path = f"{PAYMENTS}clients_affected"

    assert classified(with_facts(facts, [(path, affected + more)])).major is Answer.YES
    assert classified(with_facts(facts, [(path, affected + more - 1)])).major is Answer.NO


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            [("member_states", ("DE", "FR")), ("home_member_state", "FR")],
            "Impact in one more Member State beside the home one makes this major",
        ),
        (
            [("member_states", ("DE", "FR")), ("costs_eur", 100_001)],
            (
                "Find out the home Member State: one other than DE, FR makes this major, "
                "otherwise it is not"
            ),
        ),
        (
            [("member_states", ("DE", "FR", "IT"))],
            (
                "With impact in one Member State fewer, other than the home one, this would no "
                "longer be certain to be major"
            ),
        ),
    ],
)
def test_unknown_home_is_taken_into_account(changes: list[tuple[str, object]], line: str) -> None:
    """Where the home one does not count, one of those listed may be it."""
    facts = with_facts(ONE_MET, [("home_member_state", None), *changes])
    assert line in classified(facts, WITHOUT_HOME).nearest


def test_known_member_state_may_be_the_home_one() -> None:
    """So one more is not enough for certain, and two more are."""
    facts = with_facts(ONE_MET, [("home_member_state", None), ("member_states", ("DE",))])
    words = [one.words for one in developments(evaluate(read(facts), WITHOUT_HOME))]
    assert "impact in 2 more Member States beside the home one" in words


def test_fewer_clients_unmake_both_limits_of_clients() -> None:
    """Below 100,000 alone would not do: the share has to fall too."""
    changes = [(f"{PAYMENTS}clients_affected", 200_000)]
    lines = classified(with_facts(ONE_MET, changes)).nearest
    words = "With 150,000 fewer affected clients of instant-payments, this would not be major"
    assert words in lines


def test_unknown_support_may_decide_over_gate_and_downtime() -> None:
    """The downtime is above its limit: it counts if the service supports a critical function."""
    supports, downtime = f"{PAYMENTS}supports_critical_function", f"{PAYMENTS}downtime_minutes"
    lines = classified(with_facts(ONE_MET, [(supports, None), (downtime, 121)])).nearest
    words = (
        "Find out whether instant-payments supports a critical or important function: if so, this "
        "is major, otherwise it is not"
    )
    assert lines == (words,)
