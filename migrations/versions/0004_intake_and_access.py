"""Doors: raw deliveries, alerts and where they are routed, the outbox, and access tokens."""

from __future__ import annotations

from migrations.sql import run_as_owner

revision = "0004"
down_revision = "0003"

_INTAKE = """
CREATE SEQUENCE intake.incident_number;

CREATE TABLE intake.delivery (
    delivery_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source        text NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    raw           text COLLATE "C" NOT NULL,
    repeats       bigint REFERENCES intake.delivery,
    delivered_by  text NOT NULL
);
CREATE INDEX delivery_by_content ON intake.delivery (source, raw, received_at);

CREATE TABLE intake.outbox (
    position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id  text COLLATE "C" NOT NULL UNIQUE,
    incident_id    text COLLATE "C" NOT NULL,
    opens          boolean NOT NULL,
    content        bytea NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at   timestamptz,
    returned_at    timestamptz
);
COMMENT ON COLUMN intake.outbox.returned_at IS
    'Its incident had ended before it came: its alerts were routed anew, and it is not sent again.';
CREATE INDEX outbox_waiting ON intake.outbox (incident_id, position)
    WHERE delivered_at IS NULL AND returned_at IS NULL;

CREATE TABLE intake.alert (
    alert_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id     bigint NOT NULL REFERENCES intake.delivery,
    source          text NOT NULL,
    fingerprint     text NOT NULL,
    status          text NOT NULL CHECK (status IN ('firing', 'resolved')),
    starts_at       timestamptz NOT NULL,
    service         text NOT NULL,
    summary         text NOT NULL,
    incident_id     text COLLATE "C",
    submission_id   text COLLATE "C",
    received_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX alert_waiting ON intake.alert (incident_id, alert_id)
    WHERE submission_id IS NULL AND incident_id IS NOT NULL;
CREATE INDEX alert_unrouted ON intake.alert (alert_id)
    WHERE incident_id IS NULL AND status = 'firing';
CREATE INDEX alert_of_submission ON intake.alert (submission_id);
CREATE UNIQUE INDEX alert_episode ON intake.alert (source, fingerprint, starts_at, status);

CREATE TABLE intake.route (
    service      text PRIMARY KEY,
    incident_id  text COLLATE "C" NOT NULL
);
CREATE INDEX route_to_incident ON intake.route (incident_id);

CREATE TABLE intake.report_key (
    actor_id     text COLLATE "C" NOT NULL,
    key          text COLLATE "C" NOT NULL,
    request      text COLLATE "C" NOT NULL,
    incident_id  text COLLATE "C" NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (actor_id, key)
);
COMMENT ON TABLE intake.report_key IS
    'Idempotency keys of human reports: the digest of the request, and the incident it opened.';
"""

_ACCESS = """
CREATE TABLE access.token (
    token_id    text COLLATE "C" PRIMARY KEY,
    secret_hash bytea NOT NULL,
    actor_id    text COLLATE "C" NOT NULL,
    roles       text[] NOT NULL,
    local       boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at  timestamptz
);

CREATE TABLE access.identity (
    actor_id  text COLLATE "C" PRIMARY KEY,
    name      text NOT NULL,
    contact   text
);
COMMENT ON TABLE access.identity IS
    'Who a pseudonym is. No foreign key points here: a row can be erased, and every proof stands.';
"""

_GRANTS = """
GRANT USAGE ON SEQUENCE intake.incident_number TO holdfast_app;
GRANT SELECT, INSERT ON intake.delivery, intake.report_key TO holdfast_app;
GRANT SELECT, INSERT, UPDATE ON intake.alert, intake.outbox TO holdfast_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON intake.route TO holdfast_app;
GRANT SELECT ON access.token TO holdfast_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON access.identity TO holdfast_app;
"""


def upgrade() -> None:
    """Create the tables as their owner, and grant what the application needs."""
    run_as_owner(_INTAKE, _ACCESS, _GRANTS)


def downgrade() -> None:
    """Refuse: raw alerts that no incident has taken yet would be lost."""
    message = "a downgrade below 0004 would lose raw alerts: restore a backup instead"
    raise RuntimeError(message)
