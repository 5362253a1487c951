"""Runs a tool for a comparison: in a network of its own that holds nothing but this computer, with invented names and a throw-away home.

Without bubblewrap there is no comparison, because the tool would reach the real network. A tool that hangs is ended within
its time, and so is everything it started; nothing stays on disk.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
import weakref
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import core
from core.watch import compare_certificate, compare_inside
from core.watch.bodies import Request
from core.watch.compare import Comparison, compare
from core.watch.compare_room import ZONES, Room
from core.watch.compare_start import PORT, CannotCompareError, all_hosts, dimensions, program_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from core.watch.compare import Setting
    from core.watch.compare_start import Start

SECONDS: Final = 60.0
QUIET_S: Final = 20.0
MOST_REQUESTS: Final = 1000  # of one run; a tool that asks without end would fill memory and disk
MOST_BYTES: Final = 1 << 26
_KEPT: Final = ("PATH", "TERM", "NODE_PATH", "NVM_DIR")
_GRACE_S: Final = 20.0
_STEP_S: Final = 0.1
_CERTIFICATE_VARIABLES: Final = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class SandboxRunner:
    """A `Runner` that starts the tool inside bubblewrap, each time with a fresh home of the same name."""

    def __init__(
        self,
        start: Start,
        all_hosts: Sequence[str],
        *,
        seconds: float = SECONDS,
        bwrap: str | None = None,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        """Check that bubblewrap is there and allowed here; `on_wait` is called while a run lasts, and what it raises ends the run."""
        self._start = start
        self._seconds = seconds
        self._on_wait = on_wait
        self.endings: Counter[str] = Counter()
        self.cut = 0
        program = program_of(start)
        if not program:
            raise CannotCompareError(f"{start.command[0]!a} was not found, so nothing was run. Give its full path with --start.")
        self._program = program
        self._room = Room(bwrap or shutil.which("bwrap") or "", start.names)
        self._finalizer = weakref.finalize(self, self._room.close)  # also where the program ends in the middle of a comparison
        self._hosts = (*all_hosts, *start.hosts)
        if reason := self._room.trouble():
            self._finalizer()
            raise CannotCompareError(f"The comparison needs a network of its own, but {reason}. Nothing was run.")
        if start.hosts:
            compare_certificate.make(self._room.base, start.hosts)

    def __enter__(self) -> Self:
        """Return itself; leaving removes the throw-away folders."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the throw-away folders."""
        self.close()

    def close(self) -> None:
        """Remove the throw-away folders."""
        self._finalizer()

    @property
    def folder(self) -> Path:
        """Where the throw-away home stands."""
        return self._room.base

    @property
    def has_own_names(self) -> bool:
        """Whether the tool sees the room's account and machine number and not this computer's."""
        return self._room.has_own_zone

    @property
    def notes(self) -> tuple[str, ...]:
        """What limits the comparison, in sentences."""
        out = [_ZONE_BOTH if self._room.has_own_zone else _ZONE_ONLY_TZ]
        known = {"0", compare_inside.GREW_QUIET, compare_inside.TOO_SLOW}
        if number := self.endings[compare_inside.TOO_SLOW] + self.endings[compare_inside.GREW_QUIET]:
            out.append(f"In {number} of {self.endings.total()} runs the tool did not end by itself and was ended.")
        if number := sum(count for ending, count in self.endings.items() if ending not in known):
            out.append(
                f"In {number} of {self.endings.total()} runs the tool ended with an error; what it had sent until then was compared."
            )
        if self.cut:
            out.append(f"In {self.cut} of {self.endings.total()} runs the tool asked for more than is looked at; the first requests were.")
        return tuple(out)

    def run(self, setting: Setting) -> list[Request]:
        """Run the tool once; requests that were made before a failure count too. A first run without any is an error that says why."""
        room, host_name = self._room, setting.value("host-name")
        room.furnish(setting.value("time-zone"), host_name, self._hosts)
        out, plan = room.base / "out", room.base / "plan"
        out.write_text("")
        plan.write_text(json.dumps(self._plan(setting, out)))
        self._wait_for([*room.walls(host_name), sys.executable, "-m", "core.watch.compare_inside", str(plan)])
        entries = [json.loads(line) for line in out.read_text().splitlines() if line.endswith("}")]
        requests = [_request(entry) for entry in entries if "method" in entry]
        ending = next((str(entry["ended"]) for entry in entries if "ended" in entry), compare_inside.TOO_SLOW)
        self.endings[ending] += 1
        self.cut += any(entry.get("left_out") for entry in entries)
        if not requests and self.endings.total() == 1:
            raise CannotCompareError(
                f"The tool asked nothing: {_why(ending, self._seconds)}. Nothing could be compared, and nothing is left running."
            )
        return requests

    def _wait_for(self, command: list[str]) -> None:
        environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(core.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, stdin=silent, stdout=silent, stderr=silent)
        end = time.monotonic() + self._seconds + _GRACE_S
        try:
            while time.monotonic() < end:
                try:
                    process.wait(_STEP_S)
                    return
                except subprocess.TimeoutExpired:
                    if self._on_wait:
                        self._on_wait()
        finally:
            process.kill()  # with it ends everything inside
            process.wait()

    def _plan(self, setting: Setting, out: Path) -> dict[str, Any]:
        base = f"http://{setting.value('base-url')}:{PORT}"
        room = self._room
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"HOME": str(room.home), "TZ": setting.value("time-zone"), "LANG": setting.value("locale"), "TMPDIR": str(room.home)}
        environment |= {"LC_ALL": setting.value("locale"), "NO_PROXY": "localhost,127.0.0.1"}
        if setting.value("proxy"):
            address = f"http://{setting.value('proxy')}:{PORT}"
            environment |= {"HTTPS_PROXY": address, "https_proxy": address}
        if self._start.hosts:
            environment |= dict.fromkeys(_CERTIFICATE_VARIABLES, str(room.base / compare_certificate.AUTHORITY))
        environment |= {name: value.replace("{base}", base) for name, value in self._start.environment.items()}
        for name, content in self._start.files.items():
            path = room.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content.replace("{base}", base))
        return {
            "port": PORT,
            "command": [self._program, *(part.replace("{base}", base) for part in self._start.command[1:])],
            "environment": environment,
            "folder": str(room.project),
            "seconds": self._seconds,
            "quiet": QUIET_S,
            "most": MOST_REQUESTS,
            "most_bytes": MOST_BYTES,
            "certificate": str(room.base / compare_certificate.SERVER) if self._start.hosts else "",
            "out": str(out),
        }


