"""One capture from beginning to end: the inspector, its certificate, the recorder, the look-out for bypasses, the clean-up.

`telltale run --inspect TOOL` uses it as a context around the tool; what an earlier run left behind after being killed is
cleaned up when the next one begins.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import psutil

from core import paths
from core.errors import TelltaleError
from core.keeping import kept_days
from core.redact import visible
from core.watch import inspector_env, inspector_words
from core.watch.answerer import Answerer
from core.watch.inspector import Inspector, Order
from core.watch.inspector_bypass import BypassWatch
from core.watch.inspector_packets import PacketWatch
from core.watch.inspector_recorder import Recorder
from core.watch.store import Store
from core.watch.store_model import CaptureSession, KeepBodies, SessionState, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from core.tools.model import Tool
    from core.watch.facts import Searcher
    from core.watch.inspector_env import Additions

_INTERRUPTED: Final = "Telltale ended before the tool did, so this capture may lack requests. Nothing of it was left in place."


@dataclass(frozen=True, slots=True)
class InspectOptions:
    """What a person can choose; `reads_all` lets the certificate speak for every host instead of the known ones."""

    way: str = ""
    answers: bool = False
    keep_bodies: KeepBodies = KeepBodies.NO
    reads_all: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a capture came to, in sentences."""

    session: str
    coverage: str
    lines: tuple[str, ...] = field(default=())


def inspector_folder() -> Path:
    """Return where keys and the files of running captures lie."""
    return paths.state_dir() / "inspector"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: a tool of the catalogue or any command, its version, and the environment it would start with."""

    tool: Tool | None
    name: str
    version: str
    environment: Mapping[str, str]

    @property
    def id(self) -> str:
        """The tool's id in the catalogue, else the command's name."""
        return self.tool.id if self.tool else visible(self.name)[:80]


class Inspection:
    """A capture of one run of a tool."""

    def __init__(
        self, subject: Subject, searcher: Callable[[], Searcher], options: InspectOptions | None = None, *, store: Store | None = None
    ) -> None:
        """Prepare; nothing runs and nothing is written before `start`."""
        self.tool, self.name, self.version = subject.tool, subject.id, visible(subject.version)[:80]
        self.options = options or InspectOptions()
        self.id = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
        self._environment = dict(subject.environment)
        self._make_searcher = searcher
        self._own_store = store is None
        self._store = store
        self._answerer: Answerer | None = None
        self._inspector: Inspector | None = None
        self._recorder: Recorder | None = None
        self._watch: BypassWatch | None = None
        self._packets: PacketWatch | None = None
        self._is_broken = False
        self.additions = inspector_env.Additions()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, if nobody did."""
        self.finish()

    @property
    def store(self) -> Store:
        """Where the capture is kept."""
        if self._store is None:
            self._store = Store()
        return self._store

    @property
    def port(self) -> int:
        """The inspector's port (0 while it does not run)."""
        return self._inspector.port if self._inspector else 0

    @property
    def inspector_pid(self) -> int:
        """The inspector's process (0 while it does not run)."""
        return self._inspector.pid if self._inspector else 0

    def start(self, *, root: int = 0, is_private: bool = False) -> Additions:
        """Start everything and return what the tool must be given; raises a sentence if that is not possible.

        `is_private`: the tool gets a network of its own, whose packets `additions.packets` must be given.
        """
        with contextlib.suppress(StoreError):  # what an earlier run left can wait
            clean_up(self.store)
        way = inspector_env.choose(self.tool, self._environment, self.options.way, is_answered=self.options.answers)
        paths.ensure_private(paths.ensure_private(inspector_folder()) / "sessions")
        folder = paths.ensure_private(inspector_folder() / "sessions" / self.id)
        try:
            self._begin(way, folder)
            self._look_out(folder, root, is_private=is_private)
        except BaseException:
            self._is_broken = True
            self.finish()
            raise
        return self.additions

    def finish(self) -> Report:
        """End everything, remove this capture's files, and say what it covers."""
        watch, inspector, recorder, answerer = self._watch, self._inspector, self._recorder, self._answerer
        packets, self._packets = self._packets, None
        self._watch = self._inspector = self._answerer = None
        if watch:
            watch.close()
        if packets:
            packets.close()
        if inspector:
            inspector.close()
        report = Report(self.id, "")
        if recorder:
            recorder.finish()
            self._recorder = None
            report = self._close(recorder, is_complete=bool(packets and packets.is_complete))
        if answerer:
            answerer.close()
        shutil.rmtree(inspector_folder() / "sessions" / self.id, ignore_errors=True)
        if self._own_store and self._store is not None:
            self._store.close()
            self._store = None
        return report

    def _begin(self, way: inspector_env.Way, folder: Path) -> None:
        trusted = folder / "system.pem"
        paths.write_private(trusted, inspector_env.trusted(self._environment))
        answer_at = None
        if self.options.answers:
            self._answerer = Answerer().start()
            answer_at = ("127.0.0.1", self._answerer.port)
        order = Order(
            mode=way.mode if not answer_at or way.name == "proxy" else f"reverse:{self._answerer.url if self._answerer else ''}",
            key_folder=inspector_folder(),
            session_folder=paths.ensure_private(folder / "keys"),
            read_hosts=self._read_hosts(),
            answer_at=answer_at,
            trusted=str(trusted) if trusted.stat().st_size else "",
            upstream_auth=way.upstream_auth,
        )
        self._recorder = Recorder(self.store, self.id, self.name, self._make_searcher, self.options.keep_bodies)
        self._inspector = Inspector(order, self._recorder.take, self._stopped)
        self._inspector.start()
        proxy = inspector_env.Proxy(self._inspector.port, self._inspector.certificate, paths.ensure_private(folder / "trust"))
        additions = inspector_env.additions(way, self.tool, self._environment, proxy)
        keys = inspector_env.stand_in_keys(self.tool, self._environment) if self.options.answers else {}
        self.additions = replace(additions, environment={**additions.environment, **keys})
        self._note_beginning(way.name)

    def _look_out(self, folder: Path, root: int, *, is_private: bool) -> None:
        """Watch for what goes around: all of it by the packets of a private network, else by looking at lists."""
        if self._recorder is None or self._inspector is None:
            return
        if is_private:
            pipe = folder / "packets"
            self._packets = PacketWatch(pipe, self._bypassed, self._recorder.peers)
            self.additions = replace(self.additions, packets=str(pipe))
        else:
            self._watch = BypassWatch(self._bypassed, self._recorder.peers, root=root, without=(self._inspector.pid,))
            self._watch.start()

    def _note_beginning(self, way: str) -> None:
        session = CaptureSession(self.id, self.name, self.version, way, time.time())
        if self._recorder:
            self._recorder.write(self.store.begin, session, os.getpid(), psutil.Process().create_time())
        with contextlib.suppress(StoreError):
            self.store.forget_older(kept_days())

    def _read_hosts(self) -> tuple[str, ...]:
        """Return the hosts the certificate may speak for; none (all) without a catalogue entry to go by, or if asked for."""
        if self.options.reads_all or self.options.answers or self.tool is None or not self.tool.hosts:
            return ()
        addresses = (self._environment.get(name, "") for name in self.tool.base_url_env)
        own = [host for address in addresses if (host := urlsplit(address).hostname)]
        return tuple(dict.fromkeys([*self.tool.hosts, *own, *self.store.learnt(self.name)]))

    def _bypassed(self, items: tuple[Any, ...]) -> None:
        if self._recorder:
            shown = tuple(replace(item, host=self._recorder.shown_host(item.host)) for item in items)
            self._recorder.write(self.store.bypassed, self.id, shown)

    def _stopped(self) -> None:
        self._is_broken = True
        if self._recorder:
            self._recorder.trouble("inspector-stopped", inspector_words.stopped())

    def _close(self, recorder: Recorder, *, is_complete: bool) -> Report:
        notes = [inspector_words.stopped()] if self._is_broken else []
        left_out = inspector_env.left_out(self._environment)
        notes += [left_out] if left_out else []
        if recorder.unkept:
            notes.append(f"{recorder.unkept:,} records could not be written to the store (is the disk full?) and are lost.")
        try:
            text = inspector_words.coverage(self.store.hosts(self.id), self.store.bypasses(self.id), is_complete=is_complete, notes=notes)
            state = SessionState.BROKEN if self._is_broken else SessionState.ENDED
            self.store.end(self.id, state, text, is_complete=is_complete)
        except TelltaleError as error:
            return Report(self.id, " ".join(notes), (str(error),))
        return Report(self.id, text, tuple(trouble.sentence for trouble in self.store.troubles(self.id)))


