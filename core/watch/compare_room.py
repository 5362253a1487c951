"""The room of a comparison: a network that holds nothing but this computer, and a machine whose names, zone and user are invented.

bubblewrap makes it. /etc is this machine's own except for what is varied or would tell on a person: the link that names the
time zone, the hosts, the machine's names and number, and the home of the account. Programs such as Codex read the zone from
that link and not from TZ.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.errors import TelltaleError
from core.toggles.sandbox_etc import MACHINE_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

ZONES: Final = "/usr/share/zoneinfo"
USER: Final = "user"
_OTHER_MACHINE_ID: Final = Path("/var/lib/dbus/machine-id")
_BUSES: Final = ("/run/dbus", "/run/user")  # whose services tell this computer's own names, zone and networks to who asks
_PREFIX: Final = "telltale-compare-"
_LOCK: Final = "lock"
_TRIES: Final = 3


class NoRoomError(TelltaleError):
    """No room could be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the person and the machine in the room are called, and the folders of the home and of the project in it."""

    user: str = USER
    full_name: str = ""
    machine_id: str = MACHINE_ID
    home: str = "home"
    project: str = "project"


ORDINARY: Final = Names()


def remove_left_over() -> None:
    """Remove the folders of comparisons that were killed; those that still run hold their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if (folder / _LOCK).stat().st_uid == os.getuid() and (lock := _locked(folder / _LOCK)) is not None:
                _remove(folder)
                os.close(lock)


def _remove(folder: Path) -> None:
    """Remove a folder with all in it; a tool may have left folders that nobody may write."""
    for place, _, _ in os.walk(folder):
        with contextlib.suppress(OSError):
            os.chmod(place, 0o700)  # noqa: PTH101  of what was just listed
    shutil.rmtree(folder, ignore_errors=True)


def _locked(path: Path) -> int | None:
    """Take a lock that lasts as long as this program; None if another program holds it."""
    import fcntl  # POSIX only, as is bubblewrap

    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


class Room:
    """Throw-away folders, and the bubblewrap arguments that make a room of them."""

    def __init__(self, bwrap: str, names: Names = ORDINARY) -> None:
        """Make the folders; `has_own_zone` says whether /etc is the room's own, so that the zone can be varied by its link too."""
        self._bwrap = bwrap
        self._names = names
        self.has_own_zone = False
        self._lock: int | None = None
        if not bwrap:
            return
        remove_left_over()
        for _ in range(_TRIES):  # another comparison that begins may take a folder without a lock for one that was left over
            self.base = Path(tempfile.mkdtemp(prefix=_PREFIX))
            with contextlib.suppress(OSError):
                self._lock = _locked(self.base / _LOCK)
            if self._lock is not None:
                break
            _remove(self.base)
        else:
            raise NoRoomError("No folder of its own could be made for the comparison. Nothing was run; try again in a moment.")
        self.home = self.base / names.home
        self.project = self.home / names.project

    def trouble(self) -> str:
        """Try the room; return why there can be none, or an empty text."""
        if not self._bwrap:
            return "bubblewrap is not installed"
        self.furnish("UTC", "test", ())
        for self.has_own_zone in (True, False):
            if subprocess.run([*self.walls("test"), "true"], capture_output=True, check=False).returncode == 0:
                return ""
        return "this system does not allow bubblewrap to make a private network"

    def furnish(self, zone: str, host_name: str, hosts: Sequence[str]) -> None:
        """Make a new home, and an /etc with this zone and these names of this computer."""
        _remove(self.home)
        self.project.mkdir(parents=True, mode=0o700)
        etc = self.base / "etc"
        shutil.rmtree(etc, ignore_errors=True)
        etc.mkdir()
        own = self._own(zone, host_name, hosts)
        for entry in Path("/etc").iterdir():
            if entry.name not in own and entry.name != "localtime":
                target = entry.readlink() if entry.is_symlink() else self._machines / entry.name
                (etc / entry.name).symlink_to(target)
        for name, text in own.items():
            (etc / name).write_text(text)
        (etc / "localtime").symlink_to(f"..{ZONES}/{zone}")
        (self.base / "hosts").write_text(own["hosts"])

    def walls(self, host_name: str) -> list[str]:
        """Return the start of a command that runs in the room; the folders must be furnished."""
        words = [
            self._bwrap, "--unshare-user-try", "--unshare-net", "--unshare-uts", "--unshare-ipc", "--unshare-pid", "--die-with-parent",
            "--hostname", host_name, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
            *(word for place in _BUSES if Path(place).is_dir() for word in ("--tmpfs", place)),
            "--bind", str(self.base), str(self.base),
        ]  # fmt: skip
        if self.has_own_zone:
            self._machines.mkdir(exist_ok=True)
            words += ["--ro-bind", "/etc", str(self._machines), "--ro-bind", str(self.base / "etc"), "/etc"]
            if _OTHER_MACHINE_ID.is_file() and not _OTHER_MACHINE_ID.is_symlink():
                words += ["--ro-bind", str(self.base / "etc" / "machine-id"), str(_OTHER_MACHINE_ID)]
        else:
            words += ["--ro-bind", str(self.base / "hosts"), "/etc/hosts"]
        return [*words, "--cap-add", "CAP_NET_BIND_SERVICE", "--chdir", str(self.base)]

    def close(self) -> None:
        """Remove the folders."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            _remove(self.base)

    @property
    def _machines(self) -> Path:
        """Where the machine's own /etc stands inside; the links of the private one lead there."""
        return self.base / "etc.machine"

    def _own(self, zone: str, host_name: str, hosts: Sequence[str]) -> dict[str, str]:
        lines = [f"127.0.0.1 {name}\n" for name in dict.fromkeys(("localhost", host_name, *hosts))]
        names = self._names
        person = f"{names.user}:x:{os.getuid()}:{os.getgid()}:{names.full_name}:{self.home}:/bin/bash\n"
        nobody = "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"
        return {
            "hosts": "".join(lines),
            "hostname": f"{host_name}\n",
            "timezone": f"{zone}\n",
            "machine-id": f"{names.machine_id}\n",
            "passwd": person + nobody,
            "group": f"{names.user}:x:{os.getgid()}:\nnogroup:x:65534:\n",
        }
