"""The repository around the working folder and all configuration files git would read there, each kept apart."""

from __future__ import annotations

import ntpath
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes._ask import SMALL, first_line
from core.probes._gitconfig import Entry, canonical, folder_pattern, matches_path, parse, urls_match
from core.probes.registry import result_of
from core.probes.result import Absent, Failed, source

if TYPE_CHECKING:
    from types import ModuleType

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_MOST_LEVELS: Final = 40
_MOST_FILES: Final = 30
_MOST_DEPTH: Final = 10
_REFUSED: Final = Failed("Git itself refuses this file because a line in it is broken.")
_SYSTEM_FILES: Final = {
    System.LINUX: ("/etc/gitconfig",),
    System.MACOS: (
        "/etc/gitconfig",
        "/usr/local/etc/gitconfig",
        "/opt/homebrew/etc/gitconfig",
        "/Library/Developer/CommandLineTools/usr/share/git-core/gitconfig",
        "/Applications/Xcode.app/Contents/Developer/usr/share/git-core/gitconfig",
    ),
    System.WINDOWS: (r"C:\Program Files\Git\etc\gitconfig", r"C:\ProgramData\Git\config"),
}


@dataclass(frozen=True, slots=True)
class Repository:
    """Where the repository of the working folder is; `folder` differs from `common` in a linked worktree."""

    top: str
    folder: str
    common: str


@dataclass(slots=True)
class GitConfig:
    """All settings in git's order (later wins) and what became of each file that exists."""

    entries: list[Entry] = field(default_factory=list)
    parts: dict[str, tuple[Origin, Result | None]] = field(default_factory=dict)

    def value(self, *keys: str) -> str:
        """Return the winning value of the first of the keys that is set to something."""
        for key in keys:
            found = [entry.value for entry in self.entries if entry.key == key]
            if found and found[-1]:
                return found[-1]
        return ""

    def urls(self) -> tuple[str, ...]:
        """Return the fetch addresses of all remotes."""
        return tuple(entry.value for entry in self.entries if entry.key.startswith("remote.") and entry.key.endswith(".url"))

    def problems(self, shown: set[str]) -> list[SourceReading]:
        """Return the files that could not be read and are not among the sources shown already."""
        return [source(name, origin, result) for name, (origin, result) in self.parts.items() if result is not None and name not in shown]


def paths_of(host: Host) -> ModuleType:
    """Return the path rules of the host's system (pure text functions)."""
    return ntpath if host.system is System.WINDOWS else posixpath


def find_repository(host: Host) -> Repository | None:
    """Walk up from the working folder to a repository; None where there is none."""
    path = paths_of(host)
    if host.env("GIT_DIR"):
        folder = path.normpath(path.join(host.cwd, host.env("GIT_DIR")))
        return Repository(host.cwd, folder, _common(host, folder))
    top = host.cwd
    for _ in range(_MOST_LEVELS):
        folder = _git_folder(host, path.join(top, ".git"))
        if folder:
            return Repository(top, folder, _common(host, folder))
        parent = path.dirname(top)
        if parent == top:
            break
        top = parent
    return None


def _git_folder(host: Host, dot_git: str) -> str:
    """Return the folder behind `.git`, following the one-line file of worktrees and submodules."""
    path = paths_of(host)
    try:
        if not host.exists(dot_git):
            return ""
        if host.facts(dot_git).kind != "file":
            return dot_git if host.exists(path.join(dot_git, "HEAD")) else ""
        line = first_line(host.read_text(dot_git, SMALL))
    except HostError:
        return ""
    target = line.removeprefix("gitdir:").strip()
    if not line.startswith("gitdir:") or not target:
        return ""
    return str(path.normpath(path.join(path.dirname(dot_git), target)))


def _common(host: Host, folder: str) -> str:
    path = paths_of(host)
    try:
        return str(path.normpath(path.join(folder, first_line(host.read_text(path.join(folder, "commondir"), SMALL)))))
    except HostError:
        return folder


def load_config(host: Host, repository: Repository | None) -> GitConfig:
    """Read every configuration file in git's order, includes followed within bounds."""
    loader = _Loader(host, repository)
    for name, file, origin in _files(host, repository):
        loader.read(name, file, origin, 0)
    loader.from_environment()
    return loader.config


