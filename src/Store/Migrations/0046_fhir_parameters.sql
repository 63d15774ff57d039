-- The search parameters that a site defines, as they are in force: what each resource is found by is made by these, whichever engine
-- writes it.
CREATE TABLE fhir_parameter (
    -- Of its SearchParameter.
    id         text PRIMARY KEY COLLATE "C",
    definition bytea NOT NULL,
    types      text[] NOT NULL COLLATE "C",
    -- Which values are made: with the same places no resource needs to be looked at again.
    places     text NOT NULL,
    -- Every resource is found by it.
    complete   boolean NOT NULL
);

CREATE TABLE fhir_parameter_state (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- Another number whenever something in the table above has changed. It changes while no other writer has read it and not yet committed,
    -- unless resources are indexed as before.
    revision bigint NOT NULL,
    -- SearchParameters were written that are not in force yet.
    behind   boolean NOT NULL
);

INSERT INTO fhir_parameter_state (revision, behind) VALUES (0, false);

-- Types whose resources are indexed anew, and how far.
CREATE TABLE fhir_index_renewal (
    type text PRIMARY KEY COLLATE "C",
    id   text NOT NULL COLLATE "C"
);
