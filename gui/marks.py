"""Marks: how Telltale knows, as a shape with a word; never colour alone."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from core.probes.result import Absent, Denied, Failed, Ok, Unsupported
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from core.model import Grade, Reading
    from core.probes.result import Result
    from gui.theme import Theme


class Mark(StrEnum):
    """What a cell of the matrix says; the grades of evidence, and what a reading alone can say."""

    HIDDEN = "hidden"
    COULD_SEE = "could-see"
    VENDOR_SAYS = "vendor-says"
    REPORTED = "reported"
    SAW_READ = "saw-read"
    SAW_SENT = "saw-sent"
    NOT_MEASURED = "not-measured"
    NOT_POSSIBLE = "not-possible"
    ABSENT = "absent"
    DENIED = "denied"
    FAILED = "failed"


WORDS: Final = {
    Mark.HIDDEN: QT_TRANSLATE_NOOP("Mark", "Hidden"),
    Mark.COULD_SEE: QT_TRANSLATE_NOOP("Mark", "Could see"),
    Mark.VENDOR_SAYS: QT_TRANSLATE_NOOP("Mark", "Vendor says it reads this"),
    Mark.REPORTED: QT_TRANSLATE_NOOP("Mark", "Reported by others"),
    Mark.SAW_READ: QT_TRANSLATE_NOOP("Mark", "Seen reading"),
    Mark.SAW_SENT: QT_TRANSLATE_NOOP("Mark", "Seen sending"),
    Mark.NOT_MEASURED: QT_TRANSLATE_NOOP("Mark", "Not measured"),
    Mark.NOT_POSSIBLE: QT_TRANSLATE_NOOP("Mark", "Not possible here"),
    Mark.ABSENT: QT_TRANSLATE_NOOP("Mark", "Nothing there"),
    Mark.DENIED: QT_TRANSLATE_NOOP("Mark", "Refused by the system"),
    Mark.FAILED: QT_TRANSLATE_NOOP("Mark", "Could not be read"),
}
_ROLES: Final = {
    Mark.HIDDEN: "mark_hidden",
    Mark.COULD_SEE: "mark_ring",
    Mark.VENDOR_SAYS: "mark_vendor",
    Mark.REPORTED: "mark_vendor",
    Mark.SAW_READ: "mark_read",
    Mark.SAW_SENT: "mark_sent",
    Mark.NOT_MEASURED: "mark_unknown",
    Mark.NOT_POSSIBLE: "mark_unknown",
    Mark.ABSENT: "mark_unknown",
    Mark.DENIED: "mark_unknown",
    Mark.FAILED: "warning",
}


def mark_word(mark: Mark) -> str:
    """Return the word that goes with a mark, for tooltips, legends and screen readers."""
    return QCoreApplication.translate("Mark", WORDS[mark])


def mark_of_grade(grade: Grade) -> Mark:
    """Return the mark of a grade of evidence."""
    return Mark(grade.value)


def mark_of_reading(reading: Reading | None) -> Mark:
    """Return what a reading says about any program running as this user."""
    return Mark.NOT_MEASURED if reading is None else mark_of_result(reading.result)


def mark_of_result(result: Result) -> Mark:
    """Return the mark of one result."""
    match result:
        case Ok():
            return Mark.COULD_SEE
        case Absent():
            return Mark.ABSENT
        case Denied():
            return Mark.DENIED
        case Failed():
            return Mark.FAILED
        case Unsupported():
            return Mark.NOT_POSSIBLE


def paint_mark(painter: QPainter, box: QRectF, mark: Mark, theme: Theme, *, is_secret: bool = False) -> None:
    """Paint a mark centred in a square box."""
    role = "mark_sent_secret" if mark is Mark.SAW_SENT and is_secret else _ROLES[mark]
    colour = theme.colour(role)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _PAINTERS[mark](painter, box, colour)
    painter.restore()


def _pen(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    return QPen(colour, width, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _disc(box: QRectF) -> QRectF:
    """Return the square a round mark fills: slightly smaller than its box so that the pen stays inside."""
    side = min(box.width(), box.height()) * 0.84
    return QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)


def _ring(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(_pen(colour, box.width() * 0.11))
    painter.drawEllipse(_disc(box))


def _dots(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Paint a ring of ten dots."""
    disc = _disc(box)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    dot = box.width() * 0.065
    for step in range(10):
        angle = step * math.tau / 10
        centre = disc.center() + QPointF(math.cos(angle), math.sin(angle)) * (disc.width() / 2)
        painter.drawEllipse(centre, dot, dot)


