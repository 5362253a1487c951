"""The capture store: what was found in requests, sizes, hosts and times, in one file that only this user can read.

Never stored: values (only masks), header values, keys. Bodies only on request, sealed, for a week. Several programs may
read and write at once; a store that cannot be written costs the record, never the tool's traffic.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from core import paths
from core.watch.store_bodies import MOST_DAYS, Sealer
from core.watch.store_model import GoneError, StoreError
from core.watch.store_read import HELD, Reader, is_busy, is_damage
from core.watch.store_schema import TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from core.watch.store_model import Answer, Bypass, CaptureSession, SessionState, StoredRequest, Trouble

log = logging.getLogger(__name__)
NAME: Final = "captures.sqlite"
_ASIDE: Final = ".set-aside-"
_WAIT_S: Final = 5.0
_AGAIN_S: Final = 0.02


def store_path() -> Path:
    """Return where the store lies."""
    return paths.state_dir() / NAME


class Store(Reader):
    """One connection to the store, usable from several threads; reading is in `Reader`."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the store, making it where there is none."""
        self.path = path or store_path()
        self._lock = threading.RLock()
        self._sealer = Sealer(self.path.parent)
        self._memory: dict[tuple[str, int], bytes] = {}
        try:
            paths.ensure_private(self.path.parent)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            if os.name == "posix":
                self.path.chmod(0o600)  # it may have come back from a copy
            self._base = self._open()
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:  # the last: SQLite quotes damaged names
            if is_busy(error):
                raise StoreError(HELD) from error
            raise StoreError(
                f"The store of captures could not be opened ({type(error).__name__}), so nothing can be kept or shown; "
                "no request was changed."
            ) from error

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the store; bodies kept in memory are gone."""
        with self._lock:
            self._memory.clear()
            self._base.close()

    def __del__(self) -> None:
        """Close the file with whoever forgot to; from Python 3.13 on it would be complained about."""
        if (base := getattr(self, "_base", None)) is not None:
            base.close()

    # writing

    def begin(self, session: CaptureSession, owner: int = 0, owner_started: float = 0.0) -> None:
        """Note that a capture began; `owner` is the process that writes it."""
        values = (session.id, session.tool, session.version, session.way, session.started, 0.0, session.state.value, session.coverage, 0)
        self._write("INSERT INTO session VALUES (?,?,?,?,?,?,?,?,?,?,?)", (*values, owner, owner_started))

    def end(self, session: str, state: SessionState, coverage: str, *, is_complete: bool, at: float | None = None) -> None:
        """Note that a capture ended, and what it covers."""
        sentence = "UPDATE session SET ended=?, state=?, coverage=?, complete=? WHERE id=?"
        self._write(sentence, (at or time.time(), state.value, coverage, is_complete, session))

    def add(self, session: str, request: StoredRequest, body: bytes | None = None) -> None:
        """Keep one request with its findings, and its body if one is given (sealed)."""
        with self._lock, self._transaction() as base:
            row = base.execute(_INSERT_REQUEST, _request_values(session, request)).lastrowid
            base.executemany("INSERT INTO fact VALUES (?,?,?,?,?,?,?,?)", [(row, *_fact_values(fact)) for fact in request.facts])
            base.executemany(
                "INSERT INTO marker VALUES (?,?,?,?,?,?,?,?,?,?,?)", [(row, *_marker_values(item)) for item in request.markers]
            )
            if body is not None:
                nonce, sealed = self._sealer.seal(body, f"{session}/{request.number}")
                base.execute("INSERT INTO body VALUES (?,?,?,?)", (row, time.time(), nonce, sealed))

    def keep_in_memory(self, session: str, number: int, body: bytes) -> None:
        """Keep a body until the store is closed, within a quarter of a gigabyte; the oldest go first."""
        with self._lock:
            self._memory[session, number] = body
            total = sum(map(len, self._memory.values()))
            for key in list(self._memory):
                if total <= 1 << 28:
                    break
                total -= len(self._memory.pop(key))

    def answered(self, session: str, number: int, answer: Answer) -> None:
        """Note the answer to a request."""
        sentence = "UPDATE request SET status=?, reply_size=?, reply_type=?, seconds=? WHERE session=? AND number=?"
        self._write(sentence, (*answer, session, number))

    def noted(self, session: str, number: int, note: str) -> None:
        """Note what went wrong with a request."""
        self._write("UPDATE request SET note=? WHERE session=? AND number=?", (note, session, number))

    def bypassed(self, session: str, items: Iterable[Bypass]) -> None:
        """Note connections that went past the inspector; the same connection adds up."""
        for item in items:
            values = (item.host, item.address, item.port, item.protocol, item.process, item.why, item.count, item.first, item.last)
            self._write(_ADD_BYPASS, (session, *values))

    def troubled(self, session: str, trouble: Trouble) -> None:
        """Note that something went wrong; the same trouble adds up."""
        self._write(_ADD_TROUBLE, (session, trouble.at, trouble.kind, trouble.sentence, trouble.host, trouble.times))

    def learn(self, tool: str, host: str) -> None:
        """Remember a host that a tool talks to, so that the next certificate may speak for it."""
        self._write("INSERT OR IGNORE INTO learnt VALUES (?,?)", (tool, host[:253]))

    def forget(self, session: str | None = None) -> int:
        """Remove one capture, or all of them with the key for bodies; return how many."""
        with self._lock:
            self._memory = {key: body for key, body in self._memory.items() if session and key[0] != session}
            count = self._write("DELETE FROM session WHERE id=coalesce(?, id)", (session,))
            self._write(_FORGET_LEARNT, ())
            if not session:
                self._sealer.forget()
                self._forget_set_aside(float("inf"))
            self._give_back()
        return count

    def forget_older(self, days: float, now: float | None = None) -> int:
        """Remove the captures that ended before so many days, and all bodies past their own limit; return how many captures."""
        limit = (now or time.time()) - days * 86_400
        count = self._write(_FORGET_OLDER, (limit, limit))
        if count:
            self._write(_FORGET_LEARNT, ())
        bodies = self.forget_old_bodies(min(days, MOST_DAYS), now)
        if count or bodies:
            self._give_back()
        self._forget_set_aside(limit)
        return count

    def forget_old_bodies(self, days: float = MOST_DAYS, now: float | None = None) -> int:
        """Remove the bodies that are older than their age limit; return how many."""
        return self._write("DELETE FROM body WHERE at < ?", ((now or time.time()) - days * 86_400,))

    # the file

    def _forget_set_aside(self, before: float) -> None:
        """Remove the stores that were set aside, unless they were written since then."""
        for old in self.path.parent.glob(f"{NAME}{_ASIDE}*"):
            with contextlib.suppress(OSError):
                if old.stat().st_mtime < before:
                    old.unlink()

    def _give_back(self) -> None:
        """Rewrite the file: what was removed must not stay readable in free pages."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._base.execute("VACUUM")

    def _write(self, sentence: str, values: tuple[Any, ...]) -> int:
        with self._lock, self._transaction() as base:
            return int(base.execute(sentence, values).rowcount)

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        try:
            with self._base:
                yield self._base
        except sqlite3.IntegrityError as error:
            raise GoneError(
                "This could not be kept, because its capture was removed meanwhile or has it already; the tool's traffic went on unchanged."
            ) from error
        except sqlite3.Error as error:
            why = "the disk is full" if "full" in str(error).lower() else "the file cannot be written"
            raise StoreError(f"This could not be kept in the store of captures: {why}; the tool's traffic went on unchanged.") from error

    def _open(self) -> sqlite3.Connection:
        base = self._connect()
        try:
            version = base.execute("PRAGMA user_version").fetchone()[0]
            base.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a damaged schema shows only when it is read
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not is_damage(error):  # held by another program, or the disk fails: what is kept is whole
                base.close()
                raise
            version = -1
        if version not in {0, VERSION}:
            base.close()
            aside = self.path.with_name(f"{NAME}{_ASIDE}{int(time.time())}-{os.urandom(2).hex()}")
            self.path.replace(aside)
            log.info("The store of captures could not be used, so a new one was begun; the old one is kept as %s.", aside.name)
            for end in ("-wal", "-shm"):
                self.path.with_name(NAME + end).unlink(missing_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            base = self._connect()
        if not base.execute("PRAGMA user_version").fetchone()[0]:
            self._make_tables(base)
        return base

    def _make_tables(self, base: sqlite3.Connection) -> None:
        """Make the tables, unless another program has done so meanwhile; whatever comes in between holds nobody up."""
        try:
            base.execute("BEGIN IMMEDIATE")
            if not base.execute("PRAGMA user_version").fetchone()[0]:
                for sentence in filter(str.strip, TABLES.split(";")):
                    base.execute(sentence)
                base.execute(f"PRAGMA user_version={VERSION}")
            base.commit()
        except BaseException:
            base.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        base = self._base = sqlite3.connect(self.path, timeout=_WAIT_S, check_same_thread=False)
        for setting in ("foreign_keys=ON", "secure_delete=ON", "synchronous=NORMAL"):  # each for itself: removing rests on the first two
            with contextlib.suppress(sqlite3.DatabaseError, UnicodeDecodeError):
                base.execute(f"PRAGMA {setting}")
        until = time.monotonic() + _WAIT_S
        while True:
            try:
                base.execute("PRAGMA journal_mode=WAL")
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if is_busy(error) and time.monotonic() < until:
                    time.sleep(_AGAIN_S)  # SQLite's own waiting does not cover this change
                    continue
            return base


_INSERT_REQUEST: Final = """INSERT INTO request (session, number, at, kind, method, scheme, host, port, path, http, size, looked_at,
    content_type, header_names, status, reply_size, reply_type, seconds, note, facts, markers)
    VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"""
_FORGET_OLDER: Final = """DELETE FROM session WHERE state <> 'running' AND max(started, ended) < ?
    AND NOT EXISTS (SELECT 1 FROM request WHERE request.session = session.id AND request.at >= ?)"""
_FORGET_LEARNT: Final = "DELETE FROM learnt WHERE tool NOT IN (SELECT tool FROM session)"
_ADD_BYPASS: Final = """INSERT INTO bypass VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET
    count = count + excluded.count, last = max(last, excluded.last)"""
_ADD_TROUBLE: Final = "INSERT INTO trouble VALUES (?,?,?,?,?,?) ON CONFLICT DO UPDATE SET times = times + excluded.times"


def _request_values(session: str, item: StoredRequest) -> tuple[Any, ...]:
    return (
        *(session, item.number, item.at, item.kind, item.method, item.scheme, item.host, item.port, item.path, item.http, item.size),
        *(item.looked_at, item.content_type, json.dumps(item.header_names), item.status, item.reply_size, item.reply_type),
        *(item.seconds, item.note, len(item.facts), len(item.markers)),
    )


def _fact_values(fact: Any) -> tuple[Any, ...]:
    return (fact.signal, fact.encoding, fact.place, fact.masked, fact.part, json.dumps(fact.also), fact.times)


def _marker_values(item: Any) -> tuple[Any, ...]:
    points = json.dumps([(point.code, point.name, point.ordinary) for point in item.code_points])
    head = (item.kind, item.place, item.position, points, item.ordinary, item.confidence, item.scheme, item.sentence)
    return (*head, item.context, item.decoded)
