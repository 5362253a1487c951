"""One hidden marker: the text enlarged with its characters, their code points, what it says, how sure, sources, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from core.redact import MASK
from gui.i18n import QT_TRANSLATE_NOOP
from gui.widgets.basic import IconLabel, button, column, label, row
from gui.widgets.flow import FlowLayout
from gui.widgets.marked_text import MarkedText

if TYPE_CHECKING:
    from core.watch.store_model import StoredMarker
    from gui.context import Context

_HIDDEN: Final = QT_TRANSLATE_NOOP("Markers", "Characters that cannot be seen stand in the text")
TITLES: Final = {
    "scheme": QT_TRANSLATE_NOOP("Markers", "A character that looks ordinary carries a message"),
    "look-alike": QT_TRANSLATE_NOOP("Markers", "A letter looks like another one"),
    "domain": QT_TRANSLATE_NOOP("Markers", "An address is written with letters that look like others"),
    "zero-width": _HIDDEN,
    "bidi": _HIDDEN,
    "tag": _HIDDEN,
    "variation-selector": _HIDDEN,
    "control": _HIDDEN,
    "private-use": QT_TRANSLATE_NOOP("Markers", "A character has no meaning that everybody knows"),
    "apostrophe": QT_TRANSLATE_NOOP("Markers", "An unusual apostrophe in plain text"),
    "quote": QT_TRANSLATE_NOOP("Markers", "An unusual quotation mark in plain text"),
    "hyphen": QT_TRANSLATE_NOOP("Markers", "An unusual hyphen in plain text"),
    "punctuation": QT_TRANSLATE_NOOP("Markers", "An unusual punctuation mark in plain text"),
    "space": QT_TRANSLATE_NOOP("Markers", "An unusual space in plain text"),
    "line-end": QT_TRANSLATE_NOOP("Markers", "Line ends follow a pattern"),
    "trailing-space": QT_TRANSLATE_NOOP("Markers", "Spaces at line ends follow a pattern"),
    "date-form": QT_TRANSLATE_NOOP("Markers", "A date is written in another form than the rest"),
    "number-form": QT_TRANSLATE_NOOP("Markers", "A number is written in another form than the rest"),
}
SURE: Final = {
    "certain": (QT_TRANSLATE_NOOP("Markers", "Confirmed in this request"), "pill-danger"),
    "likely": (QT_TRANSLATE_NOOP("Markers", "Seldom in ordinary text"), "pill-warning"),
    "possible": (QT_TRANSLATE_NOOP("Markers", "Also in ordinary text now and then"), "pill"),
}


def words(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Markers", text)


def title_of(marker: StoredMarker) -> str:
    """Return a marker's heading."""
    return words(TITLES.get(marker.kind, QT_TRANSLATE_NOOP("Markers", "Something stands out in the text")))


def points_line(marker: StoredMarker) -> str:
    """Return the characters by code point and name, with what ordinary text has instead."""
    parts = []
    for point in dict.fromkeys(marker.code_points):
        ordinary = point.ordinary
        said = words(QT_TRANSLATE_NOOP("Markers", "nothing"))
        if len(ordinary) == 1:
            said = f"U+{ord(ordinary):04X}\u00a0\u201c{ordinary}\u201d"
        text = words(QT_TRANSLATE_NOOP("Markers", "{label} {name} instead of {ordinary}"))
        parts.append(text.format(label=point.label, name=point.name, ordinary=said))
    return " \u00b7 ".join(parts)


def shown_text(marker: StoredMarker) -> str:
    """Return the text to enlarge: a known line, else the characters themselves between masks."""
    if any(chr(point.code) in marker.context for point in marker.code_points):
        return marker.context
    return MASK + "".join(dict.fromkeys(chr(point.code) for point in marker.code_points)) + MASK


class MarkerCard(QFrame):
    """A card per marker; `sources_asked` and `compare_asked` name its scheme."""

    sources_asked = Signal(str)
    compare_asked = Signal()

    def __init__(self, context: Context, marker: StoredMarker, sources: int, also: int) -> None:
        """Show a marker; `also` is how many more places have the same one."""
        super().__init__()
        self.setProperty("look", "danger-card" if marker.confidence == "certain" else "card")
        self.setAccessibleName(title_of(marker))
        self._context, self._marker = context, marker
        layout = column(margins=(18, 14, 18, 14), spacing=9)
        self._add_head(layout)
        codes = tuple(dict.fromkeys(point.code for point in marker.code_points))
        if codes:
            layout.addWidget(MarkedText(context.theme, shown_text(marker), codes, points_line(marker)))
            points = label(points_line(marker), "muted", wrap=True)
            points.setFont(context.theme.font(0.92, mono=True))
            layout.addWidget(points)
        layout.addWidget(label(marker.sentence, wrap=True))
        place = self.tr("Stands in {place}").format(place=marker.place)
        if also:
            place += self.tr(", and in {count} more places").format(count=also)
        layout.addWidget(label(place, "small", wrap=True))
        self._add_buttons(layout, sources)
        self.setLayout(layout)

    def _add_head(self, layout: QVBoxLayout) -> None:
        head = row(spacing=10)
        is_certain = self._marker.confidence == "certain"
        role = "danger" if is_certain else "warning"
        head.addWidget(IconLabel(self._context.theme, self._context.icons, "triangle-alert", role, 19))
        head.addWidget(label(title_of(self._marker), "heading", wrap=True), 1)
        text, look = SURE.get(self._marker.confidence, SURE["possible"])
        head.addWidget(label(words(text), "pill" if is_certain else look), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)

    def _add_buttons(self, layout: QVBoxLayout, sources: int) -> None:
        buttons = FlowLayout(8)
        if sources:
            text = self.tr("Sources ({count})").format(count=sources)
            made = button(text, description=self.tr("What is known publicly, with the vendor's answer"))
            made.clicked.connect(lambda: self.sources_asked.emit(self._marker.scheme))
            buttons.addWidget(made)
        made = button(
            self.tr("Compare with one thing varied"), description=self.tr("Starts the tool in a network of its own, again and again")
        )
        made.clicked.connect(self.compare_asked)
        buttons.addWidget(made)
        layout.addLayout(buttons)
