"""Which workflow writes a chain of evidence: what its entries name as their incident."""

from __future__ import annotations

from contextlib import suppress

from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.recurrence.periods import CHAIN_PREFIX, period_named
from holdfast.domain.threats.naming import workflow_of_threat

__all__ = ["workflow_of"]


def workflow_of(chain: str) -> str:
    """The id of the workflow: that of an incident, where the name is of nothing else."""
    with suppress(ValueError):
        if chain.startswith(CHAIN_PREFIX):
            return period_named(chain.removeprefix(CHAIN_PREFIX)).workflow_id
    return workflow_of_threat(chain) or incident_workflow_id(chain)