def clean_up(store: Store) -> int:
    """End captures whose Telltale is gone and remove what they left; return how many there were."""
    running: set[str] = set()
    gone = 0
    for session, owner, started in store.owners():
        if _is_alive(owner, started):
            running.add(session)
        else:
            gone += 1
            store.end(session, SessionState.BROKEN, _INTERRUPTED, is_complete=False)
    folder = inspector_folder() / "sessions"
    for item in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # another Telltale removed it in this moment
            is_fresh = time.time() - item.stat().st_mtime < 60  # one that begins in this moment is not in the store yet
            if item.name not in running and not is_fresh:
                shutil.rmtree(item, ignore_errors=True)
    return gone


def remove_authority() -> bool:
    """Remove the inspector's key and every certificate file; return whether there was one."""
    folder = inspector_folder()
    found = folder.is_dir() and any(folder.iterdir())
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _is_alive(pid: int, started: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - started) < 2
    except psutil.Error:
        return False


def readings_searcher(host: Any = None) -> Callable[[], Searcher]:
    """Return a function that measures this computer and makes the search for facts, on the recorder's thread."""

    def make() -> Searcher:
        from core.catalogue import load_catalogue
        from core.engine import scan_once
        from core.host.real import RealHost
        from core.watch.facts import Searcher

        return Searcher(scan_once(host or RealHost(), load_catalogue()))

    return make
