-- What a clean-up finds the old by, without going through all that is kept.

-- +goose Up
-- When a row last began to refer to the flow, as far as an hour; so that a flow that no row refers to is found without an index
-- of the rows by their flows, which each login would pay for.
ALTER TABLE flows ADD COLUMN used_at TEXT;
UPDATE flows SET used_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
CREATE INDEX flows_used ON flows (used_at);

CREATE INDEX api_identifiers_created ON api_identifiers (created_at);
CREATE INDEX api_kept_created ON api_kept (created_at);

-- With the time, which a count asks for though the index says it: else each row would be looked up.
DROP INDEX bank_authentication_processes_undecided;
CREATE INDEX bank_authentication_processes_undecided ON bank_authentication_processes (session, id, ends_at) WHERE ends_at IS NULL;
