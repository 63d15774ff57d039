-- Facility of who sent the note: it rejects what that caller sees. Empty = of none; NULL = callers were not told apart.
ALTER TABLE awaited_rejection ADD COLUMN facility text;
