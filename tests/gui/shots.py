"""Takes pictures of every page, panel, dialog and state; run it inside the clean room under Xvfb or offscreen.

`shots.py FOLDER [--persona NAME] [--only WORD]` takes all of them, in every look and size; `shots.py FOLDER --readme` takes those
of the README: an invented machine at 1280 x 800, light and dark. `--persona ""` shows the machine it runs on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEventLoop, QModelIndex, QTimer  # noqa: E402  the path comes first
from PySide6.QtGui import QCursor  # noqa: E402  the path comes first
from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea  # noqa: E402  the path comes first

from gui.app import Options  # noqa: E402  the path comes first
from gui.application import Application, make_application  # noqa: E402  the path comes first
from gui.dialogs.canary import CanaryDialog  # noqa: E402  the path comes first
from gui.dialogs.compare import CompareDialog  # noqa: E402  the path comes first
from gui.dialogs.inspect import InspectDialog  # noqa: E402  the path comes first
from gui.dialogs.preview import PreviewDialog  # noqa: E402  the path comes first
from gui.dialogs.sources import SourcesDialog  # noqa: E402  the path comes first
from gui.dialogs.what_changed import WhatChangedDialog  # noqa: E402  the path comes first
from gui.models.store import Query  # noqa: E402  the path comes first
from gui.pages.registry import PAGES  # noqa: E402  the path comes first
from gui.pages.signals import SignalsPage  # noqa: E402  the path comes first
from gui.pages.tools import ToolsPage  # noqa: E402  the path comes first
from gui.settings import Settings  # noqa: E402  the path comes first
from gui.theme import ThemeChoice  # noqa: E402  the path comes first
from gui.widgets.change_view import ChangeView  # noqa: E402  the path comes first
from gui.widgets.finder import Finder  # noqa: E402  the path comes first
from gui.widgets.marker_card import MarkerCard  # noqa: E402  the path comes first

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.toggles.model import Plan

PERSONA: Final = "developer-laptop"
README: Final = ("overview", "signals", "tools", "tool", "activity", "requests", "changes", "settings")
MADE: Final = ("time-zone", "locale", "host-name", "user-name", "machine-id")
WAIT_MS: Final = 8000


class Look(NamedTuple):
    """How the window stands for one row of pictures."""

    theme: ThemeChoice
    percent: int
    width: int
    height: int

    @property
    def suffix(self) -> str:
        """How the files of this look end."""
        return f"{self.theme.value}-{self.percent}-{self.width}"


LOOKS: Final = (
    Look(ThemeChoice.LIGHT, 100, 1280, 800),
    Look(ThemeChoice.DARK, 100, 1280, 800),
    Look(ThemeChoice.LIGHT, 150, 1280, 800),
    Look(ThemeChoice.DARK, 150, 1280, 800),
    Look(ThemeChoice.LIGHT, 100, 1600, 1000),
    Look(ThemeChoice.DARK, 100, 1600, 1000),
    Look(ThemeChoice.LIGHT, 100, 1024, 700),
    Look(ThemeChoice.DARK, 100, 1024, 700),
    Look(ThemeChoice.LIGHT, 100, 960, 640),
    Look(ThemeChoice.DARK, 200, 1280, 800),
)


def wait(ms: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_until(is_so: Callable[[], bool], limit_ms: int = WAIT_MS) -> None:
    """Let the window live until something is so, or for long enough."""
    for _ in range(limit_ms // 50):
        if is_so():
            break
        wait(50)


class Camera:
    """Goes through a running window and keeps pictures of it."""

    def __init__(self, application: Application, folder: Path) -> None:
        """Keep the pictures in a folder."""
        self._application, self._folder = application, folder
        self._window, self._context = application.window, application.context
        self._suffix = ""

    def stand(self, look: Look) -> None:
        """Give the window a look and a size."""
        self._suffix = f"-{look.suffix}"
        self._context.theme.set_choice(look.theme)
        self._context.theme.set_text_percent(look.percent)
        self._window.resize(look.width, look.height)
        QCursor.setPos(self._window.mapToGlobal(self._window.rect().bottomRight()))
        wait(200)

    def keep(self, name: str) -> None:
        """Save a picture of the window as it is."""
        wait(150)
        self._window.grab().save(str(self._folder / f"{name}{self._suffix}.png"))

    def wait_until_scanned(self) -> None:
        """Wait for the first scan, the tools and what can be switched."""
        store, tools, changes = self._context.store, self._context.tools, self._context.changes
        wait_until(lambda: bool(store.error) or (store.has_readings and not store.is_scanning))
        wait_until(lambda: tools.has_looked and not tools.is_looking and not tools.is_measuring)
        wait_until(lambda: bool(changes.states) or not changes.tools)
        wait(600)

    def make_changes(self, signals: tuple[str, ...] = MADE) -> None:
        """Hide some signals from the first tool, and take the last of them back."""
        changes = self._context.changes
        if not changes.tools:
            return
        tool = changes.tools[0]
        names = [toggle.id for item in signals if (toggle := changes.toggle_of(item)) is not None]
        plans: list[Plan] = []
        changes.plan([(name, tool) for name in names], plans.append)
        wait_until(lambda: bool(plans))
        changes.apply(plans[0])
        wait_until(lambda: bool(changes.active) and not changes.is_busy)
        changes.undo_toggle(names[-1], (tool,))
        wait_until(lambda: not changes.is_busy)
        wait(300)

    def pages(self, wanted: tuple[str, ...] = ()) -> None:
        """Keep a picture of every page."""
        self.close_panels()
        for entry in PAGES:
            if not wanted or entry.id in wanted:
                self._window.show_page(entry.id)
                if entry.id == "requests":
                    wait_until(lambda: bool(self._window.findChildren(MarkerCard)), 2000)
                if entry.id == "changes":
                    self._pick_oldest_change()
                self.keep(entry.id)
        if self._context.tools.installed:
            self._window.show_tool(self._context.tools.installed[0])
            wait(600)
            self.keep("tool")

    def _pick_oldest_change(self) -> None:
        """Show a change that is in effect, with its Undo."""
        for view in self._window.page("changes").findChildren(ChangeView):
            view.setCurrentIndex(view.model().index(view.model().rowCount(QModelIndex()) - 1, 0))

    def close_panels(self) -> None:
        """Put the pages back to what they show first."""
        signals, tools = self._window.page("signals"), self._window.page("tools")
        if isinstance(signals, SignalsPage):
            signals.show_query(Query())
            signals.close_panel()
        if isinstance(tools, ToolsPage):
            tools.show_list()

    def feet(self) -> None:
        """Keep a picture of the end of each page that is longer than the window."""
        for page in ("overview", "settings"):
            self._window.show_page(page)
            wait(50)
            for area in self._window.page(page).findChildren(QScrollArea):
                area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
            self.keep(f"{page}-foot")
            for area in self._window.page(page).findChildren(QScrollArea):
                area.verticalScrollBar().setValue(0)

    def panels(self) -> None:
        """Keep pictures of what opens beside and over the pages."""
        window, installed = self._window, self._context.tools.installed
        window.show_signal("time-zone")
        self.keep("panel")
        self._scroll_down("panel-foot")
        window.show_query(Query(text="no signal has these words"))
        self.keep("signals-nothing")
        if installed:
            window.show_tool(installed[0], "time-zone")
            self.keep("cell")
        if len(installed) > 1:
            window.compare_tools(installed[:3])
            self.keep("compare")
        window.show_page("overview")
        window.open_finder()
        self.keep("finder")
        finder = window.findChild(Finder)
        assert isinstance(finder, Finder)
        finder.close_finder()
        self.close_panels()

    def _scroll_down(self, name: str) -> None:
        areas = [area for area in self._window.findChildren(QScrollArea) if area.isVisible()]
        for area in areas:
            area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
        self.keep(name)
        for area in areas:
            area.verticalScrollBar().setValue(0)

    def dialogs(self) -> None:
        """Keep pictures of the dialogs."""
        context, window = self._context, self._window
        tools, changes = context.changes.tools, context.changes
        if not tools:
            return
        self._keep_dialog(InspectDialog(context, window, tools[0]), "dialog-inspect")
        self._keep_dialog(CompareDialog(context, window, tools[0]), "dialog-compare")
        self._keep_dialog(CanaryDialog(context, window, tools[0]), "dialog-canary")
        self._keep_dialog(WhatChangedDialog(context, window, tools[0]), "dialog-what-changed")
        plans: list[Plan] = []
        changes.plan(changes.recommended(), plans.append)
        wait_until(lambda: bool(plans))
        self._keep_dialog(PreviewDialog(context, changes, window, plans[0]), "dialog-preview")
        cards = window.page("requests").findChildren(MarkerCard)
        asked = [button for card in cards for button in card.findChildren(QPushButton) if button.text().startswith("Sources")]
        for button in asked[:1]:
            button.click()
            wait_until(lambda: bool(window.page("requests").findChildren(SourcesDialog)))
            opened = window.page("requests").findChild(SourcesDialog)
            assert isinstance(opened, SourcesDialog)
            self._keep_dialog(opened, "dialog-sources")

    def _keep_dialog(self, dialog: QDialog, name: str) -> None:
        dialog.show()
        wait(200)
        dialog.grab().save(str(self._folder / f"{name}{self._suffix}.png"))
        dialog.close()


def everything(camera: Camera, only: str) -> None:
    """Take all pictures."""
    camera.keep("loading")
    camera.wait_until_scanned()
    camera.keep("first-start")
    is_first = True
    for look in LOOKS:
        if only and only not in look.suffix:
            continue
        camera.stand(look)
        if is_first:
            camera.pages(("overview", "changes"))
            camera.make_changes()
            is_first = False
        camera.pages()
        camera.feet()
        camera.panels()
        camera.dialogs()


def for_readme(camera: Camera, folder: Path) -> None:
    """Take the pictures of the README, named by page and theme."""
    camera.wait_until_scanned()
    camera.make_changes()
    for look in LOOKS[:2]:
        camera.stand(look)
        camera.pages(README)
    for path in folder.glob("*-100-1280.png"):
        shrink(path)
        path.rename(path.with_name(path.name.replace("-100-1280", "")))


def shrink(path: Path) -> None:
    """Bring a picture down to 256 colours where `pngquant` is installed: a third of the size, and nobody sees it."""
    tool = shutil.which("pngquant")
    if tool is not None:
        subprocess.run([tool, "--nofs", "--speed", "1", "--strip", "--force", "--output", str(path), "256", str(path)], check=True)


def main() -> int:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--persona", default=PERSONA)
    parser.add_argument("--only", default="")
    parser.add_argument("--readme", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home), Path(home))
        settings.change(is_welcome_done=given.readme)
        application = Application(app, Options(persona=given.persona), settings)
        application.window.resize(1280, 800)
        application.window.show()
        application.complete()
        camera = Camera(application, given.folder)
        if given.readme:
            for_readme(camera, given.folder)
        else:
            everything(camera, given.only)
            application.context.presentation.set_on(True)
            camera.keep("presenting")
        application.window.close()
        application.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
