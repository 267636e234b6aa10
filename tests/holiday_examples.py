"""Limits on days that are not worked, for the golden file: weekends, holidays, bridges."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deadline_inputs import OTHER, Example, at_once, reported

__all__ = ["holidays", "weekends_everywhere"]

_STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "IE", "IT"),
    *("LU", "NL", "NO", "PL", "PT", "RO", "SE"),
)


def weekends_everywhere() -> Iterator[Example]:
    """Two weekends in every state, and where they begin and end."""
    why = "Noon of the next working day is local noon of the Member State (Art. 5(4))"
    for state in _STATES:
        yield (
            f"Saturday in {state}, in winter",
            f"{why}.",
            at_once(OTHER, state, "2026-02-13T22:30:00Z", "2026-02-13T23:30:00Z"),
        )
        yield (
            f"Sunday in {state}, in summer",
            f"{why}.",
            at_once(OTHER, state, "2026-07-19T09:00:00Z", "2026-07-19T10:00:00Z"),
        )
    edge = "The day a limit falls on is the local one (Art. 5(4))"
    for state, moment in (
        *(("PT", "2026-02-06T19:59:00Z"), ("PT", "2026-02-06T20:00:00Z")),
        *(("DE", "2026-02-06T18:59:00Z"), ("DE", "2026-02-06T19:00:00Z")),
        *(("FI", "2026-02-06T17:59:00Z"), ("FI", "2026-02-06T18:00:00Z")),
        *(("IE", "2026-07-10T18:59:00Z"), ("IE", "2026-07-10T19:00:00Z")),
        *(("FI", "2026-07-12T16:59:00Z"), ("FI", "2026-07-12T17:00:00Z")),
        *(("PT", "2026-02-08T19:59:00Z"), ("PT", "2026-02-08T20:00:00Z")),
    ):
        name = f"the edge of the weekend in {state}, classified at {moment}"
        yield name, f"{edge}.", at_once(OTHER, state, moment, moment)


_HOLIDAYS = (
    *(("DE", None, "2026-04-03", "Good Friday"), ("DE", None, "2026-04-06", "Easter Monday")),
    *(("DE", None, "2026-04-02", "the day before Good Friday"), ("DE", None, "2026-05-14", "")),
    *(("DE", None, "2026-12-24", "no holiday in Germany"), ("DE", None, "2026-12-25", "")),
    *(("DE", None, "2027-12-24", "no holiday"), ("DE", None, "2027-12-25", "on a Saturday")),
    *(("DE", None, "2024-12-25", "two in the week"), ("DE", None, "2026-12-31", "no holiday")),
    *(("DE", None, "2026-05-01", "a Friday"), ("DE", None, "2025-10-03", "a Friday")),
    *(("DE", "DE-BY", "2026-01-06", "in Bavaria"), ("DE", "DE-BE", "2026-01-06", "not there")),
    *(("DE", None, "2026-01-06", "in parts only"), ("DE", "DE-BY", "2026-06-04", "in Bavaria")),
    *(("DE", "DE-HE", "2026-06-04", "in Hesse"), ("DE", "DE-BE", "2026-06-04", "not there")),
    *(("DE", "DE-HE", "2027-11-01", "not in Hesse"), ("DE", "DE-NW", "2027-11-01", "there")),
    *(("DE", "DE-BE", "2027-03-08", "in Berlin"), ("DE", "DE-BY", "2027-03-08", "not there")),
    *(("DE", "DE-BW", "2027-01-06", "there"), ("DE", None, "2027-11-01", "in parts only")),
    *(("FR", None, "2026-04-03", "Good Friday is none"), ("FR", None, "2026-04-06", "")),
    *(("FR", None, "2026-05-08", "a Friday"), ("FR", None, "2026-07-14", "a Tuesday")),
    *(("FR", None, "2026-11-11", "a Wednesday"), ("FR", None, "2026-05-14", "Ascension")),
    *(("FR", None, "2026-12-26", "a Saturday"), ("FR", None, "2028-12-26", "none in France")),
    *(("LU", None, "2026-06-23", "the national day"), ("LU", None, "2025-05-09", "Europe Day")),
    *(("LU", None, "2026-04-03", "Good Friday is none"), ("LU", None, "2026-05-25", "")),
    *(("IE", None, "2026-03-17", "Saint Patrick"), ("IE", None, "2026-02-02", "Saint Brigid")),
    *(("IE", None, "2026-05-04", "not 1 May"), ("IE", None, "2026-05-01", "no holiday")),
    *(("IE", None, "2026-08-03", ""), ("IE", None, "2026-10-26", "and a change of the clock")),
    *(("IE", None, "2026-04-03", "Good Friday is none"), ("IE", None, "2026-06-01", "")),
    *(("NL", None, "2026-04-27", "the King"), ("NL", None, "2026-05-25", "Whit Monday")),
    *(("NL", None, "2026-05-01", "no holiday"), ("ES", None, "2026-10-12", "a Monday")),
    *(("ES", None, "2026-04-06", "Easter Monday is none"), ("ES", None, "2026-12-08", "")),
    *(("ES", None, "2027-12-06", "a Monday"), ("IT", None, "2026-06-02", "a Tuesday")),
    *(("IT", None, "2026-04-03", "Good Friday is none"), ("IT", None, "2025-04-25", "")),
    *(("IT", None, "2026-12-08", ""), ("AT", None, "2026-10-26", "the national day")),
    *(("AT", None, "2026-04-03", "Good Friday is none"), ("AT", None, "2026-06-04", "")),
    *(("SE", None, "2026-01-06", "Epiphany"), ("SE", None, "2025-06-06", "the national day")),
    *(("SE", None, "2026-05-25", "Whit Monday is none"), ("FI", None, "2026-01-06", "")),
    *(("FI", None, "2027-12-06", "independence"), ("FI", None, "2026-05-25", "none")),
    *(
        ("PT", None, "2026-06-10", ""),
        ("PT", None, "2026-10-05", ""),
        ("PT", None, "2026-04-06", ""),
    ),
    *(("PT", None, "2026-12-01", ""), ("PT", None, "2025-12-26", "none in Portugal")),
    *(("GR", None, "2026-04-10", "Orthodox Good Friday"), ("GR", None, "2026-04-03", "none")),
    *(("GR", None, "2026-04-13", "Orthodox Easter Monday"), ("GR", None, "2026-02-23", "")),
    *(("GR", None, "2026-06-01", "Orthodox Whit Monday"), ("GR", None, "2026-10-28", "")),
    *(("CY", None, "2026-04-10", "Orthodox Good Friday"), ("CY", None, "2026-04-01", "")),
    *(("CY", None, "2026-10-01", "independence"), ("CY", None, "2026-04-06", "no holiday")),
    *(("BG", None, "2026-04-13", "Orthodox"), ("BG", None, "2029-12-24", "a holiday there")),
    *(("BG", None, "2026-03-03", ""), ("RO", None, "2026-04-13", "Orthodox")),
    *(("RO", None, "2026-12-01", ""), ("RO", None, "2026-01-07", "since 2024")),
    *(("NO", None, "2026-04-02", "Maundy Thursday"), ("NO", None, "2027-05-17", "two in one")),
    *(("DK", None, "2026-04-02", "Maundy Thursday"), ("DK", None, "2026-05-01", "no holiday")),
    *(("PL", None, "2026-11-11", ""), ("PL", None, "2025-12-24", "a holiday since 2025")),
    *(("CZ", None, "2026-12-24", "a holiday there"), ("CZ", None, "2027-07-05", "two days")),
    *(("EE", None, "2026-12-24", "a holiday there"), ("EE", None, "2026-04-06", "none")),
    *(("BE", None, "2026-07-21", "the national day"), ("BE", None, "2026-04-03", "none")),
)


def holidays() -> Iterator[Example]:
    """Limits on holidays of states and of parts of them, and on days that look like one."""
    why = "Only public holidays of the whole state, or of the given part of it, count (Art. 5(4))"
    for state, part, day, remark in _HOLIDAYS:
        place = part or state
        name = f"limit on {day} in {place}" + (f": {remark}" if remark else "")
        aware = f"{day}T07:15:00Z"
        case = at_once(OTHER, state, aware, aware)
        case["entity"]["subdivision"] = part
        yield name, f"{why}.", case
    bridge = "Relief goes on over all days in a row that are not worked (Art. 5(4))"
    for state, sent in (("DE", "2026-03-31"), ("FR", "2026-04-01"), ("NO", "2026-03-30")):
        yield (
            f"72 h from {sent} end at Easter in {state}",
            f"{bridge}.",
            reported(OTHER, state, f"{sent}T08:00:00Z"),
        )
    yield (
        "72 h end on a bank's Easter Monday",
        "A bank has no relief for the intermediate report (Art. 5(5)).",
        reported("credit_institution", "DE", "2026-04-03T08:00:00Z"),
    )
    for kind in (OTHER, "credit_institution"):
        yield (
            f"the final report of a {kind} is due on Good Friday",
            f"{bridge}; no entity is left without it for the final report (Art. 5(5)).",
            reported(kind, "DE", "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z", "2026-03-03"),
        )
