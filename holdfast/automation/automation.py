"""An automation as the rest of Holdfast sees it, and all automations of an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from holdfast.domain.automation.outcome import AutomationState

__all__ = ["MOST_OUTPUT", "Automation", "Automations", "Beat", "Done", "Order", "line_of"]

MOST_OUTPUT = 64 * 1024
"""Bytes of an output that are kept: its beginning."""

_LONGEST_SUMMARY = 120

Beat = Callable[[str], None]
"""Told how far it is, in a few words without secrets, while it runs."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done, under which key, and for how many seconds at most.

    The key is the same at every attempt to do the same thing, and of nothing else.
    """

    key: str
    parameters: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it. `summary` says it in a line; `output` is what was said, without secrets.

    `exit_status` is that of a command, `http_status` that of a request.
    """

    state: AutomationState
    summary: str
    output: bytes | None = None
    exit_status: int | None = None
    http_status: int | None = None


class Automation(Protocol):
    """One thing that can be done without a person. Nothing that goes wrong in it is an error.

    Both ways to do it end at the latest with the order's seconds, and leave nothing running when
    they are cancelled.
    """

    @property
    def name(self) -> str:
        """Its name in the configuration."""

    @property
    def kind(self) -> str:
        """How it is done: `command` or `http`."""

    @property
    def title(self) -> str:
        """What it does, in words."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The expression that each of its parameters has to match, by name."""

    @property
    def repeatable(self) -> bool:
        """Whether doing it again under the same key, also at the same time, is doing it once."""

    @property
    def seconds(self) -> float:
        """How long it may take at most."""

    def fault(self) -> str | None:
        """Why it cannot be done here, such as a program that is away; None where it can."""

    def refusal(self, parameters: Mapping[str, str]) -> str | None:
        """Why it cannot be done with these parameters; None where it can. It repeats no value."""

    async def dry_run(self, order: Order, beat: Beat) -> Done:
        """Try it without changing anything, in the form that its configuration names."""

    async def run(self, order: Order, beat: Beat) -> Done:
        """Do it."""


class Automations:
    """All automations of this installation, by name."""

    def __init__(self, automations: Iterable[Automation] = ()) -> None:
        """Take them; their names differ."""
        self._automations = {each.name: each for each in automations}

    @property
    def all(self) -> Mapping[str, Automation]:
        """Each by its name, in the order of the configuration."""
        return MappingProxyType(self._automations)

    def get(self, name: str) -> Automation | None:
        """The automation of that name; None where there is none."""
        return self._automations.get(name)

    def refusal(self, name: str, parameters: Mapping[str, str]) -> str | None:
        """Why that cannot be done here; None where it can."""
        automation = self._automations.get(name)
        if automation is None:
            known = ", ".join(self._automations) or "none"
            return f"there is no automation {name} here; there are: {known}"
        return automation.refusal(parameters) or automation.fault()


def line_of(words: str) -> str:
    """One printable line of it, short enough for a summary."""
    line = "".join(each if each.isprintable() else " " for each in words)
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST_SUMMARY else f"{line[: _LONGEST_SUMMARY - 1]}…"
