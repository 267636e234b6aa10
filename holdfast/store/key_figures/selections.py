"""The observations of each key figure, in SQL: one statement each, with the same columns.

`at` is the instant by which an observation falls into a period, `value` what was measured, `state`
whether it is measured, open or unmeasured, `marked` whether it is among those that the share of
the figure is about (null: not judged), `entries` what says so. Every statement reads a range of an
index on `at`, so that its cost follows the period that is asked for.
"""

from __future__ import annotations

from holdfast.domain.key_figures.definitions import RECURRENCE_MONTHS
from holdfast.domain.key_figures.kinds import KeyFigureName

__all__ = ["SELECTIONS"]

_INCIDENTS = """
    FROM projection.measured_incident i
"""
_OF_PERIOD = "i.counted AND i.detected_at >= :since AND i.detected_at < :until"
_HIT = "i.severity, i.services, i.entities"
_WITHOUT = "CASE WHEN i.closed_at IS NULL THEN 'open' ELSE 'unmeasured' END"


def _seconds(interval: str) -> str:
    """Whole seconds of an interval, rounded down."""
    return f"CAST(floor(extract(epoch FROM {interval})) AS bigint)"


def _entries(*expressions: str) -> str:
    """The entries there are, as an array."""
    return f"array_remove(ARRAY[{', '.join(expressions)}], NULL) AS entries"


def _until(moment: str) -> str:
    """From awareness to a moment of the incident."""
    ended = f"i.{moment}_at"
    return f"""
        SELECT i.incident_id, '' AS subject, CAST(NULL AS text) AS kind, i.detected_at AS at,
            {ended} AS ended_at, {_seconds(f"{ended} - i.detected_at")} AS value,
            CASE WHEN {ended} IS NOT NULL THEN 'measured' ELSE {_WITHOUT} END AS state,
            CAST(NULL AS boolean) AS marked, {_HIT},
            {_entries("i.entries ->> 'detected'", f"i.entries ->> '{moment}'")}
        {_INCIDENTS} WHERE {_OF_PERIOD}
    """


_DETECTION = f"""
    SELECT i.incident_id, '' AS subject, CAST(NULL AS text) AS kind, i.detected_at AS at,
        i.detected_at AS ended_at, {_seconds("i.detected_at - i.occurred_at")} AS value,
        CASE WHEN i.occurred_at IS NOT NULL THEN 'measured' ELSE 'unmeasured' END AS state,
        CAST(NULL AS boolean) AS marked, {_HIT},
        {_entries("i.entries ->> 'occurred'", "i.entries ->> 'detected'")}
    {_INCIDENTS} WHERE {_OF_PERIOD}
"""


def _courses(figure: KeyFigureName, value: str, state: str, marked: str) -> str:
    """What an incident has several of, each with a row of its own."""
    return f"""
        SELECT c.incident_id, c.subject, c.kind, c.began_at AS at, c.ended_at, {value} AS value,
            {state} AS state, {marked} AS marked, {_HIT}, c.entries
        FROM projection.measured_course c JOIN projection.measured_incident i USING (incident_id)
        WHERE i.counted AND c.figure = '{figure}' AND c.state <> 'withdrawn'
            AND c.began_at >= :since AND c.began_at < :until
    """  # noqa: S608 - constants


_MARGIN = _courses(
    KeyFigureName.NOTIFICATION_MARGIN,
    _seconds("c.due_at - c.ended_at"),
    "CASE c.state WHEN 'ended' THEN 'measured' ELSE 'open' END",
    "CASE c.state WHEN 'open' THEN NULL ELSE c.marked END",
)

_APPROVAL = _courses(
    KeyFigureName.APPROVAL_LATENCY,
    _seconds("c.ended_at - c.began_at"),
    "CASE c.state WHEN 'ended' THEN 'measured' ELSE 'open' END",
    "CASE c.state WHEN 'ended' THEN c.marked END",
)

_REMEDIATION = _courses(
    KeyFigureName.REMEDIATION_AGEING,
    _seconds("coalesce(c.ended_at, greatest(:now, c.began_at)) - c.began_at"),
    "CASE c.state WHEN 'ended' THEN 'measured' ELSE 'open' END",
    "c.marked",
)

# Moments of pausing and resuming come in turn; what lies after the end takes nothing off.
_STOOD_STILL = """
    (SELECT coalesce(sum(CASE WHEN place % 2 = 0 THEN 1 ELSE -1 END
            * extract(epoch FROM least(CAST(moment AS timestamptz), c.met_at))), 0)
            + CASE WHEN count(*) % 2 = 1 THEN extract(epoch FROM c.met_at) ELSE 0 END
        FROM jsonb_array_elements_text(c.stood_still) WITH ORDINALITY AS still (moment, place))
"""

_VENDOR = f"""
    SELECT c.incident_id, c.armed_entry AS subject, c.clock AS kind, c.armed_at AS at,
        c.met_at AS ended_at,
        CAST(floor(extract(epoch FROM c.met_at - c.armed_at)
            - CASE WHEN c.stood_still = '[]' THEN 0 ELSE {_STOOD_STILL} END) AS bigint) AS value,
        CASE WHEN c.outcome IN ('met', 'met_late') THEN 'measured'
             WHEN c.current THEN 'open' ELSE 'unmeasured' END AS state,
        CASE WHEN c.outcome IN ('met_late', 'missed') THEN true
             WHEN c.outcome = 'met' THEN false END AS marked,
        {_HIT}, c.entries
    FROM projection.vendor_clock c JOIN projection.measured_incident i USING (incident_id)
    WHERE i.counted AND c.outcome <> 'cancelled'
        AND c.armed_at >= :since AND c.armed_at < :until
"""  # noqa: S608 - constants

