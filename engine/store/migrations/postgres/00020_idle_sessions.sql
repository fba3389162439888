-- Which session has been idle longest: at the bound it makes way for a new one.

-- +goose Up
CREATE INDEX sessions_used ON sessions (used_at, id);
