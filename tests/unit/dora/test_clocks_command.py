"""`holdfast dora clocks` to the letter of its contract: JSON in, JSON out, one line for errors."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from holdfast.cli import main as command_line
from tests.unit.dora.test_dora_command import run

EXAMPLE: dict[str, Any] = {
    "entity": {
        "type": "credit_institution",
        "member_state": "DE",
        "subdivision": None,
        "nis2_essential_or_important": False,
        "relief_withdrawn_from": None,
    },
    "aware_at": "2026-04-03T10:00:00Z",
    "classified_major_at": "2026-04-03T12:00:00Z",
    "initial_submitted_at": None,
    "intermediate_submitted_at": [],
    "regular_activities_recovered_at": None,
    "final_submitted_at": None,
}
INSURER = {
    "type": "insurance_and_reinsurance_undertaking",
    "member_state": "AT",
    "nis2_essential_or_important": False,
}


def ask(given: object) -> subprocess.CompletedProcess[bytes]:
    """Ask for the deadlines of what is on standard input."""
    return run("clocks", "-", given=json.dumps(given).encode())


def test_example_of_the_contract_is_answered_as_it_says() -> None:
    """Key by key, in its order, and instants without a fraction."""
    done = ask(EXAMPLE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {
        "initial": {
            "due_at": "2026-04-03T16:00:00Z",
            "clause": "2025/301 Art. 5(1)(a)",
            "strict_due_at": "2026-04-03T16:00:00Z",
            "relief": None,
            "because": "4 h from classification, earlier than 24 h from awareness",
        },
        "intermediate": None,
        "final": None,
    }
    first = json.loads(done.stdout)["initial"]
    assert list(first) == ["due_at", "clause", "strict_due_at", "relief", "because"]


def test_array_is_answered_by_an_array_and_relief_names_its_day() -> None:
    """A limit on Easter Sunday is noon of the Tuesday after."""
    relieved = {"entity": INSURER, "aware_at": "2026-04-05T08:00:00.5Z"}
    relieved["classified_major_at"] = relieved["aware_at"]
    done = ask([relieved, EXAMPLE, {**relieved, "classified_major_at": None}])
    first, second, third = json.loads(done.stdout)

    assert first["initial"]["due_at"] == "2026-04-07T10:00:00Z"
    assert first["initial"]["strict_due_at"] == "2026-04-05T12:00:00.500000Z"
    relief = {"clause": "2025/301 Art. 5(4)", "day": "2026-04-05", "reason": "Sunday"}
    assert first["initial"]["relief"] == relief
    assert second["initial"]["relief"] is None
    assert third == {"initial": None, "intermediate": None, "final": None}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**EXAMPLE, "classified_major_at": "2026-04-03T09:00:00Z"}, "classified_major_at: "),
        ([EXAMPLE, {**EXAMPLE, "entity": {**INSURER, "type": "bank"}}], "[1].entity.type: "),
        (
            [{**EXAMPLE, "entity": {**INSURER, "subdivision": "AT-99"}}],
            "[0].entity.subdivision: ",
        ),
        ({**EXAMPLE, "noticed_at": None}, "noticed_at: there is no such field"),
        ([EXAMPLE, 3], "[1]: give a JSON object"),
    ],
)
def test_what_does_not_fit_is_one_line_that_names_the_field(
    given: object,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing on standard output, and exit code 2."""
    written = io.TextIOWrapper(io.BytesIO(json.dumps(given).encode()))
    monkeypatch.setattr(sys, "argv", ["holdfast", "dora", "clocks", "-"])
    monkeypatch.setattr(sys, "stdin", written)
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    output, error = capsys.readouterr()
    assert (ended.value.code, output) == (2, "")
    assert error.startswith(f"holdfast: {said}")
    assert error.count("\n") == 1
