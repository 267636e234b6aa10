"""Earlier incidents that an incident may repeat: by root cause, or by the alerts behind both.

The same fingerprint of the root cause as recurrence compares (docs/recurrence.md); and the same
alerts on the same service, for causes that nobody has written down yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Outcome
from holdfast.dora.recurrence import fingerprint
from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.document import EarlierIncident, Likeness
from holdfast.store.projections.disposed import DISPOSED

__all__ = ["fetch_earlier_incidents"]

_BACK = timedelta(days=731)
"""Two years, as far as people remember what they did about it."""

_MOST = 20
_MOST_SHARED = 5
_NONE = (str(Outcome.FALSE_POSITIVE), str(Outcome.DUPLICATE), DISPOSED)

_MOST_COMPARED = 20_000
"""Root causes that are compared: those of the latest incidents."""

# In the order in which recurrence takes them: stated as a fingerprint, stated, found by the review.
_CAUSE = """
    coalesce(
        facts #>> '{root_cause_fingerprint,value}', facts #>> '{root_cause,value}',
        review ->> 'root_cause'
    )
"""

_THIS = text(f"""
    SELECT aware_at, {_CAUSE} AS cause FROM projection.incident WHERE incident_id = :incident_id
""")  # noqa: S608 - constant

_EARLIER = """
    incident.incident_id <> :incident_id AND incident.drill IS NULL
        AND incident.aware_at < :until AND incident.aware_at >= :since
        AND (outcome IS NULL OR NOT outcome = ANY(CAST(:none AS text[])))
"""

_CAUSED = text(f"""
    SELECT incident_id, title, aware_at, {_CAUSE} AS cause FROM projection.incident
    WHERE {_EARLIER} AND {_CAUSE} IS NOT NULL
    ORDER BY aware_at DESC, incident_id DESC LIMIT :limit
""")  # noqa: S608 - constant

_ALERTED = text(f"""
    SELECT incident.incident_id, incident.title, incident.aware_at,
        array_agg(DISTINCT earlier.fingerprint ORDER BY earlier.fingerprint) AS fingerprints
    FROM (
        SELECT DISTINCT source, fingerprint, service FROM intake.alert
        WHERE submission_id = ANY(:submissions) AND incident_id = :incident_id
    ) own
        JOIN intake.alert earlier USING (source, fingerprint, service)
        JOIN projection.incident ON incident.incident_id = earlier.incident_id
    WHERE {_EARLIER}
    GROUP BY incident.incident_id, incident.title, incident.aware_at
    ORDER BY incident.aware_at DESC, incident.incident_id DESC LIMIT :limit
""")  # noqa: S608 - constant

_RESTS_ON = text("""
    SELECT incident_id, array_agg(entry_id ORDER BY position) AS entries
    FROM projection.timeline
    WHERE incident_id = ANY(:incidents) AND kind IN ('incident.opened', 'review.recorded')
    GROUP BY incident_id
""")


async def fetch_earlier_incidents(
    connection: AsyncConnection, incident_id: str, entries: Iterable[Entry]
) -> tuple[EarlierIncident, ...]:
    """Read the earlier incidents of two years that this one is like, the latest first.

    `entries` are its own: they say which submissions have brought its alerts.
    """
    row = (await connection.execute(_THIS, {"incident_id": incident_id})).mappings().one_or_none()
    if row is None:
        return ()
    window = {
        "incident_id": incident_id,
        "since": row["aware_at"] - _BACK,
        "until": row["aware_at"],
        "none": list(_NONE),
    }
    came = {"submissions": _submissions(entries), "limit": _MOST}
    alerted = (await connection.execute(_ALERTED, window | came)).mappings().all()
    caused: Iterable[RowMapping] = ()
    if (cause := fingerprint(row["cause"] or "")) is not None:
        most = {"limit": _MOST_COMPARED}
        caused = (await connection.execute(_CAUSED, window | most)).mappings().all()
    found = [
        _like(each, Likeness.ROOT_CAUSE, (cause,))
        for each in caused
        if cause is not None and fingerprint(each["cause"]) == cause
    ]
    named = {each.incident for each in found}
    found += [
        _like(each, Likeness.ALERTS, each["fingerprints"])
        for each in alerted
        if each["incident_id"] not in named
    ]
    found.sort(key=lambda each: (each.aware_at, each.incident), reverse=True)
    return await _with_entries(connection, found[:_MOST])


async def _with_entries(
    connection: AsyncConnection, found: Iterable[EarlierIncident]
) -> tuple[EarlierIncident, ...]:
    """Say on which entries of each it rests: how it was opened, and its review."""
    like = tuple(found)
    names = {"incidents": [each.incident for each in like]}
    entries = {row.incident_id: row.entries for row in await connection.execute(_RESTS_ON, names)}
    return tuple(
        each.model_copy(update={"entries": tuple(entries.get(each.incident, ()))}) for each in like
    )


def _submissions(entries: Iterable[Entry]) -> list[str]:
    brought = (EventKind.INCIDENT_OPENED, EventKind.ALERTS_JOINED)
    told = [entry.event for entry in entries if entry.event.kind in brought]
    return [event.answers for event in told if event.answers is not None]


def _like(row: RowMapping, likeness: Likeness, shared: Sequence[str]) -> EarlierIncident:
    return EarlierIncident(
        incident=row["incident_id"],
        title=row["title"],
        aware_at=row["aware_at"],
        likeness=likeness,
        shared=tuple(shared[:_MOST_SHARED]),
    )
