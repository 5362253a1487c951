"""What all finders share during one detection: the host with its answers remembered, paths in its notation, problems noted."""

from __future__ import annotations

import json
import ntpath
import posixpath
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from core.errors import HostError, NotSupportedError, NotThereError
from core.model import System
from core.tools.model import Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import ModuleType

    from core.host.base import FileFacts, Host
    from core.tools.model import Channel, Finder

LISTING_LIMIT: Final = 10_000
TEXT_LIMIT: Final = 1 << 20
MOST_MATCHES: Final = 200
_MOST_LINKS: Final = 40
_MOST_PROBLEMS: Final = 50
_LONGEST_PATH: Final = 4096
_WILD: Final = frozenset("*?[")
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+~:_-]{0,39}", re.ASCII)
_TOKENS: Final = {
    "{config}": ("XDG_CONFIG_HOME", "~/.config"),
    "{data}": ("XDG_DATA_HOME", "~/.local/share"),
    "{cache}": ("XDG_CACHE_HOME", "~/.cache"),
    "{roaming}": ("APPDATA", "~/AppData/Roaming"),
    "{local}": ("LOCALAPPDATA", "~/AppData/Local"),
}
_WINDOWS_PLACES: Final = {
    "APPDATA": "~/AppData/Roaming",
    "LOCALAPPDATA": "~/AppData/Local",
    "USERPROFILE": "~",
    "PROGRAMFILES": "C:/Program Files",
    "PROGRAMFILES(X86)": "C:/Program Files (x86)",
    "PROGRAMDATA": "C:/ProgramData",
}


class CancelledError(Exception):
    """The person or the program's end stopped the detection."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One finder of one tool."""

    tool: str
    finder: Finder

    def wants(self, key: str) -> tuple[str, ...]:
        """Return what the rule names under a key, e.g. the package names."""
        return self.finder.match.get(key, ())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be looked at; `tool` is empty where it is no single tool's. The message is fit for a person."""

    tool: str
    finder: str
    message: str


@dataclass(frozen=True, slots=True)
class Found:
    """One installation, the files or folders it consists of (links resolved), and what the system opens when it starts."""

    installation: Installation
    covers: tuple[str, ...]
    executables: tuple[str, ...] = ()


