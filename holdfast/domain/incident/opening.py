"""What an incident workflow starts with: its id, its policies, and a state when it goes on."""

from __future__ import annotations

from holdfast.domain.events import PolicyPin
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.values import Frozen, Identifier

__all__ = ["INCIDENT_WORKFLOW", "IncidentInput", "ReceivedSignal"]

INCIDENT_WORKFLOW = "IncidentWorkflow"


class ReceivedSignal(Frozen):
    """A signal as it came, unread: its name, and its arguments as text."""

    name: str
    arguments: tuple[str, ...]


class IncidentInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `policies` are those whose content the workflow works with, `pins` those that only activities
    read. `history_limit` is the number of events after which a run continues as new; `state` and
    `inbox` are what the run before handed over, signals still unread included.
    """

    incident_id: Identifier
    policies: dict[Identifier, PinnedPolicy]
    pins: tuple[PolicyPin, ...] = ()
    history_limit: int = 1_000
    state: IncidentState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
