-- What conditions of `when` ask for: times of what was counted (JSON, milliseconds), when sessions began by
-- their own clocks, and how their switches stand.

-- +goose Up
ALTER TABLE counters ADD COLUMN times TEXT;
ALTER TABLE sessions ADD COLUMN began_at TEXT;
ALTER TABLE sessions ADD COLUMN switches TEXT;
ALTER TABLE bank_authentication_processes ADD COLUMN session_began TEXT;
UPDATE sessions SET began_at = created_at WHERE id <> 'default';

-- For the fact last_authenticated: what time alone has brought.
CREATE INDEX bank_authentication_processes_authenticated
    ON bank_authentication_processes (session, bank, username, ends_at)
    WHERE end_status = 'AUTHENTICATED' AND ends_at > created_at AND connection_id IS NULL;
