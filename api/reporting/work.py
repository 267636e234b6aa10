"""Handing something in at a reporting: told early what its workflow would refuse.

The workflow decides with authority. What is refused here is handed over all the same while it
runs, so that the attempt is evidence; what cannot be read at all is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem, refused
from api.reporting.models import NamedReport
from api.reporting.refusing import ReportingBody, refusal_of
from api.submitting import earlier_receipt, new_submission_id, require_incident, send, sign
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.reporting.asking import RecordOtherMeans, RecordReceipt
from holdfast.domain.reporting.naming import reporting_addressee
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.roles import Actor, Role
from holdfast.errors import InvalidInput
from holdfast.store.custody.attachments import list_attachments
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.incidents import fetch_incident
from holdfast.store.reporting.reading import StoredReporting, list_reportings, supplied_fields

__all__ = [
    "FORWARDING",
    "RECEIVING",
    "SUPPLYING",
    "chosen",
    "hand_in_report",
    "named_reporting",
    "require_reporting",
    "require_reportings",
]

SUPPLYING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),
    Role.VENDOR_MANAGER,
)
"""Whoever may supply fields: what they say is theirs, and they approve none of it."""

FORWARDING = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER)
"""Whoever may put a report forward, say that it will be late, and see to it that it leaves."""

RECEIVING = (Role.COMPLIANCE,)
"""Whoever may say what the authority has answered."""


async def require_reportings(
    connection: AsyncConnection, incident_id: str
) -> list[StoredReporting]:
    """Read the reportings of an incident; there may be none yet.

    Raises:
        Problem: there is no such incident, or it has no rules for them.
    """
    incident = await fetch_incident(connection, incident_id)
    require_incident(incident["phase"] if incident else None, incident_id)
    found = list(await list_reportings(connection, incident_id))
    pinned = incident is not None and any(pin["name"] == REPORTING for pin in incident["policies"])
    if not found and not pinned:
        detail = f"{incident_id} is pinned to no rules of reporting"
        raise Problem(RefusalReason.NO_REPORTING_RULES, detail, incident_id=incident_id)
    return found


async def require_reporting(
    connection: AsyncConnection, incident_id: str, entity: str | None
) -> StoredReporting:
    """Read the reporting of an entity, or of the only one that there is; raises as `chosen`."""
    return chosen(await require_reportings(connection, incident_id), incident_id, entity)


def chosen(
    reportings: Sequence[StoredReporting], incident_id: str, entity: str | None
) -> StoredReporting:
    """The reporting of an entity, or of the only one: the latest, should it have been taken back.

    Raises:
        Problem: there is none; `entities` names those that there are.
        InvalidInput: there are several and none was named; `entities` names them.
    """
    known = {str(each.row["entity"]): each for each in reportings}
    entities = sorted(known)
    if not known:
        detail = f"{incident_id} has no reporting: one is opened once it is decided to be major"
        raise Problem(RefusalReason.UNKNOWN_REPORT, detail, incident_id=incident_id)
    if entity is None and len(known) > 1:
        message = f"{incident_id} is reported for several entities: name one of them"
        errors = [{"pointer": "query:entity", "message": f"one of {', '.join(entities)}"}]
        raise InvalidInput(message, errors=errors, entities=entities)
    found = known.get(entity) if entity is not None else next(iter(known.values()))
    if found is None:
        detail = f"{incident_id} is not reported for {entity}"
        raise Problem(RefusalReason.UNKNOWN_REPORT, detail, entities=entities)
    return found


async def named_reporting(doors: Platform, report: NamedReport) -> StoredReporting:
    """Read the reporting that a route names; raises as `require_reporting`."""
    async with doors.reads.connect() as connection:
        return await require_reporting(connection, report.incident_id, report.entity)


async def hand_in_report(
    doors: Platform,
    stored: StoredReporting,
    chosen_id: str | None,
    actor: Actor,
    body: ReportingBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at a reporting, once under its id; answer as `send`.

    Raises:
        Problem: it is refused by what stands, or the id was used for something else.
        InvalidInput: it names a document that the incident does not have.
        Unavailable: Temporal does not answer, or the workflow is just being started.
    """
    to = reporting_addressee(stored.row["incident_id"], stored.number)
    submission_id = chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    async with doors.reads.connect() as connection:
        if isinstance(body, RecordOtherMeans | RecordReceipt):
            await _require_documents(connection, stored.row["incident_id"], body.documents)
        supplied = await supplied_fields(connection, stored.row["reporting_id"])
    refusal = refusal_of(stored, supplied, body, datetime.now(UTC))
    if refusal is not None and stored.row["state"] == "closed":
        raise refused(refusal)
    signed = sign(doors, to, submission_id, actor, body)
    if refusal is not None:
        await send(doors, to, signed, 0)
        raise refused(refusal)
    return await send(doors, to, signed, wait_seconds(prefer))


async def _require_documents(
    connection: AsyncConnection, incident_id: str, documents: tuple[str, ...]
) -> None:
    if not documents:
        return
    known = {each.digest for each in await list_attachments(connection, incident_id)}
    for number, digest in enumerate(documents):
        if digest not in known:
            message = f"{incident_id} has no attachment {digest}: take it in first"
            errors = [{"pointer": f"/documents/{number}", "message": message}]
            raise InvalidInput(message, errors=errors)
