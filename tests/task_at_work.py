"""A remediation task on a real Temporal server and a real database, driven as the API drives it."""

from __future__ import annotations

from holdfast.domain.remediation.asking import ProposeTask
from holdfast.domain.remediation.naming import task_prefix, task_workflow_id
from tests.child_at_work import ChildAtWork
from tests.incident_at_work import IncidentAtWork
from tests.remediation_walk import proposal
from tests.statements import ROBIN

__all__ = ["TaskAtWork"]


class TaskAtWork(ChildAtWork):
    """One task of an incident at work."""

    @classmethod
    async def propose(
        cls, incident: IncidentAtWork, number: int = 1, body: ProposeTask | None = None
    ) -> TaskAtWork:
        """Let Robin propose it; wait until its workflow has asked whether it is to be done."""
        receipt = await incident.submit(ROBIN, body or proposal())
        assert receipt.accepted, receipt.result
        self = cls(incident, number)
        await incident.request(f"{self.prefix}remediation.acceptance-1")
        return self

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return task_workflow_id(self.incident.incident_id, self.number)

    @property
    def prefix(self) -> str:
        """What the ids of its requests begin with."""
        return task_prefix(self.number)
