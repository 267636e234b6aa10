"""Reporting played on real parts: a gap, a correction, an update, a late limit, all taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.reporting.asking import ExplainDelay, RecordReceipt, SupplyField
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report_stages import ReportStage
from tests.incident_at_work import IncidentAtWork
from tests.reporting_at_work import ReportingAtWork
from tests.statements import BOARD, COMPLIANCE, ROBIN, facts, incident_facts

__all__ = ["play_reporting"]


async def play_reporting(incident: IncidentAtWork) -> ReportingAtWork:
    """Report, correct, update, explain a delay; then it turns out that it never was major.

    A signal by hand and a notice of nothing are among it.
    """
    reporting = await ReportingAtWork.begin(incident)
    handle = incident.client.get_workflow_handle(reporting.workflow_id)
    await handle.signal("report_field", "typed by hand")
    await handle.signal(NOTICE_SIGNAL, Notice(entry="reporting/nobody/1#1"))
    first = await reporting.report(ReportKind.INITIAL)
    receipt = RecordReceipt(
        version=first.event.payload["version"],
        received_at=datetime.now(UTC),
        reference="2026M0000001",
        statement="Received.",
    )
    await reporting.submit(COMPLIANCE, receipt)
    text = "Payments were refused, not delayed."
    await reporting.submit(ROBIN, SupplyField(field="2.4", value=text))
    await reporting.report(ReportKind.INITIAL)
    await reporting.report(ReportKind.INTERMEDIATE)
    late = ExplainDelay(
        stage=ReportStage.FINAL,
        because="The forensic work goes on.",
        expected_at=datetime.now(UTC) + timedelta(days=60),
    )
    await reporting.submit(ROBIN, late)
    await reporting.sign_off(ReportKind.DELAY_NOTICE)
    await reporting.submission(4)
    await incident.submit(ROBIN, facts(supports_critical_function=False, regulated_service=False))
    await incident.submit(ROBIN, incident_facts(malicious_access=False))
    for who in (COMPLIANCE, BOARD):
        await incident.answer(who, "classification.reversal-1", "never_met")
    await reporting.report(ReportKind.RECLASSIFICATION)
    await reporting.until("reporting.closed")
    return reporting
