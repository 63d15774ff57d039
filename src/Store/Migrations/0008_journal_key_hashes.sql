-- What a message is found by, as four bytes of the SHA-256 of each key (MessageKey.Hash): an index over numbers is a quarter of one over
-- texts. Rows that an engine of the version before writes meanwhile have none; they are listed, but not found by a key.
ALTER TABLE message_journal ADD COLUMN key_hashes integer[];

UPDATE message_journal
SET key_hashes = ARRAY(SELECT ('x' || encode(substring(sha256(convert_to(key, 'UTF8')) FOR 4), 'hex'))::bit(32)::integer FROM unnest(keys) AS key);

CREATE INDEX message_journal_key_hashes ON message_journal USING gin (key_hashes);
DROP INDEX message_journal_keys;

-- Nobody looks for patients by whom they were merged into, and an index that a plan could choose for the way forward is a risk.
DROP INDEX patient_merged_into;
