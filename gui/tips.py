"""Tooltips of texts that come from elsewhere: Qt would take what looks like markup for markup."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a tooltip that shows exactly this text, also if it looks like markup."""
    return f'<p style="white-space:pre-wrap">{escape(text)}</p>' if Qt.mightBeRichText(text) else text
