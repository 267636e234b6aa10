"""An incident walked together with its communications, all of them writing to one chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from holdfast.domain.communication.asking import OpenCommunication, RecordReply
from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.kinds import Audience, Purpose, ReplyKind, Stage
from holdfast.domain.communication.message import Delivery, Draft
from holdfast.domain.communication.opening import Opening
from holdfast.domain.communication.process import CommunicationProcess
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import Event
from holdfast.domain.incident.process import IncidentProcess
from holdfast.domain.notices import Noticed
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.remediation.process import TaskProcess
from holdfast.domain.reporting.process import ReportingProcess
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.process import EscalationProcess
from tests.communication_walk import Body, CommunicationWalk, draft
from tests.statements import ROBIN
from tests.timed_walk import TimedWalk

__all__ = ["Child", "JointWalk", "Walked", "WalkedCommunication"]

Child = CommunicationProcess | EscalationProcess | TaskProcess | ReportingProcess
Walked = IncidentProcess | Child


class WalkedCommunication(CommunicationWalk):
    """One communication of a walked incident: it has the incident's time, chain and matrix."""

    def __init__(self, walk: JointWalk, opening: Opening, matrix: PinnedPolicy) -> None:
        """Begin with the draft of the opening, or with one composed as it asks."""
        self._walk = walk
        self.state = CommunicationState(opening=opening, matrix=matrix, severity=opening.severity)
        self.events: list[Event] = []
        self._numbers = count(1)
        self.process = CommunicationProcess(self.state, self._record)
        composed = draft() if opening.wish is None else _composed(opening.wish)
        self.process.begin(opening.draft or composed, None, self.now)

    @property
    def now(self) -> datetime:
        """The time in the incident."""
        return self._walk.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._walk.now = moment

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return self._walk.write(self.state.opening.workflow_id, event)

    def planned(self, number: int) -> Delivery:
        """The delivery of that number in the latest version."""
        assert self.state.draft is not None
        return self.state.draft.deliveries[number]

    def submit(self, actor: Actor, body: Body) -> Event:
        """Hand in a submission, let happen what follows anywhere, and return its receipt."""
        receipt = super().submit(actor, body)
        self._walk.let_communications_end()
        return receipt


class JointWalk(TimedWalk):
    """A walk whose communications are walked as well."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.communications: dict[int, WalkedCommunication] = {}
        self.channels_say: list[DeliveryReport] = []
        """What the next deliveries come to; without it, every channel takes all it is given."""
        super().__init__(incident_id)

    def drafted(self, purpose: Purpose) -> WalkedCommunication:
        """The communication of that purpose that waits to be handed in."""
        return next(
            each
            for each in self.communications.values()
            if each.state.opening.purpose is purpose and each.state.stage is Stage.DRAFT
        )

    def open(
        self,
        first: Draft | None = None,
        *,
        purpose: Purpose = Purpose.HOLDING_STATEMENT,
        audience: Audience = Audience.CLIENTS,
    ) -> WalkedCommunication:
        """Let Robin open a communication with that draft."""
        number = len(self.communications) + 1
        composed = first or draft(purpose=purpose, audience=audience)
        self.submit(ROBIN, OpenCommunication(purpose=purpose, audience=audience, draft=composed))
        return self.communications[number]

    def reply(
        self,
        kind: ReplyKind,
        *,
        due_in: timedelta | None = None,
        answered: str | None = None,
    ) -> Event:
        """Let Robin record what came back."""
        due_at = None if due_in is None else self.now + due_in
        body = RecordReply(reply=kind, received_at=self.now, due_at=due_at, answered=answered)
        return self.submit(ROBIN, body)

    def wait(self, duration: timedelta) -> None:
        """Let time pass in all of them, stopping at each moment at which something is due."""
        end = self.now + duration
        while (upcoming := self._next_moment()) and upcoming <= end:
            self.now = max(self.now, upcoming)
            for process in self.processes():
                process.tick(self.now)
            self.judge()
            self.let_communications_end()
        self.now = end

    def let_communications_end(self) -> None:
        """Let everything happen that waits for nobody: openings, notices, deliveries, ends."""
        while self.open_one() or self.tell_one() or any(map(self._go_on, self.running())):
            self.judge()

    def _next_moment(self) -> datetime | None:
        upcoming = [process.next_moment() for process in self.processes()]
        return min((moment[0] for moment in upcoming if moment is not None), default=None)

    def processes(self) -> list[Walked]:
        """Everything that time moves."""
        return [self.process, *(each.process for each in self.running())]

    def running(self) -> list[WalkedCommunication]:
        """The communications of which something is left to do."""
        return [each for each in self.communications.values() if not each.state.closed]

    def open_one(self) -> bool:
        """Begin what the incident has opened; False if there is nothing."""
        if not self.state.to_open:
            return False
        opening, matrix = self.state.to_open.pop(0)
        self.communications[opening.number] = WalkedCommunication(self, opening, matrix)
        return True

    def tell_one(self) -> bool:
        """Give a notice that the incident owes; False if there is none."""
        if not self.state.to_tell:
            return False
        child, entry = self.state.to_tell.pop(0)
        noticed = self.noticed(entry)
        for process in self.children(str(child)):
            process.noticed(noticed, self.now)
        return True

    def children(self, workflow: str) -> list[Child]:
        """The children of that workflow id."""
        return [
            each.process
            for each in self.communications.values()
            if each.state.opening.workflow_id == workflow
        ]

    def _go_on(self, communication: WalkedCommunication) -> bool:
        process, state = communication.process, communication.state
        if orders := process.orders():
            said = self.channels_say.pop(0) if self.channels_say else None
            number = orders[0].number
            taken = DeliveryReport(sent=communication.planned(number).count)
            process.delivered(number, said or taken, self.now)
        elif state.over:
            process.close()
        elif not state.told:
            return False
        while state.told:
            self.process.noticed(self.noticed(state.told.pop(0)), self.now)
        return True

    def noticed(self, entry_id: str) -> Noticed:
        """An entry as one gives notice of it."""
        entry = next(each for each in self.entries() if each.id == entry_id)
        return Noticed(entry=entry.id, workflow=entry.workflow, event=entry.event)


def _composed(wish: DraftWish) -> Draft:
    return draft(f"On {wish.purpose}.", purpose=wish.purpose, audience=wish.audience)
