-- Series that a person moved to another study, and studies that were merged into another one.
ALTER TABLE series ADD COLUMN sent_study_uid text COLLATE "C";  -- Study Instance UID that its images say; NULL = that of its study
ALTER TABLE study ADD COLUMN merged_into text COLLATE "C";      -- Study Instance UID of that one
