"""How the workflow of an incident is called."""

from __future__ import annotations

__all__ = ["incident_workflow_id"]


def incident_workflow_id(incident_id: str) -> str:
    """The workflow id of an incident."""
    return f"incident/{incident_id}"
