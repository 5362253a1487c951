"""Which AI tools run now: each session is one process tree with its place, owner, confinement, sockets and telling files.

Only a matched tool is looked into. A session's environment is never read here: what it was handed is asked through
`session_readings`, which looks through the eyes of that process, with the kernel deciding whether we may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.model import System
from core.redact import visible
from core.tools.belongings import Sockets, open_signals, telling_places
from core.tools.confinement import confinement_of
from core.tools.matching import Matcher, working_folder
from core.tools.model import Confinement, Session

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from core.catalogue import Catalogue
    from core.host.base import Host, Process
    from core.model import Reading, Signal
    from core.tools.detect import Detection
    from core.tools.model import Installation, Tool

Matched = tuple[str, "Installation | None"]
_MOST_PIDS: Final = 500
_MOST_PARENTS: Final = 40
_BETWEEN: Final = frozenset(
    "sh bash zsh fish dash ksh tcsh csh nu pwsh powershell.exe cmd.exe sudo su doas env timeout nice nohup setsid script "
    "node npm npx pnpm yarn bun deno python python3 uv pipx time strace bwrap MainThread".split()
)


def sessions(host: Host, tools: Sequence[Tool], detection: Detection, signals: Iterable[Signal] = ()) -> tuple[Session, ...]:
    """Return the running sessions, oldest first; `signals` lets open files be told as signals."""
    return SessionFinder(host, tools, detection, signals).find(host.processes())


class SessionFinder:
    """Finds sessions again and again among process lists of one machine."""

    def __init__(self, host: Host, tools: Sequence[Tool], detection: Detection, signals: Iterable[Signal] = ()) -> None:
        """Take the rules, what is installed, and the signals whose files are worth noting when open."""
        self._host = host
        self._hosts = {tool.id: tool.hosts for tool in tools}
        self._places = telling_places(host, signals)
        self.matcher = Matcher(host, tools, detection)

    def find(
        self, running: Sequence[Process], known: Mapping[int, Matched] | None = None, before: Iterable[Session] = ()
    ) -> tuple[Session, ...]:
        """Return the sessions among these processes, oldest first.

        `known` are matches worked out already; of the sessions `before`, those with the same processes are taken over as they are.
        """
        matched = known
        if matched is None:
            matched = {item.pid: hit for item in running if (hit := self.matcher.match(item)) is not None}
        if not matched:
            return ()
        tree = Tree(running)
        sockets = Sockets(self._host, self._hosts)
        same = {(item.tool, item.pid, item.started, item.pids): item for item in before}
        roots = [pid for pid in matched if not tree.has_same_tool_above(pid, matched)]
        found = []
        for pid in roots:
            key = (matched[pid][0], pid, tree.by_pid[pid].started, tree.below(pid, matched))
            found.append(same.get(key) or self._session(tree, pid, matched, sockets))
        return tuple(sorted(found, key=lambda item: (item.started, item.pid)))

    def _session(self, tree: Tree, pid: int, matched: Mapping[int, Matched], sockets: Sockets) -> Session:
        root = tree.by_pid[pid]
        tool, installation = matched[pid]
        pids = tree.below(pid, matched)
        parents = tree.parents(pid)
        listening, remote = sockets.of(tool, pids)
        return Session(
            tool=tool,
            pid=pid,
            started=root.started,
            exe=root.exe,
            version=installation.version if installation is not None else _version_below(pids, matched),
            cwd=working_folder(self._host, pid),
            user=root.user,
            parent=_started_from(parents),
            pids=pids,
            confinement=confinement_of(self._host, root, parents) if self._host.system is System.LINUX else Confinement(),
            listening=listening,
            connections=remote,
            open_signals=open_signals(self._host, pids, self._places),
        )


class Tree:
    """The process list as a tree."""

    def __init__(self, processes: Iterable[Process]) -> None:
        """Take one process list."""
        self.by_pid = {item.pid: item for item in processes}
        self._below: dict[int, list[int]] = {}
        for item in self.by_pid.values():
            self._below.setdefault(item.ppid, []).append(item.pid)

    def parents(self, pid: int) -> list[Process]:
        """Return the chain of parents, nearest first."""
        chain: list[Process] = []
        item = self.by_pid.get(pid)
        while item is not None and len(chain) < _MOST_PARENTS:
            item = self.by_pid.get(item.ppid) if item.ppid != item.pid else None
            if item is not None:
                chain.append(item)
        return chain

    def has_same_tool_above(self, pid: int, matched: Mapping[int, Matched]) -> bool:
        """Whether a parent belongs to the same tool with no other tool between: then it is the same session."""
        for parent in self.parents(pid):
            hit = matched.get(parent.pid)
            if hit is not None:
                return hit[0] == matched[pid][0]
        return False

    def below(self, pid: int, matched: Mapping[int, Matched]) -> tuple[int, ...]:
        """Return a session's processes: the root and all below it, without what another tool started for itself."""
        tool, found, todo = matched[pid][0], [pid], [pid]
        while todo and len(found) < _MOST_PIDS:
            for child in self._below.get(todo.pop(), ()):
                hit = matched.get(child)
                if child not in found and (hit is None or hit[0] == tool):
                    found.append(child)
                    todo.append(child)
        return tuple(sorted(found[:_MOST_PIDS]))


def _version_below(pids: Collection[int], matched: Mapping[int, Matched]) -> str:
    for pid in pids:
        installation = matched[pid][1] if pid in matched else None
        if installation is not None:
            return installation.version
    return ""


def _started_from(parents: Sequence[Process]) -> str:
    """Return the terminal, editor, desktop or service that stands behind a session; shells and wrappers are passed over."""
    for item in parents:
        if item.name not in _BETWEEN:
            return visible(item.name)
    return visible(parents[-1].name) if parents else ""


def session_readings(session: Session, catalogue: Catalogue) -> tuple[Reading, ...]:
    """Ask every signal through the eyes of a running session: its own environment, its own view of the files."""
    from core.engine import scan_once
    from core.host.process import ProcessHost

    return scan_once(ProcessHost(session.pid, session.started), catalogue)
