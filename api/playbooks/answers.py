"""What the doors of playbooks answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.events import PolicyPin
from holdfast.domain.playbooks.kinds import IncidentType
from holdfast.domain.playbooks.naming import play_id
from holdfast.domain.playbooks.policy import Playbook, PlaybooksPolicy, Step
from holdfast.domain.values import Instant, JsonObject
from holdfast.store.playbooks.reading import StoredPlay

__all__ = [
    "IncidentPlaybooks",
    "KnownPlaybook",
    "Play",
    "PlayStep",
    "PlaybookList",
    "known_playbooks",
    "play_in_full",
]


_PIN: JsonObject = {"name": "playbooks", "version": "1.0.0", "digest": f"sha256:{'3c' * 32}"}
_STEP: JsonObject = {
    "id": "fail-over",
    "title": "Fail over to the standby",
    "phase": "recovery",
    "kind": "failover",
    "owner": "responder",
    "expected": "PT30M",
    "after": ["stop-calling"],
    "disruptive": True,
    "automation": {"name": "fail-over", "parameters": {"to": "standby"}, "timeout": None},
    "evidence": ["statement"],
    "check": None,
    "service": None,
    "detail": None,
}
_BOOK: JsonObject = {
    "playbook": "provider-outage",
    "title": "Outage at a provider, with failover",
    "types": ["external_event", "system_failure"],
    "services": [],
    "when": "A provider does not deliver, and there is somewhere else to go.",
    "fits": True,
    "steps": [_STEP],
}


class KnownPlaybook(BaseModel):
    """One playbook, as its policy has it."""

    playbook: str
    title: str
    types: list[IncidentType] = Field(description="Empty: for any type of incident.")
    services: list[str] = Field(description="Empty: for any service.")
    when: str | None = Field(description="By what one sees that it is the right one.")
    fits: bool = Field(description="Whether it is for what was asked, or for what is affected.")
    steps: list[Step]


class PlaybookList(BaseModel):
    """The playbooks in force."""

    model_config = ConfigDict(json_schema_extra={"example": {"policy": _PIN, "playbooks": [_BOOK]}})

    policy: PolicyPin
    playbooks: list[KnownPlaybook]


class PlayStep(BaseModel):
    """One step of a playbook that is carried out, as it stands."""

    model_config = ConfigDict(from_attributes=True)

    step: str
    title: str
    phase: str
    kind: str
    owner: str
    stage: str = Field(
        description="`waiting`, `ready`, `awaiting_approval`, `running`, `performed`, `failed` or"
        " `skipped`."
    )
    late: bool = Field(description="Whether the latest attempt takes, or took, too long.")
    waits_for: list[str] = Field(description="The steps that must be finished first.")
    added: bool = Field(description="Whether it was added on the spot.")
    needs_approval: bool
    action: str | None = Field(description="The action that others approve, once it is proposed.")
    action_state: str | None
    attempt: int
    mode: str | None
    expected_seconds: int
    started_at: Instant | None
    ended_at: Instant | None
    took_seconds: int | None
    statement: str | None
    because: str | None = Field(description="Why it failed, or was skipped.")
    references: list[str]
    documents: list[str] = Field(description="Attachments of the incident, by digest.")
    output: str | None = Field(description="What its automation has said, by digest.")
    tried: JsonObject | None = Field(description="The last dry run that ended well.")
    content: JsonObject = Field(description="The step in full.")
    last_entry: str


class Play(BaseModel):
    """A playbook that the incident carries out."""

    play: int
    play_id: str
    playbook: str
    title: str
    policy: JsonObject = Field(description="Of which version of the policy it is.")
    started_by: JsonObject
    started_at: Instant
    finished_at: Instant | None
    entry_id: str
    steps: list[PlayStep]


class IncidentPlaybooks(BaseModel):
    """The playbooks of the version to which an incident is pinned, and those carried out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "incident_id": "INC-2026-000001",
                "policy": _PIN,
                "playbooks": [_BOOK],
                "plays": [],
            }
        }
    )

    incident_id: str
    policy: PolicyPin | None = Field(description="Null: it was opened before there were any.")
    playbooks: list[KnownPlaybook] = Field(description="Those for its services first.")
    plays: list[Play]


def known_playbooks(
    policy: PlaybooksPolicy, services: frozenset[str] | None
) -> list[KnownPlaybook]:
    """All playbooks, those for one of these services first, those for any service after them.

    None: nobody asks for which services; then all of them fit.
    """
    known = [
        _known(name, book, fits=services is None or book.fits(services))
        for name, book in policy.playbooks.items()
    ]
    return sorted(known, key=lambda each: (not each.fits, not each.services))


def _known(name: str, book: Playbook, *, fits: bool) -> KnownPlaybook:
    return KnownPlaybook(
        playbook=name,
        title=book.title,
        types=list(book.types),
        services=list(book.services),
        when=book.when,
        fits=fits,
        steps=list(book.steps),
    )


def play_in_full(stored: StoredPlay) -> Play:
    """A play as it is told, with its steps."""
    row: dict[str, Any] = dict(stored.row)
    called = play_id(row.pop("incident_id"), row["play"])
    return Play(**row, play_id=called, steps=list(_steps(stored.steps)))


def _steps(rows: Iterable[Mapping[str, Any]]) -> Iterable[PlayStep]:
    for row in rows:
        yield PlayStep.model_validate({**row, "references": row["refers_to"]})
