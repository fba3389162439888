-- By how many milliseconds a node's own clock is ahead of the database's.

-- +goose Up
ALTER TABLE nodes ADD COLUMN clock_ahead bigint NOT NULL DEFAULT 0;
