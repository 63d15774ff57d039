-- One row: the namespace of derived ids and UIDs, made once and kept for the life of the installation.
CREATE TABLE installation (
    only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    namespace uuid NOT NULL
);

-- Numbers are handed out in blocks, outside the transactions that use them; gaps are fine.
CREATE TABLE number_sequence (
    name       text PRIMARY KEY,
    next_value bigint NOT NULL
);
