-- Beside the ledger: files that were handed to auditors, by the hash that the ledger names them by.
CREATE TABLE document (
    sha256 TEXT PRIMARY KEY,
    kept_at TEXT NOT NULL,
    bytes BYTEA NOT NULL
);
