"""What surrounds a running process: sandboxes by name, namespaces that are not ours, seccomp, no_new_privs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.tools.model import Confinement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.host.base import Host, Process

_NAMESPACES: Final = ("user", "mnt", "pid", "net", "uts", "ipc", "cgroup", "time")
_SMALL: Final = 64 << 10
_CGROUPS: Final = (
    ("flatpak", re.compile(r"/app-flatpak-")),
    ("snap", re.compile(r"/snap\.[^/]+")),
    ("kubernetes", re.compile(r"/kubepods|/cri-containerd-")),
    ("podman", re.compile(r"/libpod-")),
    ("docker", re.compile(r"/docker[/-]")),
    ("lxc", re.compile(r"/lxc[./]")),
    ("systemd-nspawn", re.compile(r"/machine-[^/]+\.scope")),
)
_STARTERS: Final = {"bwrap": "bubblewrap", "firejail": "firejail", "systemd-nspawn": "systemd-nspawn", "sandbox-exec": "Seatbelt"}


def confinement_of(host: Host, process: Process, parents: Sequence[Process] = ()) -> Confinement:
    """Return what confines a process; nothing where this system or these rights do not tell."""
    if host.system is not System.LINUX:
        return Confinement(kind=_starter(parents))
    own = _own_namespaces(host, process.pid)
    status = _text(host, f"/proc/{process.pid:d}/status")
    cgroup = _text(host, f"/proc/{process.pid:d}/cgroup")
    kind = next((name for name, rule in _CGROUPS if rule.search(cgroup)), "") or _by_root(host, process.pid, own)
    return Confinement(
        kind=kind or _starter(parents),
        own_namespaces=own,
        seccomp=_number(status, "Seccomp") > 0,
        no_new_privs=_number(status, "NoNewPrivs") > 0,
    )


def _own_namespaces(host: Host, pid: int) -> tuple[str, ...]:
    own = []
    for name in _NAMESPACES:
        try:
            if host.link(f"/proc/{pid:d}/ns/{name}") != host.link(f"/proc/self/ns/{name}"):
                own.append(name)
        except HostError:
            continue
    return tuple(own)


def _by_root(host: Host, pid: int, own: tuple[str, ...]) -> str:
    """Return the sandbox that marks the root folder it gives, asked only where the root is not ours."""
    if "mnt" not in own:
        return ""
    marks = (("flatpak", ".flatpak-info"), ("docker", ".dockerenv"), ("podman", "run/.containerenv"))
    return next((name for name, mark in marks if host.exists(f"/proc/{pid:d}/root/{mark}")), "")


def _starter(parents: Sequence[Process]) -> str:
    names = (item.exe.rpartition("/")[2] or item.name for item in parents[:8])
    return next((_STARTERS[name] for name in names if name in _STARTERS), "")


def _number(status: str, field: str) -> int:
    match = re.search(rf"^{field}:\s*(\d+)", status, re.MULTILINE)
    return int(match[1]) if match else 0


def _text(host: Host, path: str) -> str:
    try:
        return host.read_text(path, _SMALL)
    except HostError:
        return ""