_RECURRENCE_ENTRIES = _entries(
    "i.entries ->> 'detected'",
    "CASE WHEN i.cause_stated IS NOT NULL THEN i.entries ->> 'cause_stated'"
    " WHEN i.cause_fact IS NOT NULL THEN i.entries ->> 'cause_fact'"
    " WHEN i.cause_review IS NOT NULL THEN i.entries ->> 'cause_review' END",
    "earlier.detected",
)

_RECURRENCE = f"""
    SELECT i.incident_id, '' AS subject, CAST(NULL AS text) AS kind, i.detected_at AS at,
        i.detected_at AS ended_at, CAST(NULL AS bigint) AS value,
        CASE WHEN i.cause IS NOT NULL THEN 'measured' ELSE {_WITHOUT} END AS state,
        CASE WHEN i.cause IS NOT NULL THEN earlier.detected IS NOT NULL END AS marked, {_HIT},
        {_RECURRENCE_ENTRIES}
    {_INCIDENTS} LEFT JOIN LATERAL (
        SELECT e.entries ->> 'detected' AS detected FROM projection.measured_incident e
        WHERE e.counted AND e.cause = i.cause
            AND (e.detected_at, e.incident_id) < (i.detected_at, i.incident_id)
            AND e.detected_at >= (i.detected_at AT TIME ZONE 'UTC'
                - interval '{RECURRENCE_MONTHS} months') AT TIME ZONE 'UTC'
        ORDER BY e.detected_at DESC, e.incident_id DESC LIMIT 1
    ) earlier ON true
    WHERE {_OF_PERIOD}
"""  # noqa: S608 - constants

# Within the period each incident looks at the row after it; only the last of a service in it has
# to be looked for behind the period.
_STABILITY = f"""
    SELECT i.incident_id, i.service AS subject, CAST(NULL AS text) AS kind, i.detected_at AS at,
        coalesce(i.next_at, later.detected_at) AS ended_at,
        {_seconds("coalesce(i.next_at, later.detected_at) - i.detected_at")} AS value,
        CASE WHEN coalesce(i.next_at, later.detected_at) IS NULL THEN 'open'
             ELSE 'measured' END AS state,
        CAST(NULL AS boolean) AS marked, i.severity, ARRAY[i.service] AS services, i.entities,
        {_entries("i.detected", "coalesce(i.next_entry, later.detected)")}
    FROM (
        SELECT i.incident_id, i.detected_at, i.severity, i.entities, hit.service,
            i.entries ->> 'detected' AS detected, lead(i.detected_at) OVER course AS next_at,
            lead(i.entries ->> 'detected') OVER course AS next_entry
        {_INCIDENTS} CROSS JOIN LATERAL unnest(i.services) AS hit (service)
        WHERE {_OF_PERIOD}
        WINDOW course AS (PARTITION BY hit.service ORDER BY i.detected_at, i.incident_id)
    ) i LEFT JOIN LATERAL (
        SELECT e.detected_at, e.entries ->> 'detected' AS detected
        FROM projection.measured_incident e
        WHERE i.next_at IS NULL AND e.counted AND e.services @> ARRAY[i.service]
            AND e.detected_at >= :until
        ORDER BY e.detected_at, e.incident_id LIMIT 1
    ) later ON true
"""  # noqa: S608 - constants


def _impact(figures: str, *names: str) -> str:
    """A figure of each service of an incident; `names` are those of its entries, best first."""
    known = [f"i.entries ->> ('{name}@' || hit.service)" for name in names]
    return f"""
        SELECT i.incident_id, coalesce(hit.service, '') AS subject, CAST(NULL AS text) AS kind,
            i.detected_at AS at, i.detected_at AS ended_at, CAST(hit.value AS bigint) AS value,
            CASE WHEN hit.service IS NOT NULL THEN 'measured' ELSE {_WITHOUT} END AS state,
            CAST(NULL AS boolean) AS marked, i.severity,
            CASE WHEN hit.service IS NULL THEN i.services ELSE ARRAY[hit.service] END AS services,
            i.entities, {_entries("i.entries ->> 'detected'", f"coalesce({', '.join(known)})")}
        {_INCIDENTS} LEFT JOIN LATERAL jsonb_each_text({figures}) AS hit (service, value)
            ON hit.value IS NOT NULL
        WHERE {_OF_PERIOD}
    """


SELECTIONS: dict[KeyFigureName, str] = {
    KeyFigureName.TIME_TO_DETECT: _DETECTION,
    KeyFigureName.TIME_TO_ACKNOWLEDGE: _until("confirmed"),
    KeyFigureName.TIME_TO_CLASSIFY: _until("classified"),
    KeyFigureName.TIME_TO_CONTAIN: _until("contained"),
    KeyFigureName.TIME_TO_RECOVER: _until("recovered"),
    KeyFigureName.NOTIFICATION_MARGIN: _MARGIN,
    KeyFigureName.APPROVAL_LATENCY: _APPROVAL,
    KeyFigureName.VENDOR_LATENCY: _VENDOR,
    KeyFigureName.REMEDIATION_AGEING: _REMEDIATION,
    KeyFigureName.RECURRENCE_RATE: _RECURRENCE,
    KeyFigureName.STABILITY: _STABILITY,
    KeyFigureName.REDUCTION_OF_DOWNTIME: _impact(
        "i.downtime_stated || i.downtime_computed", "downtime_computed", "downtime_stated"
    ),
    KeyFigureName.REDUCTION_OF_CLIENTS_AFFECTED: _impact("i.clients", "clients"),
}
"""In the statements, `:since` and `:until` bound the period; `:now` is the age of what is open."""
