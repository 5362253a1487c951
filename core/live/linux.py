"""Changes on Linux: one sleeping thread waits for files, network and the kernel's own tables at once."""

from __future__ import annotations

import logging
import os
import select
import threading
from typing import TYPE_CHECKING

from core.live.files import FileWatch
from core.live.netlink import NetlinkWatch
from core.live.wishes import Wish, base_folders, wish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from core.host.base import Host
    from core.model import Changes

log = logging.getLogger(__name__)


class LinuxNotifier:
    """Implements `core.loop.Notifier`; whatever cannot be opened leaves its keys to polling."""

    def __init__(self, host: Host) -> None:
        """Open nothing yet; the host tells where home is."""
        self._host = host
        self._changed: Callable[[Iterable[str]], None] = lambda _keys: None
        self._by_path: dict[str, set[str]] = {}
        self._by_kind: dict[str, set[str]] = {}
        self._by_file: dict[str, set[str]] = {}
        self._watched: dict[str, bool] = {}
        self._files: FileWatch | None = None
        self._network: NetlinkWatch | None = None
        self._kernel_files: dict[int, str] = {}
        self._wake: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None

    def start(self, watches: Mapping[str, Changes], changed: Callable[[Iterable[str]], None]) -> frozenset[str]:
        """Watch for all keys; return those that need no polling."""
        self._changed = changed
        home, cwd = base_folders(self._host)
        wishes = {key: wish(changes, home, cwd) for key, changes in watches.items() if changes.watch or changes.notify}
        self._open(wishes.values())
        covered = frozenset(key for key, wanted in wishes.items() if self._place(key, wanted))
        read_end, write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wake = (read_end, write_end)
        self._thread = threading.Thread(target=self._run, name="telltale-live", daemon=True)
        self._thread.start()
        return covered

    def close(self) -> None:
        """Wake the thread, let it end and close everything."""
        if self._wake is None or self._thread is None:
            return
        os.write(self._wake[1], b"x")
        self._thread.join(1.0)
        if self._thread.is_alive():
            return  # it is still telling somebody; what it waits on must not be closed under it
        for part in (self._files, self._network):
            if part is not None:
                part.close()
        for fd in (*self._kernel_files, *self._wake):
            os.close(fd)
        self._wake = None

    def _open(self, wishes: Iterable[Wish]) -> None:
        try:
            self._files = FileWatch()
        except OSError:
            log.warning("this system gives no file watches; Telltale looks at files from time to time instead")
        if any(wanted.netlink for wanted in wishes):
            try:
                self._network = NetlinkWatch()
            except OSError:
                log.debug("this system gives no netlink socket")

    def _place(self, key: str, wanted: Wish) -> bool:
        is_covered = wanted.is_complete
        for path in wanted.paths:
            if path not in self._watched:
                self._watched[path] = self._files is not None and self._files.add(path)
            is_covered &= self._watched[path]
            self._by_path.setdefault(path, set()).add(key)
        for kind in wanted.netlink:
            is_covered &= self._network is not None
            self._by_kind.setdefault(kind, set()).add(key)
        for path in wanted.kernel_files:
            if path not in self._watched:
                self._watched[path] = self._open_kernel_file(path)
            is_covered &= self._watched[path]
            self._by_file.setdefault(path, set()).add(key)
        return is_covered

    def _open_kernel_file(self, path: str) -> bool:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            os.read(fd, 4096)  # only what changes after the first read wakes us
        except OSError:
            os.close(fd)
            return False
        self._kernel_files[fd] = path
        return True

    def _run(self) -> None:
        poller = select.poll()
        if self._wake is not None:
            poller.register(self._wake[0], select.POLLIN)
        for part in (self._files, self._network):
            if part is not None:
                poller.register(part.fd, select.POLLIN)
        for fd in self._kernel_files:
            poller.register(fd, select.POLLPRI)
        while True:
            ready = {fd for fd, _ in poller.poll()}
            if self._wake is not None and self._wake[0] in ready:
                return
            keys = self._keys(ready, poller)
            if keys:
                self._changed(keys)

    def _keys(self, ready: set[int], poller: select.poll) -> set[str]:
        keys: set[str] = set()
        if self._files is not None and self._files.fd in ready:
            for path in self._files.read():
                keys |= self._by_path.get(path, set())
        if self._network is not None and self._network.fd in ready:
            for kind in self._network.read():
                keys |= self._by_kind.get(kind, set())
        for fd in ready & self._kernel_files.keys():
            keys |= self._by_file[self._kernel_files[fd]]
            try:
                os.lseek(fd, 0, os.SEEK_SET)
                os.read(fd, 4096)
            except OSError:  # it would wake us for ever; the others are watched on
                poller.unregister(fd)
                log.debug("a file of the kernel can no longer be watched")
        return keys
