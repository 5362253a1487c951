"""What a window asks of captures: the real ones in the store, or those of an invented machine, which are synthetic and say so."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.keeping import kept_days
from core.watch.store import Store, store_path
from core.watch.store_har import document, har, request_document, requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from core.host.base import Host
    from core.model import Reading
    from core.tools.model import Evidence
    from core.watch.store_model import Bypass, CaptureSession, StoredRequest, Trouble

_DAY: Final = 86_400.0
FORMS: Final = ("har", "json")


class ExportError(TelltaleError):
    """A capture could not be exported; the message says why."""


class Captures:
    """Opens the store when there is one; safe to use from one worker thread."""

    def __init__(self, path: Path | None = None) -> None:
        """Nothing is opened or written before the first question."""
        self._path = path
        self._store: Store | None = None
        self._tidied = 0.0

    is_synthetic = False

    @property
    def store(self) -> Store | None:
        """The store, or None as long as nothing was ever captured."""
        if self._store is None and (self._path or store_path()).is_file():
            self._store = Store(self._path)
            self._tidied = float("-inf")
        if self._store is not None and time.monotonic() - self._tidied >= _DAY:
            self._tidied = time.monotonic()
            with contextlib.suppress(TelltaleError):  # a store that cannot be written can still be read
                self._store.forget_older(kept_days())
        return self._store

    def tidy(self) -> None:
        """Remove what is older than the person wants it kept."""
        if self.store:
            self.store.forget_older(kept_days())

    def version(self) -> int:
        """Return a number that changes when another program wrote."""
        return self.store.version() if self.store else 0

    def sessions(self) -> tuple[CaptureSession, ...]:
        """Return the captures, newest first; one whose Telltale was killed does not go on."""
        store = self.store
        if store is None:
            return ()
        if not self.is_synthetic and store.owners():
            from core.watch.inspector_run import clean_up  # with all that inspects, which is needed only here

            with contextlib.suppress(TelltaleError):  # a store that cannot be written can still be read
                clean_up(store)
        return store.sessions()

    def requests(self, session: str, offset: int, limit: int) -> tuple[StoredRequest, ...]:
        """Return a page of requests without their findings."""
        return self.store.requests(session, offset, limit) if self.store else ()

    def request(self, session: str, number: int) -> StoredRequest | None:
        """Return one request with its findings."""
        return self.store.request(session, number) if self.store else None

    def bypasses(self, session: str) -> tuple[Bypass, ...]:
        """Return what went past the inspector."""
        return self.store.bypasses(session) if self.store else ()

    def troubles(self, session: str) -> tuple[Trouble, ...]:
        """Return what went wrong."""
        return self.store.troubles(session) if self.store else ()

    def forget(self, session: str) -> None:
        """Remove one capture for good."""
        if self.store:
            self.store.forget(session)

    def export(self, session: str, path: str, form: str) -> int:
        """Write a capture to a new file, without values; return how many requests it holds."""
        found = self.store.session(session) if self.store else None
        if found is None or self.store is None:
            raise ExportError("The capture is no longer there, so nothing was written.")
        pieces = har(self.store, found) if form == "har" else _as_json(self.store, found)
        write_export(Path(path), pieces)
        return found.requests

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None


class DemoCaptures(Captures):
    """The captures of an invented machine: requests made up from its values, searched by the real search, kept in a throw-away folder."""

    is_synthetic = True

    def __init__(self, host: Host, readings: Iterable[Reading]) -> None:
        """Take an invented machine and its readings."""
        if not host.is_synthetic:
            raise ValueError("demo captures are made from invented machines only")
        self._folder = Path(tempfile.mkdtemp(prefix="telltale-demo-"))
        super().__init__(self._folder / "captures.sqlite")
        self._host, self._readings = host, tuple(readings)
        self._is_made = False

    @property
    def store(self) -> Store | None:
        """The store with the made-up requests."""
        if not self._is_made:
            from core.watch import demo  # with all that searches, which a real store does not need

            self._is_made = True
            self._store = Store(self._folder / "captures.sqlite")
            demo.fill(self._store, self._host, self._readings)
        return self._store

    def close(self) -> None:
        """Close and remove everything."""
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)


def captured_evidence(path: Path | None = None) -> tuple[Evidence, ...]:
    """Return what all captures on this computer prove, nothing where there is no store or it cannot be read."""
    from core.watch.store_evidence import evidence

    captures = Captures(path)
    try:
        return evidence(captures.store) if captures.store else ()
    except (TelltaleError, sqlite3.Error):
        return ()
    finally:
        captures.close()


def synthetic_evidence(host: Host, readings: Iterable[Reading]) -> tuple[Evidence, ...]:
    """Return what the made-up captures of an invented machine show; each piece says that it is synthetic."""
    if not host.is_synthetic:
        raise ValueError("synthetic evidence is made from invented machines only")
    from core.watch import demo

    with tempfile.TemporaryDirectory(prefix="telltale-demo-") as folder, Store(Path(folder) / "captures.sqlite") as store:
        return demo.evidence_of(host, tuple(readings), store)


def captured_mark(path: Path | None = None) -> tuple[object, ...]:
    """Return something that differs when a capture was written or removed; the store is not opened for it."""
    place = path or store_path()
    marks: list[object] = []
    for file in (place, place.with_name(f"{place.name}-wal")):
        try:
            facts = file.stat()
        except OSError:
            marks.append(0)
            continue
        marks.append((facts.st_mtime_ns, facts.st_size) if facts.st_size else 0)  # an empty log is left by readers, too
    return tuple(marks)


def sources_of(scheme: str) -> tuple[str, Sequence[str], str]:
    """Return a known scheme's title, its public sources and the vendor's answer."""
    from core.catalogue.markers import load_markers

    found = load_markers()[0].get(scheme)
    return (found.title, found.sources, found.vendor_answer) if found else ("", (), "")


def _as_json(store: Store, session: CaptureSession) -> Iterator[str]:
    head = json.dumps(document(store, session))
    yield head[:-1] + ', "requests": ['
    for number, request in enumerate(requests(store, session.id)):
        yield (",\n" if number else "\n") + json.dumps(request_document(request))
    yield "\n]}\n"


def write_export(path: Path, pieces: Iterable[str], *, replaces: bool = True) -> None:
    """Write a file that this user alone can read, whole or not at all; where it may not replace one, `FileExistsError` says so."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    mine = [temporary]
    try:
        if not replaces:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            mine.append(path)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(pieces)
        temporary.replace(path)
    except BaseException as error:
        for left in mine:
            with contextlib.suppress(OSError):
                left.unlink()
        if not isinstance(error, OSError) or (isinstance(error, FileExistsError) and not replaces):
            raise
        raise ExportError(
            f"The file could not be written ({error.strerror or type(error).__name__}); the capture is unchanged. Choose another place."
        ) from error
