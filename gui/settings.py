"""What the person chose and how the window stood; two small private files that may be missing or broken."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from core.paths import config_dir, read_private, state_dir, write_private
from gui.theme import ThemeChoice

if TYPE_CHECKING:
    from pathlib import Path

SAVE_AFTER_MS: Final = 400
_CONFIG_FILE: Final = "window.json"
_STATE_FILE: Final = "window-state.json"


class RefreshPace(StrEnum):
    """How eagerly Telltale looks again."""

    LIVE = "live"
    SAVING = "saving"


class Choices(NamedTuple):
    """What the person chose in Settings."""

    theme: str = ThemeChoice.SYSTEM.value
    text_percent: int = 100
    pace: str = RefreshPace.LIVE.value
    reduced_motion: bool = False
    is_welcome_done: bool = False
    language: str = ""
    starts_in_tray: bool = False
    starts_presenting: bool = False


class WindowState(NamedTuple):
    """How the window stood when it was closed; sizes in pixels."""

    width: int = 1280
    height: int = 800
    is_maximized: bool = False
    page: str = "overview"


_T = TypeVar("_T", Choices, WindowState)


class Settings(QObject):
    """Holds choices and window state, and writes them a moment after the last change."""

    changed = Signal()

    def __init__(self, config: Path | None = None, state: Path | None = None, parent: QObject | None = None) -> None:
        """Read both files; what is missing or broken is as on the first day."""
        super().__init__(parent)
        self._config_file = (config or config_dir()) / _CONFIG_FILE
        self._state_file = (state or state_dir()) / _STATE_FILE
        self._choices = read_as(Choices(), self._config_file)
        self._window = read_as(WindowState(), self._state_file)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)

    @property
    def choices(self) -> Choices:
        """What the person chose."""
        return self._choices

    @property
    def window(self) -> WindowState:
        """How the window stood."""
        return self._window

    @property
    def theme(self) -> ThemeChoice:
        """The theme chosen; an unknown one follows the system."""
        return ThemeChoice(self._choices.theme) if self._choices.theme in set(ThemeChoice) else ThemeChoice.SYSTEM

    @property
    def pace(self) -> RefreshPace:
        """The pace chosen; an unknown one is live."""
        return RefreshPace(self._choices.pace) if self._choices.pace in set(RefreshPace) else RefreshPace.LIVE

    def change(self, **values: object) -> None:
        """Change choices by name and save them soon."""
        self._choices = self._choices._replace(**values)  # type: ignore[arg-type]  # names are checked by _replace itself
        self._timer.start()
        self.changed.emit()

    def remember(self, state: WindowState) -> None:
        """Remember how the window stands and save it soon."""
        if state != self._window:
            self._window = state
            self._timer.start()

    def save(self) -> bool:
        """Write both files now; a folder that cannot be written costs only the memory of this run."""
        self._timer.stop()
        written = [_write(self._config_file, self._choices._asdict()), _write(self._state_file, self._window._asdict())]
        return all(written)


def read_as(default: _T, file: Path) -> _T:
    """Return the file's values of the right type, and the default's for everything else."""
    text = read_private(file)
    try:
        data = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return default
    known = default._asdict()
    found = data if isinstance(data, dict) else {}
    good = {name: found[name] for name, value in known.items() if name in found and type(found[name]) is type(value)}
    return default._replace(**good)


def _write(file: Path, data: dict[str, Any]) -> bool:
    return write_private(file, json.dumps(data, indent=2).encode() + b"\n")
