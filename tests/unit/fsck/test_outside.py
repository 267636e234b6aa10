"""The file outside, held against the checkpoints of the database as they come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.domain.values import rfc3339
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.outside import OutsideCheckpoints, OutsideFile

_NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def _stored(size: int) -> StoredCheckpoint:
    return StoredCheckpoint(size, bytes(32), f"note {size}", _NOON)


def _line(size: int, note: str | None = None, made_at: str = rfc3339(_NOON)) -> str:
    return json.dumps({"size": size, "made_at": made_at, "note": note or f"note {size}"}) + "\n"


def _found(
    path: Path, text: str, *, after: int = 0, sizes: tuple[int, ...] = (3, 5, 9), size: int = 9
) -> list[tuple[str, str]]:
    path.write_text(text)
    findings = Findings()
    outside = OutsideCheckpoints(OutsideFile.as_of_now(path), after, findings)
    for each in sizes:
        outside.compare(_stored(each))
    outside.finish(sizes[-1], size)
    return [(str(finding.code), finding.about) for finding in findings.kept]


_CASES = {
    "all": ("".join(map(_line, (3, 5, 9))), []),
    "none": ("", []),
    "some left out": (_line(5), []),
    "one being written": (_line(3) + _line(5) + '{"size": 9, "no', []),
    "another note": (_line(3) + _line(5, "x") + _line(9), [("checkpoint_outside", "checkpoint 5")]),
    "another time": (
        _line(3) + _line(5, made_at="2026-03-04T12:00:00.000001Z"),
        [("checkpoint_outside", "checkpoint 5")],
    ),
    "one that is gone": (
        _line(3) + _line(4) + _line(5),
        [("checkpoint_removed", "checkpoint 4")],
    ),
    "beyond the end": (_line(9) + _line(11) + _line(12), [("log_rolled_back", "checkpoint 12")]),
    "no checkpoint": (_line(3) + "{}\n" + _line(9), [("checkpoint_file", "line 2")]),
    "out of order": (_line(5) + _line(3) + _line(9), [("checkpoint_file", "line 2")]),
}


@pytest.mark.parametrize(("text", "found"), _CASES.values(), ids=_CASES.keys())
def test_the_file_is_held_against_the_database(
    tmp_path: Path, text: str, found: list[tuple[str, str]]
) -> None:
    """What left the database has to be there as it left."""
    assert _found(tmp_path / "file", text) == found


def test_what_was_logged_since_the_check_began_is_left_for_the_next(tmp_path: Path) -> None:
    """It is within the log, though beyond the range."""
    text = "".join(map(_line, (3, 5, 9, 11)))
    assert _found(tmp_path / "file", text, sizes=(3, 5), size=11) == []
    found = [("log_rolled_back", "checkpoint 11")]
    assert _found(tmp_path / "file", text, sizes=(3, 5), size=10) == found


def test_what_was_compared_before_is_passed_over(tmp_path: Path) -> None:
    """A check that goes on does not say the same twice."""
    text = _line(3, "x") + _line(4) + _line(5, "x") + _line(9)
    assert _found(tmp_path / "file", text, after=4, sizes=(5, 9)) == [
        ("checkpoint_outside", "checkpoint 5")
    ]


def test_lines_written_after_the_snapshot_do_not_count(tmp_path: Path) -> None:
    """Their checkpoints are not in it."""
    path = tmp_path / "file"
    path.write_text(_line(3))
    file, findings = OutsideFile.as_of_now(path), Findings()
    path.write_text(_line(3) + _line(5))
    outside = OutsideCheckpoints(file, 0, findings)
    outside.compare(_stored(3))
    outside.finish(3, 3)
    assert findings.count == 0


def test_no_file_is_no_finding(tmp_path: Path) -> None:
    """A check may run where the file is not."""
    assert OutsideFile.as_of_now(tmp_path / "none") is None
    assert OutsideFile.as_of_now(None) is None
