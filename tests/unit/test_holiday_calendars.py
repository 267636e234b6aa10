"""The command that makes calendars of holidays for the register."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from holdfast.cli.register import register as command
from holdfast.errors import InvalidInput
from tests.unit.register_folders import EXAMPLE, copy_of, register_of

_SHIPPED = EXAMPLE / "calendars.yaml"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["holidays", *arguments])


def _target(*more: str) -> Result:
    return _run("target", "--market", "XECB", "--from", "2026", "--to", "2028", *more)


def test_the_calendar_that_comes_along_is_what_the_command_gives(tmp_path: Path) -> None:
    """Down to the bytes; given again, nothing is written."""
    file = tmp_path / "calendars.yaml"
    made = _target("--to-file", str(file))
    assert made.stdout.splitlines() == [
        f"written: {file}: target, 18 holidays",
        "raise the version in register.yaml before you publish it",
    ]
    assert file.read_bytes() == _SHIPPED.read_bytes()
    assert _target().stdout == _SHIPPED.read_text()
    again = _target("--to-file", str(file))
    assert again.stdout == f"nothing to write: {file} has exactly this calendar\n"


def test_holidays_of_a_part_of_a_country_join_what_stands_in_the_file(tmp_path: Path) -> None:
    """The other calendars, other sections and comments of the file stay; the register is right."""
    folder = copy_of(EXAMPLE, tmp_path / "register")
    file = folder / "calendars.yaml"
    zones = folder / "time_zones.yaml"
    file.write_text(f"{file.read_text()}  # ours\n{zones.read_text()}")
    zones.unlink()
    german = ("--country", "DE", "--from", "2026", "--to", "2026", "--to-file", str(file))
    assert _run("hesse", *german, "--subdivision", "HE", "--language", "en").exit_code == 0
    assert _run("germany", *german).exit_code == 0
    register = register_of(folder)
    assert list(register.calendars) == ["target", "hesse", "germany"]
    hesse, germany = register.calendars["hesse"], register.calendars["germany"]
    assert [each.name for each in hesse.holidays if each.day not in germany.days] == [
        "Corpus Christi"
    ]
    assert germany.holidays[0].name == "Neujahr"
    assert "# ours" in file.read_text()
    assert list(register.time_zones) == ["Europe/Berlin"]


def test_a_calendar_is_replaced_whole(tmp_path: Path) -> None:
    """Of the same name there is one."""
    file = tmp_path / "calendars.yaml"
    _target("--to-file", str(file))
    arguments = ("--market", "XECB", "--from", "2029", "--to", "2029", "--to-file", str(file))
    assert _run("target", *arguments).exit_code == 0
    (calendar,) = YAML(typ="safe").load(file)["calendars"].values()
    assert (calendar["first_year"], len(calendar["holidays"])) == (2029, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["calendars.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("x --from 2026 --to 2026", "either --country or --market"),
        ("x --country DE --market XECB --from 2026 --to 2026", "either --country or --market"),
        ("x --market XECB --subdivision HE --from 2026 --to 2026", "give --country too"),
        ("x --country ZZ --from 2026 --to 2026", "Country ZZ not available"),
        ("x --country DE --subdivision ZZ --from 2026 --to 2026", "does not have subdivision ZZ"),
        ("x --market ZZ --from 2026 --to 2026", "Financial market ZZ not available"),
        ("x --country DE --language fr --from 2026 --to 2026", "give one of de, en_US"),
        ("x --market XECB --language de --from 2026 --to 2026", "leave it out"),
        ("x --country DE --from 2026 --to 2025", "2025 is before the first year, 2026"),
        ("x --country DE --from 26 --to 28", "greater than or equal to 1970"),
        ("x --country DE --from 2099 --to 2150", "2101: known are the years"),
        ("?? --country DE --from 2026 --to 2026", "String should match pattern"),
    ],
)
def test_what_no_calendar_can_be_made_of_is_refused(arguments: str, words: str) -> None:
    """With what to give instead."""
    refused = _run(*arguments.split()).exception
    assert isinstance(refused, InvalidInput)
    assert words in refused.message


@pytest.mark.parametrize("content", ["- 1\n", "calendars: 3\n", "x: [\n", "\x00"])
def test_a_file_that_has_no_calendars_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    """What is in it is somebody's."""
    file = tmp_path / "other.yaml"
    file.write_text(content)
    refused = _target("--to-file", str(file)).exception
    assert isinstance(refused, InvalidInput)
    assert file.read_text() == content


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    """With the path."""
    refused = _target("--to-file", str(tmp_path / "missing" / "calendars.yaml")).exception
    assert isinstance(refused, InvalidInput)
    assert "calendars.yaml cannot be written" in refused.message
