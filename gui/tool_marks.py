"""Marks of the AI tools in the theme's colours; a tool without one gets the first letter of its name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from core.paths import read_resource

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.theme import Theme

_NOTHING: Final = ""


@cache
def tool_svg(mark: str) -> str:
    """Return the source of a shipped tool mark, empty if there is none."""
    if not mark.replace("-", "").isalnum():
        return _NOTHING
    try:
        return read_resource("icons", "tools", f"{mark}.svg").decode()
    except OSError:
        return _NOTHING


class ToolMarks(QObject):
    """Draws tool marks for one theme."""

    def __init__(self, theme: Theme) -> None:
        """Follow the theme."""
        super().__init__(theme)
        self._theme = theme
        self._cache: dict[tuple[str, str, str, int, float], QPixmap] = {}
        theme.changed.connect(self._cache.clear)

    def pixmap(self, mark: str, name: str, size: float = 22, ratio: float = 1.0, role: str = "text") -> QPixmap:
        """Return a mark in a colour role, `size` in pixels at 100 percent; the letter of `name` where there is no mark."""
        key = (mark, name[:1] if not tool_svg(mark) else _NOTHING, role, self._theme.px(size), ratio)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._draw(mark, name, self._theme.px(size), ratio, role)
        return found

    def _draw(self, mark: str, name: str, side: int, ratio: float, role: str) -> QPixmap:
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0, 0, side, side)
        source = tool_svg(mark)
        if source:
            coloured = source.replace("currentColor", self._theme.colour(role).name())
            QSvgRenderer(QByteArray(coloured.encode())).render(painter, box)
        else:
            self._letter(painter, box, name, role)
        painter.end()
        return pixmap

    def _letter(self, painter: QPainter, box: QRectF, name: str, role: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("border"))
        painter.drawRoundedRect(box, box.width() * 0.24, box.width() * 0.24)
        font = QFont(self._theme.font(weight=QFont.Weight.DemiBold))
        font.setPixelSize(max(6, round(box.height() * 0.58)))
        painter.setFont(font)
        painter.setPen(self._theme.colour(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name[:1].upper())


class ToolIcon(QWidget):
    """A tool's mark that only decorates."""

    def __init__(self, theme: Theme, marks: ToolMarks, mark: str, name: str, size: float = 24) -> None:
        """Show a mark."""
        super().__init__()
        self._theme, self._marks, self._mark, self._name, self._size = theme, marks, mark, name, size
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Be a square."""
        side = self._theme.px(self._size)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Stay a square."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark in the middle."""
        side = self._theme.px(self._size)
        pixmap = self._marks.pixmap(self._mark, self._name, self._size, self.devicePixelRatioF())
        QPainter(self).drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, pixmap)
