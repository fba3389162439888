-- What declared apis keep beside the records: their own identifiers, tokens among them, and the fields
-- of requests that they keep of a process. Secret identifiers are there as hashes only.

-- +goose Up
CREATE TABLE api_identifiers (
    api           text COLLATE "C" NOT NULL,
    lookup        text COLLATE "C" NOT NULL,
    kind          text NOT NULL,
    session       text NOT NULL,
    owner         text COLLATE "C" NOT NULL,
    element       integer NOT NULL,
    ordinal       integer NOT NULL,
    process_id    text COLLATE "C",
    connection_id text COLLATE "C",
    created_at    timestamptz(3) NOT NULL,
    expires_at    timestamptz(3),
    used_at       timestamptz(3),
    PRIMARY KEY (api, lookup)
);
CREATE INDEX api_identifiers_by_owner ON api_identifiers (owner, api);
CREATE INDEX api_identifiers_by_session ON api_identifiers (session);

CREATE TABLE api_kept (
    process_id text COLLATE "C" PRIMARY KEY,
    session    text NOT NULL,
    api        text COLLATE "C" NOT NULL,
    fields     text,
    created_at timestamptz(3) NOT NULL
);
CREATE INDEX api_kept_by_session ON api_kept (session);
