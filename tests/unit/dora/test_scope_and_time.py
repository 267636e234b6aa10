"""Whether the chapter applies at all, and when the initial notification is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.dora.limits import initial_limit
from holdfast.dora.scope import PAYMENT_ENTITIES, chapter_applies, scope_of
from holdfast.dora.three_valued import Answer

AWARE = datetime(2026, 4, 3, 10, tzinfo=UTC)
BANK, FUND = "credit_institution", "management_company"


@pytest.mark.parametrize(
    ("entity", "ict", "payment", "expected"),
    [
        (FUND, True, False, Answer.YES),
        (None, True, None, Answer.YES),
        (BANK, False, True, Answer.YES),
        (BANK, None, True, Answer.YES),
        (FUND, False, True, Answer.NO),
        (BANK, False, False, Answer.NO),
        (FUND, None, True, Answer.UNKNOWN),
        (None, False, True, Answer.UNKNOWN),
        (BANK, False, None, Answer.UNKNOWN),
        (FUND, False, None, Answer.NO),
        (None, False, False, Answer.NO),
    ],
)
def test_chapter_applies_to_ict_and_to_payments_of_four_types(
    *, entity: str | None, ict: bool | None, payment: bool | None, expected: Answer
) -> None:
    """DORA Art. 17(1) and 23, with its proof."""
    assert chapter_applies(entity, ict_related=ict, payment_related=payment) is expected
    scope = scope_of(entity, ict_related=ict, payment_related=payment)
    assert scope.applies is expected
    assert [line.clause for line in scope.proof] == ["2022/2554 Art. 17(1)", "2022/2554 Art. 23"]


def test_payment_entities_are_types_of_the_report() -> None:
    """The four types, the exempted ones of two of them included."""
    assert len(PAYMENT_ENTITIES) == 6


@pytest.mark.parametrize(
    ("classified_after", "due_after", "clause"),
    [
        (timedelta(0), timedelta(hours=4), "5(1)(a)"),
        (timedelta(hours=2), timedelta(hours=6), "5(1)(a)"),
        (timedelta(hours=20), timedelta(hours=24), "5(1)(a)"),
        (timedelta(hours=23), timedelta(hours=24), "5(1)(a)"),
        (timedelta(hours=24), timedelta(hours=24), "5(1)(a)"),
        (timedelta(hours=24, microseconds=1), timedelta(hours=28, microseconds=1), "5(2)"),
        (timedelta(days=9), timedelta(days=9, hours=4), "5(2)"),
    ],
)
def test_initial_notification_is_due(
    classified_after: timedelta, due_after: timedelta, clause: str
) -> None:
    """Four hours from classification, at most 24 from awareness, unless it was classified later."""
    due_at, said, because = initial_limit(AWARE, AWARE + classified_after)
    assert due_at == AWARE + due_after
    assert said == f"2025/301 Art. {clause}"
    assert because


def test_example_of_the_contract() -> None:
    """The words are those that people read beside the clock."""
    due_at, _, because = initial_limit(AWARE, AWARE + timedelta(hours=2))
    assert due_at == datetime(2026, 4, 3, 16, tzinfo=UTC)
    assert because == "4 h from classification, earlier than 24 h from awareness"
