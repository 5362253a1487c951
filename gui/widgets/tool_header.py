"""The header of a matrix: a tool's mark over its name in each mark column; the names of the rows stay when it is moved sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.delegates import PAD
from gui.models.roles import Column, Role

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics, QPaintEvent

    from gui.context import Context

HEIGHT: Final = 68
LOW: Final = 42
MARK: Final = 19
ROOM_FOR_NAME: Final = 58


class ToolHeader(QHeaderView):
    """Paints mark columns by itself and leaves the others to the style."""

    def __init__(self, context: Context, parent: QWidget, *, is_beside: bool = False) -> None:
        """With `is_beside` a tool's name stands at the right of its mark, over the words of its column."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._context = context
        self.is_beside = is_beside
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setAccessibleName(self.tr("Columns"))
        self.setAccessibleDescription(self.tr("Press a title to sort by it"))

    def sizeHint(self) -> QSize:
        """Be higher where there are tools."""
        hint = super().sizeHint()
        height = self._context.theme.px(LOW if self.is_beside else HEIGHT)
        return QSize(hint.width(), max(hint.height(), height)) if self._has_tools() else hint

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one title."""
        mark = self._tool_mark(section)
        if mark is None:
            painter.save()
            super().paintSection(painter, rect, section)
            painter.restore()
            return
        theme, model = self._context.theme, self.model()
        name = str(model.headerData(section, Qt.Orientation.Horizontal))
        painter.save()
        side, has_name = theme.px(MARK), rect.width() >= theme.px(ROOM_FOR_NAME)
        pixmap = self._context.tool_marks.pixmap(mark, name, MARK, painter.device().devicePixelRatioF())
        top = rect.top() + theme.px(9) if has_name else rect.center().y() - side // 2
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        if self.is_beside:
            painter.drawPixmap(rect.left() + theme.px(PAD), rect.center().y() - side // 2, pixmap)
        else:
            painter.drawPixmap(rect.center().x() - side // 2 + 1, top, pixmap)
        if has_name:
            painter.setFont(theme.font(0.9, weight=QFont.Weight.DemiBold if is_sorted else QFont.Weight.Medium))
            painter.setPen(theme.colour("accent" if is_sorted else "text"))
            self._paint_name(painter, rect, name)
        painter.setPen(QPen(theme.colour("accent" if is_sorted and not has_name else "border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_name(self, painter: QPainter, rect: QRect, name: str) -> None:
        """Paint a tool's name under its mark, or beside it where the column says more than a mark."""
        theme, metrics = self._context.theme, painter.fontMetrics()
        if self.is_beside:
            inner = rect.adjusted(theme.px(PAD + MARK + PAD), 0, -theme.px(PAD), 0)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
            return
        inner = rect.adjusted(theme.px(2), theme.px(31), -theme.px(2), -theme.px(4))
        if metrics.horizontalAdvance(name) > inner.width():
            lines = self._two_lines(name, inner.width(), metrics)
            if lines.endswith("\u2026"):
                painter.setFont(theme.font(0.8, weight=QFont.Weight.Medium))
                lines = self._two_lines(name, inner.width(), painter.fontMetrics())
            name = lines
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter), name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Keep the title of the rows at the left while the rest moves."""
        super().paintEvent(event)
        last = self.count() - 1
        if last >= 0 and not self.isSectionHidden(last) and self.sectionViewportPosition(last) + self.sectionSize(last) > self.width():
            painter = QPainter(self.viewport())
            box = QRect(self.width() - self.sectionSize(last), 0, self.sectionSize(last), self.height())
            painter.fillRect(box, self._context.theme.colour("surface"))
            self.paintSection(painter, box, last)
            painter.end()
        if self.offset() and not self.isSectionHidden(Column.NAME):
            painter = QPainter(self.viewport())
            box = QRect(0, 0, self.sectionSize(Column.NAME), self.height())
            painter.fillRect(box, self._context.theme.colour("surface"))
            self.paintSection(painter, box, Column.NAME)

    @staticmethod
    def _two_lines(name: str, width: int, metrics: QFontMetrics) -> str:
        """Break a name once, where the first line is as full as it can be."""
        first, _, rest = name.partition(" ")
        while rest and metrics.horizontalAdvance(f"{first} {rest.partition(' ')[0]}") <= width:
            word, _, rest = rest.partition(" ")
            first = f"{first} {word}"
        lines = [metrics.elidedText(text, Qt.TextElideMode.ElideRight, width) for text in (first, rest) if text]
        return "\n".join(lines)

    def _tool_mark(self, section: int) -> str | None:
        model = self.model()
        mark = model.headerData(section, Qt.Orientation.Horizontal, int(Role.TOOL_MARK)) if model is not None else None
        return str(mark) if mark is not None else None

    def _has_tools(self) -> bool:
        return self.count() > Column.FIRST_VIEWER and self._tool_mark(Column.FIRST_VIEWER) is not None
