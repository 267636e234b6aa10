"""The examples of `tests/golden/dora-clocks.json`: what was reported where and when, and why asked.

Each theme yields a name, a sentence that says why, and the input of `holdfast dora clocks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tests.deadline_inputs import OTHER, Example, at_once, moment_of, reported, written
from tests.holiday_examples import holidays, weekends_everywhere

__all__ = ["examples"]

_STRICT = ("credit_institution", "central_counterparty", "trading_venue")
_RELIEVED = (
    *("payment_institution", "exempted_payment_institution", "electronic_money_institution"),
    *("exempted_electronic_money_institution", "account_information_service_provider"),
    *("investment_firm", "crypto-asset_service_provider", "issuer_of_asset-referenced_tokens"),
    *("central_securities_depository", "trade_repository", "management_company"),
    *("manager_of_alternative_investment_fund", "data_reporting_service_provider"),
    *("insurance_and_reinsurance_undertaking", "credit_rating_agency"),
    "insurance_intermediary_reinsurance_intermediary_and_ancillary_insurance_intermediary",
    *("institution_for_occupational_retirement_provision", "crowdfunding_service_provider"),
    *("administrator_of_critical_benchmarks", "securitisation_repository"),
)


def examples() -> Iterator[Example]:
    """All of them, in the order of the file."""
    yield from _late_classifications()
    yield from _entity_types()
    yield from weekends_everywhere()
    yield from holidays()
    yield from _months()
    yield from _daylight_saving()
    yield from _decisions_of_the_authority()
    yield from _status_under_nis2()
    yield from _chains_of_reports()
    yield from _what_has_not_happened()


def _late_classifications() -> Iterator[Example]:
    aware = moment_of("2026-06-02T06:00:00Z")
    both = "4 h from classification or 24 h from awareness, whichever comes first (Art. 5(1)(a))"
    late = "classified later than 24 h after awareness: 4 h from classification (Art. 5(2))"
    for minutes in (0, 1, 60, 240, 720, 1199, 1200, 1201, 1320, 1380, 1439, 1440):
        yield _classified(f"classified after {minutes} min", both, aware, minutes * 60)
    for minutes in (1441, 1500, 2880, 4320, 10080, 43200):
        yield _classified(f"classified after {minutes} min", late, aware, minutes * 60)
    yield _classified("classified one second before 24 h are over", both, aware, 86399)
    yield _classified("classified one second after 24 h are over", late, aware, 86401)


def _classified(name: str, why: str, aware: datetime, seconds: int) -> Example:
    moment = aware + timedelta(seconds=seconds)
    return name, f"{why}.", at_once("credit_institution", "DE", aware, moment)


def _entity_types() -> Iterator[Example]:
    for kind in (*_STRICT, *_RELIEVED):
        clause = (
            "Art. 5(5) leaves this type without relief but for its final report"
            if kind in _STRICT
            else "Art. 5(4) gives this type relief for every report"
        )
        yield (
            f"weekend limits of a {kind}",
            f"{clause}.",
            reported(kind, "DE", "2026-06-11T20:00:00Z", "2026-06-12T09:30:00Z", "2026-06-20"),
        )
    for kind in _STRICT:
        yield (
            f"a {kind} classifies on a Saturday",
            "Art. 5(5) leaves this type without relief for the initial notification.",
            at_once(kind, "DE", "2026-06-13T08:00:00Z", "2026-06-13T09:00:00Z"),
        )


def _months() -> Iterator[Example]:
    why = "One month after the latest intermediate report, the last day where it is shorter"
    for year in (2024, 2026, 2027, 2028):
        for day in ("01-28", "01-29", "01-30", "01-31", "02-28", "03-31", "05-31", "12-31"):
            yield _final(f"a month from {year}-{day}", why, "DE", f"{year}-{day}T10:00:00Z")
    for day in ("2024-02-29", "2028-02-29", "2026-08-31", "2026-10-31", "2026-04-30"):
        yield _final(f"a month from {day}", why, "DE", f"{day}T10:00:00Z")
    local = "The month runs in local time: the local date and time of day come again"
    for state in ("FI", "IE", "DE", "PT"):
        for moment in ("2026-01-30T22:30:00Z", "2026-06-30T23:30:00Z", "2026-12-30T23:30:00Z"):
            yield _final(f"a month from {moment} in {state}", local, state, moment)


def _final(name: str, why: str, state: str, sent: str) -> Example:
    before = moment_of(sent) - timedelta(hours=70)
    case = reported("credit_institution", state, written(before))
    case["intermediate_submitted_at"] = [sent]
    return name, f"{why} (Art. 5(1)(c)).", case


def _daylight_saving() -> Iterator[Example]:
    hours = "72 h are elapsed hours, whatever the clock on the wall does (Art. 5(1)(b))"
    noon = "Noon is that of the clock on the wall on that day (Art. 5(4))"
    for state in ("DE", "IE", "FI", "PT", "GR"):
        for sent in ("2026-03-26T10:00:00Z", "2026-10-22T10:00:00Z"):
            yield (
                f"72 h from {sent} end on the Sunday of the change in {state}",
                f"{noon}; {hours}.",
                reported(OTHER, state, sent),
            )
        yield (
            f"72 h over the change in {state} at a bank",
            f"{hours}.",
            reported("credit_institution", state, "2026-03-27T20:00:00Z"),
        )
    month = "The same time of day on the wall a month later"
    for state in ("DE", "PT", "FI"):
        for moment in ("2026-02-27T09:00:00Z", "2026-09-30T09:00:00Z", "2027-03-05T11:00:00Z"):
            yield _final(f"a month from {moment} over a change in {state}", month, state, moment)
    yield _final(
        "a month later that time of day is left out by the change",
        "02:30 of 28 March 2027 does not exist: it counts as with the clock before the change",
        "DE",
        "2027-02-28T01:30:00Z",
    )
    yield _final(
        "a month later that time of day comes twice",
        "02:30 of 25 October 2026 comes twice, and the first one counts",
        "DE",
        "2026-09-25T00:30:00Z",
    )


def _decisions_of_the_authority() -> Iterator[Example]:
    why = "A decision under Art. 5(6) is for incidents that are reported on a later local day"
    for decided in (
        *("2026-06-10T09:00:00Z", "2026-06-11T05:00:00Z", "2026-06-11T19:00:00Z"),
        *("2026-06-10T21:59:00Z", "2026-06-10T22:00:00Z", "2026-06-14T09:00:00Z"),
        *("2026-06-13T09:00:00Z", "2026-07-20T09:00:00Z", "2020-01-01T00:00:00Z"),
    ):
        case = reported(OTHER, "DE", "2026-06-11T08:00:00Z", "2026-06-12T15:00:00Z", "2026-06-20")
        case["entity"]["relief_withdrawn_from"] = decided
        yield f"reported on 11 June 2026, decided on {decided}", f"{why}.", case
    open_ = "An incident not yet reported counts as reported at the limit that relief would give"
    for decided in (
        *("2026-06-12T12:00:00Z", "2026-06-13T12:00:00Z", "2026-06-14T12:00:00Z"),
        *("2026-06-14T21:59:00Z", "2026-06-14T22:00:00Z", "2026-06-15T09:00:00Z"),
        *("2026-06-15T21:59:00Z", "2026-06-15T22:00:00Z", "2026-06-16T09:00:00Z"),
    ):
        case = at_once(OTHER, "DE", "2026-06-13T08:00:00Z", "2026-06-13T09:00:00Z")
        case["entity"]["relief_withdrawn_from"] = decided
        yield f"not reported, limit on a Saturday, decided on {decided}", f"{open_} (5(6)).", case
    for state in ("FI", "PT"):
        case = reported(OTHER, state, "2026-06-10T22:30:00Z")
        case["entity"]["relief_withdrawn_from"] = "2026-06-10T12:00:00Z"
        yield f"reported on the local day of the decision or the next in {state}", f"{why}.", case


def _status_under_nis2() -> Iterator[Example]:
    for kind in ("payment_institution", "credit_rating_agency", "credit_institution"):
        for status in (True, False, None):
            case = reported(
                kind, "LU", "2026-06-11T08:00:00Z", "2026-06-12T15:00:00Z", "2026-06-20"
            )
            case["entity"]["nis2_essential_or_important"] = status
            yield (
                f"a {kind} whose status under NIS2 is {str(status).lower()}",
                (
                    "Essential and important entities have no relief but for the final report"
                    " (Art. 5(5)); an unknown status gives nobody relief to rely on."
                ),
                case,
            )


def _chains_of_reports() -> Iterator[Example]:
    latest = "The month runs from the latest updated intermediate report (Art. 5(1)(c))"
    days = ("2026-06-05T10:00:00Z", "2026-06-09T10:00:00Z", "2026-06-17T10:00:00Z")
    for sent in (days[:1], days[:2], days, days[::-1], (days[1], days[0])):
        case = reported(OTHER, "DE", "2026-06-02T09:00:00Z")
        case["intermediate_submitted_at"] = list(sent)
        yield f"{len(sent)} intermediate reports, {sent[0]} named first", f"{latest}.", case
    case = reported(OTHER, "DE", "2026-06-02T09:00:00Z")
    case["intermediate_submitted_at"] = ["2026-06-02T09:00:00Z"]
    yield "initial and intermediate in one", "Reports may be combined (2025/302 Art. 2).", case
    case = {**case, "final_submitted_at": "2026-06-02T09:00:00Z"}
    yield "all three in one", "Limits stay after the reports are sent (2025/302 Art. 2).", case
    for recovered in ("2026-06-04T10:00:00Z", "2026-06-12T10:00:00Z"):
        case = reported(OTHER, "DE", "2026-06-02T09:00:00Z")
        case["intermediate_submitted_at"] = ["2026-06-05T10:00:00Z"]
        case["regular_activities_recovered_at"] = recovered
        yield (
            f"recovered at {recovered}",
            "Recovery calls for an update without a fixed instant (Art. 5(1)(b)).",
            case,
        )
    for offset in ("+02:00", "-05:00", "+05:30"):
        moment = f"2026-06-12T23:30:00{offset}"
        yield (
            f"an instant with the offset {offset}",
            "An instant is the same whatever offset it is written with.",
            at_once(OTHER, "DE", moment, moment),
        )
    for exactly in ("2026-06-02T06:10:30Z", "2026-06-04T23:59:59Z"):
        name, why = f"sent at {exactly}", "Seconds are kept: hours run from the exact instant"
        yield name, f"{why} (Art. 5(1)(b)).", reported(OTHER, "DE", exactly)


def _what_has_not_happened() -> Iterator[Example]:
    why = "A report whose anchor has not happened yet has no limit (Art. 5(1))"
    case = at_once(OTHER, "DE", "2026-06-02T06:00:00Z", "2026-06-02T07:00:00Z")
    yield "nothing classified", f"{why}.", {**case, "classified_major_at": None}
    yield "nothing sent", f"{why}.", case
    short = {name: case[name] for name in ("entity", "aware_at")}
    yield "names that are left out", "A missing name means what null means.", short
    sent = reported(OTHER, "DE", "2026-06-02T09:00:00Z")
    yield "the initial notification sent", f"{why}.", sent
    yield "null for no reports", f"{why}.", {**sent, "intermediate_submitted_at": None}
