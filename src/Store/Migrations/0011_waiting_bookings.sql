-- A booking may come before the order that it is for: what it says of time and place waits for the order.
ALTER TABLE appointment
    ADD COLUMN order_placer_value        text COLLATE "C",
    ADD COLUMN order_placer_authority    text COLLATE "C",
    ADD COLUMN order_filler_value        text COLLATE "C",
    ADD COLUMN order_filler_authority    text COLLATE "C",
    ADD COLUMN order_accession_value     text COLLATE "C",
    ADD COLUMN order_accession_authority text COLLATE "C",
    ADD COLUMN step_id                   text COLLATE "C",
    ADD COLUMN effect                    smallint NOT NULL DEFAULT 0,
    ADD COLUMN attributes                bytea,
    ADD COLUMN sent_at                   timestamptz;
CREATE INDEX appointment_order_placer ON appointment (order_placer_value)
    WHERE order_id IS NULL AND order_placer_value IS NOT NULL;
CREATE INDEX appointment_order_filler ON appointment (order_filler_value)
    WHERE order_id IS NULL AND order_filler_value IS NOT NULL;
CREATE INDEX appointment_order_accession ON appointment (order_accession_value)
    WHERE order_id IS NULL AND order_accession_value IS NOT NULL;
