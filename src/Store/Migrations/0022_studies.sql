-- Studies with their series and instances, and the orders that they were made for.
CREATE TABLE study (
    id                   uuid PRIMARY KEY,
    study_instance_uid   text NOT NULL COLLATE "C",
    state                smallint NOT NULL,   -- StudyState
    patient_id           uuid,                -- NULL as long as nobody here has the id that the images show
    patient_id_value     text COLLATE "C",    -- as the images show it
    patient_id_authority text COLLATE "C",
    numbers              text[] NOT NULL,     -- of orders, as the images show them
    sender               text NOT NULL,
    facility             text,
    flags                text[] NOT NULL,
    received_at          timestamptz NOT NULL,
    patient_name         text COLLATE "C",    -- in the form in which names compare
    study_date           date,
    study_time           time,
    attributes           bytea NOT NULL
);
CREATE UNIQUE INDEX study_uid ON study (study_instance_uid);
-- The order in which searches answer.
CREATE INDEX study_newest ON study (study_date DESC NULLS LAST, study_time DESC NULLS LAST, study_instance_uid);
CREATE INDEX study_name ON study (patient_name);
CREATE INDEX study_patient ON study (patient_id) WHERE patient_id IS NOT NULL;
-- Of those that nobody here is known to be the patient of.
CREATE INDEX study_patient_value ON study (patient_id_value) WHERE patient_id IS NULL AND patient_id_value IS NOT NULL;

-- The accession, placer and filler numbers that its images show, by which orders and people find a study.
CREATE TABLE study_number (
    value    text NOT NULL COLLATE "C",
    study_id uuid NOT NULL,
    PRIMARY KEY (value, study_id)
);
CREATE INDEX study_number_study ON study_number (study_id);

CREATE TABLE study_link (
    id           uuid PRIMARY KEY,
    study_id     uuid NOT NULL,
    order_id     uuid NOT NULL,
    procedure_id uuid NOT NULL,
    rule         smallint NOT NULL,           -- LinkRule
    state        smallint NOT NULL,           -- LinkState
    decided_by   text NOT NULL,
    decided_at   timestamptz NOT NULL,
    reason       text
);
CREATE INDEX study_link_study ON study_link (study_id);
CREATE INDEX study_link_order ON study_link (order_id);

CREATE TABLE series (
    id                  uuid PRIMARY KEY,
    study_id            uuid NOT NULL,
    series_instance_uid text NOT NULL COLLATE "C",
    modality            text NOT NULL,
    number              integer,
    instances           integer NOT NULL,     -- that are shown
    told                integer NOT NULL,     -- that the resource of the study counts
    attributes          bytea NOT NULL
);
CREATE UNIQUE INDEX series_uid ON series (series_instance_uid);
CREATE INDEX series_study ON series (study_id);
-- Those whose study is behind: few at any time.
CREATE INDEX series_untold ON series (study_id) WHERE instances <> told;

CREATE TABLE instance (
    id                  uuid PRIMARY KEY,
    series_id           uuid NOT NULL,
    sop_instance_uid    text NOT NULL COLLATE "C",
    sop_class_uid       text NOT NULL COLLATE "C",
    transfer_syntax_uid text NOT NULL COLLATE "C",
    number              integer,
    state               smallint NOT NULL,    -- InstanceState
    pack                uuid NOT NULL,
    pack_offset         bigint NOT NULL,
    length              bigint NOT NULL,
    data_set_offset     integer NOT NULL,     -- behind the file meta information
    header_length       integer NOT NULL,
    digest              bytea NOT NULL,       -- SHA-256 of the data set
    pixel_digest        bytea,
    frames              bytea,                -- where the frames of an encapsulated one are
    sender              text NOT NULL,
    received_at         timestamptz NOT NULL,
    attributes          bytea NOT NULL
);
CREATE UNIQUE INDEX instance_uid ON instance (sop_instance_uid);
CREATE INDEX instance_series ON instance (series_id);
-- What lies in a pack, to find what is needed of it.
CREATE INDEX instance_place ON instance (pack, pack_offset);

-- What was received and is no instance that is shown: broken, or another one under a name that is taken.
CREATE TABLE quarantined_instance (
    id               uuid PRIMARY KEY,
    received_at      timestamptz NOT NULL,
    sender           text NOT NULL,
    sop_instance_uid text COLLATE "C",
    code             text NOT NULL,
    reason           text NOT NULL,
    pack             uuid NOT NULL,
    pack_offset      bigint NOT NULL,
    length           bigint NOT NULL
);
CREATE INDEX quarantined_instance_place ON quarantined_instance (pack, pack_offset);
CREATE INDEX quarantined_instance_time ON quarantined_instance (received_at);
