"""Whose program a running process is: by the file it runs and the script an interpreter was given, never by its short name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.tools.finders.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.host.base import Host, Process
    from core.tools.detect import Detection
    from core.tools.model import Installation, Tool

_INTERPRETERS: Final = re.compile(r"(^|/)(node|nodejs|bun|deno|python|pypy|ruby|electron)[0-9.]*(\.exe)?$", re.IGNORECASE)
_LONGEST_WORD: Final = 1000
_MOST_WORDS: Final = 12
_MOST_PLAIN_WORDS: Final = 3
_MOST_REMEMBERED: Final = 20_000


class Matcher:
    """Tells the tool of a process; the answer for one file is worked out once."""

    def __init__(self, host: Host, tools: Iterable[Tool], detection: Detection) -> None:
        """Take the rules of the catalogue and what was found installed."""
        self._host = host
        self._detection = detection
        self._rules = tuple(
            (tool.id, _compiled(tool.process, "exe", "background"), _compiled(tool.process, "argv", "background")) for tool in tools
        )
        self._any_exe = _joined(rule for _, rules, _ in self._rules for rule in rules)
        self._any_argv = _joined(rule for _, _, rules in self._rules for rule in rules)
        self._by_exe: dict[str, tuple[str, Installation | None]] = {}

    def match(self, process: Process) -> tuple[str, Installation | None] | None:
        """Return the tool's id and the installation the process was started from; None for any other program."""
        exe = process.exe or _absolute(process.argv[:1])
        found = self._of_exe(exe) if exe else ("", None)
        if found[0]:
            return found
        if not _INTERPRETERS.search(exe.replace("\\", "/") if exe else "".join(process.argv[:1])):
            return None
        return self._of_script(process) or self._of_argv(process)

    def _of_exe(self, exe: str) -> tuple[str, Installation | None]:
        known = self._by_exe.get(exe)
        if known is None:
            if len(self._by_exe) >= _MOST_REMEMBERED:
                self._by_exe.clear()
            known = self._by_exe[exe] = self._look_up(exe)
        return known

    def _look_up(self, exe: str) -> tuple[str, Installation | None]:
        flat = exe.replace("\\", "/")
        owner = self._detection.owner_of(exe)
        if self._any_exe is not None and self._any_exe.search(flat):
            for name, rules, _ in self._rules:
                if any(rule.search(flat) for rule in rules):
                    return name, owner if owner is not None and owner.tool == name else None
        return (owner.tool, owner) if owner is not None else ("", None)

    def _of_script(self, process: Process) -> tuple[str, Installation | None] | None:
        """Return the tool whose installed file is the script the interpreter was given."""
        script = next((word for word in process.argv[1:_MOST_WORDS] if word and not word.startswith("-")), "")
        if not script or len(script) > _LONGEST_WORD or not self._detection.covers:
            return None
        search = Search(self._host)
        if not search.path.isabs(script):
            folder = working_folder(self._host, process.pid)
            if not folder or ("/" not in script and "." not in script):
                return None
            script = search.join(folder, script)
        owner = self._detection.owner_of(search.real(script))
        return (owner.tool, owner) if owner is not None else None

    def _of_argv(self, process: Process) -> tuple[str, Installation | None] | None:
        text = command_text(process.argv)
        if self._any_argv is None or not self._any_argv.search(text):
            return None
        for name, _, rules in self._rules:
            if any(rule.search(text) for rule in rules):
                mine = [item for item in self._detection.installations if item.tool == name]
                return name, mine[0] if len(mine) == 1 else None
        return None


def command_text(argv: Sequence[str]) -> str:
    """Return the head of a command line, up to the third word that is no option: what follows is data, such as a prompt."""
    head: list[str] = []
    plain = 0
    for word in argv[:_MOST_WORDS]:
        head.append(word[:_LONGEST_WORD].replace("\\", "/"))
        plain += not word.startswith("-")
        if plain >= _MOST_PLAIN_WORDS:
            break
    return " ".join(head)


def working_folder(host: Host, pid: int) -> str:
    """Return the working folder of a process, empty where that may not be known."""
    if host.system is not System.LINUX:
        return ""
    try:
        return host.link(f"/proc/{pid:d}/cwd").removesuffix(" (deleted)")
    except HostError:
        return ""


def _absolute(words: Sequence[str]) -> str:
    return words[0] if words and (words[0].startswith("/") or words[0][1:3] == ":\\") else ""


def _compiled(process: object, *keys: str) -> tuple[re.Pattern[str], ...]:
    rules = process if hasattr(process, "get") else {}
    found = []
    for key in keys:
        for text in rules.get(key, ()):
            try:
                found.append(re.compile(text))
            except re.error:
                continue  # the catalogue's own check names it; here it only matches nothing
    return tuple(found)


def _joined(rules: Iterable[re.Pattern[str]]) -> re.Pattern[str] | None:
    texts = [f"(?:{rule.pattern})" for rule in rules]
    return re.compile("|".join(texts)) if texts else None
