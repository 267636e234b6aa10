"""A provider at its doors: an escalation as it was recorded, links to it, and what it hands in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from holdfast.domain.third_party.links import LinkAct, LinkClaims
from holdfast.store.evidence import append
from tests.api_doors import Doors
from tests.incident_at_work import new_incident_id
from tests.recording_temporal import RecordingTemporal
from tests.third_party_walk import ThirdPartyWalk, WalkedEscalation

__all__ = ["HTML", "NOBODYS", "Provider", "body_of", "forms_of"]

HTML = {"Accept": "text/html,application/xhtml+xml"}
NOBODYS = "INC-2026-999999/third-party-7"
"""An escalation that there is not."""

_FORM = re.compile(r'<form method="post" action="([^"]+/([a-z]+))"')


@dataclass
class Provider:
    """The provider of one escalation, with nothing but its links."""

    doors: Doors
    recorded: RecordingTemporal
    walk: ThirdPartyWalk
    escalation: WalkedEscalation
    kept: int = 0

    @classmethod
    async def called(cls, doors: Doors, recorded: RecordingTemporal) -> Provider:
        """Escalate to a provider, and record all of that."""
        walk = ThirdPartyWalk(new_incident_id())
        walk.now = datetime.now(UTC)
        walk.to_severity_1()
        escalation = walk.escalate()
        self = cls(doors, recorded, walk, escalation)
        recorded.running.add(escalation.state.opening.workflow_id)
        await self.keep()
        return self

    @property
    def reference(self) -> str:
        """What we call the escalation."""
        return self.escalation.state.opening.id

    @property
    def incident_id(self) -> str:
        """The incident."""
        return self.escalation.state.opening.incident

    async def keep(self) -> None:
        """Record what has happened since."""
        entries = self.walk.entries()
        await append(self.doors.platform.engine, entries[self.kept :])
        self.kept = len(entries)

    async def hear(self) -> None:
        """Let the escalation take in what was sent to it, as its workflow does, and record it."""
        for sent in self.recorded.sent[self.escalation.state.opening.workflow_id]:
            self.walk.now = datetime.now(UTC)
            self.escalation.process.receive(sent.signed.submission, self.walk.now)
        self.walk.let_communications_end()
        await self.keep()

    def link(self, act: LinkAct = LinkAct.PAGE, **claims: Any) -> str:  # noqa: ANN401 - any claim
        """A link as it is made here."""
        given: dict[str, Any] = {
            "escalation": self.reference,
            "act": act,
            "nonce": f"n-{new_incident_id()}",
            "expires_at": datetime.now(UTC) + timedelta(days=1),
        }
        return self.doors.platform.vendor_links.sign(LinkClaims(**(given | claims)))

    async def look(self, link: str, **headers: str) -> httpx.Response:
        """Look at what a link leads to."""
        return await self.doors.client.get(f"/v1/vendor/{link}", headers=headers)

    async def say(self, link: str, act: LinkAct, body: object, **headers: str) -> httpx.Response:
        """Say something over a link, as a program does."""
        given = {"Prefer": "wait=0"} | headers
        path = f"/v1/vendor/{link}/{act}"
        return await self.doors.client.post(path, json=body, headers=given)

    async def send(
        self, link: str, act: LinkAct, form: dict[str, str], **headers: str
    ) -> httpx.Response:
        """Send a form, as a browser does."""
        given = HTML | {"Prefer": "wait=0"} | headers
        path = f"/v1/vendor/{link}/{act}"
        return await self.doors.client.post(path, data=form, headers=given)

    async def refused(self, chain: str | None = None) -> list[dict[str, Any]]:
        """The refusals on a chain: that of the incident, if none is named."""
        rows = await self.doors.rows(
            "SELECT convert_from(body, 'UTF8')::jsonb -> 'payload' AS payload"
            " FROM evidence.record WHERE incident_id = :chain AND kind = 'vendor_link.refused'"
            " ORDER BY position",
            chain=chain or self.incident_id,
        )
        return [row.payload for row in rows]


def body_of(**changes: object) -> dict[str, object]:
    """What a program of the provider says."""
    return {"said_by": "Duty desk", "statement": "We are on it."} | changes


def forms_of(page: str) -> dict[str, str]:
    """The links of the forms of a page, by act."""
    found = _FORM.findall(page)
    return {act: path.split("/v1/vendor/")[1].split("/")[0] for path, act in found}
