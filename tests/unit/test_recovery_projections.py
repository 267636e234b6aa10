"""Recoveries as tables, in sentences and in the bundle's page, from what the rules have written."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.evidence.bundle.page_recovery import recovery_section
from holdfast.evidence.bundle.recovery import ToldRecovery, told_recovery
from holdfast.evidence.entry import Entry
from holdfast.evidence.recovery_sentences import RECOVERY_SENTENCES
from holdfast.evidence.sentences import sentence
from holdfast.store.recovery.tables import availability, continuity, downtime, recovery
from tests.folded import folded
from tests.judged_walks import WALKS
from tests.recovery_scenes import PLAN
from tests.statements import NOON, SERVICE


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Interrupted twice, told late, corrected, with a backlog; two plans; stood down."""
    return WALKS["interrupted again and stood down late"].entries()


def of(entries: list[Entry], kind: EventKind) -> list[Entry]:
    """The entries of that kind."""
    return [entry for entry in entries if entry.event.kind is kind]


def test_every_statement_is_a_row_with_the_one_that_it_corrects(entries: list[Entry]) -> None:
    """Also one whose start was unknown."""
    rows = folded(entries, availability)
    assert [(row["number"], row["state"], row["replaces"]) for row in rows] == [
        (1, "down", None),
        (2, "restored", None),
        (3, "down", 1),
        (4, "partial", None),
        (5, "restored", None),
        (6, "backlog_cleared", None),
    ]
    assert rows[0]["at"] is None
    assert rows[2]["at"] == NOON - timedelta(minutes=5)
    assert {row["service"] for row in rows} == {SERVICE}


def test_the_figures_are_those_that_were_computed_last(entries: list[Entry]) -> None:
    """One row an incident, with the entry that holds them."""
    last = of(entries, EventKind.DOWNTIME_COMPUTED)[-1]
    (row,) = folded(entries, downtime)
    assert (row["entry_id"], row["computed"]) == (last.id, last.event.payload)
    assert row["computed"]["services"][SERVICE]["minutes"] == 125


def test_each_activation_of_a_plan_is_a_row_that_its_end_completes(entries: list[Entry]) -> None:
    """By whom, why and until when."""
    first, second = folded(entries, continuity)
    assert (first["plan"], first["activation"], first["services"]) == (PLAN, 1, [SERVICE])
    assert first["deactivated_at"] == of(entries, EventKind.CONTINUITY_DEACTIVATED)[0].occurred_at
    assert second["plan"] == "bcp-branches"
    assert second["deactivation_entry"] is not None


def test_standing_down_stands_beside_the_validation(entries: list[Entry]) -> None:
    """Later, and with its reason."""
    (row,) = folded(entries, recovery)
    assert row["stood_down_because"] == "For the reasons discussed."
    assert row["validated_at"] < row["stood_down_at"]
    assert row["stood_down_entry"] == of(entries, EventKind.RESPONSE_STOOD_DOWN)[0].id
    before = [entry for entry in entries if entry.event.kind is not EventKind.RESPONSE_STOOD_DOWN]
    assert folded(before, recovery)[0]["stood_down_at"] is None


def test_every_step_has_a_sentence(entries: list[Entry]) -> None:
    """One line each, with what counts."""
    said = [sentence(entry.event) for entry in entries if entry.event.kind in RECOVERY_SENTENCES]
    assert all("\n" not in line for line in said)
    text = "\n".join(said)
    assert f"{SERVICE} told as down since an unknown time (statement 1)" in text
    assert "told as down at 2026-03-04 11:55 UTC (statement 3, in place of statement 1)" in text
    assert f"Downtime computed: {SERVICE} 2 h 5 min; the incident 2 h 5 min" in text
    assert f"Continuity plan {PLAN} activated at 2026-03-04 12:00 UTC" in text
    assert "have stood down: For the reasons discussed." in text
    again = of(entries, EventKind.RECONSIDERATION_REQUESTED)[0].event
    assert sentence(again) == "Asked once more whether to stand down: The night is quiet."


def test_the_bundle_tells_figures_plans_and_the_end(entries: list[Entry]) -> None:
    """In the reports' form; what goes on says so; nothing told, no section."""
    happened = [(rfc3339(entry.occurred_at), entry.event) for entry in entries]
    page = recovery_section(told_recovery(happened))
    assert "<td>00:02:05</td>" in page
    assert "its delays included" in page
    assert "<li><b><bdi>bcp-branches</bdi></b>" in page
    assert "stood down at" in page
    begun = [one for one in happened if one[1].kind is not EventKind.CONTINUITY_DEACTIVATED]
    assert "still active" in recovery_section(told_recovery(begun))
    first = next(
        number
        for number, (_, event) in enumerate(happened)
        if event.kind is EventKind.DOWNTIME_COMPUTED
    )
    assert "goes on" in recovery_section(told_recovery(happened[: first + 1]))
    assert recovery_section(ToldRecovery()) == ""


def test_a_text_of_a_record_is_never_markup(entries: list[Entry]) -> None:
    """What people write is escaped."""
    event = of(entries, EventKind.CONTINUITY_ACTIVATED)[0].event
    evil = event.model_copy(update={"payload": {**event.payload, "because": "<script>"}})
    assert "<script>" not in recovery_section(told_recovery([("2026-03-04T12:00:00Z", evil)]))
