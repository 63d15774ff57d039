-- An identifier is two columns: its value, and its authority as namespace^universal id^type of that^type code (see IdentifierText).
CREATE TABLE patient (
    id          uuid PRIMARY KEY,
    active      boolean NOT NULL,
    merged_into uuid,
    attributes  bytea NOT NULL
);
CREATE INDEX patient_merged_into ON patient (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE patient_identifier (
    patient_id uuid NOT NULL,
    value      text NOT NULL COLLATE "C",
    authority  text NOT NULL COLLATE "C",
    kind       smallint NOT NULL,       -- 0 current, 1 primary, 2 prior, 3 former: moved away, no longer finds the patient
    position   smallint NOT NULL,
    PRIMARY KEY (patient_id, value, authority)
);
CREATE INDEX patient_identifier_value ON patient_identifier (value);

CREATE TABLE patient_link (
    patient_id uuid NOT NULL,
    linked_to  uuid NOT NULL,
    PRIMARY KEY (patient_id, linked_to)
);

CREATE TABLE visit (
    id               uuid PRIMARY KEY,
    patient_id       uuid NOT NULL,
    number_value     text NOT NULL COLLATE "C",
    number_authority text NOT NULL COLLATE "C",
    status           text NOT NULL,
    patient_class    text,
    attributes       bytea NOT NULL
);
CREATE INDEX visit_number ON visit (number_value);
CREATE INDEX visit_patient ON visit (patient_id);

-- Enough to take a merge back; never changed.
CREATE TABLE merge_log (
    id                   uuid PRIMARY KEY,
    kind                 text NOT NULL,
    at                   timestamptz NOT NULL,
    prior_patient_id     uuid NOT NULL,
    surviving_patient_id uuid NOT NULL,
    message_id           uuid,
    before               bytea NOT NULL,
    after                bytea NOT NULL
);
CREATE INDEX merge_log_prior ON merge_log (prior_patient_id);
CREATE INDEX merge_log_surviving ON merge_log (surviving_patient_id);
