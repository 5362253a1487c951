"""What the cards of Settings are made of: a titled card, and lines of a title, a hint and a control."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets.basic import column, frame, label, row


def settings_card(title: str) -> tuple[QFrame, QVBoxLayout]:
    """Return a card with a heading, and the layout for what stands in it."""
    card = frame("card")
    layout = column(margins=(18, 14, 18, 15), spacing=10)
    layout.addWidget(label(title, "heading"))
    card.setLayout(layout)
    return card, layout


def field(title: str, hint: str, control: QWidget | QHBoxLayout) -> QHBoxLayout:
    """Return one line: title and hint at the left, the control at the right."""
    layout = row(spacing=16)
    texts = column(spacing=1)
    texts.addWidget(label(title))
    if hint:
        texts.addWidget(label(hint, "small", wrap=True))
    layout.addLayout(texts, 1)
    if isinstance(control, QWidget):
        layout.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    else:
        layout.addLayout(control)
    return layout
