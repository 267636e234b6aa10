"""Handing in at a threat, as every door of it does."""

from __future__ import annotations

from fastapi import Response
from sqlalchemy import RowMapping

from api.platform import Platform
from api.prefer import wait_seconds
from api.problems import Problem
from api.submitting import earlier_receipt, new_submission_id, send, sign
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import SubmissionBody
from holdfast.domain.threats.naming import threat_addressee
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.values import FieldInvalid
from holdfast.dora.threat_form import THREAT_CONTACT_FIELDS, check_threat_value
from holdfast.store.decisions import fetch_answer_context
from holdfast.store.threats.reading import (
    fetch_threat,
)

__all__ = ["hand_in_threat", "read_threat_value", "require_threat"]


async def require_threat(doors: Platform, threat: str) -> RowMapping:
    """The threat of that id.

    Raises:
        Problem: there is none.
    """
    async with doors.reads.connect() as connection:
        row = await fetch_threat(connection, threat)
    if row is None:
        raise Problem(RefusalReason.UNKNOWN_THREAT, f"there is no threat {threat}")
    return row


async def hand_in_threat(
    doors: Platform,
    threat: str,
    chosen_id: str | None,
    actor: Actor,
    body: SubmissionBody,
    prefer: str | None,
) -> Response:
    """Hand a body in at a threat that is not closed, once under its id.

    Raises:
        Problem: there is no such threat, it is closed, or the id was used for something else.
    """
    row, to = await require_threat(doors, threat), threat_addressee(threat)
    submission_id = chosen_id or new_submission_id(body.type)
    async with doors.reads.connect() as connection:
        context = await fetch_answer_context(connection, to, "", submission_id)
    if receipt := await earlier_receipt(doors, context, to, actor.id, body):
        return receipt
    if row["closed_at"] is not None:
        raise Problem(RefusalReason.WRONG_STAGE, f"{threat} is closed")
    signed = sign(doors, to, submission_id, actor, body)
    return await send(doors, to, signed, wait_seconds(prefer))


def read_threat_value(number: str, value: FieldValue | None) -> FieldValue | None:
    """The value in the form in which the field holds it.

    Raises:
        Problem: it does not fit, or the field is a contact of the directory.
    """
    if number in THREAT_CONTACT_FIELDS:
        detail = f"field {number} is a contact of the directory: PUT it at /v1/directory"
        raise Problem(RefusalReason.FIELD_INVALID, detail)
    try:
        return None if value is None else check_threat_value(number, value)
    except FieldInvalid as problem:
        raise Problem(RefusalReason.FIELD_INVALID, str(problem)) from problem
