-- For the list of the processes that are open: those that nothing ends by itself, and those that time will end.

-- +goose Up
CREATE INDEX bank_authentication_processes_undecided ON bank_authentication_processes (session, id) WHERE ends_at IS NULL;
CREATE INDEX bank_authentication_processes_ending ON bank_authentication_processes (session, ends_at) WHERE ends_at > created_at;
