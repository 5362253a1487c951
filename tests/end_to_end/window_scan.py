"""Opens the window off the screen as its command does, waits for the first scan, and prints what the rows say as JSON.

The answer: `rows` (id -> what the row says), `error`, `wrote` (every path opened for writing or changed), and what Settings says of
itself: `connections`, and `audit`, its list of what Telltale read and wrote.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gui.application import Application

LIMIT_MS = 60_000
SETTLE_MS = 2_000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate", "os.utime"}
wrote: list[str] = []


def note(event: str, args: tuple[Any, ...]) -> None:
    """Note what is changed: the same events that Telltale's own audit counts, with their paths."""
    is_opened = event == "open" and isinstance(args[2], int) and bool(args[2] & WRITING)
    if is_opened or event in CHANGING:
        wrote.append(place(args[0]))


def place(given: object) -> str:
    """Return the path that is meant; a number stands for an open file."""
    if isinstance(given, int):
        return str(Path(f"/proc/self/fd/{given}").readlink())
    return os.fsdecode(given) if isinstance(given, str | bytes | os.PathLike) else repr(given)


def main() -> int:
    """Open and answer."""
    sys.addaudithook(note)
    from PySide6.QtCore import QTimer

    from core.cli.main import main as command
    from gui.application import Application

    make = Application.__init__

    def made(self: Application, *args: object) -> None:
        make(self, *args)  # type: ignore[arg-type]  # as it was called
        QTimer.singleShot(LIMIT_MS, lambda: answer(self))
        self.completed.connect(
            lambda: self.context.store.scanning_changed.connect(lambda on: None if on else QTimer.singleShot(0, lambda: tell(self)))
        )

    Application.__init__ = made  # type: ignore[assignment,method-assign]  # listens from outside
    return command([])


def tell(application: Application) -> None:
    """Look at Settings, too, then answer."""
    from PySide6.QtCore import QTimer

    application.window.show_page("settings")
    QTimer.singleShot(SETTLE_MS, lambda: answer(application))


def answer(application: Application) -> None:
    """Print what is shown, close as Quit does, and end."""
    from PySide6.QtWidgets import QLabel

    from gui.words import value_text

    store = application.context.store
    rows = {name: value_text(store.reading(name)) for name in store.signals if store.reading(name) is not None}
    labels = application.window.page("settings").findChildren(QLabel)
    connections = [item.accessibleName() for item in labels if item.accessibleName().startswith("Network connections of this app")]
    audit = [item.text() for item in labels if item.text().startswith(("Read,", "Wrote,", "Ran,", "Tried a connection,"))]
    found = {"rows": rows, "error": store.error, "wrote": wrote, "connections": connections, "audit": "\n".join(audit)}
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    application.close()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
