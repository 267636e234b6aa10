"""Checking the evidence, as an activity: slice by slice, each from where the last one was."""

from __future__ import annotations

import time
from pathlib import Path

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.evidence.check_report import CheckReport, Progress
from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.nightly_check import CheckSlice
from holdfast.store.log.fsck import check_slice

__all__ = ["EvidenceCheckActivities"]

_FINDINGS = Gauge(
    "holdfast_evidence_findings",
    "What the last check of the evidence by this worker has found; alarm above 0",
    ["log"],
)
_CHECKED_AT = Gauge(
    "holdfast_evidence_checked_timestamp_seconds",
    "When this worker last finished a check of the evidence; alarm beyond 26 hours ago",
    ["log"],
)

_log = structlog.get_logger(__name__)


class EvidenceCheckActivities:
    """Activities that check the evidence; they only read."""

    def __init__(self, engine: AsyncEngine, keys: LogKeys, checkpoint_file: Path) -> None:
        """Check through that engine, against these keys and the file outside, if they are here."""
        self._engine = engine
        self._keys = keys
        self._checkpoint_file = checkpoint_file

    @activity.defn(name=ActivityName.CHECK_EVIDENCE)
    async def check_evidence(self, request: CheckSlice) -> Progress:
        """Check a slice; an attempt that broke off is taken up where it last gave a sign of life.

        It writes nothing, so an attempt too many costs time only.
        """
        beaten = activity.info().heartbeat_details
        start = Progress.model_validate(beaten[0]) if beaten else request.start
        progress = await check_slice(
            self._engine,
            self._keys.verifiers(),
            start=start,
            leaves=request.leaves,
            checkpoint_file=self._checkpoint_file,
            progress=activity.heartbeat,
        )
        if progress.done:
            self._tell(progress.report)
        return progress

    def _tell(self, report: CheckReport) -> None:
        _FINDINGS.labels(self._keys.origin).set(report.count)
        _CHECKED_AT.labels(self._keys.origin).set(time.time())
        if report.sound:
            _log.info("evidence.checked", first=report.first, end=report.end, root=report.root)
            return
        for finding in report.findings:
            _log.critical(
                "evidence.does_not_hold",
                code=str(finding.code),
                record=finding.record,
                words=finding.words,
            )
        _log.critical("evidence.checked", first=report.first, end=report.end, count=report.count)
