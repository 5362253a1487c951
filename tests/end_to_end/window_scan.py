"""Opens the window off the screen as its command does, waits for the first scan, and prints what the rows say as JSON.

The answer: `rows` (id -> what the row says), `error`, and how many milliseconds the scan took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.application import Application

LIMIT_MS = 60_000


def main() -> int:
    """Open and answer."""
    from PySide6.QtCore import QTimer

    from core.cli.main import main as command
    from gui.application import Application

    make = Application.__init__

    def made(self: Application, *args: object) -> None:
        make(self, *args)  # type: ignore[arg-type]  # as it was called
        QTimer.singleShot(LIMIT_MS, lambda: tell(self))
        self.completed.connect(
            lambda: self.context.store.scanning_changed.connect(lambda on: None if on else QTimer.singleShot(0, lambda: tell(self)))
        )

    Application.__init__ = made  # type: ignore[assignment,method-assign]  # listens from outside
    return command([])


def tell(application: Application) -> None:
    """Print the rows, close as Quit does, and end."""
    from gui.words import value_text

    store = application.context.store
    rows = {name: value_text(store.reading(name)) for name in store.signals if store.reading(name) is not None}
    sys.stdout.write(json.dumps({"rows": rows, "error": store.error, "ended": time.time()}))
    sys.stdout.flush()
    application.close()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
