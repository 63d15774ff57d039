-- Studies that wait for a person: no order of theirs is known, or some of their images show another patient.
ALTER TABLE study ADD COLUMN undecided boolean NOT NULL DEFAULT false;
UPDATE study SET undecided = true
WHERE state = 0 AND ('patient-conflict' = ANY (flags) OR NOT EXISTS (SELECT 1 FROM study_link l WHERE l.study_id = study.id AND l.state = 0));
CREATE INDEX study_undecided ON study (received_at DESC, id DESC) WHERE undecided;
CREATE INDEX study_received ON study (received_at DESC, id DESC);
-- What was decided about a study.
CREATE INDEX audit_event_study ON audit_event (entity, at) WHERE action LIKE 'study.%';
