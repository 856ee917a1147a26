-- The ledger's facts: their exact bytes, and the leaf hash they were recorded with.
CREATE TABLE fact (
    seq INTEGER PRIMARY KEY,
    bytes BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

-- Private parts, kept beside the ledger so that they can be erased.
CREATE TABLE private_part (
    seq INTEGER PRIMARY KEY REFERENCES fact (seq),
    bytes BYTEA NOT NULL
);

-- The ledger's size and the roots of its perfect subtrees; one row, and the lock that orders appends.
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    frontier BYTEA NOT NULL
);

INSERT INTO head (id, size, frontier) VALUES (1, 0, '');

-- The signed head after each append.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);
