-- Which MSH-13 is expected next, for each sender on the listeners that number messages; the id is derived from the three names.
CREATE TABLE message_sequence (
    id              uuid PRIMARY KEY,
    listener        text NOT NULL,
    application     text NOT NULL,
    facility        text NOT NULL,
    expected        bigint,
    last_control_id text,
    last_answer     bytea NOT NULL
);
