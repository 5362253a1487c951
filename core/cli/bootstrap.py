"""Set Telltale up from a bare checkout: an environment of its own, filled from the hash-pinned lock. Standard library only.

`python3 gui` and `python3 tests` call this before they import anything else. It runs on the system's Python, makes
`.venv` in the checkout (or a folder in the user's data folder, where the checkout cannot be written), and starts the
command again inside. On Debian and Ubuntu it also installs missing system packages, or names them for an administrator.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple, NoReturn

if sys.version_info < (3, 11):  # noqa: UP036 - a bare checkout meets older interpreters than an installed one
    sys.exit("Telltale needs Python 3.11 or newer; nothing was changed. README.md tells how to start it with uv instead.")

from core.cli import debian
from core.cli.display import has_display

CHECKOUT = Path(__file__).resolve().parent.parent.parent
QT = frozenset({"pyside6-essentials", "shiboken6", "pytest-qt"})
_STAMP = "telltale-locks"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==", re.MULTILINE)


class Setup(NamedTuple):
    """One kind of environment: its folder's name, the locks it is filled from, names left out, the Debian packages."""

    folder: str
    locks: tuple[str, ...]
    without: frozenset[str]
    packages: tuple[dict[str, str], ...]


TEXT = Setup(".venv", ("requirements.lock",), QT, (debian.VENV,))
WINDOW = Setup(".venv", ("requirements.lock",), frozenset(), (debian.VENV, debian.WINDOW))
TESTS = Setup(".venv", ("requirements-dev.lock",), frozenset(), (debian.VENV, debian.WINDOW, debian.TESTS))
_SOURCE_ONLY = "pyperclip"  # the one library whose pinned version exists as source only (plain Python, asked for by mitmproxy)
INSPECT = Setup(".venv-inspect", ("requirements-inspect.lock",), frozenset(), (debian.VENV,))
LOWEST = Setup(".venv-lowest", ("requirements-lowest.lock", "requirements-dev.lock"), QT, (debian.VENV, debian.TESTS))


def start(module: str, arguments: list[str]) -> None:
    """Return if this interpreter can run the module; else set up what is missing and start again inside (no return)."""
    if not (CHECKOUT / "requirements.lock").is_file():
        return
    setup = wanted(arguments)
    if can_run(setup):
        return
    python = prepare(setup)
    _become([str(python), "-P", "-m", module, *arguments])


def wanted(arguments: list[str]) -> Setup:
    """Return the window's needs where a window can open and was asked for, else the smaller ones of the text."""
    asked = not arguments or arguments[0].startswith("-")
    return WINDOW if asked and has_display() else TEXT


def can_run(setup: Setup) -> bool:
    """Return whether this interpreter already has what the locks name, in our environment or in one made by other means."""
    here = Path(sys.prefix)
    if (here / _STAMP).is_file():
        return _has_all(here, setup)
    if here == Path(sys.base_prefix):
        return False
    return all(_installed(name) for name, pin in pins(setup).items() if ";" not in pin or name in QT)


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def prepare(setup: Setup, *, links: bool = True) -> Path:
    """Make or complete the environment and return its interpreter; stop with one clear message where that cannot be."""
    _system_packages(setup)
    folder = place(setup)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _answers(python):
        _say(f"making an environment in {folder}")
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], "The environment could not be made")
        _write_stamp(folder, {})
    if not _has_all(folder, setup):
        _say("installing the pinned libraries (hash-checked, once)")
        _install(python, setup)
        if links:
            _link_checkout(python)
        _write_stamp(folder, _stamp(folder) | _needed(setup))
    return python


def debian_gap(setup: Setup) -> list[str]:
    """Return the Debian packages that are missing for this setup; nothing on other systems."""
    return debian.missing(setup.packages) if debian.is_debian() else []


def _system_packages(setup: Setup) -> None:
    gap = debian_gap(setup)
    if not gap:
        return
    if debian.install(gap, _say) or not debian_gap(setup):
        return
    everything = sorted({*gap, *debian_gap(WINDOW)})
    sys.exit(
        "Telltale needs system packages that this account may not install; nothing was changed. "
        f"Please ask an administrator to run this line, then start again:\n\n  {debian.install_line(everything)}\n"
    )


def place(setup: Setup) -> Path:
    """Return the environment's folder: beside the checkout where it can be written, else in the user's data."""
    beside = CHECKOUT / setup.folder
    ours = (beside / _STAMP).is_file() or not beside.exists()
    if ours and os.access(beside if beside.exists() else CHECKOUT, os.W_OK):
        return beside
    data = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_DATA_HOME")
    base = Path(data) if data else Path.home() / ".local" / "share"
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
    return base / "telltale" / f"environment{setup.folder.removeprefix('.venv')}-{mark}"


def pins(setup: Setup) -> dict[str, str]:
    """Return every library of the setup with its pinned entries and hashes; an earlier lock wins over a later one."""
    found: dict[str, str] = {}
    for lock in setup.locks:
        text = (CHECKOUT / lock).read_text(encoding="ascii")
        starts = list(_PIN.finditer(text))
        ends = [match.start() for match in starts[1:]] + [len(text)]
        own: dict[str, str] = {}
        for match, end in zip(starts, ends, strict=True):
            own[match["name"]] = own.get(match["name"], "") + text[match.start() : end]
        found = own | found
    return {name: entries for name, entries in found.items() if name not in setup.without}


def _needed(setup: Setup) -> dict[str, str]:
    return {name: hashlib.sha256(entries.encode()).hexdigest()[:16] for name, entries in pins(setup).items()}


def _stamp(folder: Path) -> dict[str, str]:
    file = folder / _STAMP
    lines = file.read_text(encoding="ascii").splitlines() if file.is_file() else []
    return dict(line.split(" ", 1) for line in lines if " " in line)


def _has_all(folder: Path, setup: Setup) -> bool:
    return _needed(setup).items() <= _stamp(folder).items()


def _write_stamp(folder: Path, stamp: dict[str, str]) -> None:
    (folder / _STAMP).write_text("".join(f"{name} {mark}\n" for name, mark in sorted(stamp.items())), encoding="ascii")


def _install(python: Path, setup: Setup) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        lock = Path(scratch) / "requirements.txt"
        lock.write_text("".join(pins(setup).values()), encoding="ascii")
        flags = "--quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all:".split()
        flags += ["--no-binary", _SOURCE_ONLY] if f"{_SOURCE_ONLY}==" in lock.read_text(encoding="ascii") else []
        _run([str(python), "-m", "pip", "install", *flags, "-r", str(lock)], "The libraries could not be installed")


def _link_checkout(python: Path) -> None:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    purelib = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    (Path(purelib) / "telltale-checkout.pth").write_text(f"{CHECKOUT}\n", encoding="utf-8")


def _answers(python: Path) -> bool:
    if not python.is_file():
        return False
    code = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return subprocess.run([str(python), "-c", code], check=False, capture_output=True).returncode == 0


def _run(command: list[str], failure: str) -> None:
    done = subprocess.run(command, check=False, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"{failure} (the reason stands above); your own settings were not touched. Mend the reason and start again.")


def _become(command: list[str]) -> NoReturn:
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606 - no shell wanted: this process becomes the one inside the environment


def _say(text: str) -> None:
    print(f"Telltale setup: {text}", file=sys.stderr, flush=True)
