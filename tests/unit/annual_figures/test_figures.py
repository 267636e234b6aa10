"""What the annual figures come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.domain.annual_figures.document import AnnualFigures, NoticeGiven, TakenInto
from holdfast.domain.annual_figures.figures import annual_figures
from holdfast.domain.annual_figures.histories import history_of
from holdfast.domain.annual_figures.years import FigureYear
from holdfast.domain.events import EventKind
from holdfast.evidence.annual_figures.sheet import figures_pdf
from tests.papers import text_of
from tests.years_of_incidents import ToldIncident, counted_again, some_incidents

LATER = datetime(2030, 1, 1, tzinfo=UTC)
BANK = "beispielbank"


def day(text: str) -> datetime:
    """That day at noon."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")


def figures(
    *told: ToldIncident,
    year: int = 2026,
    begins_in: int = 1,
    entity: str | None = None,
    as_of: datetime = LATER,
) -> AnnualFigures:
    """The figures of these incidents."""
    histories = [history_of(each.incident, each.entries) for each in told]
    return annual_figures(histories, FigureYear(year, begins_in), as_of, entity)


def reported(final_at: str = "2026-02-01") -> ToldIncident:
    """An incident that one entity has reported in time, and that was stated to cost something."""
    told = ToldIncident("INC-2026-000001", day("2025-12-20"))
    told.classify(day("2025-12-21"))
    told.open_reporting(day("2025-12-21"), 1, BANK)
    told.limit(day("2025-12-21"), 1, initial=day("2025-12-22"))
    told.submit(day("2025-12-22"), 1, "initial")
    told.limit(day("2025-12-22"), 1, final=day("2026-02-02"))
    told.state(day("2025-12-28"), costs_eur=100_000)
    told.submit(day(final_at), 1, "final")
    return told


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("entity", [None, "beispielbank", "paiement-exemple"])
def test_every_figure_is_what_a_second_program_finds_in_the_raw_entries(
    seed: int, entity: str | None
) -> None:
    """Of calendar years and of others, in the middle of a year and long after."""
    told = some_incidents(seed, 40)
    for year, begins_in in ((2024, 1), (2025, 7), (2026, 1), (2026, 4), (2027, 1)):
        span = FigureYear(year, begins_in)
        for as_of in (datetime(2026, 8, 1, tzinfo=UTC), LATER):
            past = [_until(each, as_of) for each in told]
            past = [each for each in past if len(each.entries) > 1]
            found = figures(*past, year=year, begins_in=begins_in, entity=entity, as_of=as_of)
            again = counted_again(past, span.since, span.until, as_of, entity)
            assert {
                "gross": found.gross_eur,
                "recoveries": found.recoveries_eur,
                "major": found.major_incidents,
                "due": found.on_time.of,
                "on_time": found.on_time.count,
                "noticed": found.missed_with_notice,
            } == again
            missed = found.missed_with_notice + found.missed_without_notice
            assert missed == again["due"] - again["on_time"]


def _until(told: ToldIncident, as_of: datetime) -> ToldIncident:
    """What there was by then."""
    past = ToldIncident(told.incident, told.entries[0].occurred_at)
    past.entries = [each for each in told.entries if each.occurred_at <= as_of]
    return past


def test_costs_count_in_the_year_of_the_final_report_with_all_that_was_stated_before() -> None:
    """Also what was stated in the year before; that year has nothing of it."""
    told = reported()
    (line,) = figures(told).costs
    assert (line.gross_eur, line.recoveries_eur, line.taken) == (
        100_000,
        None,
        TakenInto.FINAL_REPORT,
    )
    assert line.estimate
    assert (line.reference, line.authority_references) == ("INC-2026-000001", ("REF-1",))
    before = figures(told, year=2025)
    assert (before.costs, before.gross_eur, before.major_incidents) == ((), 0, 1)


def test_what_changes_later_counts_in_the_year_of_the_change_and_may_be_less_than_nothing() -> None:
    """The years of an incident add up to what is known of it; the year before stays as it was."""
    told = reported()
    before = told.state(day("2026-12-30"), costs_eur=120_000)
    after = told.state(day("2027-03-01"), costs_eur=90_000, recoveries_eur=5_000)
    assert [figures(told, year=year).gross_eur for year in (2025, 2026, 2027, 2028)] == [
        *(0, 120_000, -30_000, 0)
    ]
    (line,) = figures(told, year=2027).costs
    assert (line.taken, line.recoveries_eur) == (TakenInto.ADJUSTMENT, 5_000)
    assert line.entries[1:] == (before, after)


def test_without_a_final_report_the_amounts_wait() -> None:
    """They belong to no year yet, and stand apart."""
    told = reported(final_at="2027-02-01")
    found = figures(told, as_of=day("2026-11-01"))
    assert (found.costs, found.gross_eur) == ((), 0)
    (waiting,) = found.waiting
    assert waiting.gross_eur == 100_000
    assert figures(told, year=2027).waiting == ()


