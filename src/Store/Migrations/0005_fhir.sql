-- Current versions, ready to send. A deleted resource stays as a row without content.
CREATE TABLE fhir_resource (
    type         text NOT NULL COLLATE "C",
    id           text NOT NULL COLLATE "C",
    version      integer NOT NULL,
    last_updated timestamptz NOT NULL,
    deleted      boolean NOT NULL,
    content      bytea NOT NULL,
    slots        text NOT NULL,
    PRIMARY KEY (type, id)
);

-- Older versions only; written by the statement that replaces the current one.
CREATE TABLE fhir_history (
    type         text NOT NULL COLLATE "C",
    id           text NOT NULL COLLATE "C",
    version      integer NOT NULL,
    last_updated timestamptz NOT NULL,
    deleted      boolean NOT NULL,
    content      bytea NOT NULL,
    PRIMARY KEY (type, id, version)
);
