"""Whether an incident reports by itself: since the sixth format of the approval matrix.

What came with that format happens by itself only where the matrix of the incident knows it: older
incidents go on exactly as they began.
"""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.incident.work import Work
from holdfast.domain.reporting.policy import REPORTING

__all__ = ["reports"]


def reports(work: Work) -> bool:
    """Whether reporting to competent authorities is part of this incident."""
    knows = DecisionKind.REPORT_APPROVAL in work.desk.kinds
    return knows and work.state.find_pin(REPORTING) is not None
