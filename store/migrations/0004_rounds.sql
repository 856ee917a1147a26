-- Beside the ledger, never evidence.

-- A letter goes by mail, as a comment in somebody's own issue, or into a channel. The token makes its links, the person is
-- told of where it comes back.
ALTER TABLE mail ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
ALTER TABLE mail ADD COLUMN html TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN person TEXT NOT NULL DEFAULT '';

-- The links in messages: only the hash of the token, which the letter alone holds.
CREATE TABLE message_link (
    token_hash TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    controls TEXT NOT NULL,
    ends_at TEXT NOT NULL
);

-- What one process does at a time, however many run.
CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    ends_at TEXT NOT NULL
);

-- How each piece of timed work went the last time.
CREATE TABLE work (
    key TEXT PRIMARY KEY,
    done_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    told TEXT NOT NULL,
    problem TEXT NOT NULL
);
