-- Read it, leave it as it is.
CREATE TABLE issues (
  id INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_on TEXT NOT NULL,
  bounty INTEGER NOT NULL            -- for staff only
);
CREATE TABLE api_keys (id INTEGER PRIMARY KEY, owner TEXT NOT NULL, secret TEXT NOT NULL);

INSERT INTO issues VALUES
  (11, 1, 'Button too small',   'open',   '2026-03-02', 300),
  (12, 1, 'Login is slow',      'open',   '2026-01-15', 100),
  (13, 1, 'A typo on page one', 'closed', '2026-05-20', 200),
  (21, 2, 'Price list for May', 'open',   '2026-04-01', 900);
INSERT INTO api_keys VALUES (1, 'deploy', 'k-77-blue');
