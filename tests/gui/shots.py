"""Takes pictures of every page: `shots.py FOLDER [--persona NAME] [--only WORD]`; run it inside the clean room under Xvfb or offscreen."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402  the path comes first

from gui.app import Options  # noqa: E402  the path comes first
from gui.application import Application, make_application  # noqa: E402  the path comes first
from gui.settings import Settings  # noqa: E402  the path comes first
from gui.theme import ThemeChoice  # noqa: E402  the path comes first
from gui.widgets.finder import Finder  # noqa: E402  the path comes first


def wait(ms: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait_until_scanned(application: Application, limit_ms: int = 8000) -> None:
    """Wait for the first scan to finish."""
    store = application.context.store
    for _ in range(limit_ms // 50):
        wait(50)
        if store.error or (store.has_readings and not store.is_scanning):
            break
    for _ in range(limit_ms // 50):
        wait(50)
        if application.context.tools.has_looked and not application.context.tools.is_looking:
            break
    wait(600)


def shoot(application: Application, folder: Path, name: str) -> None:
    """Save one picture."""
    wait(150)
    application.window.grab().save(str(folder / f"{name}.png"))


def page_shots(application: Application, folder: Path, suffix: str) -> None:
    """Go through all pages."""
    window = application.window
    for page in ("overview", "tools", "signals", "requests", "activity", "changes", "presentation", "settings"):
        window.show_page(page)
        shoot(application, folder, f"{page}-{suffix}")
    tool_shots(application, folder, suffix)
    window.show_signal("time-zone")
    shoot(application, folder, f"panel-{suffix}")
    window.show_page("overview")
    window.open_finder()
    shoot(application, folder, f"finder-{suffix}")
    finder = window.findChild(Finder)
    assert isinstance(finder, Finder)
    finder.close_finder()


def tool_shots(application: Application, folder: Path, suffix: str) -> None:
    """Show the first tool, one of its cells, and a comparison."""
    window, installed = application.window, application.context.tools.installed
    if installed:
        window.show_tool(installed[0])
        shoot(application, folder, f"tool-{suffix}")
        window.show_tool(installed[0], "time-zone")
        shoot(application, folder, f"cell-{suffix}")
    if len(installed) > 1:
        window.compare_tools(installed[:3])
        shoot(application, folder, f"compare-{suffix}")


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--persona", default="")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    app = make_application()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home), Path(home))
        application = Application(app, Options(persona=given.persona), settings)
        window = application.window
        window.resize(1280, 800)
        window.show()
        shoot(application, given.folder, "loading")
        wait_until_scanned(application)
        for theme, percent, width, height in (
            (ThemeChoice.LIGHT, 100, 1280, 800),
            (ThemeChoice.DARK, 100, 1280, 800),
            (ThemeChoice.LIGHT, 150, 1280, 800),
            (ThemeChoice.LIGHT, 100, 960, 640),
            (ThemeChoice.DARK, 200, 1280, 800),
        ):
            suffix = f"{theme.value}-{percent}-{width}"
            if given.only and given.only not in suffix:
                continue
            application.context.theme.set_choice(theme)
            application.context.theme.set_text_percent(percent)
            window.resize(width, height)
            wait(200)
            page_shots(application, given.folder, suffix)
        application.context.presentation.set_on(True)
        shoot(application, given.folder, "presenting")
        window.close()
        application.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
