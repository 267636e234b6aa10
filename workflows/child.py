"""What every child of an incident does: it works, shows itself, tells the incident, goes on as new.

A child's workflow is a class of a few lines around one of these: Temporal wants signals and the
run to stand in it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from temporalio import workflow

from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.operator_view import SearchValue
from workflows.children import give_notice
from workflows.operator_page import OperatorPage
from workflows.signed_work import Process, SignedWork, State

__all__ = ["Child", "ChildInput", "ChildState"]


class ChildState(State, Protocol):
    """What a child carries: `told` are entries of which the incident is still to be told."""

    told: list[str]

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        ...


class ChildInput(Protocol):
    """The one argument of a child's workflow, a frozen model."""

    @property
    def history_limit(self) -> int:
        """After how many events a run continues as new."""
        ...

    def model_copy(self, *, update: dict[str, Any]) -> Any:  # noqa: ANN401 - as pydantic has it
        """Copy it with other values."""
        ...


_State = TypeVar("_State", bound=ChildState)
_Process = TypeVar("_Process", bound=Process)


class Child(Generic[_State, _Process]):
    """The course of one child over its signed work."""

    def __init__(
        self,
        given: ChildInput,
        incident: str,
        work: SignedWork[_State, _Process],
        show: Callable[[_State], tuple[str, dict[str, SearchValue]]],
    ) -> None:
        """Carry that work on; `show` says what operators see of its state."""
        self._given = given
        self._incident = incident_workflow_id(incident)
        self._show = show
        self._page = OperatorPage()
        self.work = work

    @property
    def state(self) -> _State:
        """Where it stands."""
        return self.work.state

    async def until_over(
        self,
        begin: Callable[[], Coroutine[Any, Any, None]],
        reach_out: Callable[[], Coroutine[Any, Any, None]] | None = None,
        may_go_on_as_new: Callable[[], bool] = lambda: True,
        or_when: Callable[[], bool] = lambda: False,
    ) -> None:
        """Work until nothing is left to do, nor to read.

        `begin` comes first of all; `reach_out` is for what it sets going beside telling the
        incident. A run continues as new only when that may be, and a step ends `or_when` too.
        """
        if self.state.sequence == 0:
            await begin()
        while True:
            if reach_out is not None:
                await reach_out()
            await self._tell()
            self._page.put(*self._show(self.state))
            if self.state.over and not self.work.waiting:
                return
            if self.work.is_long(self._given.history_limit) and may_go_on_as_new():
                self._continue_as_new()
            await self.work.step(or_when)

    async def _tell(self) -> None:
        """Give the incident notice of what concerns it."""
        while self.state.told:
            await give_notice(self._incident, self.state.told[0])
            del self.state.told[0]

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self.state, "inbox": self.work.unread()})
        )
