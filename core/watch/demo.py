"""Synthetic captures of an invented machine: requests in the shapes that tools use, filled with the machine's own invented values.

They go through the same recorder as real ones, so that what the window shows of them was found, not written down here.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.errors import HostError
from core.tools.detect import detect
from core.tools.model import SYNTHETIC as METHOD
from core.watch.addon_frames import Frame
from core.watch.facts import Searcher
from core.watch.inspector_recorder import Recorder
from core.watch.store_evidence import evidence
from core.watch.store_model import Bypass, CaptureSession, SessionState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.host.base import Host
    from core.model import Reading
    from core.tools.model import Evidence
    from core.watch.store import Store

COVERAGE: Final = "Synthetic: these requests were made up from the values of an invented machine; no tool ran and nothing was sent."
_HOST: Final = "ai-lab-relay.example"
_DATE: Final = "Today\u02bcs date is 2026{mark}11{mark}20."
_SLASHED: Final = frozenset({"Asia/Shanghai", "Asia/Urumqi"})
_MARKED: Final = "2.1.197"
_OTHERS: Final = ("codex-cli", "qwen-code", "gemini-cli")
_PLAIN_DATE: Final = "Today's date is 2026-11-20."


def fill(store: Store, host: Host, readings: Sequence[Reading]) -> None:
    """Put synthetic captures into a store: one with a hidden marker, one of another tool of this machine, one with nothing in it."""
    searcher = Searcher(readings)
    now = time.time()
    versions = installed_versions(host)
    values = _values(host)
    made = [
        ("synthetic-b", "claude-code", versions.get("claude-code") or _MARKED, _agent(values), 240),
        ("synthetic-a", "llm", "0.27", _plain(), 4000),
    ]
    if other := next((tool for tool in _OTHERS if versions.get(tool)), ""):
        made.insert(1, ("synthetic-c", other, versions[other], _chat(values), 1800))
    for name, tool, version, bodies, ago in made:
        started = now - ago
        store.begin(CaptureSession(name, tool, version, "synthetic", started))
        recorder = Recorder(store, name, tool, lambda: searcher)
        for number, (path, body) in enumerate(bodies, 1):
            recorder.take(_frame(number, started + number, path, body))
            recorder.take(Frame({"kind": "response", "number": number, "status": 200, "size": 900, "content_type": "", "seconds": 0.4}))
        recorder.finish()
        if name == "synthetic-b":
            store.bypassed(name, [Bypass("telemetry.example", "192.0.2.44", 443, "tcp", "", "around", 2, started, started + 2)])
        store.end(name, SessionState.ENDED, COVERAGE, is_complete=False, at=started + 30)


def installed_versions(host: Host) -> dict[str, str]:
    """Return the version of each tool of an invented machine, of the copy that is found first."""
    found: dict[str, str] = {}
    for item in detect(host, load_catalogue().tools.values()).installations:
        found.setdefault(item.tool, item.version)
    return found


def evidence_of(host: Host, readings: Sequence[Reading], store: Store) -> tuple[Evidence, ...]:
    """Return what synthetic captures show for the matrix, of the tools that the invented machine has; it says that it is synthetic."""
    fill(store, host, readings)
    versions = installed_versions(host)
    return tuple(replace(item, method=METHOD, limits=COVERAGE) for item in evidence(store) if item.tool in versions)


def _frame(number: int, at: float, path: str, body: dict[str, Any]) -> Frame:
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = [["content-type", "application/json"], ["user-agent", "synthetic/1.0"]]
    about = {"kind": "request", "what": "http", "number": number, "at": at, "method": "POST", "scheme": "https", "host": _HOST, "port": 443}
    return Frame(
        {**about, "path": path, "http": "HTTP/2.0", "size": len(data), "headers": headers, "content_type": "application/json"}, data
    )


def _agent(values: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Return what a coding agent's requests look like; the date is written as the known scheme would write it on this machine."""
    date = _DATE.format(mark="/" if values["Time zone"] in _SLASHED else "-")
    about = "\n".join(f"{name}: {value}" for name, value in values.items() if value)
    system = [{"type": "text", "text": "You are a coding agent."}, {"type": "text", "text": f"<env>\n{about}\n</env>"}]
    messages = [{"role": "user", "content": [{"type": "text", "text": date}, {"type": "text", "text": "Say hello."}]}]
    event = {"events": [{"name": "started", "cwd": values["Working directory"], "host": values["Computer"]}]}
    return [
        ("/api/event_logging", event),
        ("/v1/messages/count_tokens", {"model": "example", "system": system, "messages": messages}),
        ("/v1/messages", {"model": "example", "max_tokens": 32000, "stream": True, "system": system, "messages": messages}),
    ]


def _chat(values: dict[str, str]) -> list[tuple[str, dict[str, Any]]]:
    """Return what another agent's requests look like: fewer values, an ordinary date."""
    about = "\n".join(f"{name}: {values[name]}" for name in ("Working directory", "Time zone", "OS Version") if values[name])
    messages = [
        {"role": "system", "content": f"You are a coding agent.\n{about}\n{_PLAIN_DATE}"},
        {"role": "user", "content": "Say hello."},
    ]
    return [("/v1/chat/completions", {"model": "example", "messages": messages})]


def _plain() -> list[tuple[str, dict[str, Any]]]:
    return [("/v1/chat/completions", {"model": "example", "messages": [{"role": "user", "content": f"Say hello. {_PLAIN_DATE}"}]})]


def _values(host: Host) -> dict[str, str]:
    """Return what an agent usually puts into its prompt, as far as the invented machine has it."""
    return {
        "Working directory": _asked(lambda: host.cwd),
        "User": _asked(lambda: host.account().name),
        "Computer": _asked(lambda: host.uname().node),
        "OS Version": _asked(lambda: f"{host.uname().system} {host.uname().release}"),
        "Time zone": _asked(lambda: host.env("TZ") or ""),
        "Git user": _git(host, "user.name"),
        "Git e-mail": _git(host, "user.email"),
    }


def _git(host: Host, key: str) -> str:
    return _asked(lambda: host.run(("git", "config", "--get", key)).out).strip()


def _asked(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except HostError:
        return ""
