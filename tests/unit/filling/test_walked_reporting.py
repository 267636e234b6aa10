"""A reporting that was walked through its real process fills what its chain says."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.content import refill
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.content import FieldSource
from holdfast.dora.report_stages import ReportStage
from tests.filled_reports import POLICY, REGISTER, fields_of, filled
from tests.reporting_walk import ReportingWalk


def test_an_initial_notification_lacks_only_what_nobody_has_said() -> None:
    """People overrode the evaluation: which criteria they hold to be met is for them to say."""
    walk = ReportingWalk()
    walk.to_major()
    content = filled(walk.entries(), ReportKind.INITIAL)
    assert content.value("2.3") == f"{walk.now:%Y-%m-%dT%H:%M:%SZ}"
    assert {gap.field for gap in content.gaps} == {"2.5", "2.9"}
    assert all(gap.roles for gap in content.gaps)
    assert refill(content, walk.entries(), REGISTER, POLICY) == content


def test_the_reference_and_the_delay_are_those_of_the_process() -> None:
    """As the entries of a real reporting say them."""
    walk = ReportingWalk()
    reporting = walk.to_major()
    reporting.report(ReportKind.INITIAL)
    version = reporting.state.last_submitted(ReportKind.INITIAL)
    assert version is not None
    reporting.receipt(version, "2026M0000007")
    reporting.delay(ReportStage.INTERMEDIATE, timedelta(days=4))
    entries = walk.entries()
    field = fields_of(filled(entries, ReportKind.INTERMEDIATE))["3.1"]
    assert (field.value, field.source) == ("2026M0000007", FieldSource.ENTRY)
    late = (ReportStage.INTERMEDIATE,)
    notice = fields_of(filled(entries, ReportKind.DELAY_NOTICE, late))["2.10"]
    assert "The provider is silent." in str(notice.value)
    explained = reporting.last(EventKind.DELAY_EXPLAINED)
    (entry,) = (each for each in entries if each.event == explained)
    assert notice.entries == (entry.id,)
