"""Playbooks as files: what is wrong is told by file and line, all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli.main import app
from holdfast.domain.playbooks.kinds import IncidentType, StepKind
from holdfast.domain.playbooks.policy import PLAYBOOKS, playbooks_policy
from holdfast.domain.policies import RECOVERY, recovery_policy
from holdfast.errors import InvalidInput
from holdfast.store.playbooks.files import load_playbooks
from tests.rulebook import POLICIES

_INDEX = 'name: playbooks\nversion: "1"\nformat: 1\n'
_WRONG = """\
title: Wrong in every way
types: [weather]
steps:
  - id: one
    title: First
    phase: containment
    kind: isolate
    owner: responder
    expected: PT10M
    after: [three]
  - id: two
    title: Second
    phase: recovery
    kind: restart
    owner: astrologer
    expected: PT10M
    after: [one, ghost]
  - id: three
    title: Third
    phase: recovery
    kind: restart
    owner: responder
    expected: PT0S
    after: [two]
  - id: three
    title: Third again
    phase: validation
    kind: functional_check
    owner: system
    expected: PT10M
    disruptive: true
"""
_RIGHT = """\
title: Right
steps:
  - id: one
    title: First
    phase: recovery
    kind: restart
    owner: responder
    expected: PT10M
"""


def _folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "playbooks.yaml").write_text(_INDEX)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_everything_that_is_wrong_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    """Types and values, unknown steps, circles, duplicates: of all files at once."""
    twisted = _RIGHT + "    check: functional\n"
    with pytest.raises(InvalidInput) as refused:
        load_playbooks(_folder(tmp_path, wrong=_WRONG, right=_RIGHT, twisted=twisted))
    lines = refused.value.message.splitlines()
    told = {line.split(": ")[0]: line for line in lines if "wrong.yaml" in line}
    assert "weather" not in told
    assert set(told) == {f"playbooks/wrong.yaml:{line}" for line in (2, 10, 15, 17, 23, 25, 29)}
    assert "wait for each other: one → three → two → one" in told["playbooks/wrong.yaml:10"]
    assert "no step 'ghost'" in told["playbooks/wrong.yaml:17"]
    assert "another step 'three'" in told["playbooks/wrong.yaml:25"]
    assert "'system' carries out nothing" in told["playbooks/wrong.yaml:29"]
    assert any(line.startswith("playbooks/twisted.yaml:9: ") for line in lines)
    assert not any("right.yaml" in line for line in lines)


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("    disruptive: true\n    check: functional\n", 10, "steps of validation only"),
        ("    automation: {name: x}\n    evidence: [reference]\n", 10, "no reference"),
        ("    phase: recovery\n", 9, "stands in line 5 already"),
        ("    expects: PT5M\n", 9, "no such key"),
    ],
)
def test_a_step_that_contradicts_itself_is_refused_where_it_does(
    tmp_path: Path, more: str, line: int, words: str
) -> None:
    """By file and line as well."""
    with pytest.raises(InvalidInput) as refused:
        load_playbooks(_folder(tmp_path, right=_RIGHT + more))
    assert f"playbooks/right.yaml:{line}: " in refused.value.message
    assert words in refused.value.message


def test_a_validation_step_that_disrupts_is_refused(tmp_path: Path) -> None:
    """It looks on."""
    looks = _RIGHT.replace("recovery", "validation").replace("restart", "controls_check")
    with pytest.raises(InvalidInput, match=r"right\.yaml:9: .*cannot be 'disruptive'"):
        load_playbooks(_folder(tmp_path, right=looks + "    disruptive: true\n"))


def test_every_circle_is_told(tmp_path: Path) -> None:
    """Not the first one alone."""
    one = _RIGHT.removeprefix("title: Right\nsteps:\n")
    named = {name: one.replace("id: one", f"id: {name}") for name in ("a", "b", "c")}
    waits = {"a": "b", "b": "a", "c": "c"}
    steps = "".join(f"{text}    after: [{waits[name]}]\n" for name, text in named.items())
    with pytest.raises(InvalidInput) as refused:
        load_playbooks(_folder(tmp_path, circles=f"title: Circles\nsteps:\n{steps}"))
    assert "a → b → a" in refused.value.message
    assert "c → c" in refused.value.message
    assert len(refused.value.message.splitlines()) == 2


def test_files_that_cannot_be_read_are_told_together(tmp_path: Path) -> None:
    """Nobody corrects one file to hear of the next."""
    folder = _folder(tmp_path, broken="title: [\n", right=_RIGHT, other="title: {\n")
    (folder / "Bad Name.yaml").write_text(_RIGHT)
    with pytest.raises(InvalidInput) as refused:
        load_playbooks(folder)
    for name in ("broken.yaml:", "other.yaml:", "Bad Name.yaml: a playbook's file is called"):
        assert f"playbooks/{name}" in refused.value.message


def test_the_command_line_validates_the_folder_and_says_where(tmp_path: Path) -> None:
    """`holdfast policy validate` takes the folder."""
    folder = _folder(tmp_path, right=_RIGHT)
    good = CliRunner().invoke(app, ["policy", "validate", str(folder)])
    assert good.exit_code == 0
    assert good.stdout.startswith("playbooks 1 sha256:")
    (folder / "wrong.yaml").write_text(_WRONG)
    bad = CliRunner().invoke(app, ["policy", "validate", str(tmp_path / "playbooks")])
    assert bad.exit_code != 0
    assert "wrong.yaml:10: " in bad.stderr


def test_the_playbooks_of_this_repository_cover_what_they_must() -> None:
    """Every check, every kind of step, every type of incident."""
    policy = playbooks_policy(POLICIES[PLAYBOOKS].content)
    checks = set(recovery_policy(POLICIES[RECOVERY].content).checks)
    for name, book in policy.playbooks.items():
        answered = {step.check for step in book.steps if step.check}
        assert answered == checks, name
        assert any(step.needs_approval for step in book.steps), name
    assert any(not book.types and not book.services for book in policy.playbooks.values())
    kinds = {step.kind for book in policy.playbooks.values() for step in book.steps}
    assert kinds == set(StepKind)
    for kind in IncidentType:
        assert any(book.is_for(kind) for book in policy.playbooks.values())
