"""How a cyber threat is called: its chain, its workflow, and the versions of its notification."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import StringConstraints

from holdfast.domain.addressee import Addressee

__all__ = [
    "THREAT_PATTERN",
    "THREAT_WORKFLOW",
    "ThreatId",
    "notification_id",
    "threat_addressee",
    "threat_workflow_id",
    "version_of",
    "workflow_of_threat",
]

THREAT_WORKFLOW = "CyberThreatWorkflow"
"""The name stands in histories, so it is never changed."""

THREAT_PATTERN = r"^THR-[0-9]{4}-[0-9]{6,12}$"
"""What the id of a threat looks like; its entries name it as their incident."""

ThreatId = Annotated[str, StringConstraints(pattern=THREAT_PATTERN)]


def threat_workflow_id(threat: str) -> str:
    """The id of its workflow."""
    return f"threat/{threat}"


def workflow_of_threat(chain: str) -> str | None:
    """The workflow that writes that chain; None if it is none of a threat."""
    return threat_workflow_id(chain) if re.fullmatch(THREAT_PATTERN, chain) else None


def threat_addressee(threat: str) -> Addressee:
    """Whom submissions for it are for."""
    return Addressee(threat_workflow_id(threat), threat, threat)


def notification_id(threat: str, version: int) -> str:
    """The id under which entries speak of one version of its notification."""
    return f"{threat}/notification-{version}"


def version_of(notification: str) -> int:
    """The version that such an id names."""
    return int(notification.rpartition("-")[2])
