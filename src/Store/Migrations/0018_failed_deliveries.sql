-- How a destination stands is asked for again and again: what waits is counted without a look at its content.
CREATE INDEX outbox_failed ON outbox (destination, id) WHERE state IN (0, 2) AND last_error IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (destination, id) WHERE state = 2;
