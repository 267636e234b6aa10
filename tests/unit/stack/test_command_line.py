"""How the command line ends: a sentence and an exit code that scripts can tell apart."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from holdfast.cli import main as command_line
from holdfast.errors import Fatal, HoldfastError, Refused, StackError, Unavailable
from holdfast.settings import Settings
from holdfast.stack.processes import describe_exit
from holdfast.stack.summary import ready_table


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(Refused("not [that]"), 2, id="refused"),
        pytest.param(Unavailable("not [that]"), 3, id="unavailable"),
        pytest.param(Fatal("not [that]"), 4, id="fatal"),
        pytest.param(StackError("not [that]"), 4, id="a kind of fatal"),
    ],
)
def test_error_is_one_sentence_and_its_exit_code(
    error: HoldfastError,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback: the sentence says what to do, square brackets and all."""

    def fail() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", fail)
    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert ended.value.code == code
    assert capsys.readouterr().err == "holdfast: not [that]\n"


def test_token_of_an_unknown_role_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The roles that have one are named."""
    (tmp_path / "tokens.json").write_text(
        '{"responder": {"token": "secret", "actor": "person-1", "roles": ["responder"]}}'
    )
    monkeypatch.setenv("HOLDFAST_STATE_FOLDER", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["holdfast", "token", "nobody"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()

    error = capsys.readouterr().err
    assert ended.value.code == 2
    assert "responder" in error
    assert "secret" not in error


def test_exit_is_told_in_words() -> None:
    """A signal is told by its name."""
    assert describe_exit(1) == "exit code 1"
    assert describe_exit(-9) == "SIGKILL"


def test_table_names_every_door() -> None:
    """API, its documentation and the Temporal Web UI are where the settings put them."""
    table = ready_table(Settings(api_port=18000, temporal_ui_port=18233), 2.0)
    cells = [str(cell) for cell in table.columns[1].cells]

    assert "http://127.0.0.1:18000" in cells
    assert "http://127.0.0.1:18000/docs" in cells
    assert "http://127.0.0.1:18233" in cells
