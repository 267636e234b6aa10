"""How the incident went, in the pack: impact, key moments, decisions, and what is to be mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.fact_catalogue import FACTS
from holdfast.evidence.oversight.sheet import Block, Cell, Facts, Paragraph, Section, Table, Tone
from holdfast.evidence.oversight.words import length, plain, second
from holdfast.evidence.reviews.document import (
    DraftedReview,
    KeyMoment,
    MomentName,
    Outage,
    TakenDecision,
)
from holdfast.evidence.reviews.sources import Chain, seconds_between
from holdfast.evidence.reviews.tasks import FollowUp

__all__ = ["decisions_section", "impact_section", "moments_section", "tasks_section"]

_TOLD_FACTS = (
    *("clients_affected", "counterparts_affected", "transactions_affected"),
    *("transactions_affected_value", "duration_minutes", "costs_eur", "member_states"),
    *("data_loss", "media_coverage", "malicious_access"),
)
"""The facts that a board wants to know, as far as they are stated."""

_TOLD_DECISIONS = frozenset(
    {
        *(DecisionKind.SEVERITY_ASSIGNMENT, DecisionKind.CLASSIFICATION_CONFIRMATION),
        *(DecisionKind.CLASSIFICATION_REVERSAL, DecisionKind.CONTAINMENT_APPROVAL),
        *(DecisionKind.FAILOVER_APPROVAL, DecisionKind.RECOVERY_APPROVAL),
        *(DecisionKind.RECOVERY_VALIDATION, DecisionKind.INCIDENT_CLOSURE),
    }
)
_MOST_DECISIONS = 14
_MOST_DEADLINES = 8
_SETTLED = {"validated", "declined", "replaced"}


def impact_section(chain: Chain, draft: DraftedReview) -> Section | None:
    """What was hit, as it was stated last, and how long services were down."""
    blocks: list[Block] = []
    if facts := _facts(chain):
        blocks.append(Facts(facts))
    if draft.outages:
        rows = [_outage(each) for each in draft.outages]
        blocks.append(Table(("Service", "Down", "Partly restored", "Ended"), (4, 2, 2, 2), rows))
    return Section("impact", "Impact and downtime", blocks) if blocks else None


def moments_section(draft: DraftedReview) -> Section | None:
    """The key moments, each with how long after detection it was."""
    if not draft.moments:
        return None
    detected = next((each for each in draft.moments if each.name is MomentName.DETECTED), None)
    rows = [
        (
            Cell(plain(moment.name)),
            Cell(f"{second(moment.at)} UTC"),
            Cell(_since(detected, moment)),
            Cell("", small=moment.entry),
        )
        for moment in draft.moments
    ]
    blocks: list[Block] = [
        Table(("Moment", "When", "After detection", "Entry"), (3, 4, 3, 5), rows)
    ]
    if passed := _passed(draft):
        blocks.append(Facts((("Deadlines that passed and were escalated", passed),)))
    return Section("moments", "Key moments", blocks)


def decisions_section(draft: DraftedReview) -> Section | None:
    """The decisions that count, and all that were late or bypassed the rule."""
    if not draft.decisions:
        return None
    late = sum(each.late for each in draft.decisions)
    bypassed = sum(each.exception_code is not None for each in draft.decisions)
    counted = (
        f"{len(draft.decisions)} decisions were settled: {late} of them late, "
        f"{bypassed} bypassing the rule."
    )
    told = [each for each in draft.decisions if _is_told(each)][:_MOST_DECISIONS]
    rows = [_decision(each) for each in told]
    columns = ("Question", "Decided", "By", "Took")
    table = Table(columns, (6, 3, 3, 2), rows)
    return Section("decisions", "Decisions", (Paragraph(counted), table))


def tasks_section(tasks: Sequence[FollowUp], as_of: datetime) -> Section | None:
    """What is to be mended, by whom and until when."""
    if not tasks:
        return None
    rows = [_task(each, as_of) for each in tasks]
    table = Table(("Task", "Owner", "Due", "State"), (6, 3, 2, 3), rows)
    return Section("tasks", "What is to be done", (table,))


def _passed(draft: DraftedReview) -> str:
    """The deadlines that passed and brought somebody in, each title once."""
    counted = Counter(clock.title for clock in draft.missed if clock.roles)
    said = [title + (f" ({count} times)" if count > 1 else "") for title, count in counted.items()]
    more = [f"and {len(said) - _MOST_DEADLINES} more"] if len(said) > _MOST_DEADLINES else []
    return "\n".join([*said[:_MOST_DEADLINES], *more])


def _facts(chain: Chain) -> list[tuple[str, str]]:
    latest: dict[tuple[str, str], object] = {}
    for entry in chain.of(EventKind.INCIDENT_OPENED, EventKind.FACTS_CHANGED):
        payload = entry.event.payload
        for change in (*payload.get("facts", ()), *payload.get("changes", ())):
            latest[change["fact"], change["service"] or ""] = change["value"]
    return [
        (_named(fact), _valued(fact, service, value))
        for (fact, service), value in sorted(latest.items(), key=_place)
        if fact in _TOLD_FACTS and value is not None
    ]


def _place(fact: tuple[tuple[str, str], object]) -> tuple[int, str]:
    (name, service), _ = fact
    return (_TOLD_FACTS.index(name) if name in _TOLD_FACTS else len(_TOLD_FACTS), service)


def _named(fact: str) -> str:
    return FACTS[fact].meaning


def _valued(fact: str, service: str, value: object) -> str:
    unit = FACTS[fact].unit
    said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    where = f" ({service})" if service else ""
    return f"{said} {unit}{where}" if unit else f"{said}{where}"


def _outage(outage: Outage) -> tuple[Cell, ...]:
    ended = Cell("yes", tone=Tone.GOOD) if outage.ended else Cell("no", tone=Tone.BAD)
    partial = f"{outage.partial_minutes} min" if outage.partial_minutes else ""
    return (Cell(outage.service), Cell(f"{outage.minutes} min"), Cell(partial), ended)


def _since(detected: KeyMoment | None, moment: KeyMoment) -> str:
    if detected is None or moment.name is MomentName.DETECTED:
        return ""
    seconds = seconds_between(detected.at, moment.at)
    return length(seconds) if seconds >= 0 else f"{length(-seconds)} before"


def _is_told(decision: TakenDecision) -> bool:
    notable = decision.exception_code is not None or decision.late
    return notable or decision.kind in _TOLD_DECISIONS


def _decision(decision: TakenDecision) -> tuple[Cell, ...]:
    late = Tone.BAD if decision.late else Tone.PLAIN
    took = length(decision.took_seconds or 0)
    bypass = ""
    if decision.exception_code is not None:
        ratified = plain(decision.ratified) if decision.ratified else "not ratified yet"
        bypass = f"bypassed under {decision.exception_code}: {ratified}"
    return (
        Cell(decision.question),
        Cell(plain(decision.outcome), small=bypass),
        Cell(", ".join(map(plain, decision.roles))),
        Cell(took, small="late" if decision.late else "", tone=late),
    )


def _task(task: FollowUp, as_of: datetime) -> tuple[Cell, ...]:
    overdue = task.stage not in _SETTLED and task.due_on < f"{as_of:%Y-%m-%d}"
    tone = Tone.GOOD if task.stage in _SETTLED else Tone.BAD if overdue else Tone.PLAIN
    must = "mandatory, " if task.mandatory else ""
    notes = ["overdue"] if overdue else []
    notes += [f"{task.extensions} extension(s)"] if task.extensions else []
    return (
        Cell(task.title, small=f"{must}{task.priority}"),
        Cell(plain(task.owner)),
        Cell(task.due_on, small=", ".join(notes)),
        Cell(plain(task.stage), tone=tone),
    )
