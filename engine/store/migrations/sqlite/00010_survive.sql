-- Removals of sessions' records that take more than one transaction, until they are done.

-- +goose Up
CREATE TABLE forgettings (
    id         TEXT PRIMARY KEY,
    session    TEXT NOT NULL,
    remove     INTEGER NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;

-- By the session that is forgotten or ages out. The session default is the one of nearly all logins, which would pay
-- for an index of its own more than for all their other columns; it is removed in the order of the table.
CREATE INDEX bank_authentication_processes_session
    ON bank_authentication_processes (session, id) WHERE session <> 'default';

-- When a row was last written, by the wall clock: NULL where it was not since it was made, which its identifier tells.
-- Retention goes by that; a session's own clock may be days ahead or behind.
ALTER TABLE bank_authentication_processes ADD COLUMN written_at TEXT;
ALTER TABLE bank_connections ADD COLUMN written_at TEXT;
ALTER TABLE rate_windows ADD COLUMN written_at TEXT NOT NULL DEFAULT '';
UPDATE bank_authentication_processes SET written_at = updated_at WHERE version > 1;
UPDATE bank_connections SET written_at = updated_at WHERE version > 1;
UPDATE rate_windows SET written_at = since;
DROP INDEX rate_windows_since;
CREATE INDEX rate_windows_written ON rate_windows (written_at);

-- For each filter of the lists, and for what is due.
CREATE INDEX bank_connections_status ON bank_connections (session, status, id);
CREATE INDEX bank_connections_bank ON bank_connections (session, bank, id);
CREATE INDEX bank_connections_bank_status ON bank_connections (session, bank, status, id);
CREATE INDEX bank_connections_running ON bank_connections (session, end_status, ends_at) WHERE status = 'IN_PROGRESS';
CREATE INDEX webhook_deliveries_stream ON webhook_deliveries (stream, number);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (state, number);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook, number);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event, number);
CREATE INDEX webhook_deliveries_session_state ON webhook_deliveries (session, state, number);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (session, next_at) WHERE state = 'pending';
