-- Journal of all messages, in and out. Partitioned by month of receipt; retention drops partitions.
CREATE TABLE message_journal (
    id                    uuid NOT NULL,
    received_at           timestamptz NOT NULL,
    direction             smallint NOT NULL,           -- 0 inbound, 1 outbound
    status                smallint NOT NULL,           -- 0 applied, 1 rejected, 2 parked, 3 duplicate, 4 part
    listener              text NOT NULL,
    remote_address        text,
    sender                text NOT NULL,
    sending_application   text,
    sending_facility      text,
    message_type          text,
    trigger_event         text,
    structure             text,
    control_id            text,
    version               text,
    processing_id         text,
    ack_code              text,
    map_version           text,
    replay_of             uuid,
    content_hash          uuid,
    keys                  text[] NOT NULL,             -- pid:, vis:, plc:, fil:, acc:, uid:, ctl:, dsc: and the value
    warnings              text[] NOT NULL,
    problems              jsonb,
    raw                   bytea NOT NULL,
    acknowledgment        bytea,
    PRIMARY KEY (id, received_at)
) PARTITION BY RANGE (received_at);

CREATE INDEX message_journal_time ON message_journal (received_at DESC, id DESC);
CREATE INDEX message_journal_sender ON message_journal (sender, received_at DESC, id DESC);
CREATE INDEX message_journal_troubled ON message_journal (status, received_at DESC, id DESC) WHERE status <> 0;
CREATE INDEX message_journal_keys ON message_journal USING gin (keys) WITH (fastupdate = on);

CREATE TABLE message_journal_default PARTITION OF message_journal DEFAULT;

-- Applied messages by what makes them the same message; pruned by age.
CREATE TABLE message_identity (
    control_key  uuid NOT NULL,
    content_hash uuid NOT NULL,
    message_id   uuid NOT NULL,
    received_at  timestamptz NOT NULL,
    PRIMARY KEY (control_key, content_hash)
);
CREATE INDEX message_identity_age ON message_identity USING brin (received_at);
