-- Modality performed procedure steps: what was done, and for which scheduled steps.
CREATE TABLE performed_procedure_step (
    id               uuid PRIMARY KEY,
    sop_instance_uid text NOT NULL COLLATE "C",
    state            smallint NOT NULL,   -- PerformedState
    sender           text NOT NULL,
    patient_id       uuid,
    order_ids        uuid[] NOT NULL,
    step_ids         uuid[] NOT NULL,
    start            timestamptz NOT NULL,
    ended            timestamptz,
    attributes       bytea NOT NULL,
    create_hash      bigint NOT NULL,
    final_hash       bigint
);
CREATE UNIQUE INDEX performed_procedure_step_uid ON performed_procedure_step (sop_instance_uid);
-- Those of a scheduled step, and those of the orders of a patient.
CREATE INDEX performed_procedure_step_orders ON performed_procedure_step USING gin (order_ids);
CREATE INDEX performed_procedure_step_patient ON performed_procedure_step (patient_id) WHERE patient_id IS NOT NULL;
