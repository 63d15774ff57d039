-- The visit number that the images of a study show (Admission ID), under which a visit finds the study.
ALTER TABLE study
    ADD COLUMN visit_number_value     text COLLATE "C",
    ADD COLUMN visit_number_authority text COLLATE "C";
CREATE INDEX study_visit_number ON study (visit_number_value) WHERE visit_number_value IS NOT NULL;
