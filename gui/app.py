"""The composition root's door: options, the one window per user, and a first frame that does not wait for anything."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Probes and catalogues are read on other threads; with Python's usual 5 ms, each of the hundred calls that paint a list could wait so long.
THREADS_TAKE_TURNS_S: Final = 0.0005


class Options(NamedTuple):
    """What the command line asks of the window."""

    persona: str = ""
    is_presenting: bool = False
    page: str = ""


def parse(argv: Sequence[str]) -> Options:
    """Read the window's own options."""
    if not argv:
        return Options()
    import argparse

    parser = argparse.ArgumentParser(prog="telltale", description="Open the window.")
    parser.add_argument("--persona", default="", metavar="NAME", help="show an invented machine instead of this computer")
    parser.add_argument("--present", action="store_true", help="start in presentation mode: no value can be shown")
    parser.add_argument("--page", default="", metavar="ID", help="start with this page")
    given = parser.parse_args(list(argv))
    return Options(given.persona, given.present, given.page)


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, or bring the one that is open to the front; return the exit status.

    Collecting garbage while modules are loaded costs a tenth of the time to the first frame, so it waits until then; from then
    on `MainThreadCollector` does it, since no other thread may destroy a widget.
    """
    options = parse(sys.argv[1:] if argv is None else argv)
    gc.disable()
    sys.setswitchinterval(THREADS_TAKE_TURNS_S)
    from gui.quick_import import stop_reading_sources

    stop_reading_sources()
    from core.log import hide_error_texts
    from core.paths import may_be_taken, window_socket
    from gui.application import Application, make_application

    hide_error_texts()
    app = make_application()
    name = window_socket()
    if may_be_taken(name):
        from gui.single import ask_first_window

        if ask_first_window(name):
            return 0
    running = Application(app, options)
    running.completed.connect(lambda: running.listen(name))
    running.show()
    return int(app.exec())
