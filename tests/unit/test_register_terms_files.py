"""Terms of contracts in the register's folder: all that is wrong at once, each with its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from holdfast.domain.severity import Severity
from holdfast.domain.third_party.policy import third_party_policy
from holdfast.dora.register import Contract
from holdfast.errors import InvalidInput
from holdfast.store.policies import load_named_policy
from holdfast.store.register_import import prepare_import
from tests.unit.register_folders import EXAMPLE, GOLDEN, copy_of, register_of, replace
from tests.unit.test_stakeholders import EXAMPLE as DIRECTORY

_LEDGER = "contracts.CA-2024-014.terms."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The register that comes along, to be changed."""
    return copy_of(EXAMPLE, tmp_path / "register")


def _refused(folder: Path) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        register_of(folder)
    return refused.value.message.splitlines()


def _rewritten(file: Path, contract: str, changes: Mapping[str, str]) -> dict[str, int]:
    """Change lines of a contract, each the first of its text there; say which line each is."""
    lines = file.read_text().splitlines()
    begin = lines.index(f"  {contract}:")
    places = {}
    for old, new in changes.items():
        at = next(n for n, line in enumerate(lines) if n > begin and line.strip() == old)
        lines[at] = lines[at].replace(old, new)
        places[new] = at + 1
    file.write_text("\n".join(lines) + "\n")
    return places


def test_the_contracts_that_come_along_promise_something() -> None:
    """All but one of those under which services are given; whom they name can be called."""
    contracts = register_of(EXAMPLE).contracts
    assert [name for name, contract in contracts.items() if contract.terms is None] == [
        "CA-2023-001",
        "CA-2023-001/B",
    ]
    ledger = contracts["CA-2024-014"].terms
    assert ledger is not None
    assert ledger.times[Severity.SEV1].restore == timedelta(hours=4)
    assert ledger.failover is not None
    assert ledger.exit_plan is not None
    assert ledger.exit_plan.tested_on == date(2025, 11, 20)
    for contract in contracts.values():
        assert _called(contract) <= DIRECTORY.contacts.keys()
        assert {DIRECTORY.contacts[name].audience for name in _called(contract)} <= {"vendor"}


def _called(contract: Contract) -> set[str]:
    rungs = contract.terms.ladder if contract.terms else ()
    return {name for rung in rungs for name in rung.contacts}


def test_what_providers_without_terms_owe_us_is_our_own_policy() -> None:
    """It has a time for everything at the worst severity, and a ladder for every time."""
    folder = EXAMPLE.parent
    policy = third_party_policy(load_named_policy(folder, "third-parties").content)
    assert policy.without_terms[Severity.SEV1].workaround == timedelta(hours=4)
    assert all(policy.ladders.values())


def test_target_is_closed_on_six_days_a_year() -> None:
    """New Year, Good Friday, Easter Monday, May Day, 25 and 26 December: fixed by the ECB."""
    target = register_of(EXAMPLE).calendars["target"]
    assert (target.first_year, target.last_year) == (2026, 2028)
    easter = {2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16)}
    one, two = timedelta(days=1), timedelta(days=2)
    expected = {
        day
        for year, sunday in easter.items()
        for day in (
            date(year, 1, 1), sunday - two, sunday + one, date(year, 5, 1),
            date(year, 12, 25), date(year, 12, 26),
        )
    }  # fmt: skip
    assert target.days == expected


