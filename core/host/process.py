"""ProcessHost: the machine as one running process has it (its environment, its root folder, its namespaces).

On Linux this goes through `/proc/PID`, with our own rights: for a process of the same user these are its rights. The folder
`/proc/PID` is opened once, and an open one never comes to mean a later process with the same number. What can only be asked from
inside (commands, another network namespace) is refused as unsupported rather than answered with our own eyes. Other systems hand
out a process's environment at most.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn

from core.errors import HostError, NotAllowedError, NotSupportedError, NotThereError, UnreadableError
from core.host import files, rooted
from core.host.accounts import account_in, inside_number, name_in, status_numbers
from core.host.base import DEFAULT_LIMIT
from core.host.names import full_name_of
from core.host.real import RealHost
from core.host.text import parse_environ, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from core.host.base import Account, Battery, Connection, FileFacts, Interface, LoggedIn, Mount, Output, Process, Uname
    from core.host.procfs import Table
    from core.model import System

_BIG: Final = 4 << 20
_STARTS_DIFFER_S: Final = 1.0
_ENDED: Final = "The process has ended."
_LINUX: Final = sys.platform.startswith("linux")


class ProcessHost:
    """The eyes of a running process of the same user."""

    is_synthetic = False

    def __init__(self, pid: int, started: float | None = None) -> None:
        """Take a process number and, to rule out a later process with the same number, the start time it was listed with."""
        self.pid = pid
        self.eyes = f"process {pid}"
        self._real = RealHost()
        self._table: Table | None = None
        self._proc = -1
        if _LINUX:
            with files.translated(f"/proc/{pid:d}"):
                self._proc = os.open(f"/proc/{pid:d}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, self._proc)
            self._compare_start(started)

    def _compare_start(self, started: float | None) -> None:
        from core.host import procfs

        if started is None:
            return
        ticks = procfs.parse_stat(self._own("stat")).ticks
        if abs(procfs.boot_time() + ticks / os.sysconf("SC_CLK_TCK") - started) > _STARTS_DIFFER_S:
            raise NotThereError(_ENDED)

    @property
    def system(self) -> System:
        """The operating system family of this computer."""
        return self._real.system

    @property
    def home(self) -> str:
        """The home folder: HOME of the process, else its account's."""
        home = self.env("USERPROFILE" if os.name == "nt" else "HOME") or ""
        if home and os.path.isabs(home):
            return home
        return self.account().home

    @property
    def cwd(self) -> str:
        """The working folder as the process names it."""
        root, cwd = self._own_link("root"), self._own_link("cwd")
        if cwd.endswith(" (deleted)"):
            raise NotThereError("The working folder is not there any more.")
        inside = cwd.removeprefix(root) if root != "/" and (cwd == root or cwd.startswith(root + "/")) else cwd
        return inside or "/"

    # -- what /proc/PID itself tells

    def _own(self, name: str, limit: int = _BIG) -> bytes:
        """Read one of the process's own files in `/proc/PID`."""
        self._linux_only()
        return files.read_regular(f"/proc/{self.pid:d}/{name}", limit, source=name, dir_fd=self._proc)

    def _own_text(self, name: str) -> str:
        return self._own(name).decode("utf-8", "replace")

    def _own_link(self, name: str) -> str:
        self._linux_only()
        with files.translated(f"/proc/{self.pid:d}/{name}"):
            return os.readlink(name, dir_fd=self._proc)

    def _shares(self, namespace: str) -> bool:
        return self._own_link(f"ns/{namespace}") == os.readlink(f"/proc/self/ns/{namespace}")

    @staticmethod
    def _linux_only() -> None:
        if not _LINUX:
            raise NotSupportedError("This system tells only a process's environment, not its files or names.")

    def environ(self) -> Mapping[str, str]:
        """Return the environment the process was started with."""
        if not _LINUX:
            return self._real.process_env(self.pid)
        block = self._own("environ")
        if not block and b") Z " in self._own("stat"):
            raise NotThereError(_ENDED)
        return parse_environ(block)

    def env(self, name: str) -> str | None:
        """Return one environment variable, or None."""
        found = self.environ()
        if os.name == "nt":
            return next((value for key, value in found.items() if key.upper() == name.upper()), None)
        return found.get(name)

    # -- files inside its root

    def _full(self, path: str) -> str:
        if path == "~" or path.startswith("~/"):
            return self.home + path[1:]
        return path if path.startswith("/") else f"{self.cwd}/{path}"

    def _home_hint(self) -> str:
        """Return HOME of the process for shortening paths in errors; the account is not asked, for that reads files itself."""
        try:
            return self.env("HOME") or ""
        except HostError:
            return ""

    @contextmanager
    def _opened(self, path: str, *, follow: bool = True) -> Iterator[tuple[int, str, str]]:
        """Give a looking descriptor of a path, the full path, and the home folder for error texts."""
        self._linux_only()
        full, home = self._full(path), self._home_hint()
        with files.translated(full, home):
            root = self._open_root()
            try:
                with rooted.opened(root, full, self._proc, follow=follow) as fd:
                    yield fd, full, home
            finally:
                os.close(root)

    def _open_root(self) -> int:
        try:
            return os.open("root", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._proc)
        except PermissionError:
            raise NotAllowedError("This process may not be looked into by this user.") from None
        except (FileNotFoundError, ProcessLookupError):
            raise NotThereError(_ENDED) from None

    def read(self, path: str, limit: int = DEFAULT_LIMIT) -> bytes:
        """Return a regular file's bytes."""
        with self._opened(path) as (fd, full, home):
            return files.read_regular(full, limit, home, source=rooted.readable(fd))

    def read_text(self, path: str, limit: int = DEFAULT_LIMIT) -> str:
        """Return a file as UTF-8 text."""
        return self.read(path, limit).decode("utf-8-sig", "replace")

    def link(self, path: str) -> str:
        """Return where a symbolic link points."""
        with self._opened(path, follow=False) as (fd, full, home):
            if not stat.S_ISLNK(os.fstat(fd).st_mode):
                raise UnreadableError(f"{shown(full, home)} is not a link.")
            return rooted.link_target(fd)

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        """Return the names in a folder."""
        with self._opened(path) as (fd, full, home):
            return files.entries(full, limit, home, source=rooted.readable(fd))

    def facts(self, path: str) -> FileFacts:
        """Return facts about a path."""
        with self._opened(path, follow=False) as (fd, _, _):
            return files.facts_of(os.fstat(fd))

    def exists(self, path: str) -> bool:
        """Return whether a path can be seen."""
        try:
            with self._opened(path):
                return True
        except HostError:
            return False

    def run(self, argv: Sequence[str], timeout_s: float = 2.0) -> Output:  # noqa: ARG002  the protocol's name
        """Refuse: a command would run with our eyes, not with those of the process."""
        raise NotSupportedError(f"{argv[0]} would run with Telltale's eyes, not with those of the process; nothing was run.")

    def which(self, name: str) -> str:
        """Return the full path of a program on the PATH of the process, inside its root."""
        for folder in (self.env("PATH") or os.defpath).split(":"):
            if folder.startswith("/") and "/" not in name and self._is_program(f"{folder}/{name}"):
                return f"{folder.rstrip('/')}/{name}"
        raise NotThereError("The command is not installed.")

    def _is_program(self, path: str) -> bool:
        try:
            with self._opened(path) as (fd, _, _):
                mode = os.fstat(fd).st_mode
        except NotThereError:
            return False
        return stat.S_ISREG(mode) and bool(mode & 0o111)

    # -- names, network, other processes

    def uname(self) -> Uname:
        """Return the kernel's description; a host name of its own can only be asked from inside."""
        if not self._shares("uts"):
            raise NotSupportedError("This process has a host name of its own, which only a process inside can ask for.")
        return self._real.uname()

    def account(self) -> Account:
        """Return the account of the process as its own root and user namespace have it."""
        status = self._own_text("status")
        uids, gids = self._own_text("uid_map"), self._own_text("gid_map")
        mapped = not self._shares("user")
        uid, gid = (numbers[0] for numbers in (status_numbers(status, "Uid"), status_numbers(status, "Gid")))
        groups = status_numbers(status, "Groups")
        if mapped:
            uid, gid = inside_number(uid, uids), inside_number(gid, gids)
            groups = tuple(inside_number(group, gids) for group in groups)
        return account_in(uid, gid, groups, self._text_or_nothing("/etc/passwd"), self._text_or_nothing("/etc/group"))

    def _text_or_nothing(self, path: str) -> str:
        try:
            return self.read_text(path)
        except NotThereError:
            return ""

    def fqdn(self) -> str:
        """Return the full name of the machine by the hosts file in the root of the process."""
        return full_name_of(self.uname().node, self._text_or_nothing("/etc/hosts"))

    def interfaces(self) -> tuple[Interface, ...]:
        """Return the network interfaces, if the process shares this network."""
        if not self._shares("net"):
            raise NotSupportedError("This process has a network of its own, which only a process inside can ask for.")
        return self._real.interfaces()

    def connections(self, *, owners: bool = True) -> tuple[Connection, ...]:
        """Return the sockets of the network of the process; owners only where its process numbers are ours."""
        from core.host import sockets

        known = sockets.OWNERS if owners and self._shares("pid") else None
        return sockets.connections(f"{rooted.readable(self._proc)}/net", known)

    def _processes(self) -> Table:
        """Return the process list that the `proc` file system in the root of the process shows."""
        if self._table is None:
            if not self.exists("/proc/stat"):
                raise NotThereError("This process sees no process list: its root has no /proc.")
            from core.host import procfs

            passwd = self._text_or_nothing("/etc/passwd")
            proc = f"{rooted.readable(self._proc)}/root/proc"
            self._table = procfs.Table(proc, lambda uid: name_in(uid, passwd))
        return self._table

    def processes(self) -> tuple[Process, ...]:
        """Return the running programs visible in the pid namespace of the process."""
        with files.translated("the list of processes"):
            return self._processes().all()

    def parents(self) -> tuple[Process, ...]:
        """Return the chain of programs that started the process, as far as it sees it."""
        from core.host import procfs

        table, ticks = self._processes(), procfs.parse_stat(self._own("stat")).ticks
        for number in status_numbers(self._own_text("status"), "NSpid")[::-1]:
            if table.ticks(number) == ticks:
                return table.parents(number)
        raise NotThereError("This process does not see itself in its process list.")

    def process_env(self, pid: int) -> Mapping[str, str]:
        """Return the environment of another process, by the number it has for this one."""
        self._processes()
        place = f"/proc/{pid:d}/environ"
        return parse_environ(files.read_regular(place, _BIG, source=f"{rooted.readable(self._proc)}/root{place}"))

    def mounts(self) -> tuple[Mount, ...]:
        """Return the mounted file systems of the process."""
        from core.host import linux

        return linux.parse_mounts(self._own("mounts"))

    def logged_in(self) -> tuple[LoggedIn, ...]:
        """Return the login sessions recorded in the root of the process."""
        from core.host import logins

        try:
            return logins.parse_utmp(self.read("/run/utmp", _BIG))
        except NotThereError:
            return ()

    # -- the machine itself

    def battery(self) -> Battery:
        """Return the battery, if the root of the process shows it."""
        self._linux_only()
        if not self.exists("/sys/class/power_supply"):
            raise NotThereError("The root of this process shows no battery.")
        return self._real.battery()

    def memory_bytes(self) -> int:
        """Return the installed memory: the kernel tells it to every process."""
        return self._real.memory_bytes()

    def cpu_count(self) -> int:
        """Return the number of logical processors: the kernel tells it to every process."""
        return self._real.cpu_count()

    def boot_time(self) -> float:
        """Return when the machine started: the kernel tells it to every process."""
        return self._real.boot_time()

    def registry(self, _key: str, _name: str) -> NoReturn:
        """Refuse: a registry belongs to a user, not to a process."""
        raise NotSupportedError("The registry is not a process's own.")

    def registry_names(self, _key: str) -> NoReturn:
        """Refuse: a registry belongs to a user, not to a process."""
        raise NotSupportedError("The registry is not a process's own.")

    def registry_keys(self, _key: str) -> NoReturn:
        """Refuse: a registry belongs to a user, not to a process."""
        raise NotSupportedError("The registry is not a process's own.")
