"""`telltale tools`: which AI tools are installed here, which of them run, and what surrounds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.catalogue import load_catalogue
from core.catalogue.tools import load_tools
from core.cli.choose import choose_host, refuse
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, complain, count_of, fold, paint, say, say_json, wants_colour, width
from core.errors import HostError
from core.host.text import shown
from core.redact import MaskKind, RevealGate, Sensitive
from core.tools.detect import Detection, detect
from core.tools.finders.editors import UNKNOWN_EDITOR
from core.tools.sessions import sessions

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping

    from core.host.base import Host
    from core.tools.model import Installation, Session, Tool


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = add_command(subparsers, "tools", "list the AI tools installed here, or those that run", run)
    parser.add_argument("id", nargs="*", default=[], metavar="TOOL", help="only these tools, by their id in the catalogue")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sessions", action="store_true", help="also look at what runs now")
    parser.add_argument("--reveal", action="store_true", help="print places and addresses instead of masks")
    parser.add_argument("--persona", metavar="NAME", help="look at an invented computer instead of this one")


def run(options: Namespace) -> int:
    """Detect and print; incomplete if something could not be looked at."""
    tools, catalogue_problems = load_tools()
    for name in options.id:
        if name not in tools:
            refuse(f"There is no tool {name!r} in the catalogue; nothing was looked for.")
    chosen = {name: tool for name, tool in tools.items() if not options.id or name in options.id}
    host = choose_host(options.persona)
    detection = _only(detect(host, chosen.values()), chosen) if options.id else detect(host, chosen.values())
    running, fault = _running(host, chosen, detection) if options.sessions else ((), "")
    words = Words(chosen, host, RevealGate() if options.reveal else None)
    if options.json:
        say_json(document(words, detection, running if options.sessions else None))
    else:
        for line in _lines(words, detection, running if options.sessions else None):
            say(line)
    for problem in catalogue_problems:
        complain(f"catalogue file {problem.file}, {problem.key or 'whole file'}: {problem.message}")
    for sentence in (*(item.message for item in detection.problems), fault):
        if sentence:
            complain(sentence)
    return INCOMPLETE if catalogue_problems or detection.problems or fault else OK


def _running(host: Host, tools: Mapping[str, Tool], detection: Detection) -> tuple[tuple[Session, ...], str]:
    try:
        return sessions(host, tuple(tools.values()), detection, load_catalogue().signals.values()), ""
    except HostError as error:
        return (), f"What runs could not be told: {error}"


class Words:
    """How tools and places are named: places by what programs call them, the person's own folders only through a gate."""

    def __init__(self, tools: Mapping[str, Tool], host: Host, gate: RevealGate | None) -> None:
        """Take the tools asked for, the eyes, and a gate if values are to be revealed."""
        self.tools = tools
        self.host = host
        self._gate = gate
        try:
            self._home = host.home
        except HostError:
            self._home = ""

    def name(self, tool: str) -> str:
        """Return a tool's name."""
        return "Unknown VS Code-family editor" if tool == UNKNOWN_EDITOR else self.tools[tool].name

    def place(self, path: str) -> str:
        """Return a path, its personal parts left out unless revealed."""
        return shown(path, self._home) if path and self._gate is None else self.value(path, MaskKind.PATH)

    def value(self, text: str, kind: MaskKind = MaskKind.FULL) -> str:
        """Return a value, masked unless revealed."""
        value = Sensitive(text, kind)
        return value.masked if self._gate is None else value.reveal(self._gate)


def _only(detection: Detection, tools: Mapping[str, Tool]) -> Detection:
    return replace(detection, installations=tuple(item for item in detection.installations if item.tool in tools))


def document(words: Words, detection: Detection, running: Iterable[Session] | None) -> dict[str, Any]:
    """Return the findings as plain data."""
    data: dict[str, Any] = {
        "schema": "telltale.tools/1",
        "eyes": words.host.eyes,
        "synthetic": words.host.is_synthetic,
        "tools_known": len(words.tools),
        "installations": [_installation(item, words) for item in detection.installations],
        "problems": [{"tool": item.tool, "finder": item.finder, "message": item.message} for item in detection.problems],
    }
    if running is not None:
        data["sessions"] = [_session(item, words) for item in running]
    return data


def _installation(item: Installation, words: Words) -> dict[str, Any]:
    return {
        "tool": item.tool,
        "name": words.name(item.tool),
        "version": item.version,
        "channel": item.channel.value,
        "finder": item.finder,
        "path": words.place(item.path),
        "changed_at": item.changed_at.isoformat(timespec="seconds") if item.changed_at else None,
        "starts_first": item.starts_first,
        "note": item.note,
    }


def _session(item: Session, words: Words) -> dict[str, Any]:
    return {
        "tool": item.tool,
        "name": words.name(item.tool),
        "version": item.version,
        "pid": item.pid,
        "started": datetime.fromtimestamp(item.started, UTC).isoformat(timespec="seconds"),
        "exe": words.place(item.exe),
        "cwd": words.place(item.cwd),
        "user": words.value(item.user),
        "started_from": item.parent,
        "pids": list(item.pids),
        "confinement": {
            "kind": item.confinement.kind,
            "own_namespaces": list(item.confinement.own_namespaces),
            "seccomp": item.confinement.seccomp,
            "no_new_privs": item.confinement.no_new_privs,
        },
        "listening": list(item.listening),
        "connections": [words.value(text, MaskKind.URL) for text in item.connections],
        "open_signals": list(item.open_signals),
    }


def _lines(words: Words, detection: Detection, running: tuple[Session, ...] | None) -> Iterator[str]:
    columns, colour = width(), wants_colour()
    found = detection.installations
    yield paint(f"{count_of(len(found), 'installation', 'installations')} of {len(words.tools)} known AI tools", "bold", on=colour)
    yield from columns_of(((words.name(item.tool), _words(item, words)) for item in found), columns)
    if not found:
        yield fold("None was found in the places where they are usually installed; that does not prove that none is here.", columns)
    if running is not None:
        yield ""
        yield paint(count_of(len(running), "session runs now", "sessions run now"), "bold", on=colour)
        yield from columns_of(((words.name(item.tool), _session_words(item, words)) for item in running), columns)


def _words(item: Installation, words: Words) -> str:
    parts = [item.version or "version not known", item.channel.value, words.place(item.path)]
    parts += ["starts first"] if item.starts_first else []
    parts += [item.note] if item.note else []
    return ", ".join(parts)


def _session_words(item: Session, words: Words) -> str:
    surroundings = item.confinement
    parts = [item.version or "version not known", f"process {item.pid}", f"{len(item.pids)} in its tree"]
    parts += [f"since {datetime.fromtimestamp(item.started, UTC).astimezone():%Y-%m-%d %H:%M:%S}"]
    parts += [f"started from {item.parent}"] if item.parent else []
    parts += [f"in {words.place(item.cwd)}"] if item.cwd else []
    parts += [f"inside {surroundings.kind}"] if surroundings.kind else []
    parts += [f"own namespaces: {' '.join(surroundings.own_namespaces)}"] if surroundings.own_namespaces else []
    parts += ["system calls filtered"] if surroundings.seccomp else []
    parts += ["may gain no rights"] if surroundings.no_new_privs else []
    parts += [f"has files open of {', '.join(item.open_signals)}"] if item.open_signals else []
    parts += [f"listens on {', '.join(item.listening)}"] if item.listening else []
    parts += [f"{count_of(len(item.connections), 'connection', 'connections')}"] if item.connections else []
    return ", ".join(parts)
