"""Where Telltale's own data and state live; the only module beside `core.host` that asks the system for places."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cache
from pathlib import Path

import platformdirs

APP = "telltale"
MADE = "made-folders"  # in one of our folders: which folders above it were not there before


@cache
def resource_root() -> Path:
    """Return the folder with catalogue, personas and themes: packed data if installed, else the checkout's `resources`."""
    here = Path(__file__).resolve().parent
    packed = here / "_data"
    sibling = here.parent / "resources"
    return sibling if sibling.is_dir() and not packed.is_dir() else packed


def config_dir() -> Path:
    """Return the folder for settings, own presets and the user's policy (not created)."""
    return Path(platformdirs.user_config_path(APP, appauthor=False))


def state_dir() -> Path:
    """Return the folder for journal, history and window state (not created)."""
    return Path(platformdirs.user_state_path(APP, appauthor=False))


def cache_dir() -> Path:
    """Return the folder for what can be made again (not created)."""
    return Path(platformdirs.user_cache_path(APP, appauthor=False))


def runtime_dir() -> Path:
    """Return the folder for sockets of this login session (not created); without a session of the system, one in the state folder."""
    if os.name == "posix" and sys.platform != "darwin" and not os.environ.get("XDG_RUNTIME_DIR"):
        return state_dir() / "run"  # never a shared folder such as /tmp, where others can take the name first
    return Path(platformdirs.user_runtime_path(APP, appauthor=False))


def user_policy_file() -> Path:
    """Return where this user's policy is."""
    return config_dir() / "policy.toml"


def system_policy_file() -> Path:
    """Return where the policy of the whole computer is: a place that only an administrator can change."""
    if os.name == "posix" and sys.platform != "darwin":
        return Path("/etc") / APP / "policy.toml"
    return Path(platformdirs.site_config_path(APP.capitalize(), appauthor=False)) / "policy.toml"


def only_administrators_change(path: Path) -> bool:
    """Whether a file and its folder belong to the administrator and nobody else may write them; always so where modes tell nothing."""
    if os.name != "posix":
        return True
    try:
        facts = (path.stat(), path.parent.stat())
    except OSError:
        return False
    return all(item.st_uid == 0 and not item.st_mode & 0o022 for item in facts)


def ensure_private(folder: Path) -> Path:
    """Create a folder only this user can enter (0700) and return it; all folders made on the way become private, too."""
    missing = [] if folder.is_dir() else [item for item in folder.parents if not item.exists()]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = next((item for item in (folder, *folder.parents) if item.name == APP), None)
    if os.name == "posix":
        folder.chmod(0o700)
        for item in missing:  # mkdir makes them as the umask says; the rules for ~/.config and its like say 0700
            item.chmod(0o700)
    above = [str(item) for item in missing if own is not None and item in own.parents]
    if own is not None and above:
        note = own / MADE
        note.touch(0o600)
        note.write_text("\n".join(above), encoding="utf-8")
    return folder


def made_above(own: Path) -> tuple[Path, ...]:
    """Return the folders above one of Telltale's own that were made together with it, so that uninstalling takes them away."""
    try:
        text = (own / MADE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(item for item in map(Path, text.splitlines()) if item in own.parents)


def read_resource(*parts: str) -> bytes:
    """Return one file shipped with Telltale, e.g. `read_resource("icons", "eye.svg")`."""
    return resource_root().joinpath(*parts).read_bytes()


def resource_names(*parts: str) -> tuple[str, ...]:
    """Return the names in a shipped folder, sorted; none if the folder is not there."""
    folder = resource_root().joinpath(*parts)
    return tuple(sorted(item.name for item in folder.iterdir())) if folder.is_dir() else ()


def read_private(path: Path, limit: int = 1 << 20) -> bytes:
    """Return Telltale's own small file, or nothing if it is missing, too large or cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(limit)
    except OSError:
        return b""


def is_unreadable(path: Path) -> bool:
    """Whether a file of Telltale's own is there and cannot be read just now."""
    try:
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return False


def write_private(path: Path, data: bytes) -> bool:
    """Replace Telltale's own file in one step, readable by this user only (0600); say whether it was possible."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        ensure_private(path.parent)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    return True


def home_relative(place: str) -> str:
    """Return a path with the home folder as `~`, so that it does not name the account."""
    home = str(Path.home())
    return "~" + place[len(home) :] if home != "/" and place.startswith(home + os.sep) else place


def window_socket() -> str:
    """Return where the first window listens: in a folder only this user can enter, made if needed."""
    for folder in (runtime_dir(), state_dir()):
        try:
            return str(ensure_private(folder) / "window")
        except OSError:
            continue
    return str(state_dir() / "window")


def may_be_taken(socket: str) -> bool:
    """Return whether somebody may listen at a place; Windows keeps such places elsewhere, so there it always may be."""
    return os.name != "posix" or Path(socket).exists()
