"""Whether an incident goes by the fifth format of the approval matrix, or one from before it.

What came with that format happens by itself only where the matrix of the incident knows it: older
incidents go on exactly as they began.
"""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.incident.work import Work

__all__ = ["learns"]


def learns(work: Work) -> bool:
    """Whether remediation, standing down and complete reviews are part of this incident."""
    return DecisionKind.RECOVERY_STAND_DOWN in work.desk.kinds
