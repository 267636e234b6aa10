"""Escalations to third parties, their clocks, statements, calls, and what follows: projections."""

from __future__ import annotations

from alembic import op

from migrations.sql import run_as_owner

revision = "0013"
down_revision = "0012"

_THIRD_PARTY = """
CREATE TABLE projection.third_party (
    incident_id        text COLLATE "C" NOT NULL,
    number             bigint NOT NULL,
    workflow_id        text COLLATE "C" NOT NULL,
    contract           text COLLATE "C" NOT NULL,
    provider           text COLLATE "C" NOT NULL,
    provider_name      text,
    invocation         text NOT NULL,
    because            text NOT NULL,
    facts              text[] NOT NULL,
    severity           text,
    round              bigint NOT NULL,
    opened_by          jsonb NOT NULL,
    opened_at          timestamptz NOT NULL,
    asked_at           timestamptz NOT NULL,
    asked_by           text,
    notified_at        timestamptz,
    their_reference    text,
    their_references   jsonb NOT NULL,
    taken              jsonb,
    taken_not_because  text,
    estimated_at       timestamptz,
    claimed_at         timestamptz,
    ended              text,
    restored_at        timestamptz,
    withdrawn_because  text,
    pause              jsonb,
    paused_since       timestamptz,
    weaknesses         jsonb NOT NULL,
    breached           jsonb NOT NULL,
    review             jsonb,
    in_review          boolean NOT NULL,
    closed             boolean NOT NULL,
    closed_at          timestamptz,
    last_entry         text COLLATE "C" NOT NULL,
    stage              text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN closed THEN 'closed'
             WHEN in_review THEN 'review'
             WHEN ended IS NOT NULL THEN ended
             WHEN claimed_at IS NOT NULL THEN 'claimed'
             ELSE 'asked' END
    ) STORED,
    pause_reason       text GENERATED ALWAYS AS (
        CASE WHEN paused_since IS NOT NULL THEN pause ->> 'reason' END
    ) STORED,
    breaches           bigint NOT NULL GENERATED ALWAYS AS (jsonb_array_length(breached)) STORED,
    PRIMARY KEY (incident_id, number)
);
CREATE INDEX third_party_newest ON projection.third_party (provider, opened_at DESC);
CREATE INDEX third_party_open ON projection.third_party (provider) WHERE NOT closed;
CREATE INDEX third_party_references ON projection.third_party USING gin (their_references);
COMMENT ON TABLE projection.third_party IS
    'Escalations to providers, one contract in one incident each, as they stand.';
COMMENT ON COLUMN projection.third_party.their_references IS
    'Every reference that the provider has given, and since when; their_reference is the latest.';
COMMENT ON COLUMN projection.third_party.taken IS
    'The terms that it is held to; where there are none, taken_not_because says why.';
COMMENT ON COLUMN projection.third_party.ended IS
    'How it ended, once nothing is wanted from the provider: restored or withdrawn.';
COMMENT ON COLUMN projection.third_party.pause IS
    'The pause that was asked for last; it is granted while paused_since has a value.';
"""

_VENDOR_CLOCK = """
CREATE TABLE projection.vendor_clock (
    armed_entry  text COLLATE "C" PRIMARY KEY,
    incident_id  text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    clock_id     text COLLATE "C" NOT NULL,
    clock        text NOT NULL,
    round        bigint NOT NULL,
    title        text NOT NULL,
    armed_at     timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    state        text NOT NULL,
    current      boolean NOT NULL,
    missed_at    timestamptz,
    met_at       timestamptz,
    ended_at     timestamptz,
    breached_at  timestamptz,
    severity     text,
    stood_still  jsonb NOT NULL,
    entries      text[] NOT NULL,
    outcome      text NOT NULL GENERATED ALWAYS AS (
        CASE WHEN NOT current AND state IN ('running', 'paused') THEN 'cancelled'
             ELSE state END
    ) STORED
);
CREATE INDEX vendor_clock_named ON projection.vendor_clock (incident_id, clock_id);
CREATE INDEX vendor_clock_of_escalation ON projection.vendor_clock (incident_id, number, armed_at);
CREATE INDEX vendor_clock_settled ON projection.vendor_clock (due_at)
    WHERE outcome IN ('met', 'met_late', 'missed');
CREATE INDEX vendor_clock_breached ON projection.vendor_clock (breached_at)
    WHERE breached_at IS NOT NULL;
COMMENT ON TABLE projection.vendor_clock IS
    'The times that providers were held to: one row a deadline, and an update is due repeatedly.';
COMMENT ON COLUMN projection.vendor_clock.current IS
    'Whether entries about clock_id are about this row: it has not ended.';
COMMENT ON COLUMN projection.vendor_clock.met_at IS
    'When what it waited for happened, which may have been told later.';
COMMENT ON COLUMN projection.vendor_clock.outcome IS
    'running, paused, met, met_late, missed (as long as it is not met) or cancelled.';
COMMENT ON COLUMN projection.vendor_clock.stood_still IS
    'Moments at which it was paused and resumed, in turn.';
"""

