-- What time brings next in a session: when it moves a process, and when an import makes its next step, each by the
-- session's clock. Of rows that are older than this file, a process says since when it is in its step, which is
-- corrected as soon as somebody asks.

-- +goose Up
ALTER TABLE bank_authentication_processes ADD COLUMN moves_at TEXT;
ALTER TABLE bank_connections ADD COLUMN steps_at TEXT;
UPDATE bank_authentication_processes SET moves_at = entered_at WHERE ends_at IS NULL OR ends_at > entered_at;
UPDATE bank_connections SET steps_at = coalesce(ends_at, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX bank_authentication_processes_moves ON bank_authentication_processes (session, moves_at) WHERE moves_at IS NOT NULL;
CREATE INDEX bank_connections_steps ON bank_connections (session, steps_at) WHERE steps_at IS NOT NULL;
