"""What the doors of policies take and answer with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.domain.policy_diff import Difference
from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Instant, JsonObject, Text
from holdfast.evidence.entry import Entry
from holdfast.store.published_policies import StoredPolicy

__all__ = [
    "DraftQuery",
    "PolicyDeed",
    "PolicyDiff",
    "PolicyDocumentAnswer",
    "PolicyDraft",
    "PolicyHistory",
    "PolicyList",
    "PolicyName",
    "PolicyPublication",
    "PolicyStanding",
    "PolicyTrialRequest",
    "PolicyVersion",
    "VersionName",
    "VersionPath",
    "policy_deed",
    "policy_version",
]

PolicyName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z-]{0,40}$"),
    Path(description="The name of the policy.", examples=["severity-tree"]),
]
VersionName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$")]
VersionPath = Annotated[
    VersionName, Path(description="The version, as its document says.", examples=["2.0.0"])
]
_RoleAsked = Annotated[Role | None, Field(description="As whom, if your token has several roles.")]

_VERSION: JsonObject = {
    "name": "escalation",
    "version": "2.0.0",
    "digest": f"sha256:{'4f' * 32}",
    "state": "published",
    "reason": "The management body wants to hear of card payments too.",
    "drafted_by": {"id": "person-1f0c2a9b", "role": "compliance"},
    "drafted_at": "2026-03-05T10:00:00.000000Z",
    "trial": None,
    "published_by": {"id": "person-77aa01c4", "role": "management_body"},
    "published_at": "2026-03-05T12:00:00.000000Z",
    "effective_at": "2026-04-01T00:00:00.000000Z",
    "in_force": False,
}


class Trial(BaseModel):
    """What the last trial on the past has shown; `report` is the digest of all of it."""

    entry_id: str
    tried_by: Actor
    report: str
    summary: JsonObject


class PolicyVersion(BaseModel):
    """One version of a policy, as it stands."""

    model_config = ConfigDict(json_schema_extra={"example": _VERSION})

    name: str
    version: str
    digest: str = Field(description="SHA-256 of its canonical JSON (RFC 8785).")
    state: str = Field(description="`draft` or `published`.")
    reason: str | None = Field(description="Why, as its drafter says.")
    drafted_by: Actor
    drafted_at: Instant
    trial: Trial | None
    published_by: Actor | None
    published_at: Instant | None
    effective_at: Instant | None
    in_force: bool = Field(description="Whether incidents that open now are pinned to it.")


class PolicyStanding(BaseModel):
    """One policy: what is in force now, what will be, and what is drafted."""

    name: str
    in_force: PolicyVersion | None
    upcoming: list[PolicyVersion] = Field(description="Published, in force later.")
    drafts: list[PolicyVersion]


class PolicyList(BaseModel):
    """All policies, by name."""

    policies: list[PolicyStanding]


class PolicyHistory(BaseModel):
    """All versions of one policy, in the order in which they were drafted."""

    name: str
    versions: list[PolicyVersion]


class PolicyDocumentAnswer(PolicyVersion):
    """One version with its content."""

    model_config = ConfigDict(json_schema_extra={"example": {**_VERSION, "document": {"…": "…"}}})

    document: JsonObject


class PolicyDiff(BaseModel):
    """What differs between two versions."""

    name: str
    version: str
    against: str
    differences: list[Difference]


class PolicyDraft(Frozen):
    """A version that somebody proposes, as JSON."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "reason": "The annual review: the review may take three weeks.",
                "document": {"name": "recovery", "version": "1.1.0", "…": "…"},
            }
        }
    )

    reason: Text
    document: JsonObject
    role: _RoleAsked = None


class DraftQuery(BaseModel):
    """What is said of a draft whose body is YAML."""

    model_config = ConfigDict(extra="forbid")

    reason: Text | None = Field(default=None, description="Why; with a YAML body only.")
    role: Role | None = Field(default=None, description="As whom; with a YAML body only.")


class PolicyTrialRequest(Frozen):
    """Try a draft on the past."""

    model_config = ConfigDict(json_schema_extra={"example": {"role": "compliance"}})

    role: _RoleAsked = None


class PolicyPublication(Frozen):
    """The agreement of another person, which puts the draft into force."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rationale": "Tried on last year's incidents: two more escalations. Agreed.",
                "effective_at": "2026-04-01T00:00:00Z",
            }
        }
    )

    rationale: Text
    effective_at: Instant | None = Field(
        default=None, description="From when: now, if left out; never in the past."
    )
    role: _RoleAsked = None


class PolicyDeed(BaseModel):
    """The entry that says that it was done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "escalation",
                "version": "2.0.0",
                "digest": f"sha256:{'4f' * 32}",
                "entry_id": "policy/escalation/2.0.0/published#0",
                "kind": "policy.published",
                "occurred_at": "2026-03-05T12:00:00.000000Z",
                "actor": {"id": "person-77aa01c4", "role": "management_body"},
                "payload": {"rationale": "Agreed.", "effective_at": "2026-04-01T00:00:00.000000Z"},
            }
        }
    )

    name: str
    version: str
    digest: str
    entry_id: str
    kind: str
    occurred_at: Instant
    actor: Actor
    payload: JsonObject


def policy_deed(entry: Entry) -> PolicyDeed:
    """The entry about a version of a policy as it is told."""
    payload = entry.event.payload
    return PolicyDeed(
        name=payload["name"],
        version=payload["version"],
        digest=entry.event.subject.digest or "",
        entry_id=entry.id,
        kind=str(entry.event.kind),
        occurred_at=entry.occurred_at,
        actor=entry.event.actor,
        payload=payload,
    )


def policy_version(stored: StoredPolicy, current: StoredPolicy | None) -> PolicyVersion:
    """A version as it is told; `current` is the one that is in force."""
    known = {name: getattr(stored, name) for name in StoredPolicy.__slots__}
    return PolicyVersion.model_validate({**known, "in_force": stored == current})
