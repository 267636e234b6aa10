"""What an import refuses, each with the row or the line; and nothing is written then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from holdfast.errors import InvalidInput
from holdfast.store.register_import import prepare_import
from tests.unit.register_folders import (
    EXAMPLE,
    GOLDEN,
    bytes_of,
    copy_of,
    lines_of,
    register_of,
    replace,
)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The register that comes along, to be written to."""
    return copy_of(EXAMPLE, tmp_path / "register")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The templates of the example, to be changed."""
    return copy_of(GOLDEN, tmp_path / "templates")


def _refused(templates: Path, target: Path) -> list[str]:
    before = bytes_of(target)
    with pytest.raises(InvalidInput) as refused:
        prepare_import(templates, target)
    assert bytes_of(target) == before
    return refused.value.message.splitlines()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("b_06.01.csv", "c0100", "c0115", "row 1: the template has no column 0115"),
        ("b_06.01.csv", "c0100", "c0090", "row 1: the column 0090 stands twice"),
        ("b_06.01.csv", "c0100", "Impact", "row 1: unknown column 'Impact'"),
        ("b_06.01.csv", "c0100", "B_07.01.0100", "row 1: the column 'B_07.01.0100' belongs to an"),
        ("b_06.01.csv", "c0100", "c0110", "row 1: cannot tell the numbering"),
        ("b_06.01.csv", "c0080", "", "row 1: unknown column ''"),
        ("B_05.01.csv", ";B_05.01.0120", ";B_05.01.0130", "row 1: the template has no column 0130"),
        ("b_06.01.csv", "\nF3,", "\n,", "row 4: c0010: the function identifier is missing"),
        ("b_06.01.csv", "\nF3,", "\nF2,", "row 4: 'F2' stands in row 3 already"),
        ("b_06.01.csv", "settlement,EXMP00BEISPIELBANK86", "settlement,EXMP00BEISPIELBANK87",
         "row 4: c0040: 'EXMP00BEISPIELBANK87' is no LEI"),
        ("b_06.01.csv", "EXMP00PAIEMENTFRFR79", "EXMP00BEISPIELHOLD37",
         "row 5: c0040: no entity of the register has the LEI"),
        ("b_06.01.csv", "2026-01-22", "22.01.2026", "row 4: c0070: '22.01.2026' is no date"),
        ("b_06.01.csv", "2026-01-22", "2026-02-30", "row 4: c0070: '2026-02-30' is no date"),
        ("b_06.01.csv", "2026-01-22", "", "row 4: c0070: the date of the assessment is missing"),
        ("b_06.01.csv", ",8,1,", ",8 h,1,", "row 4: c0080: '8 h' is no whole number of hours"),
        ("b_06.01.csv", "eba_BT:x29", "perhaps", "row 6: c0050: 'perhaps' is no assessment of"),
        ("b_06.01.csv", "9999-12-31", "2026-01-01", "row 7: functions.F6.assessed_on: a date of"),
        ("b_06.01.csv", "Card acquiring", "x" * 201, "row 5: functions.F4.name: String should"),
        ("b_06.01.csv", "Settlement fails", '"Settlement" fails', "row 4: no CSV: "),
        ("b_06.01.csv", ",8,1,eba_ZZ:x792", ",8,1", "row 4: 9 cells under a header of 10"),
        ("B_05.01.csv", "EXMP00KARTENNETZ0008;LEI;;", "EXMP00KARTENNETZ0009;LEI;;",
         "row 3: providers.EXMP00KARTENNETZ0009.code: 'EXMP00KARTENNETZ0009' is no LEI"),
        ("B_05.01.csv", "EXMP00KARTENNETZ0008;LEI;;", "EXMP00KARTENNETZ0008;SIRET;;",
         "row 3: c0020: 'SIRET' is no type of code"),
        ("B_05.01.csv", "EXMP00KARTENNETZ0008;LEI;;", "DE 123;CRN;;", "row 3: providers.DE 123"),
        ("B_05.01.csv", "EXMP00NORDHOLDINGX07;LEI\nEXMP00NORDH", "X;LEI\nEXMP00NORDH",
         "row 4: providers.nordcloud.ultimate_parent: no such provider 'X'"),
        ("B_05.01.csv", ";DE;", ";Germany;", "row 3: c0080: 'Germany' is no country"),
        ("B_05.01.csv", ";Legal person, ex", ";Person, ex", "row 3: c0070: 'Person, excluding"),
        ("b_02.01.csv", "CA-2024-014,eba_CO:x1", "CA-2024-014,4", "row 5: c0020: '4' is no type"),
        ("b_02.01.csv", "/A,eba_CO:x3,CA-2023-001", "/A,eba_CO:x3,Not applicable",
         "row 3: c0030: the reference number of the overarching arrangement is missing"),
        ("b_02.01.csv", "/A,eba_CO:x3,CA-2023-001", "/A,eba_CO:x3,CA-1",
         "row 3: contracts.CA-2023-001/A.overarching: no such contract 'CA-1'"),
        ("b_02.01.csv", "CA-2024-014", "CÁ-2024-014", "row 5: contracts.CÁ-2024-014"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_template_is_told_with_its_row(
    templates: Path, target: Path, file: str, old: str, new: str, words: str
) -> None:
    """As a spreadsheet counts rows; nothing is written."""
    replace(templates / file, old, new)
    refused = _refused(templates, target)
    assert [line for line in refused if line.startswith(f"{file} {words}")], refused


def test_a_function_that_a_service_needs_cannot_go(templates: Path, target: Path) -> None:
    """Told where the service names it."""
    functions = templates / "b_06.01.csv"
    lines = [line for line in functions.read_text().splitlines() if not line.startswith("F5,")]
    functions.write_text("\n".join(lines))
    refused = _refused(templates, target)
    assert [line.split(": ", 1)[1] for line in refused] == [
        "contracts.CA-2023-001/B.functions.0: no such function 'F5'",
        "services.internal-wiki.functions.0: no such function 'F5'",
    ]
    assert refused[0].startswith("register/contracts.yaml:")
    assert refused[1].startswith("register/services.yaml:")


def test_sections_that_do_not_stand_in_their_own_files_are_refused(
    templates: Path, target: Path
) -> None:
    """The import would write them twice, or write others away."""
    merged = (target / "functions.yaml").read_text() + (target / "entities.yaml").read_text()
    (target / "entities.yaml").unlink()
    (target / "functions.yaml").write_text(merged)
    (target / "providers.yaml").rename(target / "vendors.yaml")
    line = _line(target / "functions.yaml", "entities:")
    assert _refused(templates, target) == [
        f"register/{place}: move this away: the import writes register/{section}.yaml"
        f" with '{section}' alone"
        for place, section in (
            (f"functions.yaml:{line}", "functions"),
            ("vendors.yaml:4", "providers"),
        )
    ]


def _line(file: Path, text: str) -> int:
    return next(n for n, line in enumerate(file.read_text().splitlines(), 1) if line == text)


def test_a_field_that_nobody_knows_is_not_lost_silently(templates: Path, target: Path) -> None:
    """A misspelled addition is refused, not written away."""
    replace(target / "contracts.yaml", "provider: kartennetz", "provdier: kartennetz")
    (refused,) = _refused(templates, target)
    assert refused.startswith("register/contracts.yaml:")
    assert refused.endswith("contracts.CA-2025-007.provdier: Extra inputs are not permitted")


def test_files_that_are_no_text_or_named_twice_are_refused(templates: Path, target: Path) -> None:
    """Rather one refusal than a guess of the encoding."""
    functions = templates / "b_06.01.csv"
    functions.write_bytes(
        functions.read_bytes().replace(b"round the clock", "für".encode("latin-1"))
    )
    assert _refused(templates, target)[0].startswith("b_06.01.csv cannot be read as UTF-8")
    shutil.copy(GOLDEN / "b_06.01.csv", templates / "B_06.01.CSV")
    assert _refused(templates, target) == ["B_06.01.CSV and b_06.01.csv are both template B_06.01"]
    assert _refused(templates / "missing", target)[0].startswith("cannot read the folder")


def test_an_empty_file_and_an_empty_table_are_told_apart(templates: Path, target: Path) -> None:
    """No header is a mistake; no rows may be meant, and takes the section away."""
    contracts = templates / "b_02.01.csv"
    header = contracts.read_text().split("\n", 1)[0]
    contracts.write_text("")
    assert _refused(templates, target) == ["b_02.01.csv row 1: the header is missing"]
    contracts.write_text(f"{header}\n\n,,,,\n")
    ready = prepare_import(templates, target)
    assert lines_of(ready)[2] == "contracts: 0 new, 0 changed, 5 gone, 0 as before"
    ready.write()
    assert register_of(target).contracts == {}
