-- Who may read the audit log is said apart from who administers and who acts.
ALTER TABLE users ADD COLUMN auditor BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET auditor = admin;

-- Hashes of what was configured at the last start, so that a change of it is recorded.
CREATE TABLE configured (
    name   TEXT PRIMARY KEY,
    hash   TEXT NOT NULL,
    record INTEGER NOT NULL
);
