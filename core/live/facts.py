"""Changes where the system offers no watch that we use: file facts compared from time to time, through any host."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.live.wishes import base_folders, wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.host.base import FileFacts, Host
    from core.model import Changes

EVERY_S: Final = 2.0


class FactsNotifier:
    """Implements `core.loop.Notifier` by comparing kind, size, mode and time of each watched path."""

    def __init__(self, host: Host, every_s: float = EVERY_S) -> None:
        """Look through `host` every `every_s` seconds."""
        self._host = host
        self._every_s = every_s
        self._by_path: dict[str, set[str]] = {}
        self._known: dict[str, FileFacts | str] = {}
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, watches: Mapping[str, Changes], changed: Callable[[Iterable[str]], None]) -> frozenset[str]:
        """Note how the files are now and begin to compare."""
        covered = set()
        home, cwd = base_folders(self._host)
        for key, changes in watches.items():
            wanted = wish(changes, home, cwd)
            if wanted.paths and wanted.is_complete and not wanted.netlink and not wanted.kernel_files:
                covered.add(key)
            for path in wanted.paths:
                self._by_path.setdefault(path, set()).add(key)
        self._known = {path: self._facts(path) for path in self._by_path}
        self._thread = threading.Thread(target=self._run, args=(changed,), name="telltale-live", daemon=True)
        self._thread.start()
        return frozenset(covered)

    def close(self) -> None:
        """End the comparing."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(1.0)

    def _facts(self, path: str) -> FileFacts | str:
        try:
            return self._host.facts(path)
        except HostError as error:
            return type(error).__name__

    def _run(self, changed: Callable[[Iterable[str]], None]) -> None:
        while not self._end.wait(self._every_s):
            keys: set[str] = set()
            for path, keys_of_path in self._by_path.items():
                now = self._facts(path)
                if now != self._known[path]:
                    self._known[path] = now
                    keys |= keys_of_path
            if keys:
                changed(keys)
