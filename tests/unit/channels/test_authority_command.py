"""`holdfast authority`: what an operator learns before a report is due."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.cli import main as command_line

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`holdfast` with arguments: its exit code, and what it printed on both streams."""
    monkeypatch.setenv("HOLDFAST_STATE_FOLDER", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["holdfast", *arguments])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


def test_authorities_are_listed_with_what_stands_in_the_way(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A secret that is away is found before the report is due."""
    file = tmp_path / "authorities.yaml"
    secrets = {"X-Key": str(tmp_path / "none")}
    https = {"kind": "https", "url": "https://portal.example/", "secret_headers": secrets}
    file.write_text(json.dumps({"authorities": {"acpr": https | {"formats": ["json", "pdf"]}}}))
    without = command("authority", "list")
    monkeypatch.setenv("HOLDFAST_AUTHORITIES_FILE", str(file))
    code, out, _ = command("authority", "list")

    assert without[0] == 0
    assert without[1].splitlines() == [
        "bafin: folder, json",
        "    BaFin, as files to hand in by hand",
        "acpr: folder, json",
        "    ACPR, as files to hand in by hand",
    ]
    assert code == 0
    assert out == (
        "acpr: https, json, pdf\n    acpr\n    nothing can be sent from here:"
        f" the secret in {tmp_path / 'none'} cannot be read: No such file or directory\n"
    )


def test_an_authority_is_tried_with_a_document_that_says_so(
    command: Command, tmp_path: Path
) -> None:
    """Nobody takes it for a report."""
    code, out, _ = command("authority", "try", "bafin")
    (kept,) = (tmp_path / "authorities" / "bafin").iterdir()

    assert (code, out.splitlines()[0]) == (0, "bafin: taken")
    assert kept.name.startswith("TRIAL-trial-")
    said = json.loads(kept.read_text())
    assert said["trial"] is True
    assert said["says"].startswith("This is a trial of a connection. It is no report")


def test_what_is_not_taken_is_a_failure(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its reason; and an authority that nobody has configured is not there."""
    file = tmp_path / "authorities.yaml"
    file.write_text('{"authorities": {"fma": {"kind": "folder", "folder": "/proc/holdfast"}}}')
    monkeypatch.setenv("HOLDFAST_AUTHORITIES_FILE", str(file))
    failed, unknown = command("authority", "try", "fma"), command("authority", "try", "bafin")

    assert failed[0] == 1
    assert failed[1].startswith("fma: not taken; it may be sent again: the folder /proc/holdfast")
    assert unknown[0] == 2
    assert "there is no authority bafin; there are: fma" in unknown[2]
