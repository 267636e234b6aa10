"""What key figures there are, in what they are measured, and by what they are broken down."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Better", "Grouping", "KeyFigureName", "Measured", "Unit"]


class KeyFigureName(StrEnum):
    """The key figures, in the order in which people read them."""

    TIME_TO_DETECT = "time_to_detect"
    TIME_TO_ACKNOWLEDGE = "time_to_acknowledge"
    TIME_TO_CLASSIFY = "time_to_classify"
    TIME_TO_CONTAIN = "time_to_contain"
    TIME_TO_RECOVER = "time_to_recover"
    NOTIFICATION_MARGIN = "notification_margin"
    APPROVAL_LATENCY = "approval_latency"
    VENDOR_LATENCY = "vendor_latency"
    REMEDIATION_AGEING = "remediation_ageing"
    RECURRENCE_RATE = "recurrence_rate"
    STABILITY = "stability"
    REDUCTION_OF_DOWNTIME = "reduction_of_downtime"
    REDUCTION_OF_CLIENTS_AFFECTED = "reduction_of_clients_affected"


class Unit(StrEnum):
    """In what the values of a figure are given; always whole numbers."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    CLIENTS = "clients"
    NONE = "none"
    """It has no values, only a share."""


class Better(StrEnum):
    """Which values are good: the worst and the p90 look at the other end."""

    LESS = "less"
    MORE = "more"


class Grouping(StrEnum):
    """By what a figure is broken down."""

    MONTH = "month"
    QUARTER = "quarter"
    SEVERITY = "severity"
    SERVICE = "service"
    ENTITY = "entity"
    KIND = "kind"


class Measured(StrEnum):
    """Whether an observation has come to its end."""

    MEASURED = "measured"
    OPEN = "open"
    """It still runs: counted with its age, and not lost."""
    UNMEASURED = "unmeasured"
    """It has no value and will get none by itself: nobody has stated it, or it never happened."""
