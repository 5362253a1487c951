"""Tooltips of texts that come from elsewhere: Qt would take what looks like markup for markup."""

from __future__ import annotations

from html import escape

from PySide6 import QtGui


def plain_tip(text: str) -> str:
    """Return a tooltip that shows exactly this text, also if it looks like markup."""
    if "<" not in text:  # and so no markup: `Qt` with all its enumerations is not asked before the first frame
        return text
    return f'<p style="white-space:pre-wrap">{escape(text)}</p>' if QtGui.Qt.mightBeRichText(text) else text
