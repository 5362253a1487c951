"""Small parts every page is made of: labels with a look, cards, buttons, lines, scroll areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6 import QtCore
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.tips import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from gui.icons import Icons
    from gui.theme import Theme


# `Qt` and `QEvent` are looked up when used: making all their enumerations takes a tenth of the time to the first frame.
_L = TypeVar("_L", bound=QBoxLayout)


def label(text: str = "", look: str = "", *, wrap: bool = False) -> QLabel:
    """Return a plain-text label; texts from the machine never act as markup."""
    made = WrapLabel(text) if wrap else QLabel(text)
    made.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    if look:
        made.setProperty("look", look)
    return made


def own_words(text: str = "", look: str = "") -> QLabel:
    """Return a label for Telltale's own words, never for others'; it leaves `Qt` and its enumerations alone, for the first frame."""
    made = QLabel(text)
    if look:
        made.setProperty("look", look)
    return made


class WrapLabel(QLabel):
    """A label that wraps and asks for exactly the height its text needs at the width it has."""

    def __init__(self, text: str) -> None:
        """Show a text."""
        super().__init__(text)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for the present width's height."""
        width = self.width() if self.testAttribute(QtCore.Qt.WidgetAttribute.WA_WState_Polished) and self.width() > 1 else 400
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Shrink in width only."""
        return QSize(1, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask again when the width changed."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


def set_look(widget: QWidget, look: str) -> None:
    """Change a widget's look and let the style sheet see it."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(text: str, look: str = "", *, name: str = "", description: str = "") -> QPushButton:
    """Return a button; `name` and `description` are for screen readers where the text alone does not do."""
    made = QPushButton(text)
    if look:
        made.setProperty("look", look)
    made.setAccessibleName(name or text)
    made.setAccessibleDescription(description)
    if description:
        made.setToolTip(plain_tip(description))
    return made


def spaced(text: str) -> str:
    """Return a button's text with a little more air after its icon."""
    return f"\u2009{text}"


def icon_button(icons: Icons, icon: str, name: str, description: str = "", size: float = 18) -> QPushButton:
    """Return a button with an icon only; its name is spoken and shown as tooltip."""
    made = button("", "ghost", name=name, description=description or name)
    icons.bind(made, icon, "text_muted", size)
    return made


def frame(look: str) -> QFrame:
    """Return a frame with a look: card, panel, note, line."""
    made = QFrame()
    made.setProperty("look", look)
    return made


def line() -> QFrame:
    """Return a hairline."""
    return frame("line")


def column(*, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0) -> QVBoxLayout:
    """Return a vertical layout."""
    return _set(QVBoxLayout(), margins, spacing)


def row(*, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0) -> QHBoxLayout:
    """Return a horizontal layout."""
    return _set(QHBoxLayout(), margins, spacing)


def _set(layout: _L, margins: tuple[int, int, int, int], spacing: int) -> _L:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    return layout


def drop(widget: QWidget) -> None:
    """Delete a widget later.

    One that was never shown is polished first: the style sheet remembers every widget it was asked about, but forgets a deleted one
    only if it had polished it, and the next change of theme would walk into what is left.
    """
    widget.hide()
    widget.ensurePolished()
    widget.deleteLater()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and delete it later."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            drop(widget)
        elif inner is not None:
            clear(inner)


def scroll(content: QWidget) -> QScrollArea:
    """Return a scroll area around a page's content; the keyboard reaches it through what is inside."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
    content.setObjectName("scroll")
    area.setWidget(content)
    return area


class ElidedLabel(QLabel):
    """A one-line label that shortens with an ellipsis and tells the whole text in its tooltip when it had to."""

    def __init__(self, text: str = "", look: str = "", mode: QtCore.Qt.TextElideMode | None = None) -> None:
        """Show text in a look."""
        super().__init__()
        self._mode = QtCore.Qt.TextElideMode.ElideRight if mode is None else mode
        self._full = ""
        self.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if look:
            self.setProperty("look", look)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def show_for_a_moment(self, text: str) -> None:
        """Show another text that must not reach tooltip or screen reader; `set_text` or the mask ends it."""
        self._full = text
        shown = self.fontMetrics().elidedText(text, self._mode, max(0, self.width()))
        super().setText(shown)

    def full_text(self) -> str:
        """Return the whole text."""
        return self._full

    def sizeHint(self) -> QSize:
        """Ask for the whole text's width."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 3, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        """Shorten anew after a change of font."""
        super().changeEvent(event)
        if event.type() == QtCore.QEvent.Type.FontChange:
            self._elide()

    def _elide(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, self._mode, max(0, self.width()))
        if shown != self.text():
            super().setText(shown)
        self.setToolTip(plain_tip(self._full) if shown != self._full else "")


class ElidedButton(QPushButton):
    """A link that shortens with an ellipsis; name and tooltip tell the whole text."""

    def __init__(self, text: str, description: str) -> None:
        """Show a text."""
        super().__init__()
        self._full = text
        self.setProperty("look", "link")
        self.setAccessibleName(text)
        self.setAccessibleDescription(description)
        self.setToolTip(plain_tip(text))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._full, QtCore.Qt.TextElideMode.ElideRight, max(0, self.width() - 6)))


class IconLabel(QWidget):
    """An icon that only decorates: painted in the theme's colours, skipped by the keyboard."""

    def __init__(self, theme: Theme, icons: Icons, name: str, role: str = "text_muted", size: float = 20) -> None:
        """Show an icon."""
        super().__init__()
        self._theme, self._icons = theme, icons
        self._name, self._role, self._size = name, role, size
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_icon(self, name: str, role: str = "text_muted") -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon."""
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._icons.pixmap(self._name, self._role, self._size, self.devicePixelRatioF()))

    def _on_theme_changed(self) -> None:
        side = self._theme.px(self._size)
        self.setFixedSize(side, side)
        self.update()
