"""`python -m tests.bench.window_child JOB`: one window in a process of its own, which says by lines what happens when.

Jobs: `empty` and `empty-memory` are a bare QMainWindow; `paint`, `memory`, `stalls`, `change`, `idle` are Telltale as its command
starts it. A line is a word and a number: a moment of the monotonic clock in nanoseconds, or what the word says.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from gui.application import Application

TICK_MS = 1
SETTLE_MS = 6000


def say(word: str, number: float | None = None) -> None:
    """Write a line at once."""
    os.write(1, f"{word} {time.monotonic_ns() if number is None else number}\n".encode())


def after(ms: int, call: Callable[[], object]) -> None:
    """Call later on the main thread."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(ms, call)


def empty(*, wants_memory: bool) -> int:
    """Show a bare main window: the floor."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Bare(QMainWindow):
        """Says when its first frame is on the screen."""

        has_painted = False

        def paintEvent(self, event: Any) -> None:  # noqa: N802  Qt's name
            """Wait for the end of the frame."""
            super().paintEvent(event)
            if not self.has_painted:
                self.has_painted = True
                after(0, self.painted)

        def painted(self) -> None:
            """Tell, and end unless memory is wanted too."""
            say("painted")
            if wants_memory:
                after(SETTLE_MS, self.tell_memory)
            else:
                leave()

        def tell_memory(self) -> None:
            """Tell the memory."""
            say_memory()
            leave()

    app = QApplication([])
    window = Bare()
    window.resize(1280, 800)
    window.show()
    return app.exec()


def say_memory() -> None:
    """Tell this process's share of the memory (pss), what is its own alone (uss), and all it has in sight (rss), in kB."""
    found = {"pss": 0, "uss": 0, "rss": 0}
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123  nothing more is imported than the floor needs
        for line in file:
            word, _, rest = line.partition(":")
            if name := {"Pss": "pss", "Rss": "rss", "Private_Clean": "uss", "Private_Dirty": "uss"}.get(word):
                found[name] += int(rest.split()[0])
    for name, size in found.items():
        say(name, size)


def leave() -> None:
    """End at once: tearing down is not what is measured."""
    os._exit(0)


def telltale(job: str) -> int:
    """Start Telltale as its command does, with ears for the first frame."""
    import gc

    gc.disable()  # as gui.app does before it imports the same modules
    from core.cli.main import main
    from gui.quick_import import stop_reading_sources

    stop_reading_sources()  # the same
    from gui.application import Application
    from gui.window import MainWindow

    make_window, make_application = MainWindow.__init__, Application.__init__

    def window_made(self: MainWindow, *args: Any) -> None:
        make_window(self, *args)
        self.first_painted.connect(lambda: after(0, on_first_frame))

    def application_made(self: Application, *args: Any) -> None:
        make_application(self, *args)
        self.completed.connect(lambda: JOBS[job](self))

    def on_first_frame() -> None:
        say("painted")
        if job == "paint-only":
            leave()

    MainWindow.__init__ = window_made  # type: ignore[assignment,method-assign]  # the bench listens from outside
    Application.__init__ = application_made  # type: ignore[assignment,method-assign]  # the same
    return main([])


def when_scanned(application: Application, call: Callable[[], object]) -> None:
    """Call once the first scan is over and what it changed is painted."""
    store = application.context.store
    told: list[bool] = []

    def on_scanning(is_scanning: bool) -> None:
        if not is_scanning and not told:
            told.append(True)
            after(0, call)

    store.scanning_changed.connect(on_scanning)


def until_complete(application: Application) -> None:
    """Tell when the page with all its readings is there."""

    def done() -> None:
        say("complete")
        leave()

    when_scanned(application, done)


def memory(application: Application) -> None:
    """Tell the memory some seconds after the scan."""

    def done() -> None:
        say_memory()
        leave()

    when_scanned(application, lambda: after(SETTLE_MS, done))


