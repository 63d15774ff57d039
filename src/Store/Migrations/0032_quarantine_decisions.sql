-- What a person decided about what was received and not shown. Bytes are kept for what is held.
ALTER TABLE quarantined_instance
    ADD COLUMN state smallint NOT NULL DEFAULT 0,  -- QuarantineState
    ADD COLUMN decided_by text,
    ADD COLUMN decided_at timestamptz,
    ADD COLUMN decision text;                      -- why
CREATE INDEX quarantined_instance_held ON quarantined_instance (received_at DESC, id DESC) WHERE state = 0;