def test_an_amount_that_nobody_has_stated_is_told_as_unknown_and_not_as_nothing() -> None:
    """The sum says how many incidents it lacks."""
    told = reported()
    told.state(day("2026-01-02"), costs_eur=None)
    found = figures(told)
    assert (found.costs[0].gross_eur, found.unquantified) == (None, 1)


def test_a_figure_supplied_into_the_report_by_hand_is_pointed_at() -> None:
    """It is not mixed with what was stated: it may be in another currency."""
    told = reported()
    payload = {"number": 1, "field": "4.13", "value": "70", "estimate": None}
    entry = told.tell(day("2026-01-30"), EventKind.REPORT_FIELD_SUPPLIED, payload)
    (line,) = figures(told).costs
    assert (line.gross_eur, line.supplied) == (100_000, (entry,))


def test_drills_never_count() -> None:
    """Neither their costs nor their limits."""
    drill = ToldIncident("INC-2026-000002", day("2025-12-20"), drill=True)
    drill.entries += reported().entries[1:]
    found = figures(drill)
    assert (found.costs, found.reports, figures(drill, year=2025).incidents) == ((), (), ())


def test_what_was_found_never_to_have_been_major_is_told_apart() -> None:
    """It is no major incident, and its later reports never fall due."""
    told = ToldIncident("INC-2026-000003", day("2026-05-01"))
    told.classify(day("2026-05-02"))
    told.open_reporting(day("2026-05-02"), 1, BANK)
    told.limit(day("2026-05-02"), 1, initial=day("2026-05-03"))
    told.submit(day("2026-05-03"), 1, "initial")
    told.limit(day("2026-05-03"), 1, intermediate=day("2026-05-06"))
    told.classify(day("2026-05-04"), major=False)
    told.submit(day("2026-05-05"), 1, "reclassification")
    found = figures(told)
    assert (found.major_incidents, found.reclassified) == (0, ("INC-2026-000003",))
    assert [(each.stage, each.on_time) for each in found.reports] == [("initial", True)]


def test_a_limit_is_kept_to_the_second_and_a_notice_tells_what_was_missed() -> None:
    """A notice before the limit, one after it, and none."""
    found = list[tuple[bool, NoticeGiven]]()
    for late, notice in ((0, None), (1, None), (1, -60), (1, 60)):
        told = reported()
        told.entries = told.entries[:-1]
        due = day("2026-02-02")
        if notice is not None:
            told.submit(due + timedelta(seconds=notice), 1, "delay_notice", "final")
        told.submit(due + timedelta(seconds=late), 1, "final")
        report = figures(told).reports[-1]
        found.append((report.on_time, report.notice))
    assert found == [
        (True, NoticeGiven.NONE),
        (False, NoticeGiven.NONE),
        (False, NoticeGiven.BEFORE),
        (False, NoticeGiven.AFTER),
    ]


def test_the_limit_that_counts_is_the_last_before_the_report_left() -> None:
    """An updated intermediate report moves that of the final report, as long as that is to come."""
    told = reported()
    sent = told.entries.pop()
    told.limit(day("2026-01-20"), 1, final=day("2026-02-20"))
    told.entries.append(sent.model_copy(update={"id": f"incident/{told.incident}#90"}))
    told.limit(day("2026-03-01"), 1, final=day("2026-04-01"))
    assert figures(told).reports[-1].due_at == day("2026-02-20")


def test_shares_are_of_what_is_known() -> None:
    """An incident of which nobody has said is in neither number."""
    several = []
    for number, stated in enumerate(
        ({"member_states": "DE FR"}, {"member_states": "none", "third_party_origin": True}, {}), 1
    ):
        told = ToldIncident(f"INC-2026-00000{number}", day("2026-05-01"))
        told.classify(day("2026-05-02"))
        if stated:
            told.state(day("2026-05-02"), **stated)  # type: ignore[arg-type] # of both types
        several.append(told)
    found = figures(*several)
    share = found.cross_border
    assert (share.count, share.of, share.unknown, share.basis_points) == (1, 2, 1, 5_000)
    assert found.third_party_origin.basis_points == 10_000
    assert figures().on_time.basis_points is None


def test_an_accounting_year_begins_in_its_month() -> None:
    """It is called by both ends."""
    year = FigureYear(2026, 4)
    assert (year.name, year.until) == ("2026-04 to 2027-03", datetime(2027, 4, 1, tzinfo=UTC))
    assert figures(reported("2026-03-31"), begins_in=4).costs == ()
    assert len(figures(reported("2026-04-01"), begins_in=4).costs) == 1


def test_the_paper_says_what_the_figures_say() -> None:
    """And the same bytes of the same figures."""
    told = reported()
    found = figures(told)
    pdf = figures_pdf(found)
    (page,) = text_of(pdf)
    for said in ("100,000 EUR", "1 of 1 (100.00 %)", "REF-1", "final report in the year"):
        assert said in page
    assert figures_pdf(found) == pdf
