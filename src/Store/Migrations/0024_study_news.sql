-- What others are to be sent, or told, of stored instances, and is not put together yet; written with the instance.
CREATE TABLE study_news (
    id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination        text NOT NULL,              -- its AE title
    kind               smallint NOT NULL,          -- StudyNewsKind
    study_instance_uid text NOT NULL COLLATE "C",
    sop_class_uid      text NOT NULL COLLATE "C",
    sop_instance_uid   text NOT NULL COLLATE "C",
    at                 timestamptz NOT NULL
);
CREATE INDEX study_news_study ON study_news (kind, destination, study_instance_uid, id);

-- Storage commitment that we ask archives for (PS3.4 annex J), after they were sent instances.
CREATE TABLE asked_commitment (
    transaction_uid    text PRIMARY KEY COLLATE "C",
    delivery_id        bigint NOT NULL,            -- which has sent the instances
    destination        text NOT NULL,              -- AE title of the archive
    study_instance_uid text NOT NULL COLLATE "C",
    may_repeat         boolean NOT NULL,           -- what is not committed to is sent once more
    asked_at           timestamptz NOT NULL,
    state              smallint NOT NULL,          -- AskedState
    answered_at        timestamptz,
    failed             integer NOT NULL DEFAULT 0,
    sop_classes        text[] NOT NULL,
    sop_instances      text[] NOT NULL
);
CREATE INDEX asked_commitment_open ON asked_commitment (asked_at) WHERE state = 0;
CREATE INDEX asked_commitment_delivery ON asked_commitment (delivery_id);
CREATE INDEX asked_commitment_answered ON asked_commitment (answered_at) WHERE answered_at IS NOT NULL;

-- What other archives say of instances that they have (PS3.4 annex R).
CREATE TABLE availability_notice (
    sop_instance_uid   text PRIMARY KEY COLLATE "C",
    sender             text NOT NULL,
    received_at        timestamptz NOT NULL,
    study_instance_uid text NOT NULL COLLATE "C",
    instances          integer NOT NULL,
    availability       text NOT NULL,              -- the worst that it names
    retrieve_aes       text[] NOT NULL,
    content            bytea NOT NULL              -- as it came, in explicit VR little endian
);
CREATE INDEX availability_notice_study ON availability_notice (study_instance_uid, received_at);
CREATE INDEX availability_notice_time ON availability_notice (received_at);
