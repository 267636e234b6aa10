"""The published examples of deadlines: computed by walking, and held against the engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli.dora import clocks_command
from holdfast.errors import InvalidInput
from tests.golden_deadlines import GOLDEN, golden_text

_FILE: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_file_is_what_walking_finds() -> None:
    """Byte for byte; `python -m tests.golden_deadlines` writes it."""
    assert GOLDEN.read_text(encoding="utf-8") == golden_text()


def test_every_example_has_its_own_name_and_its_reason() -> None:
    """Whoever tests against the file can tell which example fails, and by which clause."""
    every = _FILE["cases"] + _FILE["refused"]
    assert len(_FILE["cases"]) >= 300
    assert len(_FILE["refused"]) >= 25
    assert len({each["name"] for each in every}) == len(every)
    assert all(each["why"].endswith(".") for each in _FILE["cases"])


def test_engine_agrees_with_every_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the command, so that the file is its contract."""
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([each["case"] for each in _FILE["cases"]]))
    clocks_command(path)
    answers = json.loads(capsys.readouterr().out)
    compared = [
        (each["name"], _bare(answer), each["expected"])
        for each, answer in zip(_FILE["cases"], answers, strict=True)
    ]
    wrong = [each for each in compared if each[1] != each[2]]
    assert not wrong, f"{len(wrong)} disagree, the first: {wrong[0]}"


@pytest.mark.parametrize("each", _FILE["refused"], ids=lambda each: each["name"])
def test_what_cannot_be_is_refused_at_its_field(tmp_path: Path, each: dict[str, Any]) -> None:
    """One line that begins with the field."""
    path = tmp_path / "case.json"
    path.write_text(json.dumps(each["case"]))
    with pytest.raises(InvalidInput) as refusal:
        clocks_command(path)
    assert refusal.value.message.startswith(f"{each['field']}: ")
    assert "\n" not in refusal.value.message


def _bare(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the words for people, each of which has to be there."""
    bare: dict[str, Any] = {}
    for stage, deadline in answer.items():
        bare[stage] = deadline
        if deadline is not None:
            assert deadline.pop("because")
            if deadline["relief"] is not None:
                assert deadline["relief"].pop("reason")
    return bare
