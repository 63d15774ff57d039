-- A text is kept once, whoever has it: names, cities and the words of codes are few beside the resources that have them. Its key stands
-- among those of each resource. It is not taken away again, as engines remember which ones are here.
DROP TABLE fhir_index_text;

CREATE TABLE fhir_index_text (
    key   bigint PRIMARY KEY,
    place bigint NOT NULL,
    -- As it is compared.
    text  text NOT NULL COLLATE "C"
);

CREATE INDEX fhir_index_text_start ON fhir_index_text (place, left(text, 60), key);

-- From a resource to what it is found by, of whatever type.
DROP INDEX fhir_index_study;
CREATE INDEX fhir_index_id ON fhir_index (type, id);

-- Only the most common keys need be known, and to count them takes long.
ALTER TABLE fhir_index ALTER COLUMN keys SET STATISTICS 100;

-- New rows alone leave nothing to be cleaned, and to look through the index of keys for it takes long.
ALTER TABLE fhir_index SET (autovacuum_vacuum_insert_threshold = 10000000);
