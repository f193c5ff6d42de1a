-- Rows follow the audit log: `record` is the index of the log record that caused the row's present state.

CREATE TABLE users (
    name          TEXT PRIMARY KEY,
    admin         INTEGER NOT NULL,
    password_hash TEXT,
    created_at    TEXT NOT NULL,
    record        INTEGER NOT NULL
);

CREATE TABLE logins (
    token_hash TEXT PRIMARY KEY,
    user_name  TEXT NOT NULL REFERENCES users (name),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE one_time_codes (
    code_hash  TEXT PRIMARY KEY,
    user_name  TEXT NOT NULL REFERENCES users (name),
    expires_at TEXT NOT NULL
);

-- Who is whom: no row, no access.
CREATE TABLE mappings (
    cluster   TEXT NOT NULL,
    user_name TEXT NOT NULL,
    username  TEXT NOT NULL,
    groups    TEXT NOT NULL,
    record    INTEGER NOT NULL,
    PRIMARY KEY (cluster, user_name)
);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    user_name  TEXT NOT NULL,
    cluster    TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    title      TEXT NOT NULL,
    last       BLOB,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_name, updated_at);

-- `doc` is sealed: a preview, a difference and an undo may hold secrets.
CREATE TABLE queries (
    id         TEXT PRIMARY KEY,
    session    TEXT NOT NULL,
    user_name  TEXT NOT NULL,
    cluster    TEXT NOT NULL,
    state      TEXT NOT NULL,
    doc        BLOB NOT NULL,
    record     INTEGER NOT NULL,
    expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX queries_of_session ON queries (session, created_at);
CREATE INDEX queries_by_state ON queries (state);

-- The newest log size and root this database has seen, so that a log cut back is noticed.
CREATE TABLE seen_checkpoint (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    root TEXT NOT NULL
);