def _files(host: Host, repository: Repository | None) -> list[tuple[str, str, Origin]]:
    """Return name, path and origin of the configuration files, weakest first."""
    path, out = paths_of(host), []
    if host.env("GIT_CONFIG_NOSYSTEM") not in {"1", "true", "yes", "on"}:
        chosen = host.env("GIT_CONFIG_SYSTEM")
        out += [(item, item, Origin.SYSTEM) for item in ((chosen,) if chosen else _SYSTEM_FILES[host.system])]
    chosen = host.env("GIT_CONFIG_GLOBAL")
    if chosen is not None:
        out += [("GIT_CONFIG_GLOBAL file", chosen, Origin.USER)] if chosen else []
    else:
        xdg = host.env("XDG_CONFIG_HOME")
        out.append(
            ("~/.config/git/config", path.join(xdg, "git", "config") if xdg else path.join("~", ".config", "git", "config"), Origin.USER)
        )
        out.append(("~/.gitconfig", path.join("~", ".gitconfig"), Origin.USER))
    if repository:
        out.append((".git/config", path.join(repository.common, "config"), Origin.PROGRAM))
        out.append((".git/config.worktree", path.join(repository.folder, "config.worktree"), Origin.PROGRAM))
    return out


class _Loader:
    """Follows includes; every file is read once per place it is included from, up to a bound."""

    def __init__(self, host: Host, repository: Repository | None) -> None:
        self.host = host
        self.repository = repository
        self.config = GitConfig()
        self.read_files = 0

    def read(self, name: str, file: str, origin: Origin, depth: int) -> None:
        """Read one file and what it includes."""
        if depth > _MOST_DEPTH or self.read_files >= _MOST_FILES or self._is_unused_worktree_file(name):
            return
        self.read_files += 1
        try:
            parsed = parse(self.host.read_text(file))
        except HostError as error:
            result = result_of(error)
            if not isinstance(result, Absent):
                self.config.parts[name] = (origin, result)
            return
        self.config.parts[name] = (origin, _REFUSED if parsed.is_broken else None)
        included = 0
        for key, value in parsed.pairs:
            self.config.entries.append(Entry(key, value, name))
            if key == "include.path" or (key.startswith("includeif.") and key.endswith(".path") and self._holds(key[10:-5], file)):
                included += 1
                self.read(f"{name}, included file {included}", self._target(value, file), origin, depth + 1)

    def _is_unused_worktree_file(self, name: str) -> bool:
        return name == ".git/config.worktree" and self.config.value("extensions.worktreeconfig").lower() not in {"true", "yes", "on", "1"}

    def _target(self, value: str, file: str) -> str:
        path = paths_of(self.host)
        return value if value.startswith("~") else str(path.join(path.dirname(file), value))

    def _holds(self, condition: str, file: str) -> bool:
        """Return whether the condition of an `includeIf` holds here."""
        kind, _, pattern = condition.partition(":")
        if kind == "hasconfig":
            return urls_match(pattern.removeprefix("remote.*.url:"), self._own_urls())
        if self.repository is None:
            return False
        if kind == "onbranch":
            return self._is_on_branch(pattern)
        if kind not in {"gitdir", "gitdir/i"}:
            return False
        beside = paths_of(self.host).dirname(self._expanded(file)).replace("\\", "/")
        wanted = folder_pattern(pattern, self._home(), beside)
        given = self.repository.folder.replace("\\", "/")
        if kind == "gitdir/i":
            wanted, given = wanted.lower(), given.lower()
        return matches_path(wanted, given) or matches_path(wanted, f"{given}/")

    def _home(self) -> str:
        try:
            return self.host.home.replace("\\", "/")
        except HostError:
            return ""

    def _expanded(self, file: str) -> str:
        return self._home() + file[1:] if file.startswith("~") else file

    def _own_urls(self) -> tuple[str, ...]:
        """Return the addresses in the repository's own file, which git looks up before it decides."""
        if self.repository is None:
            return self.config.urls()
        try:
            pairs = parse(self.host.read_text(paths_of(self.host).join(self.repository.common, "config"))).pairs
        except HostError:
            return self.config.urls()
        own = tuple(value for key, value in pairs if key.startswith("remote.") and key.endswith(".url"))
        return (*self.config.urls(), *own)

    def _is_on_branch(self, pattern: str) -> bool:
        repository = self.repository
        if repository is None:
            return False
        try:
            head = first_line(self.host.read_text(paths_of(self.host).join(repository.folder, "HEAD"), SMALL))
        except HostError:
            return False
        branch = head.removeprefix("ref: refs/heads/")
        return branch != head and matches_path(f"{pattern}**" if pattern.endswith("/") else pattern, branch)

    def from_environment(self) -> None:
        """Add the settings handed over in GIT_CONFIG_KEY_n and GIT_CONFIG_VALUE_n."""
        number = self.host.env("GIT_CONFIG_COUNT") or ""
        total = min(int(number), _MOST_FILES) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        for index in range(total):
            key, value = self.host.env(f"GIT_CONFIG_KEY_{index}"), self.host.env(f"GIT_CONFIG_VALUE_{index}")
            if key and value is not None:
                self.config.parts["GIT_CONFIG_KEY_n"] = (Origin.ENVIRONMENT, None)
                self.config.entries.append(Entry(canonical(key), value, "GIT_CONFIG_KEY_n"))
