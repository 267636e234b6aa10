"""Whether the contacts of the stakeholder directory can be reached, as far as anybody has said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.contact_points import DirectoryWarning, directory_warnings
from holdfast.domain.communication.stakeholders import STAKEHOLDERS, stakeholder_directory
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.finding import Finding
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.database import create_engine
from holdfast.store.people.directory import list_points
from holdfast.store.published_policies import in_force, list_policies

__all__ = ["directory_finding"]

_SUBJECT = "directory"
_MEND = "PUT /v1/directory/contacts/…, or POST …/confirmation, as compliance"


async def directory_finding(settings: Settings) -> Finding:
    """Look at the directory in force, and at which points of its contacts are kept since when."""
    engine = create_engine(database_urls(settings).application, part="doctor")
    try:
        async with engine.connect() as connection:
            return await _look(connection, datetime.now(UTC))
    except ProgrammingError as error:
        return Finding(_SUBJECT, str(error.orig), mend="`holdfast migrate`")
    finally:
        await engine.dispose()


async def _look(connection: AsyncConnection, now: datetime) -> Finding:
    current = in_force(await list_policies(connection, STAKEHOLDERS), now)
    if current is None:
        return Finding(_SUBJECT, "installed by the first start of the API")
    content = await fetch_artifact(connection, current.digest)
    directory = stakeholder_directory(content.decode())
    kept = await list_points(connection)
    if not kept:
        # A fresh installation has nobody yet, and is not broken for that.
        count = len(directory.contacts)
        return Finding(_SUBJECT, f"{count} contact(s), of whom no mail or telephone is kept yet")
    warnings = directory_warnings(directory, kept, now)
    if not warnings:
        return Finding(_SUBJECT, f"{len(directory.contacts)} contact(s), all can be reached")
    return Finding(_SUBJECT, _words(warnings), mend=_MEND)


def _words(warnings: Iterable[DirectoryWarning]) -> str:
    return "; ".join(warning.detail for warning in warnings)
