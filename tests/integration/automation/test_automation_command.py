"""`holdfast automation`: what an operator learns before an incident does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.cli import main as command_line
from holdfast.settings import Settings
from holdfast.stack.automation_findings import automation_findings
from tests.automations import command as script
from tests.automations import written

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`holdfast` with arguments: its exit code, and what it printed on both streams."""
    monkeypatch.setenv("HOLDFAST_STATE_FOLDER", str(tmp_path))

    def run(*arguments: str, automation: object = None) -> tuple[int, str, str]:
        if automation is not None:
            path = written(tmp_path, {"it": automation})
            monkeypatch.setenv("HOLDFAST_AUTOMATIONS_FILE", str(path))
        monkeypatch.setattr(sys, "argv", ["holdfast", *arguments])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_automations_are_listed_with_their_parameters(command: Command) -> None:
    """Those of an installation without a file too."""
    code, out, _ = command("automation", "list")

    assert code == 0
    assert "platform-answers: http, 10 s, repeated after a crash\n" in out
    assert "    mebibytes: [1-9][0-9]{0,8}\n" in out
    assert "cannot be done here" not in out

    away = {**script(""), "command": ["/no/such/program"]}
    _, out, _ = command("automation", "list", automation=away)
    assert "    cannot be done here: there is no program /no/such/program here" in out


def test_only_the_dry_run_is_tried(command: Command, tmp_path: Path) -> None:
    """With its output; what it would do is not done."""
    done = tmp_path / "done"
    tried = script(f"open({str(done)!r}, 'w')", "host", dry_run="import sys; print(sys.argv[1:])")
    result = command("automation", "try", "it", "--parameter", "host=a=b", automation=tried)

    assert result == (0, "it: succeeded: exit status 0, 8 bytes of output\n['a=b']\n", "")
    assert not done.exists()


def test_a_dry_run_that_fails_ends_the_command_so(command: Command) -> None:
    """Scripts can rely on it."""
    code, out, _ = command("automation", "try", "it", automation=script("", dry_run="exit(3)"))

    assert (code, out) == (1, "it: failed: exit status 3, 0 bytes of output\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("reboot",), "there is no automation reboot; there are: platform-answers, room-on-disk"),
        (("room-on-disk",), "room-on-disk: the parameter mebibytes is missing"),
        (("room-on-disk", "--parameter", "mebibytes"), "give each once, as NAME=WORD"),
        (("room-on-disk", "--parameter", "mebibytes=1;id"), "mebibytes does not match [1-9]"),
    ],
)
def test_what_cannot_be_tried_is_said_in_a_sentence(
    command: Command, arguments: tuple[str, ...], told: str
) -> None:
    """Nothing is begun."""
    code, _, error = command("automation", "try", *arguments)

    assert code == 2
    assert told in error


def test_doctor_finds_what_keeps_automations_from_being_done(tmp_path: Path) -> None:
    """A file that others may change, a program that is away, and a mistake."""
    assert [each.ok for each in automation_findings(Settings(state_folder=tmp_path))] == [True]

    path = written(tmp_path, {"it": {**script(""), "command": ["/no/such/program"]}})
    settings = Settings(state_folder=tmp_path, automations_file=path)
    path.chmod(0o660)
    file, away = automation_findings(settings)
    assert file.mend == f"chmod go-w {path}"
    assert (away.subject, away.ok) == ("automation it", False)
    assert away.detail == "there is no program /no/such/program here that could be run"

    path.write_text("automations: {it: {kind: fax}}")
    (finding,) = automation_findings(settings)
    assert "automation it: kind: " in finding.detail
