"""What a switch can show, and how each state is painted: a shape of its own, so that it differs without colour too."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from gui.theme import Theme

TRACK: Final = (32, 18)


class SwitchState(StrEnum):
    """What a switch can show."""

    OFF = "off"
    ON = "on"
    PARTLY = "partly"
    WORKING = "working"
    UNVERIFIED = "unverified"
    DRIFTED = "drifted"
    NOT_POSSIBLE = "not-possible"


def paint_switch(painter: QPainter, box: QRectF, state: SwitchState, theme: Theme) -> None:
    """Paint a switch that fills a box of 32 by 18; every state has a shape of its own, so it differs without colour too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = box.height() / 2
    is_on = state in {SwitchState.ON, SwitchState.PARTLY}
    track = theme.colour("good" if is_on else "switch_off")
    painter.setPen(Qt.PenStyle.NoPen)
    if state is SwitchState.NOT_POSSIBLE:
        painter.setPen(QPen(track, 1.2, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
        painter.restore()
        return
    if state in {SwitchState.UNVERIFIED, SwitchState.DRIFTED}:
        _paint_outlined(painter, box, state, theme)
        painter.restore()
        return
    painter.setBrush(track)
    painter.drawRoundedRect(box, radius, radius)
    if state is SwitchState.PARTLY:
        _paint_stripes(painter, box, theme.colour("surface"))
    inset = box.height() * 0.14
    side = box.height() - 2 * inset
    left = box.right() - inset - side if is_on else box.left() + inset
    if state is SwitchState.WORKING:
        left = box.center().x() - side / 2
    painter.setBrush(theme.colour("switch_knob"))
    painter.drawEllipse(QRectF(left, box.top() + inset, side, side))
    painter.restore()


def _paint_outlined(painter: QPainter, box: QRectF, state: SwitchState, theme: Theme) -> None:
    """An empty track: the knob at its right is on without proof, at its left and struck through it was undone by something else."""
    is_drifted = state is SwitchState.DRIFTED
    colour = theme.colour("warning" if is_drifted else "good")
    painter.setPen(QPen(colour, box.height() * 0.11))
    painter.setBrush(theme.colour("surface"))
    edge = box.adjusted(1, 1, -1, -1)
    painter.drawRoundedRect(edge, edge.height() / 2, edge.height() / 2)
    side, inset = box.height() * 0.5, box.height() * 0.25
    left = box.left() + inset if is_drifted else box.right() - inset - side
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(left, box.top() + inset, side, side))
    if is_drifted:
        painter.setPen(QPen(colour, box.height() * 0.11))
        painter.drawLine(QPointF(box.center().x(), box.bottom() - inset), QPointF(box.right() - inset, box.top() + inset))


def _paint_stripes(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setClipPath(clip)
    pale = QColor(colour)
    pale.setAlphaF(0.55)
    painter.setPen(QPen(QBrush(pale), box.height() * 0.2))
    step = box.height() * 0.5
    for number in range(-2, 6):
        start = QPointF(box.left() + number * step, box.bottom())
        painter.drawLine(start, start + QPointF(box.height(), -box.height()))
    painter.restore()
