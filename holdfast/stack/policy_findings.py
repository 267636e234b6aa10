"""Whether the policies in the folder are those in force: what was edited there is not in force."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from sqlalchemy.exc import ProgrammingError

from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.finding import Finding
from holdfast.store.database import create_engine
from holdfast.store.policy_installation import compare_folder
from holdfast.store.published_policies import StoredPolicy, list_policies

__all__ = ["policies_finding"]


async def policies_finding(settings: Settings) -> Finding:
    """Compare the folder of policies with what is in force, drafted, and published for later."""
    versions: dict[str, list[StoredPolicy]] = defaultdict(list)
    engine = create_engine(database_urls(settings).application, part="doctor")
    try:
        async with engine.connect() as connection:
            for stored in await list_policies(connection):
                versions[stored.name].append(stored)
    except ProgrammingError as error:
        return Finding("policies", str(error.orig), mend="`holdfast migrate`")
    finally:
        await engine.dispose()
    if not versions:
        return Finding("policies", "installed by the first start of the API")
    differing = compare_folder(settings.policies_folder, versions, datetime.now(UTC))
    if not differing:
        return Finding("policies", f"{len(versions)} in force, as the folder has them")
    words = "; ".join(each.words for each in differing)
    return Finding("policies", words, mend="" if any(each.waits for each in differing) else None)
