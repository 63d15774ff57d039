-- Instances that are hidden by a rejection note (IHE RAD TF-2 4.66) or by a person, and what they were before.
ALTER TABLE instance
    ADD COLUMN rejection smallint,      -- Rejection
    ADD COLUMN rejected_at timestamptz,
    ADD COLUMN state_before smallint;   -- InstanceState
CREATE INDEX instance_rejected ON instance (rejected_at) WHERE rejected_at IS NOT NULL;

-- Why a study may not be deleted; NULL = it may.
ALTER TABLE study ADD COLUMN hold text;

-- Rejected before they came: notes may overtake their images.
CREATE TABLE awaited_rejection (
    id               uuid PRIMARY KEY,
    sop_instance_uid text NOT NULL COLLATE "C",
    rejection        smallint NOT NULL,
    received_at      timestamptz NOT NULL,
    taken_at         timestamptz        -- when the instance came
);
CREATE INDEX awaited_rejection_uid ON awaited_rejection (sop_instance_uid) WHERE taken_at IS NULL;
