"""The definitions of the key figures: what each says, from which entry to which, and of what.

Three rules hold for all of them. Drills, false positives and duplicates never count. An observation
belongs to the period in which it began. What has not ended is listed as open, with its age.
"""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.key_figures.kinds import Better, Grouping, KeyFigureName, Unit

__all__ = ["KEY_FIGURES", "RECURRENCE_MONTHS", "KeyFigure"]

RECURRENCE_MONTHS = 6
"""How far back an earlier incident of the same cause is looked for, as in 2024/1772 Art. 8(2)."""

_BY_INCIDENT = (
    *(Grouping.MONTH, Grouping.QUARTER, Grouping.SEVERITY, Grouping.SERVICE, Grouping.ENTITY),
)
_BY_KIND_TOO = (*_BY_INCIDENT, Grouping.KIND)
_DETECTED = "`aware_at` of `incident.opened`"
_BY_DETECTION = "when the entity became aware of the incident"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One key figure, defined.

    `begins` and `ends` are the entries between which it is measured, `falls_by` is the instant by
    which an observation belongs to a period, `share_of` says which observations its share is about.
    """

    name: KeyFigureName
    title: str
    meaning: str
    unit: Unit
    begins: str
    ends: str
    falls_by: str
    unfinished: str
    better: Better = Better.LESS
    share_of: str | None = None
    groupings: tuple[Grouping, ...] = _BY_INCIDENT
    compared: bool = False
    """Whether the period is compared with the one before it."""


_OPEN_INCIDENT = "open while the incident is; unmeasured if the incident ended without it"

_ALL = (
    KeyFigure(
        name=KeyFigureName.TIME_TO_DETECT,
        title="Time to detect",
        meaning="How long an incident went on before the entity became aware of it.",
        unit=Unit.SECONDS,
        begins="the fact `occurred_at`, as it was stated last",
        ends=_DETECTED,
        falls_by=_BY_DETECTION,
        unfinished="unmeasured while nobody has stated when it occurred",
    ),
    KeyFigure(
        name=KeyFigureName.TIME_TO_ACKNOWLEDGE,
        title="Time to acknowledge",
        meaning="How long it took until people had confirmed that the incident is real.",
        unit=Unit.SECONDS,
        begins=_DETECTED,
        ends="`incident.confirmed`",
        falls_by=_BY_DETECTION,
        unfinished=_OPEN_INCIDENT,
    ),
    KeyFigure(
        name=KeyFigureName.TIME_TO_CLASSIFY,
        title="Time to classify",
        meaning="How long it took until people had first decided whether the incident is major.",
        unit=Unit.SECONDS,
        begins=_DETECTED,
        ends="the first `classification.decided`",
        falls_by=_BY_DETECTION,
        unfinished=_OPEN_INCIDENT,
    ),
    KeyFigure(
        name=KeyFigureName.TIME_TO_CONTAIN,
        title="Time to contain",
        meaning="How long it took until the incident was declared contained.",
        unit=Unit.SECONDS,
        begins=_DETECTED,
        ends="`milestone.reached` with `contained`, the latest",
        falls_by=_BY_DETECTION,
        unfinished=_OPEN_INCIDENT,
    ),
    KeyFigure(
        name=KeyFigureName.TIME_TO_RECOVER,
        title="Time to recover (MTTR)",
        meaning="How long it took until the recovery was validated.",
        unit=Unit.SECONDS,
        begins=_DETECTED,
        ends="`phase.entered` with `learn`, the latest: it follows the validation of the recovery",
        falls_by=_BY_DETECTION,
        unfinished=_OPEN_INCIDENT,
    ),
    KeyFigure(
        name=KeyFigureName.NOTIFICATION_MARGIN,
        title="Notification margin",
        meaning="How much time was left when an initial notification was sent; negative: late.",
        unit=Unit.SECONDS,
        begins="`clock.met` of the clock `reporting-N:initial` of each entity that reports, or of"
        " `initial-notification` where none of the register does",
        ends="its `due_at`",
        falls_by="when that clock was armed, the last time",
        unfinished="open until the clock is met; cancelled before its limit, it does not count",
        better=Better.MORE,
        share_of="those late, of all that are met or missed",
    ),
    KeyFigure(
        name=KeyFigureName.APPROVAL_LATENCY,
        title="Approval latency",
        meaning="How long people took to decide what they were asked to.",
        unit=Unit.SECONDS,
        begins="`decision.requested`",
        ends="`decision.decided`",
        falls_by="when the decision was requested",
        unfinished="open until it is decided; a voided request does not count",
        share_of="those decided by a bypass, of all that are decided",
        groupings=_BY_KIND_TOO,
    ),
    KeyFigure(
        name=KeyFigureName.VENDOR_LATENCY,
        title="Vendor latency",
        meaning="How long providers took for what their contracts give them a time for.",
        unit=Unit.SECONDS,
        begins="`clock.armed` of a provider's clock",
        ends="what it waited for, as told by its `clock.met`; the time it stood still taken off",
        falls_by="when the clock was armed",
        unfinished="open until it is met; unmeasured if missed and never met; cancelled in time,"
        " it does not count",
        share_of="those met late or missed, of all that are met or missed",
        groupings=_BY_KIND_TOO,
    ),
    KeyFigure(
        name=KeyFigureName.REMEDIATION_AGEING,
        title="Remediation ageing",
        meaning="How old the tasks became that incidents have left behind.",
        unit=Unit.SECONDS,
        begins="`remediation.opened`",
        ends="`remediation.closed`, or now",
        falls_by="when the task was opened",
        unfinished="open until it is closed, and its age so far is among the values; a declined"
        " task does not count",
        share_of="those past their due date at any time, of all",
        groupings=_BY_KIND_TOO,
    ),
    KeyFigure(
        name=KeyFigureName.RECURRENCE_RATE,
        title="Recurrence rate",
        meaning="How many incidents had the same root cause as one of the six months before.",
        unit=Unit.NONE,
        begins="`aware_at` of the latest earlier incident of the same cause",
        ends=_DETECTED,
        falls_by=_BY_DETECTION,
        unfinished="open while the incident is and has no root cause; unmeasured if it ended so",
        share_of="those that recur, of all whose root cause is known",
    ),
    KeyFigure(
        name=KeyFigureName.STABILITY,
        title="Stability",
        meaning="How long a service went from the start of one incident to that of its next.",
        unit=Unit.SECONDS,
        begins=_DETECTED,
        ends="`aware_at` of the next incident of the same service",
        falls_by="when the entity became aware of the earlier of the two",
        unfinished="open as long as the service has had no further incident",
        better=Better.MORE,
    ),
    KeyFigure(
        name=KeyFigureName.REDUCTION_OF_DOWNTIME,
        title="Reduction of downtime",
        meaning="By how much the downtime of services fell against the period before.",
        unit=Unit.MINUTES,
        begins="the minutes of each service of each incident, by its latest `downtime.computed`,"
        " else as the fact `downtime_minutes` was stated last,",
        ends="the same of the period before",
        falls_by=_BY_DETECTION,
        unfinished="open while the incident is and nothing is known; unmeasured if it ended so",
        compared=True,
    ),
    KeyFigure(
        name=KeyFigureName.REDUCTION_OF_CLIENTS_AFFECTED,
        title="Reduction of clients affected",
        meaning="By how much the number of clients affected fell against the period before.",
        unit=Unit.CLIENTS,
        begins="the clients of each service of each incident, as the fact `clients_affected` was"
        " stated last,",
        ends="the same of the period before",
        falls_by=_BY_DETECTION,
        unfinished="open while the incident is and nothing is known; unmeasured if it ended so",
        compared=True,
    ),
)

KEY_FIGURES = {figure.name: figure for figure in _ALL}
"""All key figures, by name."""
