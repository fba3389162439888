-- The declared api that began a process stands in its row: there is a row of what is kept only where something is.

-- +goose Up
ALTER TABLE bank_authentication_processes ADD COLUMN api text COLLATE "C";
UPDATE bank_authentication_processes SET api = (SELECT k.api FROM api_kept k WHERE k.process_id = id)
    WHERE id IN (SELECT process_id FROM api_kept);
