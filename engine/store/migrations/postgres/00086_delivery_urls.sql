-- Where a delivery goes, if that is not its webhook's own address: an api's client may say so.

-- +goose Up
ALTER TABLE webhook_deliveries ADD COLUMN url text;
