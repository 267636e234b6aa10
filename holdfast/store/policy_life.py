"""The life of a version of a policy: drafted, tried on the past, published by another person.

Each step is an entry in the chain `policies`, written in the transaction that does it; a version
has one content for ever. Of two people who do the same at the same time, one goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject, canonical_json, digest_of, rfc3339
from holdfast.errors import Conflict, InvalidInput, NotFound
from holdfast.evidence.entry import Entry
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.chosen_deeds import ChosenDeed, find_deed
from holdfast.store.communications.template_checks import flaws_of
from holdfast.store.custody.four_eyes import require_another_person
from holdfast.store.deeds import record_deed
from holdfast.store.policies import POLICY_MEDIA_TYPE
from holdfast.store.policy_faults import Fault, faults_of, refuse
from holdfast.store.policy_kinds import POLICY_KINDS, TRIED_KINDS
from holdfast.store.published_policies import (
    POLICIES,
    POLICY_CHANNEL,
    StoredPolicy,
    fetch_policy,
)
from holdfast.store.turns import take_turn

__all__ = [
    "AlreadyPublished",
    "Draft",
    "NotTried",
    "Publication",
    "Trial",
    "VersionTaken",
    "draft_policy",
    "fetch_candidate",
    "publish_policy",
    "record_trial",
]

_NOTIFY = text("SELECT pg_notify(:channel, '')")


class VersionTaken(Conflict):
    """The version stands already: with other content, or drafted by somebody else."""

    code = "version_taken"


class NotTried(Conflict):
    """The version was not tried on the past yet."""

    code = "not_tried"


class AlreadyPublished(Conflict):
    """The version was published before."""

    code = "already_published"


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody proposes a version, which has been checked."""

    policy: PinnedPolicy
    reason: str
    actor: Actor
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Somebody has tried a version: the whole report, and what of it stands in the entry."""

    report: JsonObject
    summary: JsonObject
    actor: Actor
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Somebody puts a version into force; without `effective_at`, now. Moments are aware."""

    name: str
    version: str
    rationale: str
    actor: Actor
    now: datetime
    effective_at: datetime | None = None
    trace: str | None = None


async def draft_policy(connection: AsyncConnection, draft: Draft) -> ChosenDeed:
    """Record a draft and keep its content. The same once more, by the same person, is the same.

    Raises:
        VersionTaken: the version stands already.
    """
    pin = draft.policy.pin
    await _take_turn(connection, pin.name, pin.version)
    if (stored := await fetch_policy(connection, pin.name, pin.version)) is not None:
        earlier = await find_deed(connection, _deed(pin.name, pin.version, "drafted"))
        if earlier is not None and _is_the_same(earlier, draft):
            return ChosenDeed(earlier, new=False)
        raise _taken(stored, draft)
    await store_artifact(connection, draft.policy.content.encode(), POLICY_MEDIA_TYPE)
    event = Event(
        kind=EventKind.POLICY_DRAFTED,
        subject=_subject(pin.name, pin.version, pin.digest),
        actor=draft.actor,
        payload={"name": pin.name, "version": pin.version, "reason": draft.reason},
    )
    return await _record(connection, "drafted", event, draft.trace)


async def fetch_candidate(connection: AsyncConnection, name: str, version: str) -> PinnedPolicy:
    """Read a draft with its content, as it is tried.

    Raises:
        NotFound: there is no such version.
        AlreadyPublished: it is no draft any more.
    """
    stored = await _require(connection, name, version)
    if stored.published_at is not None:
        raise _published_before(stored)
    content = await fetch_artifact(connection, stored.digest)
    return PinnedPolicy(pin=stored.pin, content=content.decode())


async def record_trial(
    connection: AsyncConnection, candidate: PinnedPolicy, trial: Trial
) -> ChosenDeed:
    """Record what a trial of exactly these bytes has shown. The same report is the same entry.

    Raises:
        AlreadyPublished: it was published meanwhile.
    """
    pin = candidate.pin
    await _take_turn(connection, pin.name, pin.version)
    stored = await _require(connection, pin.name, pin.version)
    report = digest_of(trial.report)
    # A report says as of when it was made: each trial is a deed of its own.
    step = f"tried/{report.removeprefix('sha256:')}"
    if (earlier := await find_deed(connection, _deed(pin.name, pin.version, step))) is not None:
        return ChosenDeed(earlier, new=False)
    if stored.published_at is not None:
        raise _published_before(stored)
    await store_artifact(connection, canonical_json(trial.report), POLICY_MEDIA_TYPE)
    event = Event(
        kind=EventKind.POLICY_TRIED,
        subject=_subject(pin.name, pin.version, pin.digest),
        actor=trial.actor,
        payload={
            "name": pin.name,
            "version": pin.version,
            "report": report,
            "summary": trial.summary,
        },
    )
    return await _record(connection, step, event, trial.trace)


