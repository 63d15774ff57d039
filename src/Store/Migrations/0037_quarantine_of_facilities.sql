-- Facility of who sent it: a study that it begins when it is released is of that one. NULL = of none, or not known.
ALTER TABLE quarantined_instance ADD COLUMN facility text;
