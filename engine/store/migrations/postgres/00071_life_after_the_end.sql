-- What a life after the end needs to be found by: processes that their rows alone do not tell of, updates that wait
-- for a run to end, and until when a connection's row shows its status.

-- +goose Up
-- From when on the process itself has to be looked at where its user logs in: the login moves it, or time has opened
-- it again.
ALTER TABLE bank_authentication_processes ADD COLUMN look_at timestamptz(3);
CREATE INDEX bank_authentication_processes_look
    ON bank_authentication_processes (session, bank, username, look_at) WHERE look_at IS NOT NULL;

-- Whether the session has begun a flow that another login moves.
ALTER TABLE sessions ADD COLUMN logins_move integer NOT NULL DEFAULT 0;

-- The update that waits (JSON), and its flow.
ALTER TABLE bank_connections ADD COLUMN queued jsonb;
ALTER TABLE bank_connections ADD COLUMN queued_flow text COLLATE "C" REFERENCES flows (hash);
CREATE INDEX bank_connections_queued_flow ON bank_connections (queued_flow) WHERE queued_flow IS NOT NULL;
-- When time changes the status that the row shows, where its end does not tell that; for lists by status.
ALTER TABLE bank_connections ADD COLUMN holds_until timestamptz(3);
CREATE INDEX bank_connections_holds ON bank_connections (session, holds_until) WHERE holds_until IS NOT NULL;
