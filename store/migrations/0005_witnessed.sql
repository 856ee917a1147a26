-- Beside the ledger: which checkpoint was given to whom, and what came back. The checkpoint is kept as it was given, since what
-- came back speaks of these bytes.
CREATE TABLE witnessed (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    given_at TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    answer BYTEA NOT NULL,
    PRIMARY KEY (kind, name, size)
);
