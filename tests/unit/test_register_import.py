"""The import of the register of information's CSV templates, into a copy of the example."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.register import register as command
from holdfast.errors import InvalidInput
from holdfast.store.register_files import load_register
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

WRITTEN = ("functions.yaml", "providers.yaml", "contracts.yaml")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The register that comes along, to be written to."""
    return copy_of(EXAMPLE, tmp_path / "register")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The templates of the example, to be changed."""
    return copy_of(GOLDEN, tmp_path / "templates")


def test_the_example_is_what_its_templates_give(target: Path) -> None:
    """Imported again, nothing changes, down to the bytes."""
    before = bytes_of(target)
    ready = prepare_import(GOLDEN, target)
    assert lines_of(ready) == [
        "functions: 0 new, 0 changed, 0 gone, 6 as before",
        "providers: 0 new, 0 changed, 0 gone, 5 as before",
        "contracts: 0 new, 0 changed, 0 gone, 5 as before",
    ]
    assert ready.write() == ()
    assert bytes_of(target) == before


def test_an_import_into_a_register_without_them_gives_the_same_values(target: Path) -> None:
    """But for what people had added: names of providers, and what a contract is about."""
    before = register_of(target)
    services = (target / "services.yaml").read_text()
    for slug, provider in before.providers.items():
        services = services.replace(slug, provider.code)
    (target / "services.yaml").write_text(services)
    for name in WRITTEN:
        (target / name).unlink()
    assert len(prepare_import(GOLDEN, target).write()) == 3
    after = register_of(target)
    assert after.functions == before.functions
    assert after.entities == before.entities
    assert {one.code: one.name for one in after.providers.values()} == {
        one.code: one.name for one in before.providers.values()
    }
    parent = after.providers["EXMP00NORDCLOUD00049"].ultimate_parent
    assert parent == "EXMP00NORDHOLDINGX07"
    assert {name: (one.type, one.overarching) for name, one in after.contracts.items()} == {
        name: (one.type, one.overarching) for name, one in before.contracts.items()
    }
    again = prepare_import(GOLDEN, target)
    assert again.write() == ()


def test_what_is_new_changed_and_gone_is_said(templates: Path, target: Path) -> None:
    """One line each, with the value before and after; a number within an id orders it."""
    functions = templates / "b_06.01.csv"
    replace(functions, ",2026-01-15,2,1,", ",2026-06-30,3,1,")
    kept = [line for line in functions.read_text().splitlines() if not line.startswith("F6,")]
    new = "F10,support functions,Archive,EXMP00BEISPIELBANK86,No,,2026-06-30,0,0,Low"
    functions.write_text("\n".join([*kept, new]) + "\n")
    ready = prepare_import(templates, target)
    assert lines_of(ready)[:4] == [
        "functions: 1 new, 1 changed, 1 gone, 4 as before",
        "  new      F10",
        "  changed  F1: assessed_on 2026-01-15 → 2026-06-30; rto_hours 2 → 3",
        "  gone     F6",
    ]
    assert [path.name for path in ready.write()] == ["functions.yaml"]
    register = register_of(target)
    assert list(register.functions) == ["F1", "F2", "F3", "F4", "F5", "F10"]
    assert register.functions["F10"].rto_hours is None
    assert not [path for path in target.iterdir() if path.name.startswith(".")]


def test_what_people_added_to_an_entry_stays(templates: Path, target: Path) -> None:
    """The templates do not say which functions a contract is about; the register does."""
    replace(
        templates / "b_02.01.csv", "CA-2025-007,eba_CO:x1,", "CA-2025-007,Overarching arrangement,"
    )
    prepare_import(templates, target).write()
    contract = register_of(target).contracts["CA-2025-007"]
    assert (contract.type, contract.provider, contract.functions) == (
        "overarching",
        "kartennetz",
        ("F4",),
    )


def test_only_the_templates_that_are_there_are_imported(templates: Path, target: Path) -> None:
    """The other sections stay as they are."""
    (templates / "b_06.01.csv").unlink()
    (templates / "B_05.01.csv").unlink()
    assert [one.section for one in prepare_import(templates, target).changes] == ["contracts"]
    (templates / "b_02.01.csv").unlink()
    with pytest.raises(InvalidInput, match=r"none of B_06.01.csv, B_05.01.csv, B_02.01.csv"):
        prepare_import(templates, target)


def test_both_numberings_of_b_06_01_are_read(templates: Path, target: Path) -> None:
    """As first printed in the Official Journal, without 0050, RTO is 0090 and RPO 0100."""
    functions = templates / "b_06.01.csv"
    header, rest = functions.read_text().split("\n", 1)
    assert header.endswith("c0050,c0060,c0070,c0080,c0090,c0100")
    printed = "c0010,c0020,c0030,c0040,c0060,c0070,c0080,c0090,c0100,c0110"
    functions.write_text(f"{printed}\n{rest}")
    assert lines_of(prepare_import(templates, target))[0].startswith("functions: 0 new, 0 changed")


@pytest.mark.parametrize("spelled", ["B_06.01.{}", "b_06.01.{}", "c{}", "C{}", "{}", " c{} "])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_spellings_of_the_header_and_line_ends_are_read(
    templates: Path, target: Path, spelled: str, ends: str
) -> None:
    """By the Annex's codes, by the EBA's, and bare."""
    functions = templates / "b_06.01.csv"
    _, rest = functions.read_text().split("\n", 1)
    header = ",".join(spelled.format(f"{number:04}") for number in range(10, 101, 10))
    functions.write_bytes(f"{header}\n{rest}".replace("\n", ends).encode())
    assert prepare_import(templates, target).write() == ()


def test_options_are_read_by_number_by_words_and_by_code(templates: Path, target: Path) -> None:
    """All three have been asked for."""
    functions, providers = templates / "b_06.01.csv", templates / "B_05.01.csv"
    text = functions.read_text().replace("eba_BT:x28", "Yes;", 1).replace("eba_BT:x28", "1", 1)
    functions.write_text(text.replace("eba_BT:x21", "Assessment not performed."))
    text = (
        providers.read_text().replace(";FR_VAT", ";eba_qCO:qx2004").replace(";SE;", ";eba_GA:SE;")
    )
    providers.write_text(text)
    changes = [
        line for line in lines_of(prepare_import(templates, target)) if line.startswith("  ")
    ]
    # Only the long form of a code says which country issued it.
    assert changes == ["  changed  conseil-exemple: issued_in FR → unknown"]


@pytest.mark.parametrize("kind", ["NIN", "FR_PNR", "eba_qCO:qx2001"])
def test_a_provider_known_by_a_passport_or_identity_number_is_left_out_and_named(
    templates: Path, target: Path, kind: str
) -> None:
    """A register is kept as long as the evidence on it: such a number may not be."""
    providers = templates / "B_05.01.csv"
    providers.write_text(
        providers.read_text().replace("FRSIREN123456789;FR_VAT", f"180017500000;{kind}")
    )
    ready = prepare_import(templates, target)
    (words,) = ready.left_out
    assert words.startswith("B_05.01.csv row 6: left out, for it is known by a ")
    assert ready.changes[1].gone == ("conseil-exemple",)
    assert b"180017500000" not in b"".join(ready.files.values())


def test_a_folder_that_cannot_be_written_to_is_left_as_it_was(
    templates: Path, target: Path
) -> None:
    """All files are written aside before the first takes its place."""
    replace(templates / "b_06.01.csv", ",8,1,", ",9,1,")
    replace(templates / "b_02.01.csv", "CA-2024-014", "CA-2024-015")
    before = bytes_of(target)
    ready = prepare_import(templates, target)
    (target / ".contracts.yaml.import").mkdir()
    with pytest.raises(InvalidInput, match="the register cannot be written"):
        ready.write()
    (target / ".contracts.yaml.import").rmdir()
    assert bytes_of(target) == before


def test_the_command_says_what_it_did_and_writes_nothing_in_a_dry_run(
    templates: Path, target: Path
) -> None:
    """First tried, then done, then done already."""
    replace(templates / "b_06.01.csv", ",8,1,", ",9,1,")
    before = bytes_of(target)
    arguments = ["import", str(templates), "--to", str(target)]
    tried = CliRunner().invoke(command, [*arguments, "--dry-run"])
    assert tried.exit_code == 0
    assert "  changed  F3: rto_hours 8 → 9\n" in tried.stdout
    assert tried.stdout.endswith("nothing was written\n")
    assert bytes_of(target) == before
    done = CliRunner().invoke(command, arguments)
    assert f"written: {target / 'functions.yaml'}\n" in done.stdout
    assert "raise the version in register.yaml" in done.stdout
    assert load_register(target) != load_register(EXAMPLE)
    again = CliRunner().invoke(command, arguments)
    assert again.stdout.endswith("nothing to write: the files are as the templates say\n")
