"""What happened, kept over restarts: events for the timeline, evidence, and the exposure of each tool over time.

Values are never stored: only masked forms, and keyed prints (the key stays on this machine, 0600) that tell whether one changed.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from core.history_file import MOST_BYTES, HistoryFile, private_key
from core.keeping import kept_days
from core.model import Grade
from core.paths import state_dir
from core.tools.exposure_book import Cell
from core.tools.looks import print_of, prints_of
from core.tools.model import Evidence

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from core.model import Reading

_DAY: Final = 86_400.0
_TIDY_EVERY: Final = 500
_EVIDENCE: Final = "tool, signal, grade, method, version, place, source, detail, limits, at"


class EventKind(StrEnum):
    """What an entry of the timeline is about."""

    SESSION_STARTED = "session-started"
    SESSION_ENDED = "session-ended"
    SIGNAL_CHANGED = "signal-changed"
    TOOL_INSTALLED = "tool-installed"
    TOOL_UPDATED = "tool-updated"
    TOOL_REMOVED = "tool-removed"
    POLICY = "policy"
    EVIDENCE = "evidence"
    EXPOSURE_CHANGED = "exposure-changed"
    CHANGE_MADE = "change-made"
    CHANGE_UNDONE = "change-undone"
    CHANGE_DRIFTED = "change-drifted"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the timeline; `text` and `detail` are masked. `times` counts equal ones joined between `at` and `until`."""

    kind: EventKind
    text: str
    tool: str = ""
    signal: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    until: datetime | None = None
    times: int = 1
    number: int = 0


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """What to show: empty means everything; `before` is the oldest entry already shown (for the next page)."""

    tools: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    kinds: tuple[EventKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    before: Event | None = None
    limit: int = 200


class History:
    """The store; every method works from any thread, and none raises for what the disk does (`message` says it)."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        most_bytes: int = MOST_BYTES,
        most_days: int | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Keep the history in a folder (Telltale's own if None), at most so large and so old (None: as the person chose)."""
        self._folder = folder or state_dir()
        self._file = HistoryFile(self._folder, most_bytes)
        self._most_days = most_days
        self._now = now
        self._key: bytes | None = None
        self._written = 0
        self._tidied = 0.0

    @property
    def message(self) -> str:
        """What went wrong last, as a sentence; empty if nothing did."""
        return self._file.message

    @property
    def lost(self) -> int:
        """How many entries could not be kept."""
        return self._file.lost

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._file.path

    def add(self, *events: Event) -> bool:
        """Keep events, now or at the time they carry; say whether they are in the file."""
        return not events or self._write(lambda connection: _insert(connection, events, self._now()))

    def join(self, event: Event, within_s: float = 300.0) -> bool:
        """Keep an event, or count it to the newest equal one (kind, tool, signal, text) if that is not older than so many seconds."""
        now = self._now()

        def work(connection: sqlite3.Connection) -> None:
            joined = connection.execute(
                "UPDATE event SET until = ?, times = times + 1, detail = ? WHERE id = (SELECT id FROM event"
                " WHERE kind = ? AND tool = ? AND signal = ? AND text = ? AND at >= ? ORDER BY id DESC LIMIT 1)",
                (now, _packed(event.detail), event.kind.value, event.tool, event.signal, event.text, now - within_s),
            )
            if not joined.rowcount:
                _insert(connection, (event,), now)

        return self._write(work)

    def timeline(self, query: TimelineQuery | None = None) -> tuple[Event, ...]:
        """Return entries, newest first."""
        asked = query or TimelineQuery()
        conditions, values = _conditions(asked)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        question = f"SELECT id, at, until, times, kind, tool, signal, text, detail FROM event{where} ORDER BY at DESC, id DESC LIMIT ?"  # noqa: S608  built from fixed texts; values are bound
        return tuple(_event(row) for row in self._file.rows(question, (*values, asked.limit)))

    # -- evidence

    def add_evidence(self, *evidence: Evidence) -> bool:
        """Keep pieces of evidence; an equal one (all but time and wording) is counted, not repeated."""
        rows = [_evidence_row(item) for item in evidence]

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany(
                f"INSERT INTO evidence ({_EVIDENCE}) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"  # noqa: S608  fixed names
                " at = max(at, excluded.at), times = times + 1, source = excluded.source, detail = excluded.detail,"
                " limits = excluded.limits",
                rows,
            )

        return not rows or self._write(work)

    def evidence(self, tool: str = "", signal: str = "") -> tuple[Evidence, ...]:
        """Return the kept evidence, newest first; of one tool or signal if named."""
        question = f"SELECT {_EVIDENCE} FROM evidence WHERE (? = '' OR tool = ?) AND (? = '' OR signal = ?) ORDER BY at DESC"  # noqa: S608  fixed names
        return tuple(_evidence(row) for row in self._file.rows(question, (tool, tool, signal, signal)))

    def evidence_mark(self) -> tuple[object, ...]:
        """Return something that differs when evidence was added or removed, by whichever process."""
        return tuple(self._file.rows("SELECT count(*), max(at) FROM evidence"))

    # -- exposure over time

    def note_cells(self, cells: Mapping[tuple[str, str], Cell]) -> bool:
        """Keep those cells that differ from what was kept last."""
        known = self.cells()
        now = self._now()
        fresh = [(*pair, now, cell.here.value, cell.said or "", cell.version) for pair, cell in cells.items() if known.get(pair) != cell]
        question = "INSERT INTO cell (tool, signal, at, here, said, version) VALUES (?,?,?,?,?,?)"
        return not fresh or self._write(lambda connection: _many(connection, question, fresh))

    def cells(self, at: datetime | None = None) -> dict[tuple[str, str], Cell]:
        """Return the exposure of every tool as it was at a time (now: None)."""
        limit = at.timestamp() if at is not None else float("inf")
        rows = self._file.rows(
            "SELECT tool, signal, here, said, version FROM cell WHERE id IN (SELECT max(id) FROM cell WHERE at <= ? GROUP BY tool, signal)",
            (limit,),
        )
        return {(tool, signal): Cell(Grade(here), Grade(said) if said else None, version) for tool, signal, here, said, version in rows}

    # -- what was last known, to tell what changed while Telltale did not run

    def fingerprint(self, reading: Reading) -> str:
        """Return a keyed print of what a reading says, to tell later whether it changed; empty where no key can be kept."""
        key = self._own_key()
        if not key:
            return ""
        prints = prints_of(reading, key)
        return print_of("\n".join([prints.answer, *sorted(prints.all)]), key)

    def changed(self, reading: Reading, masked: str) -> str | None:
        """Note a reading; return the masked form it had before if it differs from the one noted last, else None."""
        new = self.fingerprint(reading)
        if not new:
            return None
        found = self._file.rows("SELECT print, masked FROM last_signal WHERE signal = ?", (reading.signal,))
        if found and found[0][0] == new:
            return None
        values = (reading.signal, new, masked, self._now())
        self._write(lambda connection: _many(connection, "INSERT OR REPLACE INTO last_signal VALUES (?,?,?,?)", [values]))
        return str(found[0][1]) if found else None

    def swap_installations(self, found: Iterable[tuple[str, str, str, str]]) -> tuple[tuple[tuple[str, str, str, str], ...], bool]:
        """Keep installations (tool, place print, version, channel) and return those kept before, and whether this is the first time."""
        self._own_key()
        before = tuple(self._file.rows("SELECT tool, place, version, channel FROM last_installation"))
        is_first = not self._file.rows("SELECT 1 FROM note WHERE name = 'installations'")
        now = self._now()
        rows = [(*item, now) for item in dict.fromkeys(found)]

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM last_installation")
            connection.executemany("INSERT OR REPLACE INTO last_installation VALUES (?,?,?,?,?)", rows)
            connection.execute("INSERT OR REPLACE INTO note VALUES ('installations', '1')")

        self._write(work)
        return before, is_first

    def place_print(self, place: str) -> str:
        """Return a keyed print of a path, which itself is never kept."""
        key = self._own_key()
        return print_of(place, key) if key else ""

    def note(self, name: str, text: str | None = None) -> str:
        """Return a short remembered text (a policy's print); with `text`, remember that one from now on."""
        found = self._file.rows("SELECT text FROM note WHERE name = ?", (name,))
        if text is not None:
            self._write(lambda connection: _many(connection, "INSERT OR REPLACE INTO note VALUES (?, ?)", [(name, text)]))
        return str(found[0][0]) if found else ""

    # -- limits

    def tidy(self) -> None:
        """Remove what is too old, and the oldest part while the file is too large."""
        self._tidied = self._now()
        days = kept_days() if self._most_days is None else self._most_days
        limit = self._tidied - days * _DAY
        self._file.write(lambda connection: _forget(connection, limit), can_wait=True)
        for _ in range(8):
            if not self._file.is_too_large:
                break
            self._file.write(_forget_oldest, can_wait=True)
        self._file.give_back()

    def count(self) -> int:
        """Return how many entries of the timeline are kept."""
        rows = self._file.rows("SELECT count(*) FROM event")
        return int(rows[0][0]) if rows else 0

    def forget_all(self) -> bool:
        """Remove everything that was remembered."""
        done = self._file.write(lambda connection: _forget(connection, float("inf"), cells_too=True))
        self._file.give_back()
        return done

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _own_key(self) -> bytes:
        if self._key is None:
            self._key = private_key(self._folder / "history.key")
            self._forget_prints_of_another_key(self._key)
        return self._key

    def _forget_prints_of_another_key(self, key: bytes) -> None:
        """Without this, a lost key would make everything look changed."""
        mine = print_of("history", key)
        if self.note("key") != mine:
            self._write(lambda connection: _forget_prints(connection, mine))

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> bool:
        self._written += 1
        if self._written % _TIDY_EVERY == 1 or self._now() - self._tidied > _DAY:
            self.tidy()
        return self._file.write(work)


def _many(connection: sqlite3.Connection, question: str, rows: Iterable[tuple[object, ...]]) -> None:
    connection.executemany(question, rows)


def _forget_prints(connection: sqlite3.Connection, key_print: str) -> None:
    connection.execute("DELETE FROM last_signal")
    connection.execute("DELETE FROM last_installation")
    connection.execute("DELETE FROM note")
    connection.execute("INSERT INTO note VALUES ('key', ?)", (key_print,))


def _packed(detail: Mapping[str, Any]) -> str:
    return json.dumps(dict(detail), separators=(",", ":"))


def _insert(connection: sqlite3.Connection, events: Iterable[Event], now: float) -> None:
    rows = []
    for event in events:
        at = event.at.timestamp() if event.at is not None else now
        rows.append((at, at, event.kind.value, event.tool, event.signal, event.text, _packed(event.detail)))
    connection.executemany("INSERT INTO event (at, until, kind, tool, signal, text, detail) VALUES (?,?,?,?,?,?,?)", rows)


def _event(row: tuple[Any, ...]) -> Event:
    number, at, until, times, kind, tool, signal, text, detail = row
    when, last = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(until, UTC)
    return Event(EventKind(kind), text, tool, signal, json.loads(detail), when, last, times, number)


def _conditions(query: TimelineQuery) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for column, wanted in (("tool", query.tools), ("signal", query.signals), ("kind", query.kinds)):
        if wanted:
            conditions.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values.extend(str(item) for item in wanted)
    bounds: tuple[tuple[str, float | None], ...] = (
        ("until >= ?", query.since.timestamp() if query.since is not None else None),
        ("at <= ?", query.until.timestamp() if query.until is not None else None),
    )
    for condition, value in bounds:
        if value is not None:
            conditions.append(condition)
            values.append(value)
    if query.before is not None and query.before.at is not None:
        conditions.append("(at, id) < (?, ?)")
        values += (query.before.at.timestamp(), query.before.number)
    return conditions, values


def _evidence_row(item: Evidence) -> tuple[object, ...]:
    plain = (item.tool, item.signal, item.grade.value, item.method, item.tool_version, item.place, item.source, item.detail, item.limits)
    return (*plain, item.at.timestamp())


def _evidence(row: tuple[Any, ...]) -> Evidence:
    tool, signal, grade, method, version, place, source, detail, limits, at = row
    return Evidence(tool, signal, Grade(grade), method, datetime.fromtimestamp(at, UTC), version, source, detail, place, limits)


def _forget(connection: sqlite3.Connection, before: float, *, cells_too: bool = False) -> None:
    connection.execute("DELETE FROM event WHERE until < ?", (before,))
    connection.execute("DELETE FROM evidence WHERE at < ?", (before,))
    newest = "" if cells_too else " AND id NOT IN (SELECT max(id) FROM cell GROUP BY tool, signal)"
    connection.execute(f"DELETE FROM cell WHERE at < ?{newest}", (before,))  # noqa: S608  fixed texts
    if cells_too:
        for table in ("last_signal", "last_installation", "note"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  fixed names


def _forget_oldest(connection: sqlite3.Connection) -> None:
    """Remove the older third of the table with the most rows."""
    orders = {"event": "at", "evidence": "at", "cell": "id"}
    sizes = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in orders}  # noqa: S608  fixed names
    table = max(sizes, key=lambda name: int(sizes[name]))
    question = f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM {table} ORDER BY {orders[table]} LIMIT ?)"  # noqa: S608  fixed names
    connection.execute(question, (sizes[table] // 3 + 1,))