def test_everything_wrong_with_terms_is_told_at_once_with_its_line(folder: Path) -> None:
    """Wrong fields, contradictions within the terms, and names of nothing, in all files."""
    places = _rewritten(
        folder / "contracts.yaml",
        "CA-2024-014",
        {
            "- securities-settlement": "- settling",
            "- time_zone: Europe/Berlin": "- time_zone: Europe/Atlantis",
            "calendar: target": "calendar: holy",
            "acknowledge: PT15M": "acknowledge: 15",
            "workaround: PT2H": "workaround: PT5H",
            "first_response: PT4H": "first-response: PT4H",
            "restore: PT8H": "restore: PT121H",
            "- update": "- updates",
            "longest: PT4H": "longest: PT0S",
            "- after: PT30M": "- after: PT3H",
            "- workaround": "- workarounds",
            "service: instant-payments": "service: cash",
            "rank: 2": "rank: 3",
        },
    )
    replace(folder / "calendars.yaml", "last_year: 2028", "last_year: 2027")
    late = next(
        number
        for number, line in enumerate((folder / "calendars.yaml").read_text().splitlines(), 1)
        if "2028-01-01" in line
    )
    said = _refused(folder)
    contracts = "register/contracts.yaml"
    missing = next(n for n, line in enumerate(_lines(folder), 1) if n > places["acknowledge: 15"]
                   and line.strip() == "SEV3:")  # fmt: skip
    expected = {
        places["- settling"]: "services.1: no such service 'settling'",
        places["- time_zone: Europe/Atlantis"]:
            "hours.windows.0.time_zone: no such time zone 'Europe/Atlantis'",
        places["calendar: holy"]: "hours.calendar: no such calendar 'holy'",
        places["acknowledge: 15"]: "times.SEV1.acknowledge: give a length of time such as PT15M",
        places["workaround: PT5H"] + 1:
            "times.SEV1.restore: PT4H is shorter than workaround (PT5H)",
        missing: "times.SEV3.first_response: Field required",
        places["first-response: PT4H"]: "times.SEV3.first-response: Extra inputs",
        places["restore: PT121H"]: "times.SEV2.restore: P5DT1H is slower than P5D at SEV4",
        places["- updates"]: "pauses.agreed-maintenance.clocks.0: Input should be",
        places["- workarounds"]: "pauses.agreed-maintenance.clocks.1: Input should be",
        places["longest: PT0S"]: "pauses.agreed-maintenance.longest: Input should be greater",
        places["- after: PT3H"] + 7: "ladder.2.after: not later than the rung before it",
        places["service: cash"]: "failover.service: no such service 'cash'",
        places["rank: 3"]: "subcontractors.0.rank: rank 3, but nobody has rank 2",
    }  # fmt: skip
    for line, words in expected.items():
        place = f"{contracts}:{line}: {_LEDGER}{words}"
        assert any(each.startswith(place) for each in said), place
    days = [each for each in said if each.startswith("register/calendars.yaml:")]
    assert days[0].startswith(f"register/calendars.yaml:{late}: calendars.target.holidays.12.day: ")
    assert len(days) == 6
    assert len(said) == len(expected) + len(days)


def _lines(folder: Path) -> list[str]:
    return (folder / "contracts.yaml").read_text().splitlines()


def test_a_missing_severity_and_contradictions_elsewhere_are_told_together(folder: Path) -> None:
    """What other entries say against one another is found, though one entry is wrong by itself."""
    text = (folder / "contracts.yaml").read_text()
    begin, end = text.index("        SEV4:"), text.index("      pauses:")
    (folder / "contracts.yaml").write_text(text[:begin] + text[end:])
    replace(folder / "services.yaml", "aliases: [settlement]", "aliases: [settlement, pos]")
    first, second = _refused(folder)
    line = next(n for n, line in enumerate(_lines(folder), 1) if line == "      times:")
    assert first == (
        f"register/contracts.yaml:{line}: contracts.CA-2023-001/A.terms.times:"
        " nothing is said of SEV4"
    )
    assert second.endswith("'pos' already stands for the service 'card-payments'")


def test_an_import_keeps_the_terms_that_people_added(tmp_path: Path, folder: Path) -> None:
    """Down to the last rung, where the template changes the contract itself."""
    templates = copy_of(GOLDEN, tmp_path / "templates")
    replace(
        templates / "b_02.01.csv", "CA-2024-014,eba_CO:x1,", "CA-2024-014,Overarching arrangement,"
    )
    before = register_of(folder).contracts["CA-2024-014"]
    ready = prepare_import(templates, folder)
    assert [path.name for path in ready.write()] == ["contracts.yaml"]
    after = register_of(folder).contracts["CA-2024-014"]
    assert (before.type, after.type) == ("standalone", "overarching")
    assert after.terms == before.terms
    assert after.terms is not None
    assert "      exit_plan:" in _lines(folder)


def test_an_import_that_takes_away_what_terms_name_is_refused(tmp_path: Path, folder: Path) -> None:
    """With the line of the terms: the template says nothing wrong by itself."""
    templates = copy_of(GOLDEN, tmp_path / "templates")
    providers = templates / "B_05.01.csv"
    kept = [line for line in providers.read_text().splitlines() if "NORDCLOUD" not in line]
    providers.write_text("\n".join(kept) + "\n")
    with pytest.raises(InvalidInput) as refused:
        prepare_import(templates, folder)
    line = next(n for n, line in enumerate(_lines(folder), 1) if "- provider: nordcloud" in line)
    assert (
        f"register/contracts.yaml:{line}: {_LEDGER}subcontractors.0.provider:"
        " no such provider 'nordcloud'"
    ) in refused.value.message.splitlines()
