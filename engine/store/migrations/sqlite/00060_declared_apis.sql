-- What declared apis keep beside the records: their own identifiers, tokens among them, and the fields
-- of requests that they keep of a process. Secret identifiers are there as hashes only.

-- +goose Up
CREATE TABLE api_identifiers (
    api           TEXT NOT NULL,
    lookup        TEXT NOT NULL,
    kind          TEXT NOT NULL,
    session       TEXT NOT NULL,
    owner         TEXT NOT NULL,
    element       INTEGER NOT NULL,
    ordinal       INTEGER NOT NULL,
    process_id    TEXT,
    connection_id TEXT,
    created_at    TEXT NOT NULL,
    expires_at    TEXT,
    used_at       TEXT,
    PRIMARY KEY (api, lookup)
);
CREATE INDEX api_identifiers_by_owner ON api_identifiers (owner, api);
CREATE INDEX api_identifiers_by_session ON api_identifiers (session);

CREATE TABLE api_kept (
    process_id TEXT PRIMARY KEY,
    session    TEXT NOT NULL,
    api        TEXT NOT NULL,
    fields     TEXT,
    created_at TEXT NOT NULL
);
CREATE INDEX api_kept_by_session ON api_kept (session);
