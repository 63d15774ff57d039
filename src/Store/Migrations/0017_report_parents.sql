-- A report refers to the row of the one that it adds to or takes the place of, whichever of the two came first.
ALTER TABLE report ADD COLUMN parent_id uuid;   -- NULL as long as the other one has not come
UPDATE report AS child SET parent_id = parent.id FROM report AS parent
WHERE child.parent_value = parent.number_value AND child.parent_authority = parent.number_authority
  AND child.number_kind = parent.number_kind AND child.id <> parent.id;
