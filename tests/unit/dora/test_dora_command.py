"""`holdfast dora` as anybody starts it: JSON in, JSON out, one line for what does not fit."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from holdfast.cli import main as command_line
from tests.unit.dora.cases import EXAMPLE, ROOT, example_text, quiet

_COMMAND = [sys.executable, "-m", "holdfast.cli.main", "dora"]


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command, with something on its standard input."""
    return subprocess.run(
        [*_COMMAND, *arguments], input=given, capture_output=True, timeout=60, check=False, cwd=ROOT
    )


def test_facts_of_a_file_are_classified(tmp_path: Path) -> None:
    """The answer has the keys of the contract, and its numbers are numbers."""
    path = tmp_path / "facts.json"
    path.write_text(example_text())
    done = run("classify", str(path))
    answer = json.loads(done.stdout)

    assert done.returncode == 0
    assert list(answer) == [
        *("major", "critical_services_affected", "thresholds", "proof", "nearest", "policy")
    ]
    assert answer["major"] == "yes"
    (line,) = [line for line in answer["proof"] if line["clause"] == "2024/1772 Art. 9(1)(a)"]
    assert (line["value"], line["limit"], line["result"]) == (12.0, 10, "met")
    assert answer["policy"]["name"] == "dora-classification"
    assert answer["policy"]["digest"].startswith("sha256:")


def test_array_is_answered_by_an_array_in_order() -> None:
    """Numbers stay exact on the way through."""
    little_above = {**quiet(), "costs_eur": "COSTS"}
    text = json.dumps([EXAMPLE, little_above, {}]).replace('"COSTS"', "100000.0000000000000001")
    answers = json.loads(run("classify", "-", given=text.encode()).stdout, parse_float=Decimal)

    assert [answer["major"] for answer in answers] == ["yes", "no", "unknown"]
    assert answers[1]["thresholds"]["economic"] == "met"
    (costs,) = [line for line in answers[1]["proof"] if line["fact"] == "costs_eur"]
    assert costs["value"] == Decimal("100000.0000000000000001")


def test_another_policy_may_be_used(tmp_path: Path) -> None:
    """To see what a stricter limit would have said."""
    text = (ROOT / "policies" / "dora-classification.yaml").read_text()
    path = tmp_path / "stricter.yaml"
    path.write_text(text.replace("costs_eur: 100000", "costs_eur: 10000"))
    answer = json.loads(
        run("classify", "-", "--policy", str(path), given=b'{"costs_eur": 10001}').stdout
    )
    assert answer["thresholds"]["economic"] == "met"

    path.write_text(text.replace("costs_eur: 100000", "costs_eur: many"))
    refused = run("classify", "-", "--policy", str(path), given=b"{}")
    assert refused.returncode == 2
    assert b"costs_eur" in refused.stderr
    assert refused.stderr.count(b"\n") == 1


def test_threat_is_assessed() -> None:
    """Art. 10, in the same way."""
    answer = json.loads(run("threat", "-", given=b'{"high_probability": false}').stdout)
    assert answer["significant"] == "no"
    assert answer["proof"][-1]["clause"] == "2024/1772 Art. 10"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        pytest.param(b'{"costs_eur": "many"}', "costs_eur", id="wrong type"),
        pytest.param(b'{"costs_eur": "20"}', "costs_eur", id="number in quotes"),
        pytest.param(b'{"costs": 1}', "costs", id="unknown key"),
        pytest.param(b'[{}, {"access": {"successful": 1}}]', "[1].access.successful", id="array"),
        pytest.param(
            b'{"services": [{"id": "a", "clients_total": 1, "clients_affected": 2}]}',
            "services[0]: clients_affected",
            id="more than there are",
        ),
        pytest.param(b'{"costs_eur": 1, "costs_eur": 2}', "costs_eur", id="duplicate key"),
        pytest.param(b'{"costs_eur": NaN}', "NaN", id="NaN"),
        pytest.param(b'{"costs_eur": -Infinity}', "Infinity", id="infinity"),
        pytest.param(b'{"costs_eur": 1e999999999999}', "costs_eur", id="huge exponent"),
        pytest.param(b'{"costs_eur": 1e-999999999}', "costs_eur", id="tiny exponent"),
        pytest.param(b'{"costs_eur": %s}' % (b"9" * 10_000), "characters", id="huge integer"),
        pytest.param(b'{"costs_eur": -1}', "costs_eur", id="negative"),
        pytest.param(b'{"costs_eur": true}', "costs_eur", id="boolean"),
        pytest.param(b'{"member_states": ["FR", "XX"]}', "member_states[1]", id="no Member State"),
        pytest.param(b"{", "no JSON", id="no JSON"),
        pytest.param(b"", "no JSON", id="empty"),
        pytest.param(b"\xff{}", "UTF-8", id="not UTF-8"),
        pytest.param(b"3", "the input", id="no object"),
        pytest.param(b"[[]]", "[0]", id="array of arrays"),
        pytest.param(b"[" * 100_000, "deep", id="deep nesting"),
        pytest.param(b"[" * 40 + b"]" * 40, "deep", id="too deep"),
        pytest.param(b'{"a\\nb\\u001b[31m": 1}', "no such fact", id="hostile key"),
        pytest.param(b'{"\\ud800": 1}', "surrogate", id="lone surrogate"),
    ],
)
def test_what_does_not_fit_is_one_line_and_exit_code_two(
    given: bytes,
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing on standard output, no traceback, and the field by name."""
    monkeypatch.setattr(sys, "argv", ["holdfast", "dora", "classify", "-"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    output, error = capsys.readouterr()

    assert (ended.value.code, output) == (2, "")
    assert error.count("\n") == 1
    assert error.startswith("holdfast: ")
    assert named in error
    assert "\x1b" not in error


def test_refusal_reaches_the_shell() -> None:
    """As scripts see it: one line on standard error, nothing on standard output."""
    done = run("classify", "-", given=b'{"costs_eur": "many"}')
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"holdfast: costs_eur: ")
    assert done.stderr.count(b"\n") == 1


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """By its name."""
    done = run("classify", str(tmp_path / "nowhere.json"))
    assert done.returncode == 2
    assert b"nowhere.json" in done.stderr
    assert done.stderr.count(b"\n") == 1