_VENDOR_STATEMENT = """
CREATE TABLE projection.vendor_statement (
    entry_id         text COLLATE "C" PRIMARY KEY,
    incident_id      text COLLATE "C" NOT NULL,
    number           bigint NOT NULL,
    round            bigint NOT NULL,
    said             text NOT NULL,
    said_at          timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    source           text NOT NULL,
    text             text,
    estimated_at     timestamptz,
    documents        jsonb NOT NULL,
    their_reference  text,
    reference        text,
    link             text COLLATE "C",
    late_by_us       boolean NOT NULL,
    entered_by       jsonb NOT NULL,
    sealed           text[] NOT NULL
);
CREATE INDEX vendor_statement_of_escalation
    ON projection.vendor_statement (incident_id, number, recorded_at);
COMMENT ON TABLE projection.vendor_statement IS
    'What providers have said; who spoke is sealed in the entry.';
"""

_VENDOR_CALL = """
CREATE TABLE projection.vendor_call (
    entry_id       text COLLATE "C" PRIMARY KEY,
    incident_id    text COLLATE "C" NOT NULL,
    number         bigint NOT NULL,
    round          bigint NOT NULL,
    why            text NOT NULL,
    clock          text,
    rung           bigint NOT NULL,
    title          text,
    contacts       text[] NOT NULL,
    channel        text,
    call           jsonb NOT NULL,
    called_at      timestamptz NOT NULL,
    communication  bigint
);
CREATE INDEX vendor_call_of_escalation ON projection.vendor_call (incident_id, number, called_at);
COMMENT ON TABLE projection.vendor_call IS
    'The calls of providers, each with the number of the communication that it became.';
"""

_VENDOR_ORIGIN = """
CREATE TABLE projection.vendor_origin (
    entry_id         text COLLATE "C" PRIMARY KEY,
    incident_id      text COLLATE "C" NOT NULL,
    number           bigint NOT NULL,
    provider         text COLLATE "C" NOT NULL,
    contract         text COLLATE "C" NOT NULL,
    rank             bigint NOT NULL,
    origin_provider  text COLLATE "C",
    name             text NOT NULL,
    code_type        text,
    code             text,
    statement        text NOT NULL,
    stated_by        jsonb NOT NULL,
    stated_at        timestamptz NOT NULL
);
CREATE INDEX vendor_origin_of_escalation ON projection.vendor_origin (incident_id, number);
CREATE INDEX vendor_origin_of_provider ON projection.vendor_origin (provider);
CREATE INDEX vendor_origin_in_provider ON projection.vendor_origin (origin_provider);
COMMENT ON TABLE projection.vendor_origin IS
    'Where in the chain of a provider an incident began, as people have stated it.';
"""

_REMEDIATION_TASK = """
CREATE TABLE projection.remediation_task (
    task_id      text COLLATE "C" PRIMARY KEY,
    incident_id  text COLLATE "C" NOT NULL,
    number       bigint NOT NULL,
    task         bigint NOT NULL,
    contract     text COLLATE "C" NOT NULL,
    provider     text COLLATE "C" NOT NULL,
    kind         text NOT NULL,
    title        text NOT NULL,
    basis        text,
    by_law       boolean NOT NULL,
    owner        text,
    due_on       date,
    state        text NOT NULL,
    proposed_at  timestamptz NOT NULL,
    entry_id     text COLLATE "C" NOT NULL
);
CREATE INDEX remediation_task_of_incident
    ON projection.remediation_task (incident_id, number, task);
COMMENT ON TABLE projection.remediation_task IS
    'What has to follow from oversight reviews, as it was proposed.';
"""

_TABLES = (
    *("third_party", "vendor_clock", "vendor_statement", "vendor_call", "vendor_origin"),
    "remediation_task",
)

_GRANTS = "".join(
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON projection.{table} TO holdfast_app;\n"
    for table in _TABLES
)


def upgrade() -> None:
    """Add what is derived from the entries about third parties."""
    run_as_owner(
        _THIRD_PARTY,
        _VENDOR_CLOCK,
        _VENDOR_STATEMENT,
        _VENDOR_CALL,
        _VENDOR_ORIGIN,
        _REMEDIATION_TASK,
        _GRANTS,
    )


def downgrade() -> None:
    """Drop it: it holds nothing that the entries do not."""
    for table in reversed(_TABLES):
        op.execute(f"DROP TABLE projection.{table}")
