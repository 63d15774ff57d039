-- Reports of examinations, the discrete results in them, and their documents that are too large for a row.
CREATE TABLE report (
    id                  uuid PRIMARY KEY,
    number_kind         smallint NOT NULL,   -- ReportNumberKind
    number_value        text NOT NULL COLLATE "C",
    number_authority    text NOT NULL COLLATE "C",
    code                text COLLATE "C",
    state               smallint NOT NULL,   -- ReportState
    reported_at         timestamptz,
    sent_at             timestamptz,
    content_state       smallint,            -- of the version whose content is shown
    content_reported_at timestamptz,
    content_sent_at     timestamptz,
    parent_value        text COLLATE "C",
    parent_authority    text COLLATE "C",
    relation            smallint NOT NULL,   -- ReportRelation
    followed_by         smallint NOT NULL,
    placer_value        text COLLATE "C",
    placer_authority    text COLLATE "C",
    filler_value        text COLLATE "C",
    filler_authority    text COLLATE "C",
    accession_value     text COLLATE "C",
    accession_authority text COLLATE "C",
    study_instance_uid  text COLLATE "C",
    order_id            uuid,                -- NULL as long as the order has not come
    order_study_uid     text COLLATE "C",
    patient_id          uuid,
    visit_id            uuid
);
CREATE INDEX report_number ON report (number_value);
CREATE INDEX report_parent ON report (parent_value) WHERE parent_value IS NOT NULL;
CREATE INDEX report_patient ON report (patient_id) WHERE patient_id IS NOT NULL;
-- What waits for its order.
CREATE INDEX report_placer ON report (placer_value) WHERE order_id IS NULL AND placer_value IS NOT NULL;
CREATE INDEX report_filler ON report (filler_value) WHERE order_id IS NULL AND filler_value IS NOT NULL;
CREATE INDEX report_accession ON report (accession_value) WHERE order_id IS NULL AND accession_value IS NOT NULL;
CREATE INDEX report_study ON report (study_instance_uid) WHERE order_id IS NULL AND study_instance_uid IS NOT NULL;

CREATE TABLE observation (
    id          uuid PRIMARY KEY,
    report_id   uuid NOT NULL,
    code        text NOT NULL COLLATE "C",
    sub_id      text COLLATE "C",
    status      text NOT NULL,
    state       smallint NOT NULL,   -- ReportState of the version that spoke of it last
    reported_at timestamptz,
    sent_at     timestamptz
);
CREATE INDEX observation_report ON observation (report_id);

CREATE TABLE report_document (
    id           uuid NOT NULL,   -- made of the content; the key of its blob
    report_id    uuid NOT NULL,
    content_type text,
    size         bigint NOT NULL,
    PRIMARY KEY (id, report_id)
);
