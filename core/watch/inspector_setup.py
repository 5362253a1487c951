"""Where mitmproxy is: in an environment of its own beside the checkout or in the user's data, or in Telltale's own."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from typing import Final

from core.errors import TelltaleError

FOLDER: Final = ".venv-inspect"
LOCK: Final = "requirements-inspect.lock"
_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_STARTS: Final = "import sys; sys.path.insert(0, {root!r}); from core.watch.addon import main; main()"


class InspectorMissingError(TelltaleError):
    """mitmproxy is not installed; the message says how to get it."""


def missing() -> str:
    """Return the sentence for a missing mitmproxy."""
    how = "telltale requests --set-up" if (_ROOT / LOCK).is_file() else "pip install 'telltale-desktop[inspect]'"
    return f"Looking at requests needs mitmproxy, which is not installed, so nothing was started; install it with: {how}"


def command() -> list[str]:
    """Return the command that starts the inspector's process."""
    return [str(interpreter()), "-I", "-X", "utf8", "-c", _STARTS.format(root=str(_ROOT))]


def interpreter() -> Path:
    """Return the Python that has mitmproxy."""
    found = _find()
    if found is None:
        raise InspectorMissingError(missing())
    return found


def is_installed() -> bool:
    """Return whether the inspector can be started here."""
    return _find() is not None


def forget() -> None:
    """Look again the next time (something was installed)."""
    _find.cache_clear()


@cache
def _find() -> Path | None:
    for folder in _folders():
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if (folder / "telltale-locks").is_file() and python.is_file():
            return python
    return Path(sys.executable) if importlib.util.find_spec("mitmproxy") else None


def _folders() -> list[Path]:
    from core.cli import bootstrap

    return [bootstrap.CHECKOUT / FOLDER, bootstrap.place(bootstrap.INSPECT)]
