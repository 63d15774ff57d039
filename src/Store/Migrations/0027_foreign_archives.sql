-- Archives that were there before: their studies stand among ours, and their bytes stay with them.
ALTER TABLE instance ADD COLUMN archive text COLLATE "C"; -- that has the bytes; NULL = they are here, in the pack

-- How far an archive has been read.
CREATE TABLE archive_poll (
    archive       text PRIMARY KEY COLLATE "C",
    change_number bigint NOT NULL DEFAULT 0, -- of the archive's own list of changes, the last that was followed
    walk_day      date,                      -- studies from this day on have been compared; NULL = the next walk begins
    walked_at     timestamptz,               -- when a walk last came to its end
    answered_at   timestamptz,               -- when all that was asked was last answered
    failing_since timestamptz,
    fault         text
);

-- What an archive listed of each study when it was read last.
CREATE TABLE archive_study (
    archive            text NOT NULL COLLATE "C",
    study_instance_uid text NOT NULL COLLATE "C",
    study_date         date,
    instances          integer NOT NULL,
    missing_since      timestamptz,          -- the archive had it, and does not list it any more
    PRIMARY KEY (archive, study_instance_uid)
);
CREATE INDEX archive_study_date ON archive_study (archive, study_date);
