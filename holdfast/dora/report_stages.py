"""The three reports of a major incident (DORA Art. 19(4))."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ReportStage"]


class ReportStage(StrEnum):
    """Which report; the order is that of the law."""

    INITIAL = "initial"
    """The initial notification (Art. 19(4)(a))."""
    INTERMEDIATE = "intermediate"
    """The intermediate report, also each updated one (Art. 19(4)(b))."""
    FINAL = "final"
    """The final report (Art. 19(4)(c))."""
