"""Programs that listen on a known port of this computer: told from the kernel's table, never by connecting to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.tools.finders.search import looks_like_version
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.host.base import Connection, Process
    from core.tools.finders.search import Found, Rule, Search

_LISTENING: Final = frozenset({"LISTEN", "LISTENING"})


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the programs behind wanted ports; whose program it is must follow from its file, the port alone proves nothing."""
    wanted = {port: rule for rule in rules for port in rule.wants("port")}
    if not any(item.local.rpartition(":")[2] in wanted for item in _sockets(search, owners=False)):
        return  # whose sockets they are is asked only now, for that looks at every process
    listening = [(port, item) for item in _sockets(search, owners=True) if (port := item.local.rpartition(":")[2]) in wanted]
    running = {item.pid: item for item in _processes(search)}
    for port, socket in listening:
        rule, process = wanted[port], running.get(socket.pid)
        if process is None:
            search.note(
                f"Something listens on port {port}, but which program it is may not be known to this user.", rule.tool, "local-port"
            )
        elif _is_its_own(search, rule, process):
            version = next((step for step in process.exe.replace("\\", "/").split("/") if looks_like_version(step)), "")
            note = f"listens on {socket.local}"
            yield search.found(rule, Channel.PORT, process.exe, version, note=note, executables=(process.exe,))


def _is_its_own(search: Search, rule: Rule, process: Process) -> bool:
    """Whether the running file fits the tool's process rules (given by the detection through the search's memory)."""
    patterns = search.memory.get("process-rules", {}).get(rule.tool, ())
    path = process.exe.replace("\\", "/")
    return bool(path) and any(re.search(pattern, path) for pattern in patterns)


def _sockets(search: Search, *, owners: bool) -> tuple[Connection, ...]:
    try:
        found = search.host.connections(owners=owners)
    except HostError:
        return ()
    return tuple(item for item in found if item.kind == "tcp" and item.state in _LISTENING)


def _processes(search: Search) -> tuple[Process, ...]:
    try:
        return search.host.processes()
    except HostError:
        return ()
