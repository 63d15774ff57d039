-- The versions of FHIR resources that came of a change, with blanks between; they stand at its first act.
ALTER TABLE audit_event ADD COLUMN resources text;
