-- Starts are instants: a site whose time zone is set anew keeps them. Those that are stored were meant in the zone of the engine that
-- migrates.
ALTER TABLE scheduled_procedure_step ALTER COLUMN start TYPE timestamptz(0)
    USING start AT TIME ZONE coalesce(nullif(current_setting('cloudpacs.zone', true), ''), 'UTC');
