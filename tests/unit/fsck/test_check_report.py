"""What a check says, to people and as evidence: bounded, printable, and the same after a break."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.domain.events import EventKind
from holdfast.evidence.check_report import (
    MOST_FINDINGS_KEPT,
    CheckReport,
    CheckStage,
    FindingCode,
    Progress,
    checked_event,
)
from holdfast.evidence.log.merkle import EMPTY_ROOT
from holdfast.evidence.nightly_check import words_for_operators
from holdfast.evidence.sentences import sentence
from holdfast.store.log.fsck.findings import Findings


def _report(count: int) -> CheckReport:
    findings = Findings()
    for number in range(count):
        name = f"x#{number}"
        findings.add(FindingCode.RECORD_CHANGED, f"record {name}", "was changed", record=name)
    return CheckReport(
        first=0,
        end=9,
        size=9,
        root=EMPTY_ROOT.hex(),
        findings=tuple(findings.kept),
        count=findings.count,
    )


@pytest.mark.parametrize("code", FindingCode)
def test_every_code_is_documented(code: FindingCode) -> None:
    """Whoever reads one in a record of years ago finds what it means."""
    assert f"`{code}`" in (Path(__file__).parents[3] / "docs" / "evidence.md").read_text()


def test_findings_are_counted_on_when_they_are_kept_no_longer() -> None:
    """A log of which nothing is left does not fill the memory."""
    report = _report(MOST_FINDINGS_KEPT + 5)
    assert len(report.findings) == MOST_FINDINGS_KEPT
    assert report.count == MOST_FINDINGS_KEPT + 5
    assert not report.sound


def test_a_tampered_name_reaches_no_terminal() -> None:
    """Control characters are replaced, and what is too long is cut."""
    findings = Findings()
    findings.add(FindingCode.PENDING, "record \x1b[2J", "a\nb\x07" + "c" * 900, record="\x9b#0")
    (finding,) = findings.kept
    assert finding.about == "record \N{REPLACEMENT CHARACTER}[2J"
    assert finding.record == "\N{REPLACEMENT CHARACTER}#0"
    assert finding.words.isprintable()
    assert len(finding.words) == 500


def test_a_check_is_recorded_with_its_first_findings_and_how_many_there_were() -> None:
    """The sentence on the timeline says the number, not what was kept."""
    event = checked_event(_report(60))
    assert event.kind is EventKind.EVIDENCE_CHECKED
    assert event.payload["count"] == 60
    assert len(event.payload["findings"]) == 50
    assert event.payload["findings"][0] == {
        "code": "record_changed",
        "record": "x#0",
        "words": "was changed",
    }
    assert sentence(event) == "Evidence checked, leaves 0 to 9: 60 finding(s)"
    assert sentence(checked_event(_report(0))).endswith("everything holds")


def test_operators_see_the_first_findings() -> None:
    """And how to see the others."""
    assert words_for_operators(_report(0), done=True) == "Leaves 0 to 9: everything holds."
    assert words_for_operators(_report(0), done=False).endswith("so far.")
    lines = words_for_operators(_report(60), done=True).splitlines()
    assert lines[0] == "**60 finding(s)**. Leaves 0 to 9:"
    assert lines[2] == "- `record_changed` was changed"
    assert lines[-1] == "- … and 40 more: `holdfast fsck` lists them"


def test_progress_survives_its_way_through_json() -> None:
    """A file, a heartbeat, and a workflow's history hold it so."""
    progress = Progress(
        first=0,
        end=9,
        whole=True,
        next=0,
        stage=CheckStage.CHAINS,
        cursor="INC-1",
        findings=_report(2).findings,
        count=2,
    )
    assert Progress.model_validate_json(progress.model_dump_json()) == progress
    assert Progress.model_validate(progress.model_dump(mode="json")) == progress
    assert progress.report.root == EMPTY_ROOT.hex()
    assert not progress.done
