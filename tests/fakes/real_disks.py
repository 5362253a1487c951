"""Real faults of disks under every kind of change: a tmpfs filled to the last page, a read-only bind mount.

Run as a program inside a name space of its own: `unshare --user --map-root-user --mount python -m tests.fakes.real_disks FOLDER FAULT`.
It says as JSON how many tries ended how; anything torn, lost or said wrongly ends it with a traceback.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from core.errors import TelltaleError
from core.host.real import RealHost
from core.toggles import shims
from core.toggles.apply import ACTIVE, undo_entry
from core.toggles.model import ChangeState
from core.toggles.presets import own, save_own, shipped
from core.toggles.registry import kind
from core.toggles.service import ToggleService
from tests.fakes.change_cases import CASES, planned
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE: Final = 4096
READ_ONLY, REMOUNT, BIND, DETACH = 0x1, 0x20, 0x1000, 0x2  # of sys/mount.h
BASHRC: Final = b"# mine\nalias ll='ls -l'"
PAGES_LEFT: Final = (0, 1, 2, 3, 4)
KEPT_CLAIMS: Final = ("nothing was changed", "left as it was", "nothing was undone", "nothing was written")


@dataclass
class Fault:
    """A disk that can be broken and mended: which folder of the try lies on it, and how it is broken."""

    disk: Path
    how: str
    pages_left: int = 0

    def mount(self) -> None:
        """Put an empty disk there."""
        self.disk.mkdir(parents=True, exist_ok=True)
        _call("mount", b"none", bytes(self.disk), b"tmpfs", 0, b"size=1m,mode=700")

    def strike(self) -> None:
        """Break it, as far as it is there."""
        if self.how == "full":
            self._fill()
        else:
            _call("mount", bytes(self.disk), bytes(self.disk), None, BIND, None)
            _call("mount", None, bytes(self.disk), None, BIND | REMOUNT | READ_ONLY, None)

    def mend(self) -> None:
        """Make it whole again."""
        if self.how == "full":
            self.filler.unlink()
        else:
            _call("umount2", bytes(self.disk), 0)

    def unmount(self) -> None:
        """Throw the disk away."""
        _call("umount2", bytes(self.disk), DETACH)

    @property
    def filler(self) -> Path:
        """The file that fills the disk."""
        return self.disk / "filler"

    def _fill(self) -> None:
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(PAGE)):
                pass
        os.truncate(self.filler, max(0, self.filler.stat().st_size - self.pages_left * PAGE))


@dataclass
class Room:
    """Where every try happens, always under the same path, and what came of the tries."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    ends: Counter[str] = field(default_factory=Counter)

    def faults(self, how: str) -> Iterator[Fault]:
        """Return every fault of a kind: on the disk of the home, of Telltale's own folders, or of both."""
        for part in (".", "home", "own"):
            for left in PAGES_LEFT if how == "full" else (0,):
                yield Fault(self.folder / part, how, left)

    @contextlib.contextmanager
    def home(self, fault: Fault) -> Iterator[ToggleHome]:
        """Give a fresh home on that disk; the names of the programs stand in for the system's."""
        path = os.environ["PATH"]
        fault.mount()
        try:
            yield ToggleHome(self.folder, self.monkeypatch)
        finally:
            fault.unmount()
            os.environ["PATH"] = path
            for item in self.folder.iterdir():
                shutil.rmtree(item)

    def attempt(self, fault: Fault, work: Callable[[], Any]) -> str:
        """Do the work while the disk is broken; return what was said, nothing if it was done."""
        fault.strike()
        try:
            done = work()
        except TelltaleError as error:
            return str(error)
        finally:
            fault.mend()
        note = getattr(done, "note", "")
        return note if getattr(done, "state", None) in {ChangeState.FAILED, ChangeState.CONFLICT} else ""

    def count(self, said: str) -> None:
        """Count how a try ended."""
        self.ends["said" if said else "done"] += 1


def try_change(room: Room, fault: Fault, case: str, new: bytes | None, *, undo: bool) -> None:
    """Make (or take back) one change on the broken disk: old or new, truly told, and back to the old bytes at the next start."""
    with room.home(fault) as home:
        before = home.tree()
        change = planned(home, case)
        target, journal = Path(change.target), home.service.journal
        old = content(target)
        if undo:
            entry = kind(change.kind).apply(change, journal)
            said = room.attempt(fault, lambda: undo_entry(entry, journal))
        else:
            said = room.attempt(fault, lambda: kind(change.kind).apply(change, journal))
        room.count(said)
        now = content(target)
        assert now in {old, new}, (case, fault, "torn", now)
        claims_kept = any(claim in said for claim in KEPT_CLAIMS)
        wrongly = claims_kept and old != new and now != (new if undo else old)
        assert not wrongly, (case, fault, said)
        take_back(home)
        assert home.tree() == before, (case, fault, said, set(home.tree().items()) ^ set(before.items()))


