-- Which node holds the claim of an Idempotency-Key: what a node that is gone held is free again.

-- +goose Up
ALTER TABLE idempotency_keys ADD COLUMN holder text COLLATE "C";
CREATE INDEX idempotency_keys_open ON idempotency_keys (holder) WHERE answer IS NULL;
