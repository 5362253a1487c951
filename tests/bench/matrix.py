"""`python -m tests.bench.matrix [TOOLS]`: the matrix of many tools and all signals: filling, one changed cell, scrolling, filtering.

Run it inside the clean room; it opens an invented machine, so nothing of this one is read.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer

from core.model import Grade
from core.tools.exposure import Known, expose
from core.tools.model import Channel, Installation
from core.tools.stand_in import recorded_view
from gui.app import Options
from gui.application import Application, make_application
from gui.models.store import Query
from gui.pages.signals import SignalsPage
from gui.settings import Settings
from gui.widgets.signal_view import SignalView

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.tools.model import Exposure

GRADES = (Grade.COULD_SEE, Grade.HIDDEN, Grade.REPORTED, Grade.SAW_READ, Grade.SAW_SENT, Grade.NOT_MEASURED)


def wait(ms: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def opened(home: Path) -> Application:
    """Open the window on an invented machine and wait until it is quiet."""
    application = Application(make_application(), Options(persona="developer-laptop"), Settings(home, home))
    application.window.resize(1280, 800)
    application.window.show()
    application.complete()
    store, tools = application.context.store, application.context.tools
    while not store.has_readings or store.is_scanning or not tools.has_looked or tools.is_looking:
        wait(50)
    application.context.tool_work.desk.close()  # type: ignore[union-attr]  # there is one while a machine is open
    wait(300)
    return application


def cells(application: Application, count: int) -> dict[str, list[Exposure]]:
    """Make cells for so many tools, with grades that vary."""
    catalogue, tools = application.context.store.catalogue, list(application.context.tools.tools.values())
    host = application.context.store.host
    assert catalogue is not None
    assert host is not None
    readings = tuple(application.context.store.readings().values())
    made: dict[str, list[Exposure]] = {}
    for number in range(count):
        tool = replace(tools[number % len(tools)], id=f"tool-{number}", name=f"Tool number {number}")
        known = Known(tool, host.system, ("1.0.0",), recorded_view(tool, None, readings))
        row = [expose(known, signal) for signal in catalogue.signals.values()]
        made[tool.id] = [replace(cell, grade=GRADES[(number + place) % len(GRADES)]) for place, cell in enumerate(row)]
    return made


def took(call: Callable[[], object]) -> float:
    """Return the milliseconds of a call and all painting that follows from it."""
    begun = time.perf_counter()
    call()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    QCoreApplication.processEvents()
    return (time.perf_counter() - begun) * 1000


def report(name: str, times: list[float]) -> None:
    """Print median and worst."""
    sys.stdout.write(f"{name:42} median {statistics.median(times):8.2f} ms   worst {max(times):8.2f} ms   n {len(times)}\n")


def main() -> int:
    """Measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        application = opened(Path(folder))
        store = application.context.tools
        made = cells(application, count)
        names = list(made)
        application.window.show_page("signals")
        wait(100)
        sys.stdout.write(f"{count} tools x {len(application.context.store.signals)} signals\n")
        found = [Installation(name, "1.0.0", "", Channel.NPM, "bench") for name in names]
        report("columns for all tools", [took(lambda: store.set_installations(found))])
        report("all cells at once", [took(lambda: store.take_cells(cell for row in made.values() for cell in row))])
        report("one cell, in sight", [took(lambda place=place: change(store, made[names[0]][place % 5], place)) for place in range(200)])
        report(
            "one cell, anywhere",
            [took(lambda place=place: change(store, made[names[place % count]][place % 100], place)) for place in range(300)],
        )
        scroll(application)
        page = application.window.page("signals")
        assert isinstance(page, SignalsPage)
        report("filter typed", [took(lambda text=text: page.show_query(Query(text=text))) for text in ("z", "zo", "zone", "", "key", "")])
        report("the page of all tools", [took(lambda: application.window.show_page("tools"))])
        application.window.close()
        application.close()
    return 0


def change(store: object, cell: Exposure, step: int) -> None:
    """Give a cell another grade."""
    store.take_cells([replace(cell, grade=GRADES[step % len(GRADES)], sentence=str(step))])  # type: ignore[attr-defined]  # the tool store


def scroll(application: Application) -> None:
    """Scroll down and sideways, a frame a step."""
    view = application.window.page("signals").findChild(SignalView)
    assert isinstance(view, SignalView)
    for name, bar in (
        ("a frame of scrolling down", view.verticalScrollBar()),
        ("a frame of scrolling sideways", view.horizontalScrollBar()),
    ):
        step = max(1, bar.maximum() // 150)
        report(name, [took(partial(bar.setValue, value)) for value in range(0, bar.maximum(), step)])


if __name__ == "__main__":
    sys.exit(main())
