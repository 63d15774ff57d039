-- The performed procedure step that the images of a study name, where it is known.
ALTER TABLE study ADD COLUMN performed_step_id uuid;
