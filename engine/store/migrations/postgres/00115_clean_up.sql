-- What a clean-up finds the old by, without going through all that is kept.

-- +goose Up
CREATE INDEX flows_created ON flows (created_at);
CREATE INDEX api_identifiers_created ON api_identifiers (created_at);
CREATE INDEX api_kept_created ON api_kept (created_at);
