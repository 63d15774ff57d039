CREATE TABLE imaging_order (
    id                    uuid PRIMARY KEY,
    patient_id            uuid NOT NULL,
    visit_id              uuid,
    sender                text NOT NULL,
    placer_value          text COLLATE "C",
    placer_authority      text COLLATE "C",
    filler_value          text COLLATE "C",
    filler_authority      text COLLATE "C",
    parent_value          text COLLATE "C",
    parent_authority      text COLLATE "C",
    replaces              uuid,
    is_parent             boolean NOT NULL,
    entered_in_error      boolean NOT NULL,
    last_transaction_time timestamptz,
    last_message_time     timestamptz,
    facility              text
);
CREATE INDEX imaging_order_placer ON imaging_order (placer_value) WHERE placer_value IS NOT NULL;
CREATE INDEX imaging_order_filler ON imaging_order (filler_value) WHERE filler_value IS NOT NULL;
CREATE INDEX imaging_order_patient ON imaging_order (patient_id);

CREATE TABLE requested_procedure (
    id                     uuid PRIMARY KEY,
    order_id               uuid NOT NULL,
    accession_value        text NOT NULL COLLATE "C",
    accession_authority    text NOT NULL COLLATE "C",
    requested_procedure_id text NOT NULL,
    study_instance_uid     text NOT NULL COLLATE "C",
    attributes             bytea NOT NULL
);
CREATE INDEX requested_procedure_order ON requested_procedure (order_id);
CREATE INDEX requested_procedure_accession ON requested_procedure (accession_value);
CREATE INDEX requested_procedure_study ON requested_procedure (study_instance_uid);

CREATE TABLE scheduled_procedure_step (
    id                uuid PRIMARY KEY,
    procedure_id      uuid NOT NULL,
    step_id           text NOT NULL,
    state             smallint NOT NULL,   -- StepState
    state_before_hold smallint,
    modality          text NOT NULL,
    station_aes       text[] NOT NULL,
    start             timestamp(0) NOT NULL,
    flags             text[] NOT NULL,
    attributes        bytea NOT NULL
);
CREATE INDEX scheduled_procedure_step_procedure ON scheduled_procedure_step (procedure_id);
-- What the worklist index is built from and what can expire.
CREATE INDEX scheduled_procedure_step_open ON scheduled_procedure_step (start) WHERE state < 7;

CREATE TABLE remembered_cancel (
    id                  uuid PRIMARY KEY,
    placer_value        text COLLATE "C",
    placer_authority    text COLLATE "C",
    filler_value        text COLLATE "C",
    filler_authority    text COLLATE "C",
    accession_value     text COLLATE "C",
    accession_authority text COLLATE "C",
    received_at         timestamptz NOT NULL,
    transaction_time    timestamptz,
    message_time        timestamptz
);
CREATE INDEX remembered_cancel_placer ON remembered_cancel (placer_value) WHERE placer_value IS NOT NULL;
CREATE INDEX remembered_cancel_filler ON remembered_cancel (filler_value) WHERE filler_value IS NOT NULL;
CREATE INDEX remembered_cancel_accession ON remembered_cancel (accession_value) WHERE accession_value IS NOT NULL;
CREATE INDEX remembered_cancel_age ON remembered_cancel (received_at);

CREATE TABLE appointment (
    id               uuid PRIMARY KEY,
    placer_value     text COLLATE "C",
    placer_authority text COLLATE "C",
    filler_value     text COLLATE "C",
    filler_authority text COLLATE "C",
    order_id         uuid,
    patient_id       uuid,
    status           text NOT NULL,
    start            timestamptz
);
CREATE INDEX appointment_placer ON appointment (placer_value) WHERE placer_value IS NOT NULL;
CREATE INDEX appointment_filler ON appointment (filler_value) WHERE filler_value IS NOT NULL;
CREATE INDEX appointment_order ON appointment (order_id) WHERE order_id IS NOT NULL;
