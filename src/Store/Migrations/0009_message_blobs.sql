-- Key of the blob with the bytes of a message that is too large for its row; raw is empty then.
ALTER TABLE message_journal ADD COLUMN raw_blob text;
