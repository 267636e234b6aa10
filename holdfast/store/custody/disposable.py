"""What of an incident could be disposed of: its records' content, and what only it needs.

Records that say why something was kept, shown or taken away stay whole: holds, retention, exports,
personal data, custody. Policies stay too, as other readers judge by them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE
from holdfast.domain.reporting.filling.content import REPORT_MEDIA_TYPE

__all__ = ["Disposable", "find_disposable", "forget_intake"]

# The same kinds as in `evidence.dispose`, which refuses where the two do not agree.
_RECORDS = text("""
    SELECT count(*) FILTER (WHERE incident_seq IS NOT NULL) AS logged,
        count(*) FILTER (WHERE incident_seq IS NULL) AS unlogged,
        min(incident_seq) AS first, max(incident_seq) AS last
    FROM evidence.record LEFT JOIN evidence.log_entry USING (entry_id)
    WHERE record.incident_id = :incident_id AND body IS NOT NULL AND split_part(kind, '.', 1)
        NOT IN ('hold', 'retention', 'evidence', 'personal_data', 'attachment')
""")

# Named by its records, or delivered for it alone: the manifest of a batch names more deliveries
# than its record does. A delivery of which any alert belongs elsewhere stays. A draft that was
# composed and refused, and a report that was filled and said nothing new, are named by no record;
# they name their incident themselves, and the draft its recipients. They are searched as bytes, as
# a damaged one could not be parsed.
_ARTIFACTS = text("""
    WITH written AS (
        SELECT convert_from(body, 'UTF8')::jsonb AS entry FROM evidence.record
        WHERE incident_id = :incident_id AND body IS NOT NULL
    ), policy AS (
        SELECT entry #>> '{policy,digest}' AS digest FROM written
        UNION
        SELECT pin ->> 'digest' FROM written, jsonb_path_query(entry, '$.payload.policies[*]') pin
        UNION
        SELECT pin ->> 'digest'
        FROM written, jsonb_path_query(entry, '$.payload.**.policy') pin
        UNION
        SELECT entry #>> '{payload,matrix,digest}' FROM written
    ), composed AS (
        SELECT digest, encode(content, 'escape') AS message FROM evidence.artifact
        WHERE media_type = ANY(CAST(:made AS text[]))
            AND position(convert_to('"incident":"' || :incident_id || '"', 'UTF8') IN content) > 0
    ), delivered AS (
        SELECT raw AS digest,
            bool_and(alert.incident_id IS NOT DISTINCT FROM :incident_id) AS alone
        FROM intake.alert JOIN intake.delivery USING (delivery_id)
        WHERE raw IN (
            SELECT raw FROM intake.alert JOIN intake.delivery USING (delivery_id)
            WHERE alert.incident_id = :incident_id
        ) GROUP BY raw
    )
    SELECT artifact.digest FROM evidence.artifact
    WHERE content IS NOT NULL
        AND digest IN (
            SELECT digest FROM evidence.artifact_use WHERE incident_id = :incident_id
            UNION ALL SELECT digest FROM delivered WHERE alone
            UNION ALL SELECT digest FROM composed
            UNION ALL SELECT found.list[1] FROM composed, LATERAL
                regexp_matches(message, '"recipients":"(sha256:[0-9a-f]{64})"', 'g') found (list)
        )
        AND digest NOT IN (SELECT digest FROM delivered WHERE NOT alone)
        AND digest NOT IN (SELECT digest FROM policy WHERE digest IS NOT NULL)
        AND NOT EXISTS (
            SELECT FROM evidence.artifact_use AS elsewhere
            WHERE elsewhere.digest = artifact.digest AND elsewhere.incident_id <> :incident_id
        )
    ORDER BY digest
""")

_FORGET_SUBMISSIONS = text("""
    UPDATE intake.outbox SET content = ''
    WHERE incident_id = :incident_id AND (delivered_at IS NOT NULL OR returned_at IS NOT NULL)
""")
_FORGET_ALERTS = text("""
    UPDATE intake.alert SET summary = ''
    WHERE incident_id = :incident_id AND submission_id IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Disposable:
    """Records with content in the log, by `incident_seq`; `unlogged` ones are not there yet."""

    count: int
    unlogged: int
    first: int | None
    last: int | None
    artifacts: tuple[str, ...]


async def find_disposable(connection: AsyncConnection, incident_id: str) -> Disposable:
    """Find what of an incident could be disposed of now."""
    names = {"incident_id": incident_id}
    row = (await connection.execute(_RECORDS, names)).one()
    wanted = {**names, "made": [MESSAGE_MEDIA_TYPE, REPORT_MEDIA_TYPE]}
    artifacts = tuple((await connection.execute(_ARTIFACTS, wanted)).scalars())
    return Disposable(row.logged, row.unlogged, row.first, row.last, artifacts)


async def forget_intake(connection: AsyncConnection, incident_id: str) -> None:
    """Empty what the doors have kept beside the evidence: submissions as sent, alerts in words.

    What alerts are known by stays, so that one that is repeated is recognised.
    """
    names = {"incident_id": incident_id}
    await connection.execute(_FORGET_SUBMISSIONS, names)
    await connection.execute(_FORGET_ALERTS, names)