def try_shims(room: Room, fault: Fault, *, undo: bool) -> None:
    """Install (or take away) shims on the broken disk: none is torn, and nothing is left once the disk is whole."""
    with room.home(fault) as home:
        bashrc = home.home / ".bashrc"
        bashrc.write_bytes(BASHRC)
        before = home.tree()
        live_in(home, room.monkeypatch)
        if undo:
            install()
        room.count(room.attempt(fault, shims.remove if undo else install))
        for shim in [*shims.shim_folder().glob("[!.]*")]:
            assert subprocess.run(["sh", "-n", str(shim)], check=False).returncode == 0
            assert shim.read_text().splitlines()[-1].startswith("exec ")
        assert bashrc.read_bytes() in {BASHRC, BASHRC + b"\n" + shims.path_line(bashrc).encode() + b"\n"}
        ToggleService(RealHost(), catalogue()).recover()
        shims.remove()
        assert bashrc.read_bytes() == BASHRC
        assert not shims.shim_folder().exists()
        ToggleService(RealHost(), catalogue()).uninstall()
        assert home.tree() == before


def live_in(home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Telltale's own folders lie in this home's."""
    for name, place in {"STATE": home.own / "state", "CONFIG": home.own, "CACHE": home.own / "cache"}.items():
        monkeypatch.setenv(f"XDG_{name}_HOME", str(place))
    monkeypatch.setenv("SHELL", "/bin/bash")


def install() -> None:
    """Make the shims of a tool."""
    shims.install({"codex": "codex-cli"}, catalogue().tools, catalogue().toggles)


def try_preset(room: Room, fault: Fault, *, undo: bool) -> None:
    """Keep a preset of the person's own on the broken disk, a new one or in place of an older one."""
    with room.home(fault) as home:
        config = home.own / "telltale"
        first, second = (replace(shipped()[0], id="mine", own=True, title=title) for title in ("One", "Two"))
        save_own(first if undo else replace(first, id="other"), config)
        said = room.attempt(fault, lambda: save_own(second, config))
        room.count(said)
        found = {preset.id: preset.title for preset in own(config, catalogue().toggles)}
        assert found == ({} if undo else {"other": "One"}) | ({"mine": "Two"} if not said else {"mine": "One"} if undo else {})
        assert [file.suffix for file in (config / "presets").iterdir()] == [".toml"] * len(found)


def take_back(home: ToggleHome) -> None:
    """Start anew and take back whatever is in effect."""
    service = home.new_service()
    service.recover()
    for entry in service.journal.entries():
        assert entry.state is not ChangeState.PLANNED
        assert not entry.undoing
        if entry.state in ACTIVE:
            assert undo_entry(entry, service.journal).state is ChangeState.UNDONE
    assert service.journal.damaged() == ()
    service.uninstall()


def made(room: Room, case: str) -> bytes | None:
    """Return what the target holds after the change on a disk without fault."""
    with room.home(Fault(room.folder, "none")) as home:
        change = planned(home, case)
        kind(change.kind).apply(change, home.service.journal)
        return content(Path(change.target))


def content(path: Path) -> bytes | None:
    """Return a file's bytes, None if there is none (or if the target is a setting behind a command)."""
    return path.read_bytes() if path.is_absolute() and path.is_file() else None


def _call(name: str, *words: bytes | int | None) -> None:
    """Ask the C library to mount or unmount; starting the program for it takes longer than the rest of a try."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*words) != 0:
        raise OSError(ctypes.get_errno(), f"{name} was refused")


def main(folder: str, how: str) -> None:
    """Try every kind of change and its undo with every fault of a kind."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        room = Room(Path(folder), monkeypatch)
        for case in CASES:
            new = made(room, case)
            for fault in room.faults(how):
                for undo in (False, True):
                    try_change(room, fault, case, new, undo=undo)
        for fault in room.faults(how):
            for undo in (False, True):
                try_shims(room, fault, undo=undo)
                try_preset(room, fault, undo=undo)
        sys.stdout.write(json.dumps(room.ends))


if __name__ == "__main__":
    main(*sys.argv[1:])
