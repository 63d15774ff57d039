-- What must leave: written with the change that causes it, sent in order of id for each destination and order key.
CREATE TABLE outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination     text NOT NULL,
    order_key       text NOT NULL,
    kind            text NOT NULL,
    payload         bytea NOT NULL,
    message_id      uuid,
    created_at      timestamptz NOT NULL,
    state           smallint NOT NULL DEFAULT 0,   -- 0 waiting, 1 sent, 2 parked after a refusal, 3 given up
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    last_error      text
);
CREATE INDEX outbox_waiting ON outbox (destination, id) WHERE state = 0;
CREATE INDEX outbox_troubled ON outbox (state, id) WHERE state > 1;

-- Who did what. Partitioned by month; written in the transaction of the act.
CREATE TABLE audit_event (
    id         uuid NOT NULL,
    at         timestamptz NOT NULL,
    action     text NOT NULL,
    outcome    smallint NOT NULL,       -- FHIR AuditEvent.outcome: 0, 4, 8, 12
    actor      text NOT NULL,
    source     text,
    patient_id uuid,
    message_id uuid,
    entity     text,
    detail     text,
    PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_patient ON audit_event (patient_id, at DESC) WHERE patient_id IS NOT NULL;

CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
