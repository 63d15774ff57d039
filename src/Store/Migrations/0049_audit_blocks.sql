-- The audit trail is sealed in blocks: each has the hashes of its rows, and the hash of the block before it, and is signed (decision 14).
CREATE TABLE audit_block (
    number       bigint PRIMARY KEY,
    kind         smallint NOT NULL,    -- 0 rows, 1 beginning, 2 rows from before it, 3 no more of these, 4 month dropped, 5 blocks lost, 6 restored
    sealed_at    timestamptz NOT NULL,
    open_from    timestamptz NOT NULL, -- rows before this time, of which no block knows, are none of the trail
    first_at     timestamptz,
    last_at      timestamptz,
    row_count    integer NOT NULL,
    entries_hash bytea NOT NULL,
    entries      bytea,                -- time, id and hash of each row; given up with the rows when their month is dropped
    note         text,
    previous     bytea NOT NULL,
    hash         bytea NOT NULL,
    key_id       bytea NOT NULL,
    signature    bytea NOT NULL
);
-- Hashes do not get smaller.
ALTER TABLE audit_block ALTER COLUMN entries SET STORAGE EXTERNAL;
CREATE INDEX audit_block_first ON audit_block (first_at);
CREATE INDEX audit_block_last ON audit_block (last_at);
CREATE INDEX audit_block_marks ON audit_block (kind, number) WHERE kind <> 0;

-- Public keys of those who sealed. A key is known by its hash, and which ones count the settings of the reader say.
CREATE TABLE audit_key (
    id         bytea PRIMARY KEY,
    public_key bytea NOT NULL
);
