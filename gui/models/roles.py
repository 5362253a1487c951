"""Roles and columns that models, proxies, delegates and views share."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import Qt

_FIRST = int(Qt.ItemDataRole.UserRole) + 1


class Role(IntEnum):
    """What a row or cell can be asked for beside its texts; none of them ever holds a raw value."""

    ID = _FIRST
    IS_HEADER = _FIRST + 1
    GROUP = _FIRST + 2
    MARK = _FIRST + 3
    ICON = _FIRST + 4
    SENSITIVITY = _FIRST + 5
    RANK = _FIRST + 6
    HAS_VALUE = _FIRST + 7
    COUNT = _FIRST + 8
    MARKS = _FIRST + 9
    SWITCH = _FIRST + 10
    SENTENCE = _FIRST + 11
    TOOL_MARK = _FIRST + 12


class Column(IntEnum):
    """The fixed columns; the viewers' columns follow, the switch is the last."""

    NAME = 0
    VALUE = 1
    GROUP = 2
    FIRST_VIEWER = 3
