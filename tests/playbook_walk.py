"""An incident walked through its playbooks, with playbooks made up by the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationOutcome, AutomationState
from holdfast.domain.automation.telling import outcome_event
from holdfast.domain.events import Event
from holdfast.domain.notices import Noticed
from holdfast.domain.playbooks.asking import (
    AddStep,
    RepeatStep,
    ReportStep,
    SkipStep,
    StartPlaybook,
    StartStep,
)
from holdfast.domain.playbooks.kinds import StepMode, StepStage
from holdfast.domain.playbooks.play import Play
from holdfast.domain.playbooks.policy import PLAYBOOKS, Step
from holdfast.domain.policies import PinnedPolicy, pinned
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject
from tests.statements import COMMANDER, ROBIN
from tests.timed_walk import TimedWalk

__all__ = ["DIGEST", "PlayWalk", "made_up", "step"]

DIGEST = f"sha256:{'5e' * 32}"


def step(name: str, *after: str, **changes: object) -> JsonObject:
    """A step that nothing has to be approved or left for."""
    plain: JsonObject = {
        "id": name,
        "title": f"Do {name}",
        "phase": "recovery",
        "kind": "restart",
        "owner": "responder",
        "expected": "PT10M",
        "after": list(after),
    }
    return {**plain, **changes}


def made_up(steps: Sequence[JsonObject], **books: JsonObject) -> PinnedPolicy:
    """The policy with the playbook `made-up` of these steps, and others."""
    book: JsonObject = {"title": "Made up", "steps": list(steps)}
    all_books: Mapping[str, JsonObject] = {"made-up": book, **books}
    return pinned({"name": PLAYBOOKS, "version": "9", "format": 1, "playbooks": dict(all_books)})


class PlayWalk(TimedWalk):
    """A confirmed incident that carries out the playbook `made-up`."""

    def __init__(self, *steps: JsonObject) -> None:
        """Confirm an incident that is pinned to the playbook of these steps, and begin it."""
        super().__init__()
        self.to_contain()
        self.state.policies = {**self.state.policies, PLAYBOOKS: made_up(steps)}
        self.submit(ROBIN, StartPlaybook(playbook="made-up"))

    @property
    def play(self) -> Play:
        """The play as it stands."""
        return self.state.plays["1"]

    def stage(self, name: str) -> StepStage:
        """How a step stands."""
        found = self.play.find(name)
        assert found is not None
        action = self.state.actions.get(found.action or "")
        return self.play.stage_of(found, action.state if action else None)

    def start(self, name: str, mode: str = "by_hand", by: Actor = ROBIN) -> Event:
        """Start a step; return the receipt."""
        return self.submit(by, StartStep(play=1, step=name, mode=StepMode(mode)))

    def report(self, name: str, outcome: str = "performed", **left: object) -> Event:
        """Report how a step went; return the receipt."""
        said = {"play": 1, "step": name, "outcome": outcome, "statement": "Done.", **left}
        return self.submit(ROBIN, ReportStep.model_validate(said))

    def perform(self, name: str) -> Event:
        """Start a step by hand, and report it performed."""
        self.start(name)
        return self.report(name)

    def skip(self, name: str) -> Event:
        """Leave a step out."""
        return self.submit(COMMANDER, SkipStep(play=1, step=name, because="Not needed here."))

    def repeat(self, name: str) -> Event:
        """Have a step done again."""
        return self.submit(COMMANDER, RepeatStep(play=1, step=name, because="It broke again."))

    def add(self, name: str, *after: str, **changes: object) -> Event:
        """Add a step on the spot."""
        added = Step.model_validate(step(name, *after, **changes))
        return self.submit(COMMANDER, AddStep(play=1, step=added))

    def approve(self, option: str = "approved") -> Event:
        """Answer what is asked about the latest action, as somebody who has not proposed it."""
        asked = [name for name in self.open_requests() if "approval" in name]
        return self.answer(COMMANDER, asked[-1], option)

    def automated(self) -> AutomationOpening:
        """The one attempt whose workflow is to be started."""
        (opening,) = self.state.to_automate
        self.state.to_automate.clear()
        return opening

    def end(
        self, opening: AutomationOpening, state: str = "succeeded", output: str | None = DIGEST
    ) -> Event:
        """Let the workflow of an attempt end, and the incident hear of it."""
        outcome = AutomationOutcome(
            state=AutomationState(state), summary="It ran.", output=output, took_seconds=3
        )
        event = outcome_event(opening, outcome)
        entry = self.write(opening.workflow_id, event)
        noticed = Noticed(entry=entry, workflow=opening.workflow_id, event=event)
        self.process.noticed(noticed, self.now)
        return event
