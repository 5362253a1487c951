"""The exact lines of a change, in a fixed-width font: what goes out and what comes in, told by sign and colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gui.widgets.basic import column, frame, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFrame, QLabel

    from gui.context import Context

MOST: Final = 60


def diff_box(context: Context, diff: str) -> QFrame:
    """Return a box with the lines of a diff (already masked by whoever made it)."""
    box = frame("sunken")
    layout = column(margins=(12, 8, 12, 8), spacing=1)
    lines = diff.splitlines()
    for text in lines[:MOST]:
        layout.addWidget(_line(context, text))
    if len(lines) > MOST:
        layout.addWidget(label(f"\u2026 {len(lines) - MOST}", "small"))
    box.setLayout(layout)
    return box


def _line(context: Context, text: str) -> QLabel:
    is_head = text.startswith(("---", "+++", "@@"))
    look = "muted" if is_head else {"+": "diff-in", "-": "diff-out"}.get(text[:1], "")
    made = label(text, look, wrap=True)
    made.setFont(context.theme.font(0.92, mono=True))
    return made
