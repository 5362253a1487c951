"""What works on this system and what to install for the rest; asked through a host, so it can be tried on recorded ones."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Support, System
from core.toggles.kept_start import CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.catalogue import Catalogue
    from core.host.base import Host


class State(StrEnum):
    """How a check came out; `not-needed` is for what another system needs."""

    WORKS = "works"
    MISSING = "missing"
    BLOCKED = "blocked"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Check:
    """One part Telltale can use: what it is for, whether it works, and what to do where it does not."""

    id: str
    title: str
    purpose: str
    state: State
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks, the signals by support on this system, and the problems of the catalogue as sentences."""

    system: System
    checks: tuple[Check, ...]
    signals: Mapping[Support, int]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Program:
    id: str
    programs: tuple[str, ...]
    title: str
    purpose: str
    packages: Mapping[str, str]


_EVERYWHERE: Final = ("apt", "dnf", "pacman", "zypper", "apk")
_PROGRAMS: Final = (
    _Program("sandbox", ("bwrap",), "bubblewrap", "starts a tool in a sandbox", dict.fromkeys(_EVERYWHERE, "bubblewrap")),
    _Program("trace", ("strace",), "strace", "shows which files a tool reads", dict.fromkeys(_EVERYWHERE, "strace")),
    _Program("network", ("pasta", "slirp4netns"), "pasta", "gives a tool a private network", dict.fromkeys(_EVERYWHERE, "passt")),
    _Program(
        "desktop-settings",
        ("gsettings",),
        "gsettings",
        "reads what the desktop tells programs",
        {"apt": "libglib2.0-bin", "dnf": "glib2", "pacman": "glib2", "zypper": "glib2-tools", "apk": "glib"},
    ),
    _Program("git", ("git",), "git", "reads how your commits are signed", dict.fromkeys(_EVERYWHERE, "git")),
)
_INSTALL: Final = {
    "apt": "sudo apt install",
    "dnf": "sudo dnf install",
    "pacman": "sudo pacman -S",
    "zypper": "sudo zypper install",
    "apk": "sudo apk add",
}


def examine(host: Host, catalogue: Catalogue, *, has_window: bool, can_write: bool) -> Diagnosis:
    """Look at a machine; `has_window` says whether the window's library is installed, `can_write` whether state can be kept."""
    signals = dict.fromkeys(Support, 0)
    for signal in catalogue.signals.values():
        signals[signal.systems[host.system].state] += 1
    found = (*catalogue.problems, *catalogue.tool_problems, *catalogue.toggle_problems)
    problems = tuple(f"{item.file}, {item.key or 'whole file'}: {item.message}" for item in found)
    checks = (
        *_programs(host),
        _namespaces(host),
        _quick_starts(host),
        _display(host),
        _bus(host),
        _window(has_window),
        _home(host),
        _state(can_write),
    )
    return Diagnosis(host.system, checks, signals, problems)


def install_line(host: Host, checks: tuple[Check, ...]) -> str:
    """Return one command that installs every missing program; empty where nothing is missing or no installer is known."""
    manager = _manager(host)
    missing = {check.id for check in checks if check.state is State.MISSING}
    packages = [item.packages[manager] for item in _PROGRAMS if item.id in missing] if manager else []
    return f"{_INSTALL[manager]} {' '.join(packages)}" if packages else ""


def _programs(host: Host) -> tuple[Check, ...]:
    checks = []
    manager = _manager(host)
    for item in _PROGRAMS:
        if any(_has(partial(host.which, name)) for name in item.programs):
            state, remedy = State.WORKS, ""
        elif host.system is not System.LINUX and item.id != "git":
            state, remedy = State.NOT_NEEDED, "Used on Linux only."
        else:
            package = item.packages.get(manager, item.title)
            state, remedy = State.MISSING, f"Install the package {package}."
        checks.append(Check(item.id, item.title, item.purpose, state, remedy))
    return tuple(checks)


