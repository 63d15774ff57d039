-- Ends a statement, and with it the transaction, when another writer changed what it writes: 40001, to be done again.
CREATE FUNCTION expect_rows(written bigint, expected integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF written <> expected THEN
        RAISE EXCEPTION 'A row was changed by another writer in the meantime.' USING ERRCODE = 'serialization_failure';
    END IF;
END
$$;
