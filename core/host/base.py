"""The Host protocol: a pair of eyes on a machine, and the only door from core to the operating system.

Probes ask their host; they never touch `os`, `open` or `subprocess`. Every method either returns an answer or raises a
`HostError` subclass (`NotThereError`, `NotAllowedError`, `NotSupportedError`, `UnreadableError`, `TooSlowError`), which
`core.probes.registry.run_probe` translates into a result. Paths are plain strings in the host's own notation; a leading
`~` means the home folder seen by these eyes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.model import System

DEFAULT_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Output:
    """What a command printed: exit code, standard output and error as text (undecodable bytes replaced)."""

    code: int
    out: str
    err: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts about a path, not following a final link: kind is file, folder, link, fifo, socket or device."""

    kind: str
    size: int = 0
    mode: int = 0
    uid: int = 0
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class Uname:
    """The kernel's own description of the machine."""

    system: str
    node: str
    release: str
    version: str
    machine: str


@dataclass(frozen=True, slots=True)
class Account:
    """The user's entry in the account database; `groups` are names (or numbers where a group has no name)."""

    uid: int
    gid: int
    name: str
    full_name: str = ""
    home: str = ""
    shell: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface: addresses are without prefix length; `mac` is empty where there is none."""

    name: str
    is_up: bool
    mac: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """One running program; `argv` and `exe` are empty where the system refuses them; `started` is a Unix time in seconds."""

    pid: int
    ppid: int
    name: str
    exe: str = ""
    argv: tuple[str, ...] = ()
    user: str = ""
    started: float = 0.0


@dataclass(frozen=True, slots=True)
class Connection:
    """One socket: kind tcp or udp, addresses as host:port, state as the system names it, pid 0 where unknown."""

    kind: str
    local: str
    remote: str = ""
    state: str = ""
    pid: int = 0


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system."""

    device: str
    point: str
    kind: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """One login session of the machine."""

    user: str
    terminal: str
    remote: str
    since: float


@dataclass(frozen=True, slots=True)
class Battery:
    """Charge in percent (0 to 100) and whether the charger is connected."""

    percent: float
    is_charging: bool


class Host(Protocol):
    """The eyes a probe looks through; see the module's docstring for errors and path notation."""

    @property
    def system(self) -> System:
        """The operating system family seen."""
        ...

    @property
    def eyes(self) -> str:
        """Through whose eyes: `this computer`, `process 4711`, `persona Mia Example`."""
        ...

    @property
    def is_synthetic(self) -> bool:
        """Whether this machine is recorded or invented; every screen and export says so."""
        ...

    @property
    def home(self) -> str:
        """The home folder; raises `NotThereError` where there is none."""
        ...

    @property
    def cwd(self) -> str:
        """The working folder."""
        ...

    def environ(self) -> Mapping[str, str]:
        """Return the whole environment handed to the process behind these eyes."""
        ...

    def env(self, name: str) -> str | None:
        """Return one environment variable, or None if it is not set."""
        ...

    def read(self, path: str, limit: int = DEFAULT_LIMIT) -> bytes:
        """Return a regular file's bytes; raise `UnreadableError` past `limit` or for anything but a regular file."""
        ...

    def read_text(self, path: str, limit: int = DEFAULT_LIMIT) -> str:
        """Return a file as UTF-8 text (BOM dropped, undecodable bytes replaced)."""
        ...

    def link(self, path: str) -> str:
        """Return where a symbolic link points, unresolved; raise `UnreadableError` if it is no link."""
        ...

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        """Return the names in a folder, sorted, at most `limit`."""
        ...

    def facts(self, path: str) -> FileFacts:
        """Return facts about a path, not following a final link."""
        ...

    def exists(self, path: str) -> bool:
        """Return whether a path can be seen (links followed); False where it is refused too."""
        ...

    def run(self, argv: Sequence[str], timeout_s: float = 2.0) -> Output:
        """Run a read-only command of the system, without a shell and without a terminal."""
        ...

    def which(self, name: str) -> str:
        """Return the full path of a program on PATH; raise `NotThereError`."""
        ...

    def uname(self) -> Uname:
        """Return the kernel's description."""
        ...

    def account(self) -> Account:
        """Return the account these eyes run as."""
        ...

    def fqdn(self) -> str:
        """Return the full name of the machine without asking the network."""
        ...

    def interfaces(self) -> tuple[Interface, ...]:
        """Return the network interfaces."""
        ...

    def connections(self, *, owners: bool = True) -> tuple[Connection, ...]:
        """Return the sockets these eyes can see; finding their owners costs a look at every process, so it can be left out."""
        ...

    def processes(self) -> tuple[Process, ...]:
        """Return the running programs these eyes can see."""
        ...

    def process_env(self, pid: int) -> Mapping[str, str]:
        """Return the environment another process was started with."""
        ...

    def parents(self) -> tuple[Process, ...]:
        """Return the chain of programs that started this one, nearest first."""
        ...

    def mounts(self) -> tuple[Mount, ...]:
        """Return the mounted file systems."""
        ...

    def logged_in(self) -> tuple[LoggedIn, ...]:
        """Return the login sessions."""
        ...

    def battery(self) -> Battery:
        """Return the battery; raise `NotThereError` where there is none."""
        ...

    def memory_bytes(self) -> int:
        """Return the installed memory in bytes."""
        ...

    def cpu_count(self) -> int:
        """Return the number of logical processors."""
        ...

    def boot_time(self) -> float:
        """Return when the machine started, as Unix time in seconds."""
        ...

    def registry(self, key: str, name: str) -> str | int | bytes:
        r"""Return one Windows registry value, e.g. ("HKCU\\Control Panel\\International", "LocaleName")."""
        ...

    def registry_names(self, key: str) -> tuple[str, ...]:
        """Return the value names under a registry key."""
        ...

    def registry_keys(self, key: str) -> tuple[str, ...]:
        """Return the subkeys of a registry key."""
        ...
