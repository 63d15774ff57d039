-- What a person needs to find and understand a delivery, and when it left.
ALTER TABLE outbox ADD COLUMN control_id text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN event text NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN sent_at timestamptz;
ALTER TABLE outbox ADD COLUMN answer bytea;

-- Whether something of the same key stands before a delivery: waiting or parked.
CREATE INDEX outbox_of_key ON outbox (destination, order_key, id) WHERE state IN (0, 2);
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE state IN (1, 3);

-- Destinations that a person has stopped.
CREATE TABLE paused_destination (
    name   text PRIMARY KEY,
    since  timestamptz NOT NULL
);
