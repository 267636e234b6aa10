"""Communications and replies as people ask for them, and the public's posts; from projections.

The texts are read by the digest that was approved, and hashed again: what is not those bytes is
nobody's message.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.message import Message, Variant
from holdfast.store.artifacts import digest_of_bytes, fetch_artifact
from holdfast.store.tables import communication, reply

__all__ = [
    "LeftOut",
    "StatusPost",
    "StatusPosts",
    "communications_in_short",
    "fetch_communication",
    "fetch_message",
    "fetch_stage",
    "list_communications",
    "list_replies",
    "status_posts",
]

# The newest that are public, with their bytes as they are kept.
_POSTS = text("""
    SELECT post_id, incident_id, number, message, released_at, languages, superseded_by,
        superseded_at, content
    FROM projection.status_post LEFT JOIN evidence.artifact ON artifact.digest = message
    WHERE languages <> CAST('{}' AS jsonb) AND NOT EXISTS (
        SELECT FROM projection.incident
        WHERE incident.incident_id = status_post.incident_id AND incident.drill IS NOT NULL
    )
    ORDER BY released_at DESC, incident_id DESC, number DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class StatusPost:
    """A message on the public status page, in the languages in which it was delivered there.

    `post_id` and `thread` (the id of the oldest post that is shown of the same incident) are all
    that the public gets to know of which incident it is. `supersedes` and `superseded_by` are the
    ids of other posts, None where those are not on the page; a post that something else corrects
    has `superseded_at` all the same.
    """

    post_id: uuid.UUID
    thread: uuid.UUID
    variants: tuple[Variant, ...]
    published_at: datetime
    supersedes: uuid.UUID | None
    superseded_by: uuid.UUID | None
    superseded_at: datetime | None

    @property
    def updated_at(self) -> datetime:
        """When it last changed: an instant, aware."""
        return max(filter(None, (self.published_at, self.superseded_at)))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A post that cannot be shown, and why not: for the operator, not for the public."""

    incident_id: str
    number: int
    message: str
    because: str


@dataclass(frozen=True, slots=True)
class StatusPosts:
    """The posts, the newest first, and those that had to be left out."""

    posts: tuple[StatusPost, ...]
    left_out: tuple[LeftOut, ...] = ()


async def list_communications(
    connection: AsyncConnection, incident_id: str
) -> Sequence[RowMapping]:
    """Read the communications of an incident, the first one first."""
    query = (
        select(communication)
        .where(communication.c.incident_id == incident_id)
        .order_by(communication.c.number)
    )
    return (await connection.execute(query)).mappings().all()


async def communications_in_short(
    connection: AsyncConnection, incident_id: str
) -> Sequence[RowMapping]:
    """Read number, purpose, audience and stage of an incident's communications, in their order."""
    columns = (communication.c[name] for name in ("number", "purpose", "audience", "stage"))
    query = (
        select(*columns)
        .where(communication.c.incident_id == incident_id)
        .order_by(communication.c.number)
    )
    return (await connection.execute(query)).mappings().all()


async def fetch_communication(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping | None:
    """Read one communication; None where the incident has none of that number."""
    query = select(communication).where(
        communication.c.incident_id == incident_id, communication.c.number == number
    )
    return (await connection.execute(query)).mappings().one_or_none()


async def fetch_stage(connection: AsyncConnection, workflow_id: str) -> Stage | None:
    """Read the stage of the communication of that workflow; None where there is none."""
    query = select(communication.c.stage).where(communication.c.workflow_id == workflow_id)
    stage = (await connection.execute(query)).scalar_one_or_none()
    return None if stage is None else Stage(stage)


async def fetch_message(connection: AsyncConnection, digest: str) -> Message:
    """Read a message exactly as it was drafted.

    Raises:
        NotFound: nothing is kept under that digest.
        Disposed: it was disposed of.
        ContentDamaged: what is kept there hashes to something else.
    """
    return Message.model_validate_json(await fetch_artifact(connection, digest))


async def list_replies(
    connection: AsyncConnection, incident_id: str, number: int | None = None
) -> Sequence[RowMapping]:
    """Read what came back, the first one first: of the incident, or of one communication."""
    query = select(reply).where(reply.c.incident_id == incident_id).order_by(reply.c.number)
    if number is not None:
        query = query.where(reply.c.communication == number)
    return (await connection.execute(query)).mappings().all()


async def status_posts(connection: AsyncConnection, limit: int) -> StatusPosts:
    """Read the newest posts of the public status page, at most `limit`.

    A post whose message is not the approved one, byte for byte, is left out.
    """
    rows = (await connection.execute(_POSTS, {"limit": limit})).all()
    messages: dict[tuple[str, int], Message] = {}
    left_out: list[LeftOut] = []
    for row in rows:
        found = _message(row)
        if isinstance(found, Message):
            messages[row.incident_id, row.number] = found
        else:
            left_out.append(LeftOut(row.incident_id, row.number, row.message, found))
    shown = [row for row in rows if (row.incident_id, row.number) in messages]
    posts = tuple(_post(row, shown, messages) for row in shown)
    return StatusPosts(posts, tuple(left_out))


def _message(row: Row[Any]) -> Message | str:
    """Read the message of a post, or say why it cannot be shown."""
    if row.content is None:
        return "its content is not here"
    content = bytes(row.content)
    if (found := digest_of_bytes(content)) != row.message:
        return f"its content hashes to {found}"
    try:
        message = Message.model_validate_json(content)
    except ValidationError as error:
        return f"its content is no message: {error.error_count()} error(s)"
    if message.incident != row.incident_id:
        return "it is a message of another incident"
    if lost := row.languages.keys() - {variant.language for variant in message.variants}:
        return f"it has no text in {', '.join(sorted(lost))}"
    return message


def _post(
    row: Row[Any], shown: Sequence[Row[Any]], messages: dict[tuple[str, int], Message]
) -> StatusPost:
    message = messages[row.incident_id, row.number]
    same = {each.number: each for each in shown if each.incident_id == row.incident_id}
    # A correction is public from its delivery on, some time before all of its deliveries are done.
    newer = next(
        (n for n in same if messages[row.incident_id, n].supersedes == row.number),
        row.superseded_by,
    )
    superseding, superseded = same.get(newer), same.get(message.supersedes)
    superseded_at = row.superseded_at
    if superseding is not None:
        superseded_at = _since(superseding)
    return StatusPost(
        post_id=row.post_id,
        thread=min(same.values(), key=lambda each: (each.released_at, each.number)).post_id,
        variants=tuple(each for each in message.variants if each.language in row.languages),
        published_at=_since(row),
        supersedes=superseded.post_id if superseded else None,
        superseded_by=superseding.post_id if superseding else None,
        superseded_at=superseded_at,
    )


def _since(row: Row[Any]) -> datetime:
    """Say since when a post is public as it is: the latest of its languages counts."""
    return max(map(datetime.fromisoformat, row.languages.values()))
