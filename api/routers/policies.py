"""The doors of policies: read, compared, drafted, and published by another person."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader, acting_as, allow
from api.drawings import DRAWN, draw_tree
from api.platform import Doors, Platform
from api.policy_bodies import DRAFT_BODY, read_draft
from api.policy_models import (
    DraftQuery,
    PolicyDeed,
    PolicyDiff,
    PolicyDocumentAnswer,
    PolicyHistory,
    PolicyList,
    PolicyName,
    PolicyPublication,
    PolicyStanding,
    VersionName,
    VersionPath,
    policy_deed,
    policy_version,
)
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.policies import SEVERITY_TREE, severity_tree
from holdfast.domain.policy_diff import differences
from holdfast.domain.roles import Role
from holdfast.domain.values import JsonObject
from holdfast.store.access_tokens import Caller
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.policy_kinds import POLICY_KINDS
from holdfast.store.policy_life import Draft, Publication, draft_policy, publish_policy
from holdfast.store.published_policies import StoredPolicy, fetch_policy, in_force, list_policies
from holdfast.telemetry import current_trace_id

__all__ = ["POLICY_ROLES", "router"]

router = APIRouter(prefix="/v1/policies", tags=["policies"], route_class=StrictRoute)

POLICY_ROLES = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER, Role.MANAGEMENT_BODY)
"""Who may draft, try and publish; of each draft, nobody alone."""

Governing = Annotated[Caller, Depends(allow(*POLICY_ROLES))]
_READING = problems(401, 403, 404, 422, 503)
_WRITING = {
    200: {"model": PolicyDeed, "description": "It was done before, exactly so."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


class DiffQuery(BaseModel):
    """Against which version."""

    model_config = ConfigDict(extra="forbid")

    against: VersionName | None = Field(
        default=None, description="The other version: the one in force now, if left out."
    )


@router.get(
    "",
    summary="List policies",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def get_policies(doors: Doors) -> PolicyList:
    """List all policies: what is in force now, what will be, and what is drafted."""
    async with doors.reads.connect() as connection:
        stored = await list_policies(connection)
    now = datetime.now(UTC)
    names = sorted({version.name for version in stored})
    return PolicyList(
        policies=[_standing(name, [v for v in stored if v.name == name], now) for name in names]
    )


@router.get("/{name}", summary="List the versions", dependencies=[AnyReader], responses=_READING)
async def get_versions(name: PolicyName, doors: Doors) -> PolicyHistory:
    """List all versions of a policy, in the order in which they were drafted."""
    versions = await _versions(doors, name)
    current = in_force(versions, datetime.now(UTC))
    return PolicyHistory(name=name, versions=[policy_version(v, current) for v in versions])


@router.get(
    "/{name}/{version}", summary="Read a version", dependencies=[AnyReader], responses=_READING
)
async def get_version(name: PolicyName, version: VersionPath, doors: Doors) -> PolicyDocumentAnswer:
    """Read a version with its content: who drafted, tried and published it, and from when."""
    stored = await _stored(doors, name, version)
    current = in_force(await _versions(doors, name), datetime.now(UTC))
    told = policy_version(stored, current).model_dump()
    return PolicyDocumentAnswer(**told, document=await _document(doors, stored))


@router.get(
    "/{name}/{version}/diff",
    summary="Compare two versions",
    dependencies=[AnyReader],
    responses=_READING,
)
async def get_diff(
    name: PolicyName, version: VersionPath, doors: Doors, query: Annotated[DiffQuery, Query()]
) -> PolicyDiff:
    """Say which paths were added, removed and changed since another version."""
    stored = await _stored(doors, name, version)
    if query.against is not None:
        other = await _stored(doors, name, query.against)
    else:
        current = in_force(await _versions(doors, name), datetime.now(UTC))
        other = current or stored
    before, after = await _document(doors, other), await _document(doors, stored)
    found = list(differences(before, after))
    return PolicyDiff(name=name, version=version, against=other.version, differences=found)


@router.get(
    "/severity-tree/{version}/diagram.svg",
    summary="Draw a severity tree",
    dependencies=[AnyReader],
    response_class=Response,
    responses={**DRAWN, **_READING},
)
async def get_diagram(version: VersionPath, doors: Doors) -> Response:
    """Draw a version of the severity tree, as anybody can read it."""
    stored = await _stored(doors, SEVERITY_TREE, version)
    tree = severity_tree(json.dumps(await _document(doors, stored)))
    return await draw_tree(tree, stored.digest)


@router.get(
    "/{name}/{version}/trial",
    summary="Read the report of the trial",
    dependencies=[AnyReader],
    responses=_READING,
)
async def get_trial(name: PolicyName, version: VersionPath, doors: Doors) -> JsonObject:
    """Read what the last trial of a version on the past has shown, all of it."""
    stored = await _stored(doors, name, version)
    if stored.trial is None:
        detail = f"{name} {version} was not tried on the past"
        raise Problem(DoorCode.NOT_FOUND, detail)
    async with doors.reads.connect() as connection:
        report: JsonObject = json.loads(await fetch_artifact(connection, stored.trial["report"]))
    return report


@router.post(
    "/{name}",
    status_code=201,
    summary="Draft a version",
    response_model=PolicyDeed,
    responses=_WRITING,
    openapi_extra={"requestBody": DRAFT_BODY},
)
async def draft(
    name: PolicyName,
    request: Request,
    doors: Doors,
    caller: Governing,
    query: Annotated[DraftQuery, Query()],
) -> Response:
    """Propose a version: JSON with `reason` and `document`, or the document itself as YAML.

    It is checked as a whole and refused with every fault, of YAML with its line. Its version must
    be new; what is kept, and hashed, is its canonical JSON.
    """
    _require_kind(name)
    body = await read_draft(request, name, query)
    actor = acting_as(caller, body.role, *POLICY_ROLES)
    proposed = Draft(body.policy, body.reason, actor, current_trace_id())
    async with doors.engine.begin() as connection:
        deed = await draft_policy(connection, proposed)
    return answer_with(201 if deed.new else 200, policy_deed(deed.entry))


@router.post(
    "/{name}/{version}/publication",
    status_code=201,
    summary="Publish a version",
    response_model=PolicyDeed,
    responses=_WRITING,
)
async def publish(
    name: PolicyName,
    version: VersionPath,
    body: PolicyPublication,
    doors: Doors,
    caller: Governing,
) -> Response:
    """Put a draft of another person into force, now or later, once it was tried on the past.

    Incidents that open from then on are pinned to it; those that run keep what they began with.
    """
    publication = Publication(
        name=name,
        version=version,
        rationale=body.rationale,
        actor=acting_as(caller, body.role, *POLICY_ROLES),
        now=datetime.now(UTC),
        effective_at=body.effective_at,
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await publish_policy(connection, publication)
    await doors.policies.refresh()
    return answer_with(201 if deed.new else 200, policy_deed(deed.entry))


def _require_kind(name: str) -> None:
    if name not in POLICY_KINDS:
        detail = f"there is no policy {name}; there are {', '.join(sorted(POLICY_KINDS))}"
        raise Problem(DoorCode.NOT_FOUND, detail, name=name)


def _standing(name: str, versions: list[StoredPolicy], now: datetime) -> PolicyStanding:
    current = in_force(versions, now)
    later = [v for v in versions if v.effective_at is not None and v.effective_at > now]
    return PolicyStanding(
        name=name,
        in_force=policy_version(current, current) if current else None,
        upcoming=[policy_version(version, current) for version in later],
        drafts=[policy_version(v, current) for v in versions if v.published_at is None],
    )


async def _versions(doors: Platform, name: str) -> list[StoredPolicy]:
    async with doors.reads.connect() as connection:
        versions = list(await list_policies(connection, name))
    if not versions:
        _require_kind(name)
    return versions


async def _stored(doors: Platform, name: str, version: str) -> StoredPolicy:
    async with doors.reads.connect() as connection:
        stored = await fetch_policy(connection, name, version)
    if stored is None:
        _require_kind(name)
        detail = f"there is no version {version} of the policy {name}"
        raise Problem(DoorCode.NOT_FOUND, detail, name=name, version=version)
    return stored


async def _document(doors: Platform, stored: StoredPolicy) -> JsonObject:
    async with doors.reads.connect() as connection:
        document: JsonObject = json.loads(await fetch_artifact(connection, stored.digest))
    return document
