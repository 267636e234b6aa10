"""With what the automation of a step begins: one attempt, as a dry run or in earnest."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from holdfast.domain.automation.naming import automated_step_id, step_id
from holdfast.domain.events import Subject
from holdfast.domain.values import Duration, Frozen, Identifier, Line, Token

__all__ = ["AutomationOpening"]

_Number = Annotated[int, Field(ge=1, le=1_000_000)]


class AutomationOpening(Frozen):
    """One attempt at one step; `opened` is the entry `step.started` of the incident.

    `automation` is the name of one that the worker's configuration has, `parameters` are the plain
    words of the playbook. Broken off after `timeout`, or after what the configuration allows it, if
    that is shorter.
    """

    incident: Identifier
    play: _Number
    playbook: Token
    step: Token
    attempt: _Number
    automation: Token
    parameters: dict[Token, Line] = Field(default_factory=dict, max_length=20)
    dry_run: bool
    opened: Identifier
    timeout: Duration

    @property
    def id(self) -> str:
        """The id of its workflow, and the key under which it is done once at most."""
        return automated_step_id(
            self.incident, self.play, self.step, self.attempt, dry_run=self.dry_run
        )

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return self.id

    @property
    def mode(self) -> str:
        """How entries call it: `dry_run` or `automated`."""
        return "dry_run" if self.dry_run else "automated"

    @property
    def subject(self) -> Subject:
        """What its entries are about."""
        return Subject(type="step", id=step_id(self.incident, self.play, self.step))
