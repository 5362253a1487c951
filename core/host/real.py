"""RealHost: this computer, seen with the rights and the environment of Telltale's own process."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError, NotThereError
from core.host import files
from core.host.base import DEFAULT_LIMIT
from core.host.text import clean
from core.model import System

if sys.platform == "win32":
    from core.host import windows as native
elif sys.platform == "darwin":
    from core.host import macos as native
else:
    from core.host import linux as native

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.host.base import Account, Battery, Connection, FileFacts, Interface, LoggedIn, Mount, Output, Process, Uname

_SYSTEMS: Final = {"win32": System.WINDOWS, "darwin": System.MACOS}


class RealHost:
    """This computer; every method asks the operating system anew."""

    is_synthetic = False
    eyes = "this computer"
    system = _SYSTEMS.get(sys.platform, System.LINUX)

    @property
    def home(self) -> str:
        """The home folder: HOME (USERPROFILE on Windows), else the account database."""
        home = os.environ.get("USERPROFILE" if os.name == "nt" else "HOME", "")
        if home and os.path.isabs(home):
            return home
        return native.account_home(0 if os.name == "nt" else os.getuid())

    @property
    def cwd(self) -> str:
        """The working folder."""
        with files.translated("the working folder"):
            return os.getcwd()

    def environ(self) -> Mapping[str, str]:
        """Return this process's environment, undecodable bytes replaced."""
        return {clean(name): clean(value) for name, value in os.environ.items()}

    def env(self, name: str) -> str | None:
        """Return one environment variable, or None."""
        try:
            value = os.environ.get(name)
        except ValueError:
            return None
        return None if value is None else clean(value)

    def _full(self, path: str) -> str:
        """Return a path with a leading `~` replaced; a relative path stays relative to the working folder."""
        return self.home + path[1:] if path == "~" or path.startswith(("~/", "~\\")) else path

    @cached_property
    def _named_home(self) -> str:
        """The home folder as errors call it `~`; asked once, because every question needs it and few end in an error."""
        try:
            return self.home
        except NotThereError:
            return ""

    def signature(self, path: str, *, follow: bool) -> tuple[int, ...]:
        """Return numbers that differ when the path has changed: identity, size, times, rights; the error number if it cannot be seen."""
        try:
            found = os.stat(self._full(path), follow_symlinks=follow)
        except OSError as error:
            return (error.errno or -1,)
        except (ValueError, NotThereError):
            return (-1,)
        return (found.st_ino, found.st_dev, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_mode, found.st_uid)

    def read(self, path: str, limit: int = DEFAULT_LIMIT) -> bytes:
        """Return a regular file's bytes."""
        return files.read_regular(self._full(path), limit, self._named_home)

    def read_text(self, path: str, limit: int = DEFAULT_LIMIT) -> str:
        """Return a file as UTF-8 text."""
        return self.read(path, limit).decode("utf-8-sig", "replace")

    def link(self, path: str) -> str:
        """Return where a symbolic link points."""
        return files.link(self._full(path), self._named_home)

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        """Return the names in a folder."""
        return files.entries(self._full(path), limit, self._named_home)

    def facts(self, path: str) -> FileFacts:
        """Return facts about a path."""
        return files.facts(self._full(path), self._named_home)

    def exists(self, path: str) -> bool:
        """Return whether a path can be seen."""
        try:
            return os.path.exists(self._full(path))
        except (NotThereError, ValueError):
            return False

    def run(self, argv: Sequence[str], timeout_s: float = 2.0) -> Output:
        """Run a read-only command in the C locale (so its words can be parsed), never one found in a relative folder of PATH."""
        from core.host import command

        return command.run(self.which(argv[0]), argv, os.environ, timeout_s)

    def which(self, name: str) -> str:
        """Return the full path of a program on PATH."""
        from core.host.programs import find_program

        endings = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";") if os.name == "nt" else ()
        with files.translated("the command"):
            return find_program(name, os.environ.get("PATH", os.defpath), ("", *endings))

    def uname(self) -> Uname:
        """Return the kernel's description."""
        return native.uname()

    def account(self) -> Account:
        """Return the account of this process."""
        return native.account()

    def fqdn(self) -> str:
        """Return the full name of the machine as its own hosts file or host name gives it; the network is not asked."""
        from core.host.names import full_name_of

        hosts = r"C:\Windows\System32\drivers\etc\hosts" if os.name == "nt" else "/etc/hosts"
        try:
            table = self.read_text(hosts)
        except HostError:
            table = ""
        return full_name_of(self.uname().node, table)

    def interfaces(self) -> tuple[Interface, ...]:
        """Return the network interfaces."""
        with files.translated("the list of network interfaces"):
            return native.interfaces()

    def connections(self, *, owners: bool = True) -> tuple[Connection, ...]:
        """Return the sockets this process can see."""
        with files.translated("the list of sockets"):
            return native.connections(owners=owners)

    def processes(self) -> tuple[Process, ...]:
        """Return the running programs this process can see."""
        with files.translated("the list of processes"):
            return native.processes()

    def process_env(self, pid: int) -> Mapping[str, str]:
        """Return the environment another process was started with."""
        return native.process_env(pid)

    def parents(self) -> tuple[Process, ...]:
        """Return the chain of programs that started this one."""
        with files.translated("the list of processes"):
            return native.parents()

    def mounts(self) -> tuple[Mount, ...]:
        """Return the mounted file systems."""
        with files.translated("the list of mounts"):
            return native.mounts()

    def logged_in(self) -> tuple[LoggedIn, ...]:
        """Return the login sessions."""
        with files.translated("the list of logins"):
            return native.logged_in()

    def battery(self) -> Battery:
        """Return the battery."""
        with files.translated("the battery"):
            return native.battery()

    def memory_bytes(self) -> int:
        """Return the installed memory."""
        return native.memory_bytes()

    def cpu_count(self) -> int:
        """Return the number of logical processors."""
        count = os.cpu_count()
        if count is None:
            raise NotSupportedError("This system does not tell its number of processors.")
        return count

    def boot_time(self) -> float:
        """Return when the machine started."""
        return native.boot_time()

    def registry(self, key: str, name: str) -> str | int | bytes:
        """Return one Windows registry value."""
        return native.registry(key, name)

    def registry_names(self, key: str) -> tuple[str, ...]:
        """Return the value names under a registry key."""
        return native.registry_names(key)

    def registry_keys(self, key: str) -> tuple[str, ...]:
        """Return the subkeys of a registry key."""
        return native.registry_keys(key)
