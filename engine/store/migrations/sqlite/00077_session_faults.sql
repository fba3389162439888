-- The faults that a test gave to a session, as JSON.

-- +goose Up
ALTER TABLE sessions ADD COLUMN faults TEXT;