def _namespaces(host: Host) -> Check:
    title, purpose = "User namespaces", "let sandboxes work without administrator rights"
    if host.system is not System.LINUX:
        return Check("namespaces", title, purpose, State.NOT_NEEDED, "Used on Linux only.")
    switches = {
        "/proc/sys/kernel/unprivileged_userns_clone": "0",
        "/proc/sys/user/max_user_namespaces": "0",
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1",
    }
    for path, closed in switches.items():
        try:
            is_closed = host.read_text(path).strip() == closed
        except HostError:
            continue
        if is_closed:
            remedy = f"The setting {path[10:].replace('/', '.')} = {closed} restricts them; an administrator can change it."
            return Check("namespaces", title, purpose, State.BLOCKED, remedy)
    return Check("namespaces", title, purpose, State.WORKS)


def _quick_starts(host: Host) -> Check:
    title, purpose = "Quick Strict starts", "start a sandboxed tool without Python when you type its name"
    if host.system is not System.LINUX:
        return Check("quick-starts", title, purpose, State.NOT_NEEDED, "Used on Linux only.")
    slower = "sandboxed tools take the ordinary start, which hides as much and takes longer"
    try:
        machine = host.uname().machine
    except HostError:
        machine = "unknown"
    if machine not in CALLS or sys.maxsize <= 1 << 32:
        why = f"They are written for {' and '.join(sorted(CALLS))} with programs of 64 bits; here ({machine}) {slower}."
        return Check("quick-starts", title, purpose, State.NOT_NEEDED, why)
    if not _has(partial(host.which, "perl")):
        return Check("quick-starts", title, purpose, State.MISSING, f"Install the package perl; until then {slower}.")
    if not host.exists("/proc/thread-self/children"):
        return Check("quick-starts", title, purpose, State.BLOCKED, f"This kernel does not list a process's children, so {slower}.")
    return Check("quick-starts", title, purpose, State.WORKS)


def _display(host: Host) -> Check:
    works = host.system is not System.LINUX or any(host.env(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    remedy = "" if works else "Start Telltale in a graphical session; the command line works without one."
    return Check("display", "Display", "shows the window", State.WORKS if works else State.MISSING, remedy)


def _bus(host: Host) -> Check:
    title, purpose = "Session bus", "tells at once what the desktop changes"
    if host.system is not System.LINUX:
        return Check("bus", title, purpose, State.NOT_NEEDED, "Used on Linux only.")
    folder = host.env("XDG_RUNTIME_DIR")
    if host.env("DBUS_SESSION_BUS_ADDRESS") or (folder and host.exists(f"{folder}/bus")):
        return Check("bus", title, purpose, State.WORKS)
    return Check("bus", title, purpose, State.MISSING, "Without it Telltale watches files and asks from time to time; nothing to install.")


def _window(has_window: bool) -> Check:  # noqa: FBT001  one private question, one answer
    remedy = "" if has_window else "Install Telltale's window library PySide6_Essentials as README.md says."
    return Check("qt", "PySide6", "draws the window", State.WORKS if has_window else State.MISSING, remedy)


def _home(host: Host) -> Check:
    works = _has(lambda: host.home)
    remedy = "" if works else "Set HOME to your home folder; without it signals of the home folder stay unread."
    return Check("home", "Home folder", "holds the settings tools read", State.WORKS if works else State.MISSING, remedy)


def _state(can_write: bool) -> Check:  # noqa: FBT001  one private question, one answer
    remedy = "" if can_write else "Telltale's own folders cannot be written, so settings and history last for this run only."
    return Check("state", "Own folders", "keep settings, journal and history", State.WORKS if can_write else State.BLOCKED, remedy)


def _manager(host: Host) -> str:
    return next((name for name in _EVERYWHERE if _has(partial(host.which, name))), "")


def _has(ask: Callable[[], str]) -> bool:
    try:
        return bool(ask())
    except HostError:
        return False
