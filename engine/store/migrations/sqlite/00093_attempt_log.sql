-- The last attempts of a delivery, with what they were signed by.

-- +goose Up
ALTER TABLE webhook_deliveries ADD COLUMN attempt_log TEXT;
