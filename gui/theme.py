"""Looks: colour roles from JSON, the palette first and the style sheet second, sizes that follow the text size.

Every theme has the same roles; `tests/gui/test_theme.py` checks names and contrasts. JSON, as it is read before the first frame.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette

from core.paths import read_resource, resource_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

_TOKEN: Final = re.compile(r"\{\{\s*(?:(px|pt)\s+([0-9.]+)|image\s+([a-z]+)|([a-z_]+))\s*\}\}")
_GENERIC_FAMILIES: Final = frozenset({"Sans Serif", "Sans", "sans-serif", ""})
_PREFERRED_FAMILIES: Final = ["Inter", "Cantarell", "Noto Sans", "Open Sans", "Sans Serif"]
SMALLEST_POINTS: Final = 10.0
TEXT_SIZES: Final = (100, 110, 125, 150, 175, 200)


class ThemeChoice(StrEnum):
    """What the person chose in Settings."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tokens(NamedTuple):
    """The colours of one theme by role."""

    name: str
    is_dark: bool
    colours: Mapping[str, str]


@cache
def load_tokens(name: str) -> Tokens:
    """Return a shipped theme by name (`light`, `dark`)."""
    data = json.loads(read_resource("themes", f"{name}.json"))
    return Tokens(str(data["name"]), bool(data["is_dark"]), dict(data["colours"]))


class Theme(QObject):
    """The look of the whole application: choice, colours, fonts, scaled sizes; emits `changed` after a switch."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM, text_percent: int = 100) -> None:
        """Remember the application's own font before anything is scaled."""
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._text_percent = text_percent
        self._base_font = _base_font(app)
        self._tokens = load_tokens("light")
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[tuple[float, bool, int], QFont] = {}
        self.reduced_motion = False
        self._is_system_dark = app.palette().window().color().lightness() < 128

    def follow_system(self) -> None:
        """Ask the system itself and follow it from now on; until then its window colour decides, which costs the first frame nothing."""
        hints = self._app.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_scheme)
        self._on_system_scheme(hints.colorScheme())

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose."""
        return self._choice

    @property
    def text_percent(self) -> int:
        """The text size in percent, 100 to 200."""
        return self._text_percent

    @property
    def is_dark(self) -> bool:
        """Whether the colours in use are the dark ones."""
        return self._tokens.is_dark

    def set_choice(self, choice: ThemeChoice) -> None:
        """Switch between following the system, light and dark."""
        if choice != self._choice:
            self._choice = choice
            self.apply()

    def set_text_percent(self, percent: int) -> None:
        """Set the text size (limited to 100 to 200 percent)."""
        percent = min(200, max(100, percent))
        if percent != self._text_percent:
            self._text_percent = percent
            self.apply()

    def apply(self) -> None:
        """Set palette, fonts and style sheet of the application and tell everybody who paints."""
        self._tokens = load_tokens(self._wanted_name())
        self._colours = {}
        self._fonts = {}
        self._app.setPalette(self._palette())
        self._app.setFont(self.font())
        self._app.setStyleSheet(self.style_sheet())
        self.changed.emit()

    def colour(self, role: str) -> QColor:
        """Return the colour of a role, such as `text_muted`."""
        found = self._colours.get(role)
        if found is None:
            found = self._colours[role] = QColor(self._tokens.colours[role])
        return found

    def px(self, size: float) -> int:
        """Return a size in pixels at 100 percent, scaled with the text."""
        return max(1, round(size * self._text_percent / 100))

    def points(self, ratio: float = 1.0) -> float:
        """Return a font size relative to the base size."""
        return self._base_font.pointSizeF() * ratio * self._text_percent / 100

    def font(self, ratio: float = 1.0, *, mono: bool = False, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Return the system's text font (or its fixed-width font) in a size relative to the base size."""
        key = (ratio, mono, weight.value)
        found = self._fonts.get(key)
        if found is None:
            found = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont) if mono else QFont(self._base_font)
            found.setPointSizeF(self.points(ratio))
            found.setWeight(weight)
            self._fonts[key] = found
        return found

    def style_sheet(self) -> str:
        """Return the style sheet with this theme's colours and sizes filled in."""
        return _TOKEN.sub(self._fill, _template())

    def _fill(self, found: re.Match[str]) -> str:
        unit, number, image, role = found.groups()
        if unit == "px":
            return f"{self.px(float(number))}px"
        if unit == "pt":
            return f"{self.points(float(number)):.2f}pt"
        if image:
            return f'url("{(resource_root() / "qss" / f"{image}-{self._tokens.name}.svg").as_posix()}")'
        return css_colour(self.colour(role))

    def _wanted_name(self) -> str:
        if self._choice is not ThemeChoice.SYSTEM:
            return self._choice.value
        return "dark" if self._is_system_dark else "light"

    def _on_system_scheme(self, scheme: Qt.ColorScheme) -> None:
        from PySide6.QtCore import Qt

        if scheme != Qt.ColorScheme.Unknown:
            self._is_system_dark = scheme == Qt.ColorScheme.Dark
        if self._choice is ThemeChoice.SYSTEM and self._wanted_name() != self._tokens.name:
            self.apply()

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for target, name in (
            (role.Window, "window"),
            (role.WindowText, "text"),
            (role.Base, "surface"),
            (role.AlternateBase, "surface_sunken"),
            (role.Text, "text"),
            (role.PlaceholderText, "text_faint"),
            (role.Button, "surface"),
            (role.ButtonText, "text"),
            (role.BrightText, "on_accent"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.ToolTipBase, "surface_raised"),
            (role.ToolTipText, "text"),
            (role.Link, "accent"),
            (role.LinkVisited, "accent"),
            (role.Accent, "accent"),
            (role.Light, "surface_raised"),
            (role.Midlight, "border"),
            (role.Mid, "border_strong"),
            (role.Dark, "border_strong"),
        ):
            palette.setColor(target, self.colour(name))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.colour("text_faint"))
        return palette


def css_colour(colour: QColor) -> str:
    """Return a colour in the notation of style sheets."""
    return colour.name(QColor.NameFormat.HexArgb if colour.alpha() < 255 else QColor.NameFormat.HexRgb)


@cache
def _template() -> str:
    return read_resource("qss", "base.qss").decode()


def _base_font(app: QApplication) -> QFont:
    """Return the system's text font; where no desktop chose one, the best installed of a few calm families."""
    font = QFont(app.font())
    if font.family() in _GENERIC_FAMILIES:
        font.setFamilies(_PREFERRED_FAMILIES)
    points = font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()
    font.setPointSizeF(max(SMALLEST_POINTS, points))
    return font
