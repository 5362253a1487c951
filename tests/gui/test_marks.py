from __future__ import annotations

import itertools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from core.model import Grade
from gui.application import make_application
from gui.marks import Mark, mark_of_grade, mark_word, paint_mark
from gui.theme import Theme, ThemeChoice


def picture(mark: Mark, theme: Theme) -> QImage:
    image = QImage(48, 48, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, 48, 48), mark, theme)
    painter.end()
    return image


def shape(mark: Mark, theme: Theme) -> frozenset[tuple[int, int]]:
    image = picture(mark, theme)
    return frozenset((x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() > 128)


def test_every_mark_has_its_own_shape_whatever_its_colour(qapp: object) -> None:
    theme = Theme(make_application(), ThemeChoice.LIGHT)
    shapes = {mark: shape(mark, theme) for mark in Mark}
    assert all(shapes.values())
    for one, other in itertools.combinations(Mark, 2):
        different = len(shapes[one] ^ shapes[other])
        assert different > 40, (one, other, different)


def test_every_mark_stays_inside_its_box(qapp: object) -> None:
    theme = Theme(make_application(), ThemeChoice.LIGHT)
    for mark in Mark:
        assert not [point for point in shape(mark, theme) if 0 in point or 47 in point], mark


def test_every_mark_has_its_own_word() -> None:
    assert len({mark_word(mark) for mark in Mark}) == len(Mark)


def test_every_grade_of_evidence_has_a_mark() -> None:
    assert [mark_of_grade(grade).value for grade in Grade] == [grade.value for grade in Grade]
