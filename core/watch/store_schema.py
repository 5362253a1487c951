"""The tables of the capture store; a store of another version is set aside, never guessed at."""

from __future__ import annotations

from typing import Final

VERSION: Final = 1
TABLES: Final = """
CREATE TABLE session (
    id TEXT PRIMARY KEY, tool TEXT NOT NULL, version TEXT NOT NULL, way TEXT NOT NULL, started REAL NOT NULL, ended REAL NOT NULL,
    state TEXT NOT NULL, coverage TEXT NOT NULL, complete INTEGER NOT NULL, owner INTEGER NOT NULL, owner_started REAL NOT NULL
);
CREATE TABLE request (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, number INTEGER NOT NULL, at REAL NOT NULL,
    kind TEXT NOT NULL, method TEXT NOT NULL, scheme TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, path TEXT NOT NULL,
    http TEXT NOT NULL, size INTEGER NOT NULL, looked_at INTEGER NOT NULL, content_type TEXT NOT NULL, header_names TEXT NOT NULL,
    status INTEGER NOT NULL DEFAULT 0, reply_size INTEGER NOT NULL DEFAULT 0, reply_type TEXT NOT NULL DEFAULT '',
    seconds REAL NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '', facts INTEGER NOT NULL DEFAULT 0, markers INTEGER NOT NULL DEFAULT 0,
    UNIQUE (session, number)
);
CREATE TABLE fact (
    request INTEGER NOT NULL REFERENCES request(id) ON DELETE CASCADE, signal TEXT NOT NULL, encoding TEXT NOT NULL, place TEXT NOT NULL,
    masked TEXT NOT NULL, part TEXT NOT NULL, also TEXT NOT NULL, times INTEGER NOT NULL
);
CREATE INDEX fact_of ON fact (request);
CREATE TABLE marker (
    request INTEGER NOT NULL REFERENCES request(id) ON DELETE CASCADE, kind TEXT NOT NULL, place TEXT NOT NULL, position INTEGER NOT NULL,
    code_points TEXT NOT NULL, ordinary TEXT NOT NULL, confidence TEXT NOT NULL, scheme TEXT NOT NULL, sentence TEXT NOT NULL,
    context TEXT NOT NULL, decoded TEXT NOT NULL
);
CREATE INDEX marker_of ON marker (request);
CREATE TABLE body (
    request INTEGER PRIMARY KEY REFERENCES request(id) ON DELETE CASCADE, at REAL NOT NULL, nonce BLOB NOT NULL, sealed BLOB NOT NULL
);
CREATE TABLE bypass (
    session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, host TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL,
    protocol TEXT NOT NULL, process TEXT NOT NULL, why TEXT NOT NULL, count INTEGER NOT NULL, first REAL NOT NULL, last REAL NOT NULL,
    UNIQUE (session, host, address, port, protocol, process, why)
);
CREATE TABLE trouble (
    session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, at REAL NOT NULL, kind TEXT NOT NULL, sentence TEXT NOT NULL,
    host TEXT NOT NULL, times INTEGER NOT NULL, UNIQUE (session, kind, sentence, host)
);
CREATE TABLE learnt (tool TEXT NOT NULL, host TEXT NOT NULL, UNIQUE (tool, host));
"""
