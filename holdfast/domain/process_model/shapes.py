"""What a model of the process is made of: pools with lanes, nodes in them, and flows between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.roles import Role

__all__ = [
    "Aside",
    "Flow",
    "Message",
    "Node",
    "NodeKind",
    "Pool",
    "ProcessModel",
    "Trigger",
    "Way",
    "decision",
    "phase",
]


class NodeKind(StrEnum):
    """The elements of BPMN 2.0 that the model uses, by their names there."""

    START = "startEvent"
    END = "endEvent"
    THROW = "intermediateThrowEvent"
    CATCH = "intermediateCatchEvent"
    BOUNDARY = "boundaryEvent"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    PEOPLE = "userTask"
    RULE = "businessRuleTask"
    SERVICE = "serviceTask"
    RECEIVE = "receiveTask"


class Trigger(StrEnum):
    """What an event waits for, or does, by its name in BPMN 2.0."""

    MESSAGE = "messageEventDefinition"
    TIMER = "timerEventDefinition"
    ESCALATION = "escalationEventDefinition"
    CONDITION = "conditionalEventDefinition"


class Way(StrEnum):
    """How a flow is drawn; it says nothing about the process."""

    RIGHT = "right"
    UPRIGHT = "upright"
    BACK = "back"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Node:
    """One step, event or gateway; `column`, `row` and `lower` say where it is drawn only.

    `aside` is the id of the part beside the main flow that it belongs to; `on` the id of the step
    whose clock a boundary event is.
    """

    id: str
    kind: NodeKind
    name: str
    lane: Role
    column: int
    row: int = 0
    trigger: Trigger | None = None
    says: str = ""
    phase: Phase | None = None
    decision: DecisionKind | None = None
    aside: str | None = None
    on: str | None = None
    lower: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """What follows what; `name` is the outcome that leads there."""

    source: str
    target: str
    name: str = ""
    way: Way = Way.RIGHT

    @property
    def id(self) -> str:
        """Its id in the file: there is one flow at most from one node to another."""
        return f"flow.{self.source}.{self.target}"


@dataclass(frozen=True, slots=True)
class Aside:
    """What may happen at any time while the pool's process runs: an event sub-process."""

    id: str
    name: str
    lane: Role


@dataclass(frozen=True, slots=True)
class Pool:
    """One process of its own, which a workflow of its own runs."""

    id: str
    name: str
    says: str
    lanes: tuple[Role, ...]
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What starts the process of another pool."""

    source: str
    target: str
    name: str

    @property
    def id(self) -> str:
        """Its id in the file."""
        return f"message.{self.source}.{self.target}"


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """The whole process: the incident's, and those that begin with it or beside it."""

    name: str
    pools: tuple[Pool, ...]
    messages: tuple[Message, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes of all pools, in order."""
        return tuple(node for pool in self.pools for node in pool.nodes)


def decision(
    kind: DecisionKind, name: str, lane: Role, column: int, *, row: int = 0, says: str = ""
) -> Node:
    """The step in which people take that decision; its lane is a role that is asked."""
    id_ = f"decision.{kind}"
    return Node(id_, NodeKind.PEOPLE, name, lane, column, row, says=says, decision=kind)


def phase(
    kind: NodeKind, which: Phase, name: str, column: int, *, trigger: Trigger | None = None
) -> Node:
    """The event of entering that phase."""
    return Node(f"phase.{which}", kind, name, Role.SYSTEM, column, trigger=trigger, phase=which)