_ZONE_BOTH: Final = f"The time zone was given as TZ and as the link to {ZONES} that programs read."
_ZONE_ONLY_TZ: Final = (
    "The time zone was given as TZ only, because this system allows no /etc of one's own; a tool that reads the link "
    "/etc/localtime saw no other zone."
)


def _why(ending: str, seconds: float) -> str:
    if ending == compare_inside.TOO_SLOW:
        return f"it did not end within {seconds:g} seconds and was ended"
    if ending.lstrip("-").isdigit():
        status = int(ending)
        return f"it was ended by signal {-status}" if status < 0 else f"it ended with status {status}"
    return f"it could not be started ({ending})"


def _request(entry: dict[str, Any]) -> Request:
    headers = tuple((name, value) for name, value in entry["headers"])
    return Request(entry["method"], entry["url"], headers, base64.b64decode(entry["body"]))


def compare_tool(tool: str, start: Start, names: Sequence[str], runs: int, on_run: Callable[[int, int], None] | None = None) -> Comparison:
    """Compare a tool with the named things varied; `on_run` hears how far it is, and what it raises ends the comparison at once."""
    varied = dimensions(names)
    latest = [0, 0]

    def moved(done: int, of: int) -> None:
        latest[:] = done, of
        if on_run:
            on_run(done, of)

    def waiting() -> None:
        if on_run:
            on_run(latest[0], latest[1])

    with SandboxRunner(start, all_hosts(varied), on_wait=waiting) as runner:
        outcome = compare(tool, runner, varied, runs, moved)
        return replace(outcome, notes=(f"Compared at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.", *outcome.notes, *runner.notes))
