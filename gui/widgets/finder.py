"""The finder (Ctrl+K): type a few letters of a signal, a page or an action and press Return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from gui.models.roles import Role
from gui.widgets.basic import IconLabel, column, label, line, row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent

    from gui.context import Context

Index = QModelIndex | QPersistentModelIndex
MOST: Final = 60
WIDTH: Final = 560
_NOWHERE: Final = QModelIndex()
_HINT_ROLE: Final = int(Role.COUNT)


@dataclass(frozen=True, slots=True)
class Find:
    """One thing that can be found: title, what kind of thing it is, its icon, a shortcut, and what happens on Return."""

    title: str
    kind: str
    icon: str
    run: Callable[[], None]
    words: str = ""
    shortcut: str = ""


def rank(find: Find, text: str) -> int | None:
    """Return how well a thing fits what was typed (0 is best), None if it does not."""
    wanted, title = text.casefold().strip(), find.title.casefold()
    if not wanted:
        return 3
    if title.startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in title.split()):
        return 1
    if all(part in title for part in wanted.split()):
        return 2
    place = f"{title} {find.kind} {find.words}".casefold()
    return 3 if all(part in place for part in wanted.split()) else None


class FinderList(QAbstractListModel):
    """What was found, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._all: list[Find] = []
        self._found: list[Find] = []

    def set_things(self, things: Sequence[Find]) -> None:
        """Search among other things."""
        self._all = list(things)
        self.search("")

    def search(self, text: str) -> None:
        """Keep what fits."""
        ranked = [(rank(find, text), number) for number, find in enumerate(self._all)]
        self.beginResetModel()
        self._found = [self._all[number] for fit, number in sorted((fit, number) for fit, number in ranked if fit is not None)][:MOST]
        self.endResetModel()

    def find_at(self, row: int) -> Find | None:
        """Return what stands in a row."""
        return self._found[row] if 0 <= row < len(self._found) else None

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how much was found."""
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return title, kind and icon."""
        find = self.find_at(index.row())
        if find is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return find.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{find.title}, {find.kind}"
            case Role.ICON:
                return find.icon
            case Role.COUNT:
                return find.shortcut or find.kind
            case _:
                return None


class FinderDelegate(QStyledItemDelegate):
    """Paints a found thing: icon, title, kind or shortcut."""

    def __init__(self, context: Context, parent: QObject) -> None:
        """Paint in the theme's colours."""
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give rows a comfortable height."""
        theme = self._context.theme
        return QSize(theme.px(200), max(theme.px(36), option.fontMetrics.height() + theme.px(14)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        theme = self._context.theme
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawRoundedRect(box.adjusted(theme.px(6), 1, -theme.px(6), -1), theme.px(6), theme.px(6))
        side, left = theme.px(17), box.left() + theme.px(18)
        pixmap = self._context.icons.pixmap(str(index.data(Role.ICON)), "text_muted", 17, painter.device().devicePixelRatioF())
        painter.drawPixmap(left, box.center().y() - side // 2, pixmap)
        inner = box.adjusted(theme.px(18) + side + theme.px(12), 0, -theme.px(18), 0)
        painter.setFont(theme.font(0.92))
        painter.setPen(theme.colour("text_muted"))
        hint = str(index.data(_HINT_ROLE))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), hint)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(hint) - theme.px(12))
        painter.setFont(theme.font(weight=QFont.Weight.Medium))
        painter.setPen(theme.colour("text"))
        shown = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()


class Finder(QWidget):
    """An overlay over the window; Escape or a click beside it closes it."""

    closed = Signal()

    def __init__(self, context: Context, window: QWidget) -> None:
        """Stay hidden until `open`."""
        super().__init__(window)
        self._context = context
        self._came_from: QWidget | None = None
        self._list = FinderList(self)
        self._panel = QFrame(self)
        self._panel.setObjectName("finder")
        self._edit = QLineEdit()
        self._edit.setProperty("look", "finder")
        self._edit.setPlaceholderText(self.tr("Find a signal, an AI tool, a page or an action"))
        self._edit.setAccessibleName(self.tr("Find"))
        self._edit.setAccessibleDescription(self.tr("Arrow keys choose, Return opens, Escape closes"))
        self._view = QListView()
        self._view.setAccessibleName(self.tr("Found"))
        self._view.setAccessibleDescription(self.tr("Signals, AI tools, pages and actions that fit"))
        self._view.setModel(self._list)
        self._view.setItemDelegate(FinderDelegate(context, self))
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(self.tr("Nothing fits. Try fewer letters."), "muted")
        self._empty.setContentsMargins(18, 10, 18, 14)
        layout = column(margins=(1, 6, 1, 6))
        head = row(margins=(17, 0, 8, 4), spacing=2)
        head.addWidget(IconLabel(context.theme, context.icons, "search", "text_muted", 18))
        head.addWidget(self._edit, 1)
        layout.addLayout(head)
        for part in (line(), self._empty, self._view):
            layout.addWidget(part)
        self._panel.setLayout(layout)
        self._edit.textChanged.connect(self._on_text)
        self._edit.installEventFilter(self)
        self._view.clicked.connect(self._run)
        window.installEventFilter(self)
        self.hide()

    def open(self, things: Sequence[Find]) -> None:
        """Show the finder with an empty box."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._list.set_things(things)
        self._edit.clear()
        self._on_text("")
        self._place()
        self.show()
        self.raise_()
        self._edit.setFocus()

    def give_back(self) -> bool:
        """Give the keyboard back to whoever had it; say whether that is still there."""
        back, self._came_from = self._came_from, None
        if back is None or not isValid(back) or not back.isVisible():
            return False
        back.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def close_finder(self) -> None:
        """Hide and give the keyboard back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Steer the list from the box, and follow the window's size."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self._edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close on a click beside the panel."""
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_finder()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window behind."""
        QPainter(self).fillRect(self.rect(), self._context.theme.colour("backdrop"))

    def _on_key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_finder()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run(self._view.currentIndex())
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._step(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._step(-1)
            case Qt.Key.Key_PageDown:
                self._step(8)
            case Qt.Key.Key_PageUp:
                self._step(-8)
            case _:
                return False
        return True

    def _step(self, by: int) -> None:
        last = self._list.rowCount() - 1
        self._view.setCurrentIndex(self._list.index(max(0, min(last, self._view.currentIndex().row() + by))))

    def _on_text(self, text: str) -> None:
        self._list.search(text)
        has_some = self._list.rowCount() > 0
        self._empty.setVisible(not has_some)
        self._view.setVisible(has_some)
        self._view.setCurrentIndex(self._list.index(0))

    def _run(self, index: Index) -> None:
        find = self._list.find_at(index.row())
        if find is not None:
            self.close_finder()
            find.run()

    def _place(self) -> None:
        window = self.parent()
        if isinstance(window, QWidget):
            self.setGeometry(window.rect())
            theme = self._context.theme
            width = min(theme.px(WIDTH), self.width() - theme.px(40))
            height = min(theme.px(440), self.height() - theme.px(110))
            self._panel.setGeometry((self.width() - width) // 2, theme.px(70), width, height)
