"""A reporting on a real Temporal server and a real database, driven as the API drives it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from holdfast.domain.reporting.asking import PutForward
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import reporting_prefix, reporting_workflow_id
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.entry import Entry
from tests.child_at_work import ChildAtWork
from tests.incident_at_work import IncidentAtWork
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN

__all__ = ["ReportingAtWork"]

_PATIENCE_SECONDS = 20.0


class ReportingAtWork(ChildAtWork):
    """One reporting of an incident at work."""

    asked = 0
    """How many versions were put forward."""
    bypassed = 0

    @classmethod
    async def begin(cls, incident: IncidentAtWork) -> ReportingAtWork:
        """Take an incident as far as a severity, decide that it is major, wait for the limits."""
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
        request = "classification.confirmation-1"
        await incident.answer(COMPLIANCE, request, "override", {"major": True})
        self = cls(incident)
        await self.until("report.drafted")
        return self

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return reporting_workflow_id(self.incident.incident_id, self.number)

    @property
    def prefix(self) -> str:
        """What the ids of its requests begin with."""
        return reporting_prefix(self.number)

    async def put_forward(self, kind: ReportKind, *also: ReportStage) -> None:
        """Let somebody put a report forward who does not sign it off."""
        by = COMMANDER if kind in {ReportKind.FINAL, ReportKind.RECLASSIFICATION} else ROBIN
        receipt = await self.submit(by, PutForward(kind=kind, also=also))
        assert receipt.accepted, receipt.result

    async def sign_off(self, kind: ReportKind) -> None:
        """Clear and approve it: with a gap, under the exception that lets it leave; ratify that."""
        self.asked += 1
        last = kind in {ReportKind.FINAL, ReportKind.RECLASSIFICATION}
        if kind is not ReportKind.DELAY_NOTICE:
            reviewed = sum(entry.event.kind == "report.cleared" for entry in await self.entries())
            await self.answer(COMPLIANCE, f"report.review-{reviewed + 1}", "cleared")
        approval = f"report.approval-{self.asked}"
        request = await self.incident.request(f"{self.prefix}{approval}")
        code = "E-INCOMPLETE" if request.context["gaps"] else None
        await self.answer(BOARD if last else COMMANDER, approval, "approved", code)
        if code is not None:
            self.bypassed += 1
            await self.answer(COMPLIANCE, f"bypass.ratification-{self.bypassed}", "ratified")

    async def report(self, kind: ReportKind, *also: ReportStage) -> Entry:
        """Put a report forward, sign it off, and return the entry of its submission."""
        before = len(await self.all("report.submitted"))
        if kind is ReportKind.RECLASSIFICATION:
            # It hears a moment later what the incident has decided.
            await self.drafted(kind)
        await self.put_forward(kind, *also)
        await self.sign_off(kind)
        return await self.submission(before + 1)

    async def drafted(self, kind: ReportKind) -> None:
        """Wait until a version of that kind was drafted."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while kind not in [e.event.payload["kind"] for e in await self.all("report.drafted")]:
                await asyncio.sleep(0.02)

    async def submission(self, number: int) -> Entry:
        """Wait for the so-manieth submission."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(found := await self.all("report.submitted")) < number:
                await asyncio.sleep(0.02)
        return found[number - 1]

    async def all(self, kind: str) -> list[Entry]:
        """Every entry of that kind."""
        return [entry for entry in await self.entries() if entry.event.kind == kind]

    async def clocks(self) -> dict[str, list[str]]:
        """Every entry of the reporting's own clocks; of what time has brought, when, to the limit.

        That is in whole hours, minutes and seconds; what is negative came before it.
        """
        told: dict[str, list[str]] = {}
        for entry in await self.entries():
            event = entry.event
            if event.subject.type != "clock" or not event.subject.id.startswith(self.prefix):
                continue
            kind = str(event.kind).removeprefix("clock.")
            if kind in {"warned", "missed", "escalated"}:
                due_at = datetime.fromisoformat(event.payload["due_at"])
                kind = f"{kind} {_hours(entry.occurred_at - due_at)}"
            told.setdefault(event.subject.id.removeprefix(self.prefix), []).append(kind)
        return told


def _hours(length: timedelta) -> str:
    """A length in hours, minutes and seconds, to the nearest second."""
    seconds = round(length.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}{hours}:{minute:02d}:{second:02d}"
