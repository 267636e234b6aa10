"""A playbook that is carried out: how each step stands, and which of them may begin."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.actions import ActionState
from holdfast.domain.playbooks.kinds import StepMode, StepStage
from holdfast.domain.playbooks.naming import step_clock
from holdfast.domain.playbooks.policy import Step
from holdfast.domain.values import (
    Count,
    Digest,
    Frozen,
    Identifier,
    Instant,
    JsonObject,
    Line,
    Token,
    digest_of,
)

__all__ = ["Play", "PlayedStep", "allowed_time", "automation_digest", "step_content"]

_BEGUN = frozenset(
    {StepStage.RUNNING, StepStage.PERFORMED, StepStage.FAILED, StepStage.SKIPPED},
)


class PlayedStep(Frozen):
    """A step as it stands; `stage` is `ready` while nothing has become of it.

    `attempt` counts what was started, `failures` what has failed. `action` is the one that others
    have to approve, `tried` the digest of the automation whose dry run ended well.
    """

    step: Step
    stage: StepStage = StepStage.READY
    attempt: Count = 0
    failures: Count = 0
    mode: StepMode | None = None
    started_at: Instant | None = None
    action: Identifier | None = None
    tried: Digest | None = None


class Play(Frozen):
    """One playbook that an incident carries out; `finished` is when no step is left to be done."""

    number: Count
    playbook: Token
    title: Line
    steps: tuple[PlayedStep, ...]
    finished: bool = False

    def find(self, step_id: str) -> PlayedStep | None:
        """The step of that id; None where there is none."""
        return next((each for each in self.steps if each.step.id == step_id), None)

    def waits_for(self, played: PlayedStep) -> tuple[str, ...]:
        """The steps before it that are not finished, in its order."""
        finished = {each.step.id for each in self.steps if each.stage.finished}
        return tuple(name for name in played.step.after if name not in finished)

    def stage_of(self, played: PlayedStep, approval: ActionState | None) -> StepStage:
        """How a step stands, seen together with those before it, and with its approval.

        `approval` is how the action stands that it is; None where there is none.
        """
        if played.stage in _BEGUN:
            return played.stage
        if self.waits_for(played):
            return StepStage.WAITING
        asked = approval is ActionState.PROPOSED
        return StepStage.AWAITING_APPROVAL if asked else StepStage.READY

    def with_step(self, changed: PlayedStep) -> Play:
        """The play with that step in the place of the one with its id, or at the end."""
        if self.find(changed.step.id) is None:
            return self.model_copy(update={"steps": (*self.steps, changed)})
        steps = tuple(changed if each.step.id == changed.step.id else each for each in self.steps)
        return self.model_copy(update={"steps": steps})

    def clock_of(self, played: PlayedStep) -> str:
        """The id of the clock of the latest attempt at a step."""
        return step_clock(self.number, played.step.id, played.attempt)

    @property
    def done(self) -> bool:
        """Whether every step is performed or skipped."""
        return all(each.stage.finished for each in self.steps)

    @property
    def counts(self) -> JsonObject:
        """How many steps were performed, how many skipped, and how many attempts have failed."""
        stages = [each.stage for each in self.steps]
        return {
            "done": stages.count(StepStage.PERFORMED),
            "skipped": stages.count(StepStage.SKIPPED),
            "failed": sum(each.failures for each in self.steps),
        }


def automation_digest(step: Step) -> Digest:
    """The digest of exactly what a step has the worker do; of a step without, of nothing."""
    automation = step.automation
    return digest_of(automation.model_dump(mode="json") if automation else None)


def step_content(step: Step) -> JsonObject:
    """A step as evidence holds it, in full."""
    return step.model_dump(mode="json")


def allowed_time(step: Step) -> timedelta:
    """After how long the automation of a step is broken off."""
    timeout = step.automation.timeout if step.automation else None
    return timeout or step.expected
