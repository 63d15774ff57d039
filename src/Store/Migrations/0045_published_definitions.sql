-- Of which definitions the engine has put its own among the resources.
ALTER TABLE installation ADD COLUMN definitions bytea;
