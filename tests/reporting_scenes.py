"""What can become of the reporting of an entity, as walks of the pure rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.reporting.asking import SubmitAgain
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report_stages import ReportStage
from tests.reporting_walk import ReportingWalk
from tests.statements import COMPLIANCE, ROBIN

__all__ = ["SCENES_OF_REPORTING", "walked_with_reports"]

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def _reported_with_gaps_late_and_corrected(walk: ReportingWalk) -> None:
    """Given back, sent with a gap, refused, late, corrected, updated, final, and over."""
    reporting = walk.to_major()
    reporting.supply("3.30", "yes", ROBIN)
    reporting.put_forward(ReportKind.INITIAL)
    reporting.decide(COMPLIANCE, DecisionKind.REPORT_REVIEW, "returned")
    reporting.refusing = "the schema does not fit"
    reporting.lack("2.4")
    reporting.put_forward(ReportKind.INITIAL)
    reporting.clear()
    reporting.approve(code="E-INCOMPLETE")
    reporting.refusing = None
    reporting.lack()
    walk.wait(_HOUR)
    version = len(reporting.state.versions)
    reporting.submit(COMPLIANCE, SubmitAgain(version=version, because="It is mended."))
    reporting.receipt(version)
    reporting.report(ReportKind.INITIAL)
    walk.wait(71 * _HOUR)
    reporting.delay(ReportStage.INTERMEDIATE, 9 * _HOUR)
    walk.wait(3 * _HOUR)
    reporting.report(ReportKind.INTERMEDIATE)
    walk.to_learn_from_contain()
    walk.wait(5 * _HOUR)
    reporting.report(ReportKind.INTERMEDIATE)
    walk.wait(10 * _DAY)
    reporting.report(ReportKind.FINAL)
    walk.wait(40 * _DAY)


SCENES_OF_REPORTING: tuple[Callable[[ReportingWalk], None], ...] = (
    _reported_with_gaps_late_and_corrected,
)


def walked_with_reports(scene: Callable[[ReportingWalk], None]) -> ReportingWalk:
    """Walk that scene."""
    walk = ReportingWalk()
    scene(walk)
    return walk
