"""The playbooks of an incident as its bundle tells them: each step, how it went, what it left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["ToldPlay", "ToldStep", "told_plays"]

_OUTCOMES = {
    EventKind.STEP_STARTED: "running",
    EventKind.STEP_TRIED: "not begun",
    EventKind.STEP_PERFORMED: "performed",
    EventKind.STEP_FAILED: "failed",
    EventKind.STEP_SKIPPED: "skipped",
    EventKind.STEP_REPEATED: "not begun",
}
_MODES = {"by_hand": "by hand", "dry_run": "dry run", "automated": "by its automation"}


@dataclass(slots=True)
class ToldStep:
    """A step with all that became of it; `outcome` is how it stood in the end.

    `happened` has instants (RFC 3339), each with what is said of it.
    """

    step: str
    title: str = ""
    owner: str = ""
    outcome: str = "not begun"
    added: bool = False
    happened: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ToldPlay:
    """A playbook that was carried out; `finished_at` is empty where steps were left."""

    number: int
    title: str = ""
    started_at: str = ""
    finished_at: str = ""
    steps: dict[str, ToldStep] = field(default_factory=dict)


def told_plays(happened: Iterable[tuple[str, Event]]) -> Sequence[ToldPlay]:
    """Tell them from what happened, each with its instant (RFC 3339); what is withheld is not in.

    Steps of a play whose beginning is withheld are told all the same, by their ids.
    """
    plays: dict[int, ToldPlay] = {}
    for occurred_at, event in happened:
        if event.subject.type not in {"play", "step"}:
            continue
        number = event.payload["play"]
        _take_in(plays.setdefault(number, ToldPlay(number)), occurred_at, event)
    return [plays[number] for number in sorted(plays)]


def _take_in(told: ToldPlay, occurred_at: str, event: Event) -> None:
    payload = event.payload
    if event.kind is EventKind.PLAYBOOK_STARTED:
        told.title, told.started_at = payload["title"], occurred_at
        told.steps = {step["id"]: _planned(step) for step in payload["steps"]}
    elif event.kind is EventKind.PLAYBOOK_FINISHED:
        told.finished_at = occurred_at
    elif event.kind is EventKind.STEP_ADDED:
        told.finished_at = ""
        told.steps[payload["step"]["id"]] = _planned(payload["step"], added=True)
    elif event.kind in _OUTCOMES:
        _step_went_on(told, occurred_at, event)


def _planned(step: JsonObject, *, added: bool = False) -> ToldStep:
    return ToldStep(step["id"], step["title"], step["owner"].replace("_", " "), added=added)


def _step_went_on(told: ToldPlay, occurred_at: str, event: Event) -> None:
    payload, outcome = event.payload, _OUTCOMES[event.kind]
    step = told.steps.setdefault(payload["step"], ToldStep(payload["step"]))
    if event.kind is EventKind.STEP_FAILED and payload["mode"] == "dry_run":
        outcome = "not begun"
    if event.kind is EventKind.STEP_REPEATED:
        told.finished_at = ""
    step.outcome = outcome
    step.happened.append((occurred_at, _words(event)))


def _words(event: Event) -> str:
    payload = event.payload
    if event.kind is EventKind.STEP_STARTED:
        approved = f", approved as {payload['action']}" if payload["action"] else ""
        return f"started {_MODES[payload['mode']]}{approved}"
    if event.kind is EventKind.STEP_TRIED:
        return f"tried: {payload['summary']}{_kept(payload)}"
    if event.kind is EventKind.STEP_PERFORMED:
        left = [payload["statement"]] if payload["statement"] else []
        left += [f"see {', '.join(payload['references'])}"] if payload["references"] else []
        left += [f"document {digest}" for digest in payload["documents"]]
        said = f": {'; '.join(left)}" if left else ""
        return f"performed {_MODES[payload['mode']]}{said}{_kept(payload)}"
    verb = {EventKind.STEP_FAILED: "failed", EventKind.STEP_SKIPPED: "skipped"}
    return f"{verb.get(event.kind, 'to be done again')}: {payload['because']}{_kept(payload)}"


def _kept(payload: JsonObject) -> str:
    """Where its output is found among the files."""
    return f"; output {payload['output']}" if payload.get("output") else ""
