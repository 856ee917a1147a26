-- Beside the ledger, never evidence. Instants are texts (2026-11-22T09:00:00Z), so that they compare as they read.

-- Who is signed in: only the hash of the token, which the browser alone holds.
CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    made_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    browser TEXT NOT NULL
);

-- Sign-in links not used yet.
CREATE TABLE sign_in_link (
    token_hash TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    ends_at TEXT NOT NULL
);

-- Attempts that are counted to slow down whoever guesses; the key is a hash.
CREATE TABLE attempt (
    key TEXT NOT NULL,
    made_at TEXT NOT NULL
);
CREATE INDEX attempt_by_key ON attempt (key, made_at);

-- Mail to be sent; a row is gone once it is sent.
CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    recipient TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    subject TEXT NOT NULL,
    words TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    problem TEXT NOT NULL
);

-- Files that were looked at but not taken in yet, by the hash of their bytes.
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    made_at TEXT NOT NULL,
    bytes BYTEA NOT NULL
);
