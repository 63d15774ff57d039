-- Storage commitment that others ask us for (PS3.4 annex J): what was asked, until its report is in the outbox.
CREATE TABLE commitment (
    id              uuid PRIMARY KEY,
    requester       text NOT NULL COLLATE "C",    -- its AE title
    transaction_uid text NOT NULL COLLATE "C",
    facility        text,                         -- whose instances it may know of; NULL = all
    received_at     timestamptz NOT NULL,
    decided_at      timestamptz,                  -- its report was written then
    digest          bytea NOT NULL,               -- SHA-256 of what it asks for, by which a repetition is known
    sop_classes     text[] NOT NULL,              -- emptied when it is decided
    sop_instances   text[] NOT NULL
);
CREATE UNIQUE INDEX commitment_transaction ON commitment (requester, transaction_uid);
CREATE INDEX commitment_open ON commitment (received_at) WHERE decided_at IS NULL;
CREATE INDEX commitment_decided ON commitment (decided_at) WHERE decided_at IS NOT NULL;

-- Whether a requester was refused an instance that it asks for.
CREATE INDEX quarantined_instance_uid ON quarantined_instance (sop_instance_uid) WHERE sop_instance_uid IS NOT NULL;
