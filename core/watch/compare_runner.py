"""Runs a tool for a comparison: in a network of its own that holds nothing but this computer, with invented names and a throw-away home.

bubblewrap gives the network, the host name and a hosts file in which every invented name is 127.0.0.1. Without it there is
no comparison, because the tool would reach the real network.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import core
from core import paths
from core.errors import TelltaleError
from core.watch.bodies import Request
from core.watch.compare import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from core.watch.compare import Setting

PORT: Final = 8399
_SECONDS: Final = 90.0
_KEPT: Final = ("PATH", "TERM", "NODE_PATH", "NVM_DIR")
_NAMES: Final = ("time-zone", "base-url", "locale", "proxy", "host-name")


class CannotCompareError(TelltaleError):
    """The comparison could not be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a tool is started without a window; `{base}` in the environment is the API address."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def variations() -> dict[str, Any]:
    """Read the data file of what is varied and how tools are started."""
    return tomllib.loads((paths.resource_root() / "catalogue" / "variations.toml").read_text(encoding="ascii"))


def dimensions(names: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """Return the things to vary, all of them if none is named."""
    data = variations()
    unknown = [name for name in names if name not in _NAMES]
    if unknown:
        raise CannotCompareError(f"{unknown[0]!a} cannot be varied; choose from {', '.join(_NAMES)}. Nothing was run.")
    return tuple(
        Dimension(name, data[name]["title"], data[name]["values"][0], tuple(data[name]["values"][1:]) if name in (names or _NAMES) else ())
        for name in _NAMES
    )


def start_of(tool: str, command: Sequence[str] = (), base_url_env: Sequence[str] = ()) -> Start:
    """Return how to start a tool: as given, else by the data file."""
    data = variations()
    known = data["tools"].get(tool)
    environment = dict(known["environment"]) if known else {}
    environment.update(dict.fromkeys(base_url_env, "{base}"))
    if command:
        return Start(tuple(command), environment)
    if not known:
        raise CannotCompareError(
            f"Telltale does not know how to start {tool!a} without a window. Give its command with --start; nothing was run."
        )
    return Start(tuple(part.replace("{prompt}", data["prompt"]) for part in known["command"]), environment)


class SandboxRunner:
    """A `Runner` that starts the tool inside bubblewrap, each time with a fresh home of the same name."""

    def __init__(self, start: Start, all_hosts: Sequence[str], *, seconds: float = _SECONDS, bwrap: str | None = None) -> None:
        """Check that bubblewrap is there and allowed here."""
        self._start = start
        self._hosts = tuple(dict.fromkeys(host for host in all_hosts if host))
        self._seconds = seconds
        self._bwrap = bwrap or shutil.which("bwrap") or ""
        program = shutil.which(start.command[0])
        if not program:
            raise CannotCompareError(f"{start.command[0]!a} was not found, so nothing was run. Give its full path with --start.")
        self._command = [program, *start.command[1:]]
        self._base = Path(tempfile.mkdtemp(prefix="telltale-compare-"))
        self._check()

    def __enter__(self) -> Self:
        """Return itself; leaving removes the throw-away folders."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the throw-away folders."""
        shutil.rmtree(self._base, ignore_errors=True)

    def _check(self) -> None:
        reason = "" if self._bwrap else "bubblewrap is not installed"
        if self._bwrap:
            tried = subprocess.run([*self._walls("test"), "true"], capture_output=True, check=False)
            reason = "" if tried.returncode == 0 else "this system does not allow bubblewrap to make a private network"
        if reason:
            shutil.rmtree(self._base, ignore_errors=True)
            raise CannotCompareError(f"The comparison needs a network of its own, but {reason}. Nothing was run.")

    def _walls(self, host_name: str) -> list[str]:
        return [
            self._bwrap, "--unshare-user-try", "--unshare-net", "--unshare-uts", "--unshare-ipc", "--unshare-pid",
            "--die-with-parent", "--hostname", host_name, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        ]  # fmt: skip

    def run(self, setting: Setting) -> list[Request]:
        """Run the tool once; requests that were made before a failure count too."""
        home, project = self._base / "home", self._base / "home" / "project"
        shutil.rmtree(home, ignore_errors=True)
        project.mkdir(parents=True, mode=0o700)
        (self._base / "hosts").write_text(
            "".join(f"127.0.0.1 {name}\n" for name in ("localhost", setting.value("host-name"), *self._hosts))
        )
        out, plan = self._base / "out", self._base / "plan"
        out.write_text("")
        plan.write_text(json.dumps(self._plan(setting, home, project, out)))
        walls = [*self._walls(setting.value("host-name")), "--ro-bind", str(self._base / "hosts"), "/etc/hosts"]
        inside = ["--bind", str(self._base), str(self._base), "--chdir", str(self._base)]
        command = [*walls, *inside, sys.executable, "-m", "core.watch.compare_inside", str(plan)]
        environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(core.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return [_request(entry) for entry in map(json.loads, out.read_text().splitlines()) if "method" in entry]

    def _plan(self, setting: Setting, home: Path, project: Path, out: Path) -> dict[str, Any]:
        base = f"http://{setting.value('base-url')}:{PORT}"
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"HOME": str(home), "TZ": setting.value("time-zone"), "LANG": setting.value("locale"), "TMPDIR": str(home)}
        environment |= {"LC_ALL": setting.value("locale"), "NO_PROXY": "localhost,127.0.0.1"}
        if setting.value("proxy"):
            address = f"http://{setting.value('proxy')}:{PORT}"
            environment |= {"HTTPS_PROXY": address, "https_proxy": address}
        environment |= {name: value.replace("{base}", base) for name, value in self._start.environment.items()}
        return {
            "port": PORT, "command": self._command, "environment": environment, "folder": str(project),
            "seconds": self._seconds, "out": str(out),
        }  # fmt: skip


def _request(entry: dict[str, Any]) -> Request:
    headers = tuple((name, value) for name, value in entry["headers"])
    return Request(entry["method"], entry["url"], headers, base64.b64decode(entry["body"]))


def all_hosts(varied: Sequence[Dimension]) -> list[str]:
    """Return every invented host that a comparison may use."""
    return [host for item in varied if item.name in {"base-url", "proxy"} for host in (item.plain, *item.others)]