class Search:
    """One detection's view of a machine; every folder is listed and every link followed once."""

    def __init__(self, host: Host, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Look through `host`; `is_cancelled` is asked often."""
        self.host = host
        self.system = host.system
        self.path: ModuleType = ntpath if host.system is System.WINDOWS else posixpath
        self.problems: list[Problem] = []
        self.memory: dict[str, Any] = {}
        self._is_cancelled = is_cancelled
        self._names: dict[str, tuple[str, ...]] = {}
        self._facts: dict[str, FileFacts | None] = {}
        self._real: dict[str, str] = {}
        self._told: set[str] = set()
        try:
            self.home = host.home
        except HostError:
            self.home = ""

    def check(self) -> None:
        """Raise `CancelledError` if the detection is to end."""
        if self._is_cancelled():
            raise CancelledError

    def note(self, message: str, tool: str = "", finder: str = "") -> None:
        """Note a problem once; an endless number of broken files stays a bounded list."""
        if message not in self._told and len(self.problems) < _MOST_PROBLEMS:
            self._told.add(message)
            self.problems.append(Problem(tool, finder, message))

    # -- asking the host

    def names(self, folder: str) -> tuple[str, ...]:
        """Return a folder's names; none where it is not there. A refused or cut-off folder is noted."""
        known = self._names.get(folder)
        if known is None:
            known = self._names[folder] = self._listed(folder) if folder else ()
        return known

    def _listed(self, folder: str) -> tuple[str, ...]:
        self.check()
        try:
            found = self.host.entries(folder, LISTING_LIMIT)
        except (NotThereError, NotSupportedError):
            return ()
        except HostError as error:
            self.note(str(error))
            return ()
        if len(found) >= LISTING_LIMIT:
            self.note(f"A folder holds {LISTING_LIMIT} names or more; only the first were looked at.")
        return found

    def facts(self, path: str) -> FileFacts | None:
        """Return facts about a path, not following a final link; None where it is not there or refused."""
        if path not in self._facts:
            try:
                self._facts[path] = self.host.facts(path)
            except HostError:
                self._facts[path] = None
        return self._facts[path]

    def is_there(self, path: str) -> bool:
        """Whether a path leads to something, links followed."""
        facts = self.facts(path)
        return facts is not None and (facts.kind != "link" or self.host.exists(path))

    def is_program(self, path: str) -> bool:
        """Whether a path leads to a regular file that may be started (Windows has no such mark)."""
        facts = self.facts(path)
        if facts is not None and facts.kind == "link":
            facts = self.facts(self.real(path))
        return facts is not None and facts.kind == "file" and (self.system is System.WINDOWS or bool(facts.mode & 0o111 or not facts.mode))

    def text(self, path: str, tool: str = "", finder: str = "", limit: int = TEXT_LIMIT) -> str:
        """Return a file's text; empty where there is none, and noted where it is there but unreadable."""
        return self.data(path, tool, finder, limit).decode("utf-8-sig", "replace")

    def data(self, path: str, tool: str = "", finder: str = "", limit: int = TEXT_LIMIT) -> bytes:
        """Return a file's bytes; empty where there is none, and noted where it is there but unreadable."""
        self.check()
        try:
            return self.host.read(path, limit)
        except (NotThereError, NotSupportedError):
            return b""
        except HostError as error:
            self.note(str(error), tool, finder)
            return b""

    def json(self, path: str, tool: str = "", finder: str = "", limit: int = TEXT_LIMIT) -> Any:
        """Return a JSON file's content; None where there is none or it is broken (which is noted)."""
        data = self.data(path, tool, finder, limit)
        if not data:
            if self.is_there(path) and not self.problems:
                self.note(f"{self.called(path)} is empty or could not be read.", tool, finder)
            return None
        try:
            return json.loads(data.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError):
            self.note(f"{self.called(path)} is not valid JSON, so what it describes was not counted.", tool, finder)
            return None

    def called(self, path: str) -> str:
        """Return how a file is called in a problem: its last two steps, which are a program's own names."""
        flat = path.replace("\\", "/").split("/")
        return "/".join(flat[-2:]) if "/".join(flat[-2:]).isascii() else "A file with an unusual name"

    def changed(self, path: str) -> datetime | None:
        """Return when a file was last changed."""
        facts = self.facts(path)
        if facts is None or facts.modified <= 0:
            return None
        try:
            return datetime.fromtimestamp(facts.modified, UTC)
        except (ValueError, OverflowError, OSError):
            return None

    # -- paths

    def join(self, *parts: str) -> str:
        """Join path steps in the host's notation; a step may hold slashes."""
        steps = [part.replace("/", "\\") if self.system is System.WINDOWS else part for part in parts]
        return str(self.path.join(*steps))

    def env_folder(self, name: str) -> str:
        """Return an environment variable that holds an absolute path, else an empty text."""
        value = self.host.env(name) or ""
        return value if self.path.isabs(value) and len(value) < _LONGEST_PATH else ""

    def expand(self, template: str) -> str:
        """Return the path behind a template beginning with `~`, `{config}` or `%APPDATA%`; empty where it means nothing on this machine."""
        head, _, rest = template.replace("\\", "/").partition("/")
        if head in _TOKENS:
            variable, usual = _TOKENS[head]
            head = self.env_folder(variable) or usual
        elif head.startswith("%") and head.endswith("%") and len(head) > 2:
            head = self.env_folder(head[1:-1]) or (_WINDOWS_PLACES.get(head[1:-1].upper(), "") if self.system is System.WINDOWS else "")
            if not head:
                return ""
        if head == "~" or head.startswith("~/"):
            if not self.home:
                return ""
            head = self.home + head[1:]
        full = f"{head}/{rest}" if rest else head
        full = full.replace("/", "\\") if self.system is System.WINDOWS else full
        return full if self.path.isabs(full) else ""

    def glob(self, template: str) -> tuple[str, ...]:
        """Return the paths a template with wildcards matches, at most `MOST_MATCHES`, in the order of their names."""
        full = self.expand(template)
        if not full:
            return ()
        drive, rest = self.path.splitdrive(full)
        steps = [step for step in rest.replace("\\", "/").split("/") if step]
        found = [f"{drive}{self.path.sep}"]
        for step in steps:
            found = self._step(found, step)
        return tuple(path for path in found if self.is_there(path))

    def _step(self, folders: Iterable[str], step: str) -> list[str]:
        if _WILD.isdisjoint(step):
            return [self.join(folder, step) for folder in folders]
        found: list[str] = []
        for folder in folders:
            is_hidden = step.startswith(".")
            matching = (name for name in self.names(folder) if fnmatchcase(name, step) and (is_hidden or not name.startswith(".")))
            found += [self.join(folder, name) for name in matching]
            if len(found) >= MOST_MATCHES:
                break
        return found[:MOST_MATCHES]

    def real(self, path: str) -> str:
        """Return a path with all its links followed as far as they lead; a link loop ends where it began."""
        known = self._real.get(path)
        if known is None:
            self._real[path] = path  # what a link below itself leads back to
            known = self._real[path] = self._resolve(path)
        return known

    def _resolve(self, path: str) -> str:
        if len(path) > _LONGEST_PATH or not self.path.isabs(path):
            return path
        here = self.path.normpath(path)
        for _ in range(_MOST_LINKS):
            above, name = self.path.split(here)
            if not name:
                return str(here)
            above = self.real(above)
            here = self.join(above, name)
            facts = self.facts(here)
            if facts is None or facts.kind != "link":
                return str(here)
            try:
                here = self.path.normpath(self.join(above, self.host.link(here)))
            except HostError:
                return str(here)
        return path

    def is_within(self, path: str, folder: str) -> bool:
        """Whether a path is a folder (or file) or lies below it; both with their links followed."""
        one, other = self._comparable(path), self._comparable(folder)
        return one == other or one.startswith(other.rstrip("/") + "/")

    def _comparable(self, path: str) -> str:
        return path.replace("\\", "/").casefold() if self.system is System.WINDOWS else path

    def path_folders(self) -> tuple[str, ...]:
        """Return the absolute folders of PATH in order, each once."""
        known = self.memory.get("path")
        if known is None:
            parts = (self.host.env("PATH") or "").split(";" if self.system is System.WINDOWS else ":")
            wanted = (part.strip('"') for part in parts[:LISTING_LIMIT])
            known = self.memory["path"] = tuple(
                dict.fromkeys(part for part in wanted if self.path.isabs(part) and len(part) < _LONGEST_PATH)
            )
        return tuple(known)

    # -- results

    def found(  # noqa: PLR0913  one keyword per field of an installation
        self,
        rule: Rule,
        channel: Channel,
        path: str,
        version: object = "",
        *,
        note: str = "",
        dated_by: str = "",
        covers: Sequence[str] = (),
        executables: Sequence[str] = (),
    ) -> Found:
        """Return a found installation; a stated version that is none is dropped and said so."""
        clean, remark = version_of(version)
        remarks = "; ".join(text for text in (note, remark) if text)
        changed = self.changed(dated_by or path)
        whole = Installation(rule.tool, clean, path, channel, rule.finder.kind, changed, note=remarks)
        return Found(whole, tuple(self.real(item) for item in (covers or (path,))), tuple(self.real(item) for item in executables))


def version_of(stated: object) -> tuple[str, str]:
    """Return a version as it may be shown, and a remark where what was stated is none."""
    if stated is None or stated == "":
        return "", ""
    if isinstance(stated, str):
        text = stated.strip()
        text = text[1:] if text[:1] in {"v", "V"} and text[1:2].isdigit() else text
        if _VERSION.fullmatch(text):
            return text, ""
    return "", "the version it states is none, so it is not shown"


def looks_like_version(text: str) -> bool:
    """Whether a file or folder name is a version number."""
    return bool(re.fullmatch(r"v?\d+(\.\d+){1,3}([-+~_.][0-9A-Za-z.+~_-]{1,30})?", text, re.ASCII))
