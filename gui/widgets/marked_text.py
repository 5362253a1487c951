"""A short text, enlarged, in which the characters that stand out are boxed; unseen characters show as their code points."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFont, QPaintEvent

    from gui.theme import Theme

RATIO: Final = 1.5
UNSEEN: Final = frozenset({"Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp", "Zs", "Mn"})
MOST: Final = 200


class Piece(NamedTuple):
    """What is drawn in one go: ordinary text, or one character that stands out; `label` is drawn where there is nothing to see."""

    text: str
    is_marked: bool = False
    label: str = ""


def pieces(text: str, codes: Iterable[int]) -> list[Piece]:
    """Cut a text at the characters that stand out."""
    marked = frozenset(codes)
    out: list[Piece] = []
    for ch in text[:MOST]:
        if ord(ch) in marked:
            is_unseen = ch != " " and unicodedata.category(ch) in UNSEEN
            out.append(Piece("\u2423" if ch == " " else ch, is_marked=True, label=f"U+{ord(ch):04X}" if is_unseen else ""))
        elif out and not out[-1].is_marked:
            out[-1] = Piece(out[-1].text + ch)
        else:
            out.append(Piece(ch))
    return out


class MarkedText(QWidget):
    """Paints the pieces in lines; the first kind of character stands out most."""

    def __init__(self, theme: Theme, text: str, codes: tuple[int, ...], spoken: str) -> None:
        """Show a text; `spoken` is what a screen reader says."""
        super().__init__()
        self._theme, self._codes = theme, codes
        self._pieces = pieces(text, codes)
        self.setAccessibleName(spoken)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def hasHeightForWidth(self) -> bool:
        """Wrap where it is narrow."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines."""
        placed = self._place(width)
        return int(placed[-1][1].bottom()) + self._theme.px(4) if placed else 0

    def sizeHint(self) -> QSize:
        """Ask for the present width's height."""
        width = self.width() if self.width() > 1 else 400
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Shrink in width only."""
        return QSize(1, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint text and boxes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = self._codes[0] if self._codes else -1
        for piece, box in self._place(self.width()):
            if not piece.is_marked:
                painter.setFont(self._font())
                painter.setPen(self._theme.colour("text"))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), piece.text)
                continue
            is_first = ord(piece.text) == first or bool(piece.label)
            self._paint_marked(painter, piece, box, "danger" if is_first else "warning")

    def _paint_marked(self, painter: QPainter, piece: Piece, box: QRectF, role: str) -> None:
        painter.setBrush(self._theme.colour(f"{role}_soft"))
        painter.setPen(QPen(self._theme.colour(role), 1, Qt.PenStyle.DotLine if piece.label else Qt.PenStyle.SolidLine))
        radius = self._theme.px(4)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
        painter.setFont(self._theme.font(0.85, mono=True) if piece.label else self._font())
        painter.setPen(self._theme.colour("danger" if role == "danger" else "warning_text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), piece.label or piece.text)

    def _font(self) -> QFont:
        return self._theme.font(RATIO, mono=True)

    def _place(self, width: int) -> list[tuple[Piece, QRectF]]:
        """Return every piece with its box; ordinary text is cut where a line ends."""
        big, small = QFontMetricsF(self._font()), QFontMetricsF(self._theme.font(0.85, mono=True))
        height, pad = big.height() + self._theme.px(4), self._theme.px(5)
        spot, out = QPointF(0, 0), []
        for whole in self._pieces:
            for piece in [whole] if whole.is_marked else map(Piece, whole.text):
                wide = max(big.horizontalAdvance(piece.text), 1)
                if piece.is_marked:
                    wide = (small.horizontalAdvance(piece.label) if piece.label else wide) + 2 * pad
                if spot.x() + wide > width and spot.x() > 0:
                    spot = QPointF(0, spot.y() + height)
                out.append((piece, QRectF(spot.x(), spot.y(), wide, height)))
                spot = QPointF(spot.x() + wide, spot.y())
        return out
