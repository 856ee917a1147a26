-- Beside the ledger: what somebody did in a course. Personal learning data: erasable, never evidence.
CREATE TABLE learned (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person TEXT NOT NULL,
    course TEXT NOT NULL,
    at TEXT NOT NULL,
    item TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX learned_of_person ON learned (person, course);
CREATE INDEX learned_of_item ON learned (course, item);
-- What somebody wrote in an exercise, so that they find it again on another device.
CREATE TABLE draft (
    person TEXT NOT NULL,
    exercise TEXT NOT NULL,
    at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (person, exercise)
);
-- What learners say of a course. Who said it is kept so that they can be answered, and shown only where they signed.
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    course TEXT NOT NULL,
    version TEXT NOT NULL,
    lesson TEXT NOT NULL,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    person TEXT NOT NULL,
    is_signed INTEGER NOT NULL,
    at TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at TEXT NOT NULL
);
CREATE INDEX feedback_of_person ON feedback (person);
CREATE INDEX feedback_of_course ON feedback (course);
-- Links on certificates, each to one completion.
CREATE TABLE certificate (
    code TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    seq INTEGER NOT NULL,
    UNIQUE (person, seq)
);