async def publish_policy(connection: AsyncConnection, publication: Publication) -> ChosenDeed:
    """Put a draft into force, now or later. The same once more is the same entry.

    Raises:
        NotFound: there is no such version.
        SelfApproval: whoever drafted it would publish it.
        NotTried: it was not tried on the past, and its kind can be.
        AlreadyPublished: it was published before, by somebody else or otherwise.
        InvalidInput: it would take effect in the past, or this release refuses the content.
    """
    name, version = publication.name, publication.version
    await _take_turn(connection, name, version)
    stored = await _require(connection, name, version)
    drafted = await find_deed(connection, _deed(name, version, "drafted"))
    if drafted is None:
        raise _published_before(stored)
    earlier = await find_deed(connection, _deed(name, version, "published"))
    if earlier is not None:
        if _is_published_the_same(earlier, publication):
            return ChosenDeed(earlier, new=False)
        raise _published_before(stored)
    require_another_person(publication.actor, drafted)
    _require_tried(stored)
    effective_at = _effective_at(publication)
    await _require_readable(connection, stored)
    trial = stored.trial["entry_id"] if stored.trial else None
    event = Event(
        kind=EventKind.POLICY_PUBLISHED,
        subject=_subject(name, version, stored.digest),
        actor=publication.actor,
        payload={
            "name": name,
            "version": version,
            "rationale": publication.rationale,
            "effective_at": rfc3339(effective_at),
            "asked_for": rfc3339(effective_at) if publication.effective_at else None,
            "draft": drafted.id,
            "trial": trial,
        },
        causes=(drafted.id, *([trial] if trial else [])),
    )
    deed = await _record(connection, "published", event, publication.trace)
    await connection.execute(_NOTIFY, {"channel": POLICY_CHANNEL})
    return deed


async def _record(
    connection: AsyncConnection, step: str, event: Event, trace: str | None
) -> ChosenDeed:
    deed = _deed(event.payload["name"], event.payload["version"], step)
    entry = await record_deed(connection, POLICIES, deed, event, trace=trace)
    return ChosenDeed(entry, new=True)


async def _require(connection: AsyncConnection, name: str, version: str) -> StoredPolicy:
    stored = await fetch_policy(connection, name, version)
    if stored is None:
        message = f"there is no version {version} of the policy {name}"
        raise NotFound(message, name=name, version=version)
    return stored


def _require_tried(stored: StoredPolicy) -> None:
    if stored.name in TRIED_KINDS and stored.trial is None:
        message = f"{stored.name} {stored.version} was not tried on the past yet"
        raise NotTried(message, name=stored.name, version=stored.version)


async def _require_readable(connection: AsyncConnection, stored: StoredPolicy) -> None:
    """What another release has let in as a draft may be nothing that this one can work with."""
    content = await fetch_artifact(connection, stored.digest)
    source = f"{stored.name} {stored.version}"
    try:
        policy = POLICY_KINDS[stored.name].model_validate_json(content)
    except ValidationError as error:
        raise refuse(faults_of(error, source, None)) from error
    if flaws := list(flaws_of(policy)):
        raise refuse(Fault(source, None, path, flaw.message) for path, flaw in flaws)


def _effective_at(publication: Publication) -> datetime:
    wanted = publication.effective_at
    if wanted is not None and wanted < publication.now:
        message = "effective_at lies in the past: what was decided then stands as it was decided"
        raise InvalidInput(message, errors=[{"pointer": "/effective_at", "message": message}])
    return wanted or publication.now


def _is_the_same(earlier: Entry, draft: Draft) -> bool:
    event = earlier.event
    said = (event.subject.digest, event.actor.id, event.payload["reason"])
    return said == (draft.policy.pin.digest, draft.actor.id, draft.reason)


def _is_published_the_same(earlier: Entry, publication: Publication) -> bool:
    event = earlier.event
    asked_for = rfc3339(publication.effective_at) if publication.effective_at else None
    said = (event.actor.id, event.payload["rationale"], event.payload["asked_for"])
    return said == (publication.actor.id, publication.rationale, asked_for)


def _taken(stored: StoredPolicy, draft: Draft) -> VersionTaken:
    same = stored.digest == draft.policy.pin.digest
    what = "stands already, with exactly this content" if same else "has another content"
    message = f"{stored.name} {stored.version} {what}"
    fields: dict[str, Any] = {"name": stored.name, "version": stored.version}
    return VersionTaken(message, **fields, digest=stored.digest, state=stored.state)


def _published_before(stored: StoredPolicy) -> AlreadyPublished:
    message = f"{stored.name} {stored.version} was published before"
    return AlreadyPublished(message, name=stored.name, version=stored.version)


async def _take_turn(connection: AsyncConnection, name: str, version: str) -> None:
    await take_turn(connection, f"policy/{name}/{version}")


def _subject(name: str, version: str, digest: str) -> Subject:
    return Subject(type="policy", id=f"{name}/{version}", digest=digest)


def _deed(name: str, version: str, step: str) -> str:
    return f"policy/{name}/{version}/{step}"
