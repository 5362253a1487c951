"""RecordedHost: a machine written down as data (personas, test fixtures, exported findings); it never touches this computer."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final, TypeVar

from core.errors import NotAllowedError, NotSupportedError, NotThereError, TooSlowError, UnreadableError
from core.host.base import (
    DEFAULT_LIMIT,
    Account,
    Battery,
    Connection,
    FileFacts,
    Interface,
    LoggedIn,
    Mount,
    Output,
    Process,
    Uname,
)
from core.host.names import full_name_of
from core.host.recorded_files import RecordedFiles
from core.host.recorded_registry import RecordedRegistry
from core.host.text import clean
from core.model import System
from core.paths import resource_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")
_LISTS: Final = frozenset({"addresses", "argv", "groups"})


class RecordedHost:
    """A recorded or invented machine. What was not recorded is not there; whole kinds of question may be unsupported."""

    is_synthetic = True

    def __init__(self, data: Mapping[str, Any], name: str) -> None:
        """Take a machine in the fixture format (see `resources/personas`) and the name its screens carry."""
        self._data = data
        self.name = name
        self.system = System(data["system"])
        self.eyes = str(data.get("eyes", f"recorded machine {name}"))
        self._env: Mapping[str, str] = {str(key): clean(str(value)) for key, value in data.get("env", {}).items()}
        self._files = RecordedFiles(data, data.get("home", ""), data.get("cwd", ""), is_windows=self.system is System.WINDOWS)
        self._registry = RecordedRegistry(data.get("registry", {}), is_windows=self.system is System.WINDOWS)

    @property
    def home(self) -> str:
        """The recorded home folder."""
        return str(self._one("home", "This user has no home folder."))

    @property
    def cwd(self) -> str:
        """The recorded working folder, else the home folder."""
        return str(self._data.get("cwd") or self.home)

    def environ(self) -> Mapping[str, str]:
        """Return the recorded environment."""
        return dict(self._env)

    def env(self, name: str) -> str | None:
        """Return one environment variable, or None (case-insensitive on Windows)."""
        if self.system is System.WINDOWS:
            return next((value for key, value in self._env.items() if key.upper() == name.upper()), None)
        return self._env.get(name)

    def read(self, path: str, limit: int = DEFAULT_LIMIT) -> bytes:
        """Return a recorded file's bytes."""
        return self._files.read(path, limit)

    def read_text(self, path: str, limit: int = DEFAULT_LIMIT) -> str:
        """Return a recorded file as UTF-8 text."""
        return self.read(path, limit).decode("utf-8-sig", "replace")

    def link(self, path: str) -> str:
        """Return where a recorded link points."""
        return self._files.link(path)

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        """Return the names in a recorded folder."""
        return self._files.entries(path, limit)

    def facts(self, path: str) -> FileFacts:
        """Return facts about a recorded path."""
        return self._files.facts(path)

    def exists(self, path: str) -> bool:
        """Return whether a path was recorded and is not refused."""
        return self._files.exists(path)

    def run(self, argv: Sequence[str], timeout_s: float = 2.0) -> Output:
        """Return a recorded command's output; `slow = true` in a recording stands for one that does not end in time."""
        found = self._data.get("commands", {}).get(" ".join(argv))
        if found is None:
            raise NotThereError(f"{argv[0]}: command not found.")
        if found.get("slow"):
            raise TooSlowError(f"{argv[0]} did not answer within {timeout_s:g} s.")
        return Output(int(found.get("code", 0)), str(found.get("out", "")), str(found.get("err", "")))

    def which(self, name: str) -> str:
        """Return the recorded path of a program."""
        found = self._data.get("which", {}).get(name)
        if found is None:
            raise NotThereError("The command is not installed.")
        return str(found)

    def uname(self) -> Uname:
        """Return the recorded kernel description."""
        return _record(Uname, self._whole("uname"))

    def account(self) -> Account:
        """Return the recorded account."""
        return _record(Account, self._whole("account"))

    def fqdn(self) -> str:
        """Return the recorded full name, else what the recorded hosts file gives."""
        if "fqdn" in self._data:
            return str(self._data["fqdn"])
        hosts = self.read_text("/etc/hosts") if self.exists("/etc/hosts") else ""
        return full_name_of(self.uname().node, hosts)

    def interfaces(self) -> tuple[Interface, ...]:
        """Return the recorded network interfaces."""
        return _records(Interface, self._whole("interfaces"))

    def connections(self, *, owners: bool = True) -> tuple[Connection, ...]:  # noqa: ARG002  as recorded
        """Return the recorded sockets."""
        return _records(Connection, self._whole("connections"))

    def processes(self) -> tuple[Process, ...]:
        """Return the recorded processes."""
        return _records(Process, self._whole("processes"))

    def process_env(self, pid: int) -> Mapping[str, str]:
        """Return the `env` table of a recorded process; a process recorded without one refuses."""
        for item in self._whole("processes"):
            if item["pid"] == pid:
                if "env" not in item:
                    raise NotAllowedError("The environment of this process may not be read by this user.")
                return {str(key): str(value) for key, value in item["env"].items()}
        raise NotThereError("The process has ended.")

    def parents(self) -> tuple[Process, ...]:
        """Return the recorded chain of parents."""
        return _records(Process, self._whole("parents"))

    def mounts(self) -> tuple[Mount, ...]:
        """Return the recorded mounts."""
        return _records(Mount, self._whole("mounts"))

    def logged_in(self) -> tuple[LoggedIn, ...]:
        """Return the recorded logins."""
        return _records(LoggedIn, self._whole("logged_in"))

    def battery(self) -> Battery:
        """Return the recorded battery."""
        return _record(Battery, self._one("battery", "This computer has no battery."))

    def memory_bytes(self) -> int:
        """Return the recorded memory."""
        return int(self._whole("memory_bytes"))

    def cpu_count(self) -> int:
        """Return the recorded number of processors."""
        return int(self._whole("cpu_count"))

    def boot_time(self) -> float:
        """Return the recorded start of the machine."""
        return float(self._whole("boot_time"))

    def registry(self, key: str, name: str) -> str | int | bytes:
        """Return a recorded registry value."""
        return self._registry.value(key, name)

    def registry_names(self, key: str) -> tuple[str, ...]:
        """Return the recorded value names under a key."""
        return self._registry.names(key)

    def registry_keys(self, key: str) -> tuple[str, ...]:
        """Return the recorded subkeys of a key."""
        return self._registry.keys(key)

    def _one(self, what: str, absent: str) -> Any:
        if what not in self._data:
            raise NotThereError(absent)
        return self._data[what]

    def _whole(self, what: str) -> Any:
        if what not in self._data:
            raise NotSupportedError(f"The {what.replace('_', ' ')} of this machine was not recorded.")
        return self._data[what]


def _record(kind: Callable[..., T], row: Mapping[str, Any]) -> T:
    cells = {key: tuple(value) if key in _LISTS else value for key, value in row.items() if key != "env"}
    try:
        return kind(**cells)
    except TypeError:
        raise UnreadableError("The recording of this machine has a row with missing or unknown fields.") from None


def _records(kind: Callable[..., T], rows: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(_record(kind, row) for row in rows)


def persona_names() -> tuple[str, ...]:
    """Return the names `load_persona` knows, sorted."""
    folder = resource_root() / "personas"
    return tuple(sorted(path.stem for path in folder.glob("*.toml"))) if folder.is_dir() else ()


def load_persona(name: str) -> RecordedHost:
    """Return an invented machine that comes with Telltale; raise `NotThereError` naming the known ones."""
    known = persona_names()
    if name not in known:
        raise NotThereError(f"There is no persona of this name; nothing was read. Known personas: {', '.join(known)}.")
    return load_recording(resource_root() / "personas" / f"{name}.toml", name)


def load_recording(path: Path, name: str) -> RecordedHost:
    """Return the machine recorded in a TOML file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return RecordedHost(data, str(data.get("title", name)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"The recording {path.name} cannot be read ({type(error).__name__}); nothing was changed.") from None
