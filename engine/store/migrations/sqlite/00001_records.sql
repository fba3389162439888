-- Times are TEXT in UTC with milliseconds (2006-01-02T15:04:05.000Z), which sorts as time does.
-- Identifiers grow with time, so the primary keys are in order of creation too.
-- Only mockbank writes this file, a row always together with its flow: a foreign key on flow_hash would
-- have each login pay for a look-up that cannot fail.

-- +goose Up
CREATE TABLE flows (
    hash       TEXT PRIMARY KEY,
    scenario   TEXT NOT NULL,
    body       TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE bank_authentication_processes (
    id            TEXT PRIMARY KEY,
    session       TEXT NOT NULL,
    bank          TEXT NOT NULL,
    username      TEXT NOT NULL,
    scenario      TEXT NOT NULL,
    trigger_key   TEXT NOT NULL,
    rules         TEXT NOT NULL,
    flow_hash     TEXT NOT NULL, -- in flows
    captures      TEXT,
    await         TEXT,
    seed          INTEGER NOT NULL,
    step          INTEGER NOT NULL,
    entered_at    TEXT NOT NULL,
    visits        INTEGER NOT NULL,
    wrong_answers INTEGER NOT NULL,
    wrong         TEXT,
    polls         INTEGER NOT NULL,
    answers       INTEGER NOT NULL,
    redirect_uri  TEXT,
    state         TEXT,
    connection_id TEXT,
    ends_at       TEXT,
    end_status    TEXT,
    created_at    TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    version       INTEGER NOT NULL
) WITHOUT ROWID;

-- For the fact open_processes; a process that ended as it began is never open.
CREATE INDEX bank_authentication_processes_open
    ON bank_authentication_processes (session, bank, username, trigger_key)
    WHERE ends_at IS NULL OR ends_at > created_at;

CREATE TABLE bank_connections (
    id               TEXT PRIMARY KEY,
    session          TEXT NOT NULL,
    bank             TEXT NOT NULL,
    username         TEXT NOT NULL,
    process_id       TEXT NOT NULL,
    scenario         TEXT NOT NULL,
    trigger_key      TEXT NOT NULL,
    rules            TEXT NOT NULL,
    flow_hash        TEXT NOT NULL, -- in flows
    captures         TEXT,
    seed             INTEGER NOT NULL,
    turn             INTEGER NOT NULL,
    authenticated_at TEXT NOT NULL,
    run              INTEGER NOT NULL,
    update_case      INTEGER NOT NULL,
    started_at       TEXT NOT NULL,
    status           TEXT NOT NULL,
    import_progress  INTEGER NOT NULL,
    import_message   TEXT,
    error            TEXT,
    warnings         TEXT,
    written          INTEGER NOT NULL,
    ends_at          TEXT,
    end_status       TEXT,
    due_at           TEXT,
    created_at       TEXT NOT NULL,
    updated_at       TEXT NOT NULL,
    finished_at      TEXT,
    version          INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX bank_connections_user ON bank_connections (session, bank, username, trigger_key);
CREATE INDEX bank_connections_session ON bank_connections (session, id);
CREATE INDEX bank_connections_due ON bank_connections (session, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE import_history (
    connection_id TEXT NOT NULL REFERENCES bank_connections (id) ON DELETE CASCADE,
    run           INTEGER NOT NULL,
    number        INTEGER NOT NULL,
    session       TEXT NOT NULL,
    at            TEXT NOT NULL,
    status        TEXT NOT NULL,
    progress      INTEGER NOT NULL,
    message       TEXT,
    error         TEXT,
    PRIMARY KEY (connection_id, run, number)
) WITHOUT ROWID;

CREATE TABLE counters (
    session    TEXT NOT NULL,
    bank       TEXT NOT NULL,
    username   TEXT NOT NULL,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    value      INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (session, bank, username, kind, name)
) WITHOUT ROWID;
CREATE INDEX counters_updated ON counters (updated_at);

CREATE TABLE idempotency_keys (
    session       TEXT NOT NULL,
    route         TEXT NOT NULL,
    key           TEXT NOT NULL,
    fingerprint   TEXT NOT NULL,
    answer        BLOB,
    claimed_until TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    PRIMARY KEY (session, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- clock_offset is in milliseconds; a clock that stands has the time at which it does.
CREATE TABLE sessions (
    id              TEXT PRIMARY KEY,
    seed            INTEGER NOT NULL,
    clock_offset    INTEGER NOT NULL,
    clock_frozen_at TEXT,
    clock_turns     INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    used_at         TEXT NOT NULL,
    version         INTEGER NOT NULL
) WITHOUT ROWID;

-- How many requests there were in a window of time, for rate limits.
CREATE TABLE rate_windows (
    session  TEXT NOT NULL,
    bank     TEXT NOT NULL,
    username TEXT NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    since    TEXT NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (session, bank, username, kind, name)
) WITHOUT ROWID;
CREATE INDEX rate_windows_since ON rate_windows (since);

-- What all nodes must know alike and nobody else needs to, such as the key of the fingerprints above.
CREATE TABLE shared_keys (
    name       TEXT PRIMARY KEY,
    value      BLOB NOT NULL,
    created_at TEXT NOT NULL
);

-- What webhooks are told, one row for each webhook and event. A stream, which is a process with its
-- connection, is sent in the order of the numbers.
CREATE TABLE webhook_deliveries (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    session      TEXT NOT NULL,
    webhook      TEXT NOT NULL,
    stream       TEXT NOT NULL,
    event        TEXT NOT NULL,
    event_key    TEXT NOT NULL,
    payload      TEXT NOT NULL,
    fault        TEXT,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    next_at      TEXT NOT NULL,
    leased_until TEXT,
    holder       TEXT,
    last_status  INTEGER NOT NULL,
    last_error   TEXT,
    created_at   TEXT NOT NULL,
    delivered_at TEXT,
    version      INTEGER NOT NULL,
    UNIQUE (webhook, event_key)
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (stream, webhook, number) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_session ON webhook_deliveries (session, number);

-- Processes whose end time alone brings, and which webhooks are to be told of.
CREATE TABLE awaited_endings (
    process_id TEXT PRIMARY KEY,
    session    TEXT NOT NULL,
    due_at     TEXT NOT NULL,
    turn       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX awaited_endings_due ON awaited_endings (session, due_at);

-- The nodes on this database, each telling every few seconds that it is there, and what rules it plays.
CREATE TABLE nodes (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    version     TEXT NOT NULL,
    rules_hash  TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    rules_since TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    seen_at     TEXT NOT NULL
);
