"""Decision requests as they stand in the projections: what a door needs to weigh an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, bindparam, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.addressee import Addressee
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.roles import Role
from holdfast.domain.values import JsonObject
from holdfast.store.receipts import StoredReceipt
from holdfast.store.tables import clock, decision, incident, receipt

__all__ = [
    "AnswerContext",
    "StoredDecision",
    "fetch_answer_context",
    "fetch_decisions",
    "stored_decision",
]

_SAME_NAMES = (
    *("kind", "question", "subject", "authors", "roles", "options", "bypass", "due_at"),
    *("state", "outcome"),
)


def _clock_of_decision() -> ColumnElement[bool]:
    return and_(
        clock.c.workflow_id == decision.c.workflow_id,
        clock.c.clock_id == literal("decision/").concat(decision.c.request_id),
    )


def _answer_context() -> Select[Any]:
    one = select(literal(1).label("one")).subquery()
    asked = and_(
        decision.c.workflow_id == bindparam("workflow_id"),
        decision.c.request_id == bindparam("request_id"),
    )
    return (
        select(
            incident.c.phase.label("incident_phase"),
            *(column.label(f"decision_{column.name}") for column in decision.c),
            clock.c.entitled.label("decision_entitled"),
            *(column.label(f"receipt_{column.name}") for column in receipt.c),
        )
        .select_from(one)
        .outerjoin(incident, incident.c.incident_id == bindparam("incident_id"))
        .outerjoin(decision, asked)
        .outerjoin(clock, _clock_of_decision())
        .outerjoin(receipt, receipt.c.submission_id == bindparam("decision_id"))
    )


# Built once: making a statement of fifty columns takes longer than running it.
_CONTEXT = _answer_context()


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision request with what people need to see of it."""

    request: DecisionRequest
    entitled: frozenset[Role]
    context: JsonObject
    requested_at: datetime
    settled_at: datetime | None
    answers: Sequence[JsonObject]


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """All that decides early about an answer: read in one statement, so it fits together.

    `phase` is that of an incident; None where the addressee is none, or does not exist.
    """

    phase: str | None
    decision: StoredDecision | None
    receipt: StoredReceipt | None


async def fetch_decisions(
    connection: AsyncConnection, incident_id: str, *, only_open: bool
) -> Sequence[StoredDecision]:
    """Read the decisions of an incident, oldest first."""
    query = (
        select(decision, clock.c.entitled)
        .outerjoin(clock, _clock_of_decision())
        .where(decision.c.incident_id == incident_id)
        .order_by(decision.c.requested_at, decision.c.request_id)
    )
    if only_open:
        query = query.where(decision.c.state == "open")
    return [stored_decision(row) for row in (await connection.execute(query)).mappings()]


async def fetch_answer_context(
    connection: AsyncConnection, to: Addressee, request_id: str, decision_id: str
) -> AnswerContext:
    """Read phase, request, its clock's ladder, and an earlier receipt under the same id."""
    parameters = {
        "incident_id": to.chain,
        "workflow_id": to.workflow_id,
        "request_id": request_id,
        "decision_id": decision_id,
    }
    row = (await connection.execute(_CONTEXT, parameters)).mappings().one()
    asked, answered = _part(row, "decision_"), _part(row, "receipt_")
    return AnswerContext(
        phase=row["incident_phase"],
        decision=stored_decision(asked) if asked["request_id"] is not None else None,
        receipt=StoredReceipt(**answered) if answered["submission_id"] is not None else None,
    )


def stored_decision(row: RowMapping | Mapping[str, Any]) -> StoredDecision:
    """Read a row of the projection, with what its clock has `entitled`."""
    answers = [
        {name: answer[name] for name in ("actor", "option", "data", "exception_code")}
        for answer in row["answers"]
    ]
    request = DecisionRequest.model_validate(
        {
            "id": row["request_id"],
            **{name: row[name] for name in _SAME_NAMES},
            "answers": answers,
            "only_by_exception": row["only_by_exception"] or (),
        }
    )
    return StoredDecision(
        request=request,
        entitled=frozenset(Role(role) for role in row["entitled"] or ()),
        context=row["context"],
        requested_at=row["requested_at"],
        settled_at=row["settled_at"],
        answers=row["answers"],
    )


def _part(row: RowMapping, prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)
    }
