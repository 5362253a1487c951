"""Lucide icons in the theme's colours, sharp at every scale; a missing icon falls back to a neutral one."""

from __future__ import annotations

import weakref
from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core.paths import read_resource

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton

    from gui.theme import Theme

FALLBACK: Final = "circle-help"
_RATIOS: Final = (1.0, 2.0)


@cache
def svg_source(name: str) -> str:
    """Return the source of a shipped icon; an unknown name gives the fallback icon."""
    if not name.replace("-", "").isalnum():
        return svg_source(FALLBACK)
    try:
        return read_resource("icons", "lucide", f"{name}.svg").decode()
    except OSError:
        return svg_source(FALLBACK)


class Icons(QObject):
    """Draws icons for one theme and recolours the buttons that use them when the theme changes."""

    def __init__(self, theme: Theme) -> None:
        """Follow the theme."""
        super().__init__(theme)
        self._theme = theme
        self._cache: dict[tuple[str, str, int, float], QPixmap] = {}
        self._bound: weakref.WeakKeyDictionary[QAbstractButton, tuple[str, str, float]] = weakref.WeakKeyDictionary()
        theme.changed.connect(self._on_theme_changed)

    def pixmap(self, name: str, role: str = "text_muted", size: float = 20, ratio: float = 1.0) -> QPixmap:
        """Return an icon in a colour role; `size` is in pixels at 100 percent, `ratio` the screen's."""
        side = self._theme.px(size)
        colour = self._theme.colour(role).name()
        key = (name, colour, side, ratio)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = _draw(svg_source(name).replace("currentColor", colour), side, ratio)
        return found

    def icon(self, name: str, role: str = "text_muted", size: float = 20) -> QIcon:
        """Return an icon for a button or menu."""
        icon = QIcon()
        for ratio in _RATIOS:
            icon.addPixmap(self.pixmap(name, role, size, ratio))
        return icon

    def bind(self, button: QAbstractButton, name: str, role: str = "text_muted", size: float = 18) -> None:
        """Set a button's icon now and again whenever the theme changes."""
        self._bound[button] = (name, role, size)
        self._set(button, name, role, size)

    def _set(self, button: QAbstractButton, name: str, role: str, size: float) -> None:
        side = self._theme.px(size)
        button.setIcon(self.icon(name, role, size))
        button.setIconSize(QSize(side, side))

    def _on_theme_changed(self) -> None:
        self._cache.clear()
        for button, (name, role, size) in list(self._bound.items()):
            self._set(button, name, role, size)


def _draw(source: str, side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(0, 0, 0, 0))
    renderer = QSvgRenderer(QByteArray(source.encode()))
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def logo(side: int, ratio: float = 1.0) -> QPixmap:
    """Return Telltale's own mark."""
    return _draw(read_resource("icons", "telltale.svg").decode(), side, ratio)
