"""The recovery of an incident as its bundle tells it: figures, statements, plans, its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject
from holdfast.dora.recovery_fields import days_hours_minutes

__all__ = ["ToldDowntime", "ToldPlan", "ToldRecovery", "told_recovery"]


@dataclass(frozen=True, slots=True)
class ToldDowntime:
    """The figures of a service, or of the incident; `until` is empty while it goes on."""

    name: str
    length: str
    since: str
    until: str
    remark: str = ""


@dataclass(slots=True)
class ToldPlan:
    """An activation of a continuity plan; `until` is empty while it is active."""

    plan: str
    because: str
    since: str
    until: str = ""
    statement: str = ""


@dataclass(slots=True)
class ToldRecovery:
    """What is told of a recovery; `computed_at` is empty where nothing was computed."""

    computed_at: str = ""
    figures: Sequence[ToldDowntime] = ()
    plans: dict[tuple[str, int], ToldPlan] = field(default_factory=dict)
    stood_down_at: str = ""
    stood_down_because: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.computed_at or self.plans or self.stood_down_at)


def told_recovery(happened: Iterable[tuple[str, Event]]) -> ToldRecovery:
    """Tell it from what happened, each with its instant (RFC 3339); what is withheld is not in."""
    told = ToldRecovery()
    for occurred_at, event in happened:
        payload = event.payload
        if event.kind is EventKind.DOWNTIME_COMPUTED:
            told.computed_at, told.figures = occurred_at, _figures(payload)
        elif event.kind is EventKind.CONTINUITY_ACTIVATED:
            plan = ToldPlan(payload["plan"], payload["because"], payload["activated_at"])
            told.plans[payload["plan"], payload["activation"]] = plan
        elif event.kind is EventKind.CONTINUITY_DEACTIVATED:
            if known := told.plans.get((payload["plan"], payload["activation"])):
                known.until, known.statement = payload["at"], payload["statement"]
        elif event.kind is EventKind.RESPONSE_STOOD_DOWN:
            told.stood_down_at = occurred_at
            told.stood_down_because = payload["because"] or ""
    return told


def _figures(payload: JsonObject) -> tuple[ToldDowntime, ...]:
    services = (
        _figure(name, each, _remark(each)) for name, each in sorted(payload["services"].items())
    )
    return (*services, _figure("The incident", payload["duration"], "duration"))


def _figure(name: str, figures: JsonObject, remark: str) -> ToldDowntime:
    words = [remark, *(["estimate"] if figures["estimate"] else [])]
    return ToldDowntime(
        name=name,
        length=days_hours_minutes(figures["minutes"]),
        since=figures["from"],
        until=figures["until"] or "",
        remark=", ".join(word for word in words if word),
    )


def _remark(service: JsonObject) -> str:
    words = [f"{service['interruptions']} interruption(s)"]
    if service["partial_minutes"]:
        words.append(f"{days_hours_minutes(service['partial_minutes'])} of it partial")
    if service["delayed"]:
        words.append("its delays included")
    return ", ".join(words)
