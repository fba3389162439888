-- Times are kept in milliseconds.
-- Identifiers compare byte by byte, whatever the database's locale. They grow with time, so the primary keys are in order of creation too.

-- +goose Up
CREATE TABLE flows (
    hash       text COLLATE "C" PRIMARY KEY,
    scenario   text NOT NULL,
    body       json NOT NULL,
    created_at timestamptz(3) NOT NULL
);

CREATE TABLE bank_authentication_processes (
    id            text COLLATE "C" PRIMARY KEY,
    session       text NOT NULL,
    bank          text NOT NULL,
    username      text NOT NULL,
    scenario      text NOT NULL,
    trigger_key   text NOT NULL,
    rules         text NOT NULL,
    flow_hash     text COLLATE "C" NOT NULL REFERENCES flows (hash),
    captures      jsonb,
    await         jsonb,
    seed          bigint NOT NULL,
    step          integer NOT NULL,
    entered_at    timestamptz(3) NOT NULL,
    visits        integer NOT NULL,
    wrong_answers integer NOT NULL,
    wrong         text,
    polls         integer NOT NULL,
    answers       integer NOT NULL,
    redirect_uri  text,
    state         text,
    connection_id text COLLATE "C",
    ends_at       timestamptz(3),
    end_status    text,
    created_at    timestamptz(3) NOT NULL,
    updated_at    timestamptz(3) NOT NULL,
    version       bigint NOT NULL
);

-- For the fact open_processes; a process that ended as it began is never open.
CREATE INDEX bank_authentication_processes_open
    ON bank_authentication_processes (session, bank, username, trigger_key)
    WHERE ends_at IS NULL OR ends_at > created_at;
CREATE INDEX bank_authentication_processes_flow ON bank_authentication_processes (flow_hash);

CREATE TABLE bank_connections (
    id               text COLLATE "C" PRIMARY KEY,
    session          text NOT NULL,
    bank             text NOT NULL,
    username         text NOT NULL,
    process_id       text COLLATE "C" NOT NULL,
    scenario         text NOT NULL,
    trigger_key      text NOT NULL,
    rules            text NOT NULL,
    flow_hash        text COLLATE "C" NOT NULL REFERENCES flows (hash),
    captures         jsonb,
    seed             bigint NOT NULL,
    turn             integer NOT NULL,
    authenticated_at timestamptz(3) NOT NULL,
    run              integer NOT NULL,
    update_case      integer NOT NULL,
    started_at       timestamptz(3) NOT NULL,
    status           text NOT NULL,
    import_progress  integer NOT NULL,
    import_message   text,
    error            jsonb,
    warnings         jsonb,
    written          integer NOT NULL,
    ends_at          timestamptz(3),
    end_status       text,
    due_at           timestamptz(3),
    created_at       timestamptz(3) NOT NULL,
    updated_at       timestamptz(3) NOT NULL,
    finished_at      timestamptz(3),
    version          bigint NOT NULL
);

CREATE INDEX bank_connections_user ON bank_connections (session, bank, username, trigger_key);
CREATE INDEX bank_connections_session ON bank_connections (session, id);
CREATE INDEX bank_connections_due ON bank_connections (session, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX bank_connections_flow ON bank_connections (flow_hash);

CREATE TABLE import_history (
    connection_id text COLLATE "C" NOT NULL REFERENCES bank_connections (id) ON DELETE CASCADE,
    run           integer NOT NULL,
    number        integer NOT NULL,
    session       text NOT NULL,
    at            timestamptz(3) NOT NULL,
    status        text NOT NULL,
    progress      integer NOT NULL,
    message       text,
    error         jsonb,
    PRIMARY KEY (connection_id, run, number)
);

CREATE TABLE counters (
    session    text NOT NULL,
    bank       text NOT NULL,
    username   text NOT NULL,
    kind       text NOT NULL,
    name       text NOT NULL,
    value      integer NOT NULL,
    updated_at timestamptz(3) NOT NULL,
    PRIMARY KEY (session, bank, username, kind, name)
);
CREATE INDEX counters_updated ON counters (updated_at);

CREATE TABLE idempotency_keys (
    session       text NOT NULL,
    route         text NOT NULL,
    key           text NOT NULL,
    fingerprint   text NOT NULL,
    answer        bytea,
    claimed_until timestamptz(3) NOT NULL,
    created_at    timestamptz(3) NOT NULL,
    PRIMARY KEY (session, route, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

-- clock_offset is in milliseconds; a clock that stands has the time at which it does.
CREATE TABLE sessions (
    id              text COLLATE "C" PRIMARY KEY,
    seed            bigint NOT NULL,
    clock_offset    bigint NOT NULL,
    clock_frozen_at timestamptz(3),
    clock_turns     integer NOT NULL,
    created_at      timestamptz(3) NOT NULL,
    used_at         timestamptz(3) NOT NULL,
    version         bigint NOT NULL
);

-- How many requests there were in a window of time, for rate limits.
CREATE TABLE rate_windows (
    session  text NOT NULL,
    bank     text NOT NULL,
    username text NOT NULL,
    kind     text NOT NULL,
    name     text NOT NULL,
    since    timestamptz(3) NOT NULL,
    count    integer NOT NULL,
    PRIMARY KEY (session, bank, username, kind, name)
);
CREATE INDEX rate_windows_since ON rate_windows (since);

-- What all nodes must know alike and nobody else needs to, such as the key of the fingerprints above.
CREATE TABLE shared_keys (
    name       text PRIMARY KEY,
    value      bytea NOT NULL,
    created_at timestamptz(3) NOT NULL
);

-- What webhooks are told, one row for each webhook and event. A stream, which is a process with its
-- connection, is sent in the order of the numbers.
CREATE TABLE webhook_deliveries (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           text COLLATE "C" NOT NULL UNIQUE,
    session      text NOT NULL,
    webhook      text NOT NULL,
    stream       text COLLATE "C" NOT NULL,
    event        text NOT NULL,
    event_key    text COLLATE "C" NOT NULL,
    payload      json NOT NULL,
    fault        text,
    state        text NOT NULL,
    attempts     integer NOT NULL,
    next_at      timestamptz(3) NOT NULL,
    leased_until timestamptz(3),
    holder       text,
    last_status  integer NOT NULL,
    last_error   text,
    created_at   timestamptz(3) NOT NULL,
    delivered_at timestamptz(3),
    version      bigint NOT NULL,
    UNIQUE (webhook, event_key)
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (stream, webhook, number) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_session ON webhook_deliveries (session, number);

-- Processes whose end time alone brings, and which webhooks are to be told of.
CREATE TABLE awaited_endings (
    process_id text COLLATE "C" PRIMARY KEY,
    session    text NOT NULL,
    due_at     timestamptz(3) NOT NULL,
    turn       integer NOT NULL
);
CREATE INDEX awaited_endings_due ON awaited_endings (session, due_at);

-- The nodes on this database, each telling every few seconds that it is there, and what rules it plays.
CREATE TABLE nodes (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    version     text NOT NULL,
    rules_hash  text NOT NULL,
    generation  bigint NOT NULL,
    rules_since timestamptz(3) NOT NULL,
    started_at  timestamptz(3) NOT NULL,
    seen_at     timestamptz(3) NOT NULL
);
