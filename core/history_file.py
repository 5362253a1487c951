"""The SQLite file behind the history: private, bounded, shared by several Telltales, and never a reason to stop.

It survives `kill -9` (write-ahead log). A broken file is set aside, a full disk or a locked file costs the event at hand; both are
said in `message`, and nothing raises.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from core.paths import ensure_private, home_relative

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Row = tuple[Any, ...]
    Work = Callable[[sqlite3.Connection], None]

log = logging.getLogger(__name__)
FORMAT: Final = 1
MOST_BYTES: Final = 32 << 20
KEY_BYTES: Final = 32
_BUSY_MS: Final = 3000
_AGAIN_S: Final = 0.02
_ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)  # the latter where a message of SQLite's own quotes damaged bytes
_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_KEEP_BROKEN: Final = 2
_SCHEMA: Final = """
CREATE TABLE event (id INTEGER PRIMARY KEY, at REAL NOT NULL, until REAL NOT NULL, times INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL, tool TEXT NOT NULL, signal TEXT NOT NULL, text TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_tool ON event (tool, at);
CREATE INDEX event_signal ON event (signal, kind, at);
CREATE TABLE evidence (tool TEXT, signal TEXT, grade TEXT, method TEXT, version TEXT, place TEXT, source TEXT, detail TEXT,
  limits TEXT, at REAL NOT NULL, times INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (tool, signal, grade, method, version, place));
CREATE TABLE cell (id INTEGER PRIMARY KEY, tool TEXT, signal TEXT, at REAL NOT NULL, here TEXT, said TEXT, version TEXT);
CREATE INDEX cell_pair ON cell (tool, signal, id);
CREATE TABLE last_signal (signal TEXT PRIMARY KEY, print TEXT NOT NULL, masked TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE last_installation (tool TEXT, place TEXT, version TEXT, channel TEXT, at REAL NOT NULL, PRIMARY KEY (tool, place));
CREATE TABLE note (name TEXT PRIMARY KEY, text TEXT NOT NULL);
"""


class HistoryFile:
    """One SQLite file; `write` and `rows` work from any thread and never raise for what the disk does."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Use `history.sqlite` in a folder; it is opened (and made) at the first use."""
        self.path = folder / "history.sqlite"
        self.message = ""
        self.lost = 0
        self._most_bytes = most_bytes
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._is_closed = False

    def write(self, work: Work, *, can_wait: bool = False) -> bool:
        """Do some writing as one transaction; say whether it is in the file. What can wait costs nothing where another one writes."""
        with self._lock:
            for attempt in (1, 2):
                connection = self._open()
                if connection is None:
                    break
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    work(connection)
                    connection.execute("COMMIT")
                    return True
                except _ERRORS as error:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    if can_wait and _is_busy(error):
                        return False
                    if not self._recovered(error) or attempt == 2:
                        break
            self.lost += not can_wait
            return False

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Row]:
        """Return the rows of a question; none where the file cannot be read."""
        with self._lock:
            for attempt in (1, 2):
                connection = self._open()
                if connection is None:
                    return []
                try:
                    return connection.execute(question, tuple(values)).fetchall()
                except _ERRORS as error:
                    if not self._recovered(error) or attempt == 2:
                        return []
        return []

    def size(self) -> int:
        """Return the bytes the kept rows take."""
        pages = self.rows("PRAGMA page_count"), self.rows("PRAGMA freelist_count"), self.rows("PRAGMA page_size")
        count, free, page = (found[0][0] if found else 0 for found in pages)
        return int((count - free) * page)

    @property
    def is_too_large(self) -> bool:
        """Whether old rows should go."""
        return self.size() > self._most_bytes

    def give_back(self) -> None:
        """Give freed pages back to the disk."""
        with self._lock:
            connection = self._open()
            if connection is None:
                return
            try:
                connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);")
            except _ERRORS as error:
                if not _is_busy(error):  # the next tidying gives them back
                    self._recovered(error)

    def close(self) -> None:
        """Close the file for good."""
        with self._lock:
            self._is_closed = True
            self._drop()

    def __del__(self) -> None:
        """Close the file with whoever forgot to; from Python 3.13 on it would be complained about."""
        if (connection := getattr(self, "_connection", None)) is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection | None:
        if self._connection is not None or self._is_closed:
            return self._connection
        until, is_anew = time.monotonic() + _BUSY_MS / 1000, False
        while True:
            try:
                self._connection = self._opened()
                return self._connection
            except _ERRORS as error:
                if _is_busy(error) and time.monotonic() < until:
                    time.sleep(_AGAIN_S)  # SQLite's own waiting does not cover the change to a write-ahead log
                    continue
                if is_anew or not self._recovered(error):
                    break
                is_anew = True
            except OSError as error:
                self._say(
                    f"The history could not be opened ({type(error).__name__}), so nothing is remembered; check the disk and its rights."
                )
                break
        return None

    def _opened(self) -> sqlite3.Connection:
        ensure_private(self.path.parent)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        if os.name == "posix":
            self.path.chmod(0o600)
        connection = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _recovered(self, error: Exception) -> bool:
        """Say what went wrong; set a broken file aside, so that the next try starts anew."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if isinstance(error, _NewerError):
            self._say("The history was written by a newer Telltale, so this one leaves it alone; update Telltale to see it.")
            self._is_closed = True
        elif code in _BROKEN or isinstance(error, UnicodeDecodeError):
            return self._set_aside()
        elif code == sqlite3.SQLITE_FULL:
            self._say("The disk is full, so what happens now is not remembered; what was remembered stays. Free some space.")
        elif _is_busy(error):
            self._say("Another Telltale held the history for too long, so one event was not remembered.")
        else:
            name = getattr(error, "sqlite_errorname", type(error).__name__)
            self._say(f"The history could not be written ({name}), so one event was not remembered; what was remembered stays.")
        return False

    def _set_aside(self) -> bool:
        """Rename the broken file, unless another Telltale has done so meanwhile; say whether a new one can be begun."""
        self._drop()
        try:
            if not _is_broken(self.path):
                return True
            stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(2).hex()}"
            aside = self.path.with_name(f"history-broken-{stamp}.sqlite")
            self.path.rename(aside)
            for ending in ("-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        except FileNotFoundError:
            return True
        except OSError:
            self._say("The history is broken and could not be set aside, so nothing is remembered; check the rights of its folder.")
            return False
        for old in sorted(self.path.parent.glob("history-broken-*.sqlite"))[:-_KEEP_BROKEN]:
            old.unlink(missing_ok=True)
        self._say(f"The history was broken, so a new one was begun; the old file is kept as {home_relative(str(aside))}.")
        return True

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _say(self, sentence: str) -> None:
        if sentence != self.message:
            log.info("%s", sentence)
        self.message = sentence


class _NewerError(sqlite3.DatabaseError):
    """The file has a format this Telltale does not know."""


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 1048576")
    connection.execute("PRAGMA secure_delete = ON")
    checked = connection.execute("PRAGMA quick_check(1)").fetchone()
    if checked is None or checked[0] != "ok":
        raise _broken()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > FORMAT:
        raise _NewerError
    if version < FORMAT:
        _make(connection)


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _broken() -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("the history is broken")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _make(connection: sqlite3.Connection) -> None:
    """Make the tables in one transaction, unless another Telltale has just done it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] < FORMAT:
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _statements() -> Iterator[str]:
    yield from (part for part in _SCHEMA.split(";") if part.strip())


def _is_broken(path: Path) -> bool:
    if not path.exists():
        return False
    connection = sqlite3.connect(path, timeout=_BUSY_MS / 1000)
    try:
        row = connection.execute("PRAGMA quick_check(1)").fetchone()
        return row is None or row[0] != "ok"
    except UnicodeDecodeError:
        return True
    except sqlite3.DatabaseError as error:
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BROKEN
    finally:
        connection.close()


def private_key(path: Path) -> bytes:
    """Return this installation's key for prints (0600), made at the first use; an empty one where none can be kept."""
    try:
        ensure_private(path.parent)
        for _ in range(2):
            with contextlib.suppress(FileNotFoundError):
                found = path.read_bytes()
                if len(found) == KEY_BYTES:
                    return found
                path.unlink()
            _place_key(path)
    except OSError:
        return b""
    return path.read_bytes()


def _place_key(path: Path) -> None:
    """Put a whole new key in place; if another Telltale was first, its key stays."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, os.urandom(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink()