def _dashed_ring(painter: QPainter, box: QRectF, colour: QColor) -> None:
    disc = _disc(box)
    painter.setPen(QPen(colour, box.width() * 0.11, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for step in range(6):
        painter.drawArc(disc, (step * 60 + 12) * 16, 36 * 16)


def _pie(painter: QPainter, box: QRectF, colour: QColor, span: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    inset = box.width() * (0.1 if span == 90 else 0.0)
    painter.drawPie(_disc(box).adjusted(inset, inset, -inset, -inset), 0 if span == 90 else -90 * 16, span * 16)


def _quarter(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _ring(painter, box, colour)
    _pie(painter, box, colour, 90)


def _quarter_dashed(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _dashed_ring(painter, box, colour)
    _pie(painter, box, colour, 90)


def _half(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _ring(painter, box, colour)
    _pie(painter, box, colour, 180)


def _full(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(_disc(box).adjusted(-0.4, -0.4, 0.4, 0.4))


def _shield(painter: QPainter, box: QRectF, colour: QColor) -> None:
    unit = box.width() / 24
    painter.translate(box.center().x() - 12 * unit, box.center().y() - 12 * unit)
    painter.scale(unit, unit)
    path = QPainterPath(QPointF(12, 1.5))
    path.cubicTo(14.5, 3.6, 17.5, 4.6, 20.5, 4.8)
    path.lineTo(20.5, 12)
    path.cubicTo(20.5, 17.5, 16.5, 21, 12, 22.6)
    path.cubicTo(7.5, 21, 3.5, 17.5, 3.5, 12)
    path.lineTo(3.5, 4.8)
    path.cubicTo(6.5, 4.6, 9.5, 3.6, 12, 1.5)
    painter.fillPath(path, colour)
    painter.setPen(_pen(Qt.GlobalColor.white, 2.6))  # type: ignore[arg-type]  # QPen takes a global colour as well
    painter.drawPolyline(QPolygonF([QPointF(8, 12.2), QPointF(11, 15.2), QPointF(16.2, 9.4)]))


def _dash(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(_pen(colour, box.width() * 0.12))
    half = box.width() * 0.24
    painter.drawLine(box.center() - QPointF(half, 0), box.center() + QPointF(half, 0))


def _dot(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(box.center(), box.width() * 0.13, box.width() * 0.13)


def _barred(painter: QPainter, box: QRectF, colour: QColor) -> None:
    _ring(painter, box, colour)
    reach = _disc(box).width() / 2 * 0.7
    painter.drawLine(box.center() + QPointF(-reach, reach), box.center() + QPointF(reach, -reach))


def _triangle(painter: QPainter, box: QRectF, colour: QColor) -> None:
    disc = _disc(box)
    painter.setPen(_pen(colour, box.width() * 0.11))
    painter.drawPolygon(QPolygonF([QPointF(disc.center().x(), disc.top()), disc.bottomRight(), disc.bottomLeft()]))
    middle = disc.center().x()
    painter.drawLine(QPointF(middle, disc.top() + disc.height() * 0.38), QPointF(middle, disc.top() + disc.height() * 0.62))
    painter.drawPoint(QPointF(middle, disc.top() + disc.height() * 0.83))


_PAINTERS: Final = {
    Mark.HIDDEN: _shield,
    Mark.COULD_SEE: _ring,
    Mark.VENDOR_SAYS: _quarter,
    Mark.REPORTED: _quarter_dashed,
    Mark.SAW_READ: _half,
    Mark.SAW_SENT: _full,
    Mark.NOT_MEASURED: _dots,
    Mark.NOT_POSSIBLE: _dash,
    Mark.ABSENT: _dot,
    Mark.DENIED: _barred,
    Mark.FAILED: _triangle,
}
