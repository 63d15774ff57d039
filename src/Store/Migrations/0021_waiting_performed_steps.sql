-- Performed steps that name an order which has not come, by its numbers, and those of which no creation has come.
ALTER TABLE performed_procedure_step ADD COLUMN waits_for text[] COLLATE "C";   -- AwaitedNumber; NULL = for nothing
ALTER TABLE performed_procedure_step ALTER COLUMN create_hash DROP NOT NULL;
CREATE INDEX performed_procedure_step_waits ON performed_procedure_step USING gin (waits_for) WITH (fastupdate = off)
    WHERE waits_for IS NOT NULL;