class Watchdog:
    """Measures the longest time in which the main thread did not come to its timer, on the clock and as its own work."""

    def __init__(self) -> None:
        """Tick from now on."""
        from PySide6.QtCore import Qt, QTimer

        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        self.begin()

    def begin(self) -> None:
        """Begin a new stretch."""
        self._last, self._last_cpu = time.perf_counter(), time.thread_time()
        self.worst_ms = self.worst_cpu_ms = 0.0

    def _tick(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        self.worst_ms = max(self.worst_ms, (now - self._last) * 1000)
        self.worst_cpu_ms = max(self.worst_cpu_ms, (cpu - self._last_cpu) * 1000)
        self._last, self._last_cpu = now, cpu


def stalls(application: Application) -> None:
    """Tell the longest stall of the first scan, of a second one, and of opening each page for the first and second time."""
    dog = Watchdog()
    window = application.window
    steps: list[tuple[str, Callable[[], object]]] = [("prepare", lambda: None), ("again", application.context.session.refresh)]
    steps += [(f"open-{entry}", lambda entry=entry: window.show_page(entry)) for entry in pages() if entry != window.current_page]  # type: ignore[misc]  # a default binds the page
    steps += [(f"back-{entry}", lambda entry=entry: window.show_page(entry)) for entry in pages()]  # type: ignore[misc]  # the same
    names = iter(steps)

    def report(name: str) -> None:
        say(name, round(dog.worst_ms, 1))
        say(f"{name}-cpu", round(dog.worst_cpu_ms, 1))
        following = next(names, None)
        if following is None:
            leave()
            return
        dog.begin()
        following[1]()
        after(1500, lambda: report(following[0]))

    when_scanned(application, lambda: after(400, lambda: report("scan")))


def pages() -> list[str]:
    """Return the ids of all pages."""
    from gui.pages.registry import PAGES

    return [entry.id for entry in PAGES]


def _rename_git_user(home: str, number: int) -> float:
    """Put a new git settings file in the place of the old one; return when."""
    fresh = f"{home}/fresh"
    with open(fresh, "w", encoding="ascii") as file:  # noqa: PTH123  plain on purpose
        file.write(f"[user]\n\tname = Bench {number}\n\temail = bench{number}@bench.example\n")
    begun = time.perf_counter()
    os.replace(fresh, f"{home}/.gitconfig")  # noqa: PTH105  the same
    return begun


def _eye(application: Application, state: dict[str, Any], painted: Callable[[], None]) -> QObject:
    """Return a watcher that calls `painted` at the end of the first frame after `state["is_new"]` was set."""
    from PySide6.QtCore import QEvent, QObject

    class Eye(QObject):
        """Sees when the list paints."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
            """Notice the end of a frame that shows the new reading."""
            if state["is_new"] and event.type() == QEvent.Type.Paint:
                state["is_new"] = False
                after(0, painted)
            return False

    return Eye(application)


def change(application: Application) -> None:
    """Replace the git settings again and again and tell how long each change took to its painted row, in ms."""
    from PySide6.QtWidgets import QAbstractItemView

    home, context = os.path.expanduser("~"), application.context  # noqa: PTH111  a text is wanted
    state: dict[str, Any] = {"begun": 0.0, "number": 0, "is_new": False}

    def begin() -> None:
        application.window.show_signal("git-identity")
        for view in application.window.findChildren(QAbstractItemView):
            view.viewport().installEventFilter(eye)
        after(1500, replace)

    def replace() -> None:
        state["number"] += 1
        state["begun"] = _rename_git_user(home, int(state["number"]))

    def on_changed(ids: list[str]) -> None:
        if "git-identity" in ids and state["begun"]:
            state["is_new"] = True

    def painted() -> None:
        say("row", round((time.perf_counter() - state["begun"]) * 1000, 1))
        state["begun"] = 0.0
        if state["number"] >= 40:
            leave()
        after(200, replace)

    eye = _eye(application, state, painted)
    context.store.changed.connect(on_changed)
    when_scanned(application, begin)


def idle(application: Application) -> None:
    """Tell the share of one core, in percent, over some time shown and as long hidden."""
    from core.selfaudit import SelfAudit  # noqa: F401  part of what runs
    from tests.bench.measure import precise_cpu_s

    seconds = float(os.environ["BENCH_IDLE_S"])
    window = application.window
    begun = [0.0, 0.0]

    def begin() -> None:
        begun[:] = [time.perf_counter(), precise_cpu_s()]

    def share() -> float:
        return round((precise_cpu_s() - begun[1]) / (time.perf_counter() - begun[0]) * 100, 4)

    def shown_over() -> None:
        say("shown", share())
        window.hide()
        after(4000, hidden)

    def hidden() -> None:
        begin()
        after(int(seconds * 1000), hidden_over)

    def hidden_over() -> None:
        say("hidden", share())
        leave()

    def shown() -> None:
        begin()
        after(int(seconds * 1000), shown_over)

    when_scanned(application, lambda: after(4000, shown))


JOBS: dict[str, Callable[[Any], None]] = {
    "paint-only": lambda _application: None,
    "paint": until_complete,
    "memory": memory,
    "stalls": stalls,
    "change": change,
    "idle": idle,
}

if __name__ == "__main__":
    wanted = sys.argv[1]
    sys.exit(empty(wants_memory=wanted == "empty-memory") if wanted.startswith("empty") else telltale(wanted))
