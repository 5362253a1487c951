"""Reading the capture store: lists by page, one request with its findings, sums, and evidence for the matrix."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from core.paths import home_relative
from core.watch.markers_model import CodePoint
from core.watch.store_bodies import MOST_DAYS
from core.watch.store_model import Bypass, CaptureSession, SessionState, StoredFact, StoredMarker, StoredRequest, StoreError, Trouble

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from core.watch.store_bodies import Sealer

_SESSIONS = """SELECT id, tool, version, way, started, ended, state, coverage, complete,
    (SELECT count(*) FROM request WHERE session = session.id),
    (SELECT coalesce(sum(facts), 0) FROM request WHERE session = session.id),
    (SELECT coalesce(sum(markers), 0) FROM request WHERE session = session.id),
    (SELECT coalesce(sum(count), 0) FROM bypass WHERE session = session.id) FROM session"""
_REQUESTS = """SELECT id, number, at, kind, method, scheme, host, port, path, http, size, looked_at, content_type, header_names, status,
    reply_size, reply_type, seconds, note, facts, markers, EXISTS (SELECT 1 FROM body WHERE body.request = request.id) FROM request"""
HELD = "Another program holds the store of captures, so nothing can be kept or shown now; what is in it stays. Try again in a moment."
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})  # the last: a table or column is not there


def is_busy(error: BaseException) -> bool:
    """Whether another program holds the file, which says nothing about what is in it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_damage(error: BaseException) -> bool:
    """Whether what is in the file cannot be what was written."""
    return isinstance(error, UnicodeDecodeError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def _unread(error: Exception, place: str) -> str:
    if is_busy(error):
        return HELD
    if is_damage(error):
        return f"The store of captures is damaged and cannot be read; nothing was changed. Move {place} away to begin a new one."
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return f"The store of captures could not be read ({name}); nothing was changed. Check the disk and the rights of {place}."


class Reader:
    """The reading half of the store."""

    path: Path
    _base: sqlite3.Connection
    _lock: threading.RLock
    _sealer: Sealer
    _memory: dict[tuple[str, int], bytes]

    def version(self) -> int:
        """Return a number that changes when another program wrote to the store."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def sessions(self, limit: int = -1) -> tuple[CaptureSession, ...]:
        """Return the captures, newest first; all of them without a limit."""
        return tuple(_session(row) for row in self._rows(f"{_SESSIONS} ORDER BY started DESC LIMIT ?", limit))

    def session(self, session: str) -> CaptureSession | None:
        """Return one capture; a beginning of its id is enough if it is the only one."""
        if not session:
            return None
        escaped = session.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = self._rows(f"{_SESSIONS} WHERE id LIKE ? ESCAPE '\\' LIMIT 2", escaped + "%")
        return _session(rows[0]) if len(rows) == 1 else None

    def owners(self) -> tuple[tuple[str, int, float], ...]:
        """Return the captures that did not end yet, with the process that writes each and when it started."""
        return tuple(self._rows("SELECT id, owner, owner_started FROM session WHERE state = ?", SessionState.RUNNING.value))

    def count(self, session: str) -> int:
        """Return how many requests a capture has."""
        return int(self._rows("SELECT count(*) FROM request WHERE session = ?", session)[0][0])

    def requests(self, session: str, offset: int = 0, limit: int = 200) -> tuple[StoredRequest, ...]:
        """Return a page of requests in the order in which they were made, without their findings (only how many)."""
        rows = self._rows(f"{_REQUESTS} WHERE session = ? ORDER BY number LIMIT ? OFFSET ?", session, limit, offset)
        return tuple(self._in_memory(session, _request(row)) for row in rows)

    def request(self, session: str, number: int) -> StoredRequest | None:
        """Return one request with its findings."""
        rows = self._rows(f"{_REQUESTS} WHERE session = ? AND number = ?", session, number)
        if not rows:
            return None
        facts = self._rows("SELECT signal, encoding, place, masked, part, also, times FROM fact WHERE request = ?", rows[0][0])
        markers = self._rows("SELECT * FROM marker WHERE request = ?", rows[0][0])
        found = replace(_request(rows[0]), facts=tuple(map(_fact, facts)), markers=tuple(map(_marker, markers)))
        return self._in_memory(session, found)

    def facts(self, session: str) -> tuple[tuple[str, StoredFact, int], ...]:
        """Return every different fact of a capture once: host, fact, and in how many requests it was."""
        sentence = """SELECT host, signal, encoding, place, masked, part, also, sum(times), count(*) FROM fact
            JOIN request ON request.id = fact.request WHERE session = ?
            GROUP BY host, signal, encoding, place, masked, part ORDER BY min(number), fact.rowid"""
        return tuple((row[0], _fact(row[1:8]), int(row[8])) for row in self._rows(sentence, session))

    def markers(self, session: str) -> tuple[tuple[int, str, StoredMarker], ...]:
        """Return every marker of a capture: the request's number, its host, and the marker."""
        sentence = """SELECT number, host, marker.* FROM marker JOIN request ON request.id = marker.request
            WHERE session = ? ORDER BY number, marker.rowid"""
        return tuple((int(row[0]), str(row[1]), _marker(row[2:])) for row in self._rows(sentence, session))

    def hosts(self, session: str) -> tuple[tuple[str, int, int], ...]:
        """Return the hosts of a capture with how many requests and bytes went to each."""
        sentence = "SELECT host, count(*), sum(size) FROM request WHERE session = ? GROUP BY host ORDER BY min(number)"
        return tuple(self._rows(sentence, session))

    def bypasses(self, session: str) -> tuple[Bypass, ...]:
        """Return what went past the inspector."""
        rows = self._rows(
            "SELECT host, address, port, protocol, process, why, count, first, last FROM bypass WHERE session = ? ORDER BY first", session
        )
        return tuple(Bypass(*row) for row in rows)

    def troubles(self, session: str) -> tuple[Trouble, ...]:
        """Return what went wrong during a capture."""
        rows = self._rows("SELECT at, kind, sentence, host, times FROM trouble WHERE session = ? ORDER BY at", session)
        return tuple(Trouble(*row) for row in rows)

    def learnt(self, tool: str) -> tuple[str, ...]:
        """Return the hosts that a tool was seen talking to in earlier captures, beside those that the catalogue names."""
        return tuple(row[0] for row in self._rows("SELECT host FROM learnt WHERE tool = ? ORDER BY host", tool))

    def body(self, session: str, number: int) -> bytes | None:
        """Return a kept body; nothing if none was kept, or it is past its age limit."""
        with self._lock:
            kept = self._memory.get((session, number))
        if kept is not None:
            return kept
        sentence = (
            "SELECT nonce, sealed FROM body JOIN request ON request.id = body.request WHERE session = ? AND number = ? AND body.at >= ?"
        )
        rows = self._rows(sentence, session, number, time.time() - MOST_DAYS * 86_400)
        return self._sealer.open(rows[0][0], rows[0][1], f"{session}/{number}") if rows else None

    def size(self) -> int:
        """Return how many bytes the store takes on disk."""
        name = self._rows("PRAGMA database_list")[0][2]
        return sum(os.path.getsize(name + end) for end in ("", "-wal") if os.path.exists(name + end))  # noqa: PTH110, PTH202  one name

    def _in_memory(self, session: str, request: StoredRequest) -> StoredRequest:
        return replace(request, has_body=True) if (session, request.number) in self._memory else request

    def _rows(self, sentence: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._base.execute(sentence, values).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise StoreError(_unread(error, home_relative(str(self.path)))) from error


def _session(row: tuple[Any, ...]) -> CaptureSession:
    requests, facts, markers, bypasses = map(int, row[9:13])
    about = CaptureSession(row[0], row[1], row[2], row[3], row[4], row[5], SessionState(row[6]), row[7], bool(row[8]))
    return replace(about, requests=requests, facts=facts, markers=markers, bypasses=bypasses)


def _request(row: tuple[Any, ...]) -> StoredRequest:
    names = [item.name for item in fields(StoredRequest)]
    values = dict(zip(names[:12], row[1:13], strict=True))
    rest = {"status": row[14], "reply_size": row[15], "reply_type": row[16], "seconds": row[17], "note": row[18]}
    counts = {"fact_count": row[19], "marker_count": row[20], "has_body": bool(row[21])}
    return StoredRequest(**values, **rest, **counts, header_names=tuple(json.loads(row[13])))


def _fact(row: tuple[Any, ...]) -> StoredFact:
    signal, encoding, place, masked, part, also, times = row
    return StoredFact(signal, encoding, place, masked, part, tuple(json.loads(also)), int(times))


def _marker(row: tuple[Any, ...]) -> StoredMarker:
    points = tuple(CodePoint(*point) for point in json.loads(row[4]))
    return StoredMarker(row[1], row[2], row[3], points, *row[5:11])
