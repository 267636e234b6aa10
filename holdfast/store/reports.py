"""Reports by people: durable in the outbox before they are acknowledged, like alerts.

An idempotency key belongs to the person who chose it; the same key with the same request is the
same incident, whatever was lost on the way. What a request says of people is compared by a
fingerprint under that person's own key, so that no hash stays here that could be guessed from.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.submissions import SignedSubmission
from holdfast.errors import Conflict
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.outbox import OutboxRow, put_in_outbox
from holdfast.store.people.personal_data import find_subject_key, keep_subject_key
from holdfast.store.routing import new_incident_id

__all__ = [
    "AcceptedReport",
    "Identity",
    "NamedPerson",
    "ReportRequest",
    "accept_report",
    "new_pseudonym",
]

_CLAIM = text("""
    INSERT INTO intake.report_key (actor_id, key, request, incident_id)
    VALUES (:actor_id, :key, :request, :incident_id)
    ON CONFLICT (actor_id, key) DO NOTHING RETURNING incident_id
""")
_CLAIMED = text(
    "SELECT request, incident_id FROM intake.report_key WHERE actor_id = :actor_id AND key = :key"
)
_IDENTITY = text(
    "INSERT INTO access.identity (actor_id, name, contact) VALUES (:actor_id, :name, :contact)"
)
# Alerts of a service that a person has reported join that incident, unless they have one already.
_ROUTE = text("""
    INSERT INTO intake.route (service, incident_id)
    SELECT service, :incident_id FROM unnest(CAST(:services AS text[])) service ORDER BY service
    ON CONFLICT (service) DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pseudonym is; this never enters evidence."""

    actor_id: str
    name: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Whom a report names: a key of their own, and the canonical bytes of what it says of them."""

    key: SubjectKey
    said: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report as it was asked for; `request` is the digest of all but what it says of people."""

    actor_id: str
    key: str | None
    request: str
    services: tuple[str, ...]
    identity: Identity | None
    person: NamedPerson | None = None


@dataclass(frozen=True, slots=True)
class AcceptedReport:
    """The incident, and the rows to send; none where the same request had been accepted before."""

    incident_id: str
    rows: tuple[OutboxRow, ...]


def new_pseudonym() -> str:
    """Return a pseudonym that says nothing about the person."""
    return f"person-{uuid.uuid4().hex}"


async def accept_report(
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    request: ReportRequest,
    sign: Callable[[str], tuple[SignedSubmission, ...]],
) -> AcceptedReport:
    """Keep a report; `sign` makes the submissions once the incident's id is known.

    The first one opens the incident; the others follow it.

    Raises:
        Conflict: the key was used for another request.
    """
    async with engine.begin() as connection:
        incident_id = await new_incident_id(connection)
        if (earlier := await _claim(connection, keyring, request, incident_id)) is not None:
            return AcceptedReport(earlier, ())
        if request.person is not None:
            await keep_subject_key(connection, keyring, request.person.key)
        if request.identity is not None:
            identity = request.identity
            await connection.execute(
                _IDENTITY,
                {
                    "actor_id": identity.actor_id,
                    "name": identity.name,
                    "contact": identity.contact,
                },
            )
        routes = {"incident_id": incident_id, "services": list(request.services)}
        await connection.execute(_ROUTE, routes)
        rows = [
            await put_in_outbox(connection, incident_id, signed, opens=number == 0)
            for number, signed in enumerate(sign(incident_id))
        ]
    return AcceptedReport(incident_id, tuple(rows))


async def _claim(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    request: ReportRequest,
    incident_id: str,
) -> str | None:
    """Claim the key; return the incident of an earlier request under it."""
    if request.key is None:
        return None
    key = {"actor_id": request.actor_id, "key": request.key}
    claim = {**key, "request": _remembered(request), "incident_id": incident_id}
    if (await connection.execute(_CLAIM, claim)).scalar_one_or_none() is not None:
        return None
    earlier = (await connection.execute(_CLAIMED, key)).one()
    if not await _is_the_same(connection, keyring, earlier.request, request):
        message = f"the idempotency key '{request.key}' was used for another report"
        raise Conflict(message, incident_id=earlier.incident_id)
    return str(earlier.incident_id)


def _remembered(request: ReportRequest) -> str:
    """What is kept of a request: its digest, and of a person their key's name and fingerprint."""
    if request.person is None:
        return request.request
    key = request.person.key
    return f"{request.request} {key.name} {key.fingerprint(request.person.said)}"


async def _is_the_same(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, remembered: str, request: ReportRequest
) -> bool:
    digest, *of_person = remembered.split(" ")
    if digest != request.request or bool(of_person) != (request.person is not None):
        return False
    if request.person is None:
        return True
    name, fingerprint = of_person
    key = await find_subject_key(connection, keyring, name)
    # Once the key is erased nobody can tell any more what the first request said of the person.
    return key is None or hmac.compare_digest(key.fingerprint(request.person.said), fingerprint)
