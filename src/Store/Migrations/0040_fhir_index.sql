-- What resources are found by. A number is given to each resource once and stays: pages are walked by it, the newest first.
CREATE SEQUENCE fhir_index_number CACHE 1;

CREATE TABLE fhir_index (
    number  bigint NOT NULL DEFAULT nextval('fhir_index_number'),
    type    text NOT NULL COLLATE "C",
    id      text NOT NULL COLLATE "C",
    -- The key of the resource itself; a reference to it is this key and that of its place, by exclusive or.
    self    bigint NOT NULL,
    -- Values that are compared for equality.
    keys    bigint[] NOT NULL,
    -- Places that have a value.
    present integer[] NOT NULL,
    PRIMARY KEY (type, number)
);

CREATE INDEX fhir_index_self ON fhir_index (self);
-- From a study to its resource: instances stand in rows only.
CREATE INDEX fhir_index_study ON fhir_index (id) WHERE type = 'ImagingStudy';
-- New keys wait in a list that every search reads as well; the care of the tables sorts them in.
CREATE INDEX fhir_index_keys ON fhir_index USING gin (keys) WITH (fastupdate = on, gin_pending_list_limit = 4096);
-- How often a key is there decides how a search is done.
ALTER TABLE fhir_index ALTER COLUMN keys SET STATISTICS 1000;

CREATE TABLE fhir_index_date (
    number bigint NOT NULL,
    place  bigint NOT NULL,
    low    timestamptz NOT NULL,
    high   timestamptz NOT NULL,
    -- Longer than 400 days, or open: of the others the beginning tells about where the end is.
    wide   boolean NOT NULL
);

CREATE INDEX fhir_index_date_number ON fhir_index_date (number, place);
CREATE INDEX fhir_index_date_low ON fhir_index_date (place, low, high, number);
CREATE INDEX fhir_index_date_wide ON fhir_index_date (place, high) WHERE wide;

CREATE TABLE fhir_index_text (
    number bigint NOT NULL,
    place  bigint NOT NULL,
    text   text NOT NULL COLLATE "C"
);

CREATE INDEX fhir_index_text_number ON fhir_index_text (number, place);
CREATE INDEX fhir_index_text_start ON fhir_index_text (place, left(text, 60), number);

CREATE TABLE fhir_index_quantity (
    number bigint NOT NULL,
    place  bigint NOT NULL,
    low    numeric NOT NULL,
    high   numeric NOT NULL
);

CREATE INDEX fhir_index_quantity_number ON fhir_index_quantity (number, place);
CREATE INDEX fhir_index_quantity_low ON fhir_index_quantity (place, low, number);
CREATE INDEX fhir_index_quantity_high ON fhir_index_quantity (place, high, number);

-- How far the index is made of the resources that were there before it, or before it was made in another way.
CREATE TABLE fhir_index_state (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    way      text NOT NULL,
    type     text NOT NULL COLLATE "C",
    id       text NOT NULL COLLATE "C",
    complete boolean NOT NULL
);
