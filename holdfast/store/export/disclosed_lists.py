"""Lists of recipients in exports: they go out where personal data does, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.communications.recipients import RECIPIENTS_MEDIA_TYPE, recipients_key

__all__ = ["RECIPIENTS", "keys_of_lists"]

RECIPIENTS = "recipients"
"""What a disclosure calls the content of a list."""

# The use says that a record of the incident names it; which kinds of records do is asked of them.
_LISTS = text("""
    SELECT digest FROM evidence.artifact_use JOIN evidence.artifact USING (digest)
    WHERE incident_id = :incident_id AND media_type = :media_type AND content IS NOT NULL
        AND EXISTS (
            SELECT FROM evidence.record
            WHERE record.incident_id = :incident_id
                AND NOT kind = ANY(CAST(:withheld AS text[]))
                AND position(convert_to('"' || digest || '"', 'UTF8') IN body) > 0
        )
    ORDER BY digest
""")


async def keys_of_lists(
    connection: AsyncConnection, incident_id: str, withheld_kinds: Collection[str]
) -> dict[str, str]:
    """Return the keys' names of the incident's lists, by digest, as far as records name them.

    Records of `withheld_kinds` name nothing. A list that was disposed of is none any more.

    Raises:
        ContentDamaged: a list is not what was kept.
    """
    parameters = {
        "incident_id": incident_id,
        "media_type": RECIPIENTS_MEDIA_TYPE,
        "withheld": sorted(withheld_kinds),
    }
    found = (await connection.execute(_LISTS, parameters)).scalars().all()
    return {digest: await recipients_key(connection, digest) for digest in found}
