"""House rules that a reader of one module cannot see broken, so that a test does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.problem_catalogue import DoorCode
from holdfast import errors
from holdfast.cli.main import app
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("holdfast", "workflows", "activities", "api", "migrations", "benchmarks", "tests")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DETERMINISTIC = [
    path
    for path in MODULES
    if path.is_relative_to(ROOT / "workflows")
    or path.is_relative_to(ROOT / "holdfast" / "domain")
    or path.is_relative_to(ROOT / "holdfast" / "dora")
]

_BANNED_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "time.sleep",
    "uuid.uuid4",
    "uuid4",
    "os.urandom",
    "open",
    "print",
    "input",
    "asyncio.sleep",
    "asyncio.wait",
}
_BANNED_MODULES = {
    "random",
    "secrets",
    "time",
    "os",
    "socket",
    "threading",
    "logging",
    "subprocess",
}

_MOST_LINES = 300
# One file that auditors run by itself has to hold all that it takes to verify a bundle.
_ONE_FILE_PROGRAM = ROOT / "holdfast" / "evidence" / "bundle" / "verify_evidence.py"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _breaches(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in _BANNED_CALLS:
            yield f"line {node.lineno}: {ast.unparse(node.func)}()"
        if isinstance(node, ast.Import):
            yield from (
                f"line {node.lineno}: import {alias.name}"
                for alias in node.names
                if alias.name.split(".")[0] in _BANNED_MODULES
            )
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] in _BANNED_MODULES
        ):
            yield f"line {node.lineno}: from {node.module} import"


@pytest.mark.parametrize("path", DETERMINISTIC, ids=_name)
def test_rules_and_workflows_take_no_clock_no_chance_and_no_io(path: Path) -> None:
    """A replay must see what the first run saw; the sandbox does not look into shared modules."""
    assert list(_breaches(ast.parse(path.read_text()))) == []


def test_the_determinism_check_can_fail() -> None:
    """A check that finds nothing anywhere would prove nothing."""
    bad = "import random\nfrom time import time\nnow = datetime.now()\n"
    assert len(list(_breaches(ast.parse(bad)))) == 3


@pytest.mark.parametrize("path", [p for p in MODULES if p != _ONE_FILE_PROGRAM], ids=_name)
def test_a_module_has_one_subject_and_at_most_300_lines(path: Path) -> None:
    """What grows beyond it has two subjects."""
    assert len(path.read_text().splitlines()) <= _MOST_LINES


def test_no_code_updates_or_deletes_evidence() -> None:
    """Guards would stop it; it is not even written, outside of the tests that attack.

    What the sequencer moves along with the log (what waits, open tiles, heads) is no evidence, and
    the gate of disposal is the one exception.
    """
    kept = r"(?!pending|tile|incident_head|log_state)"
    change = re.compile(rf"(UPDATE|DELETE\s+FROM|TRUNCATE)\s+evidence\.{kept}", re.IGNORECASE)
    inner = [path for path in MODULES if not path.is_relative_to(ROOT / "tests")]
    found = [_name(path) for path in inner if change.search(path.read_text())]
    assert found == ["migrations/disposal.py"]


def test_the_error_tree_is_the_one_drawn() -> None:
    """The docstring of errors.py is a drawing of what the code does."""
    drawn = re.findall(r"([│├└─ ]*)([A-Z]\w+)", (errors.__doc__ or "").split("\n\n", 1)[1])
    parents: list[str] = []
    for indent, name in drawn:
        depth = len(indent) // 4
        if depth:
            parent = getattr(errors, parents[depth - 1])
            assert getattr(errors, name).__bases__ == (parent,), name
        parents[depth:] = [name]
    assert {name for _, name in drawn} == set(errors.__all__)


def _documentation() -> str:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text() for page in pages)


@pytest.mark.parametrize("name", [f"HOLDFAST_{name.upper()}" for name in Settings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    """An operator finds each in the documentation."""
    assert f"`{name}`" in _documentation()


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_entry_is_documented(kind: EventKind) -> None:
    """An auditor finds each in the documentation."""
    assert f"`{kind}`" in _documentation()


@pytest.mark.parametrize("reason", RefusalReason)
def test_every_reason_of_refusal_is_documented(reason: RefusalReason) -> None:
    """A responder finds each in the documentation."""
    assert f"`{reason}`" in _documentation()


@pytest.mark.parametrize("code", DoorCode)
def test_every_problem_of_the_doors_is_documented(code: DoorCode) -> None:
    """A caller finds each in the documentation."""
    assert f"`{code}`" in _documentation()


_COMMANDS = [
    command.name or command.callback.__name__
    for command in app.registered_commands
    if command.callback is not None
]


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """An operator finds each in the documentation."""
    assert f"`holdfast {command}" in _documentation()


def test_every_promise_names_tests_that_exist() -> None:
    """A promise that nothing shows is marketing."""
    promises = (ROOT / "docs" / "promises.md").read_text()
    rows = [line for line in promises.splitlines() if line.count("|") == 4 and "`test_" in line]
    named = set(re.findall(r"`(test_\w+)`", promises))
    tests = {
        match
        for path in (ROOT / "tests").rglob("test_*.py")
        for match in re.findall(r"^(?:async )?def (test_\w+)\(", path.read_text(), re.MULTILINE)
    }
    assert len(rows) >= 10
    assert sorted(named - tests) == []
