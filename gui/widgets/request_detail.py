"""What was found in one request: its markers, the facts in it, what the request was, and what the capture does not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.basic import clear, column, frame, label, line, row
from gui.widgets.facts_card import FactsCard
from gui.widgets.marker_card import MarkerCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.watch.store_model import Bypass, CaptureSession, StoredMarker, StoredRequest, Trouble
    from gui.context import Context

MOST_MARKERS: Final = 12
MOST_LINES: Final = 8


class RequestDetail(QWidget):
    """Cards below one another; the request's first, the capture's last."""

    sources_asked = Signal(str)
    compare_asked = Signal()

    def __init__(self, context: Context) -> None:
        """Start without a request."""
        super().__init__()
        self._context = context
        self._markers: QVBoxLayout = column(spacing=14)
        self._facts = FactsCard(context)
        self._about = self._card(self.tr("The request"))
        self._coverage = self._card(self.tr("What this recording covers"))
        layout = column(spacing=14)
        layout.addLayout(self._markers)
        layout.addWidget(self._facts)
        layout.addWidget(self._about[0])
        layout.addWidget(self._coverage[0])
        layout.addStretch(1)
        self.setLayout(layout)
        self._request: StoredRequest | None = None
        context.theme.changed.connect(self._on_theme_changed)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Wait for a request."""
        self._request = None
        clear(self._markers)
        self._facts.hide()
        self._about[0].hide()

    def show_request(self, request: StoredRequest) -> None:
        """Show what was found in a request."""
        self._request = request
        clear(self._markers)
        groups = grouped(request.markers)
        for marker, also in groups[:MOST_MARKERS]:
            self._markers.addWidget(self._make_marker(marker, also))
        if len(groups) > MOST_MARKERS:
            more = self.tr("and {count} more markers not listed here, in the export").format(count=len(groups) - MOST_MARKERS)
            self._markers.addWidget(label(more, "small"))
        self._facts.show_request(request)
        self._facts.show()
        self._show_about(request)

    def show_coverage(self, capture: CaptureSession | None, bypasses: Sequence[Bypass], troubles: Sequence[Trouble]) -> None:
        """Say what a capture covers and what went past it."""
        card, layout = self._coverage
        clear(layout)
        card.setVisible(capture is not None)
        if capture is None:
            return
        running = self.tr("The recording still goes on; what it covers is said when the tool has ended.")
        layout.addWidget(label(capture.coverage or running, wrap=True))
        for item in bypasses[:MOST_LINES]:
            text = self.tr("Past the inspector: {host}, port {port}, {count} times").format(
                host=item.host or item.address, port=item.port, count=item.count
            )
            layout.addWidget(label(text, "small", wrap=True))
        for trouble in troubles[:MOST_LINES]:
            text = (
                trouble.sentence
                if trouble.times < 2
                else self.tr("{what} ({count} times)").format(what=trouble.sentence, count=trouble.times)
            )
            layout.addWidget(label(text, "small", wrap=True))
        left_out = max(0, len(bypasses) - MOST_LINES) + max(0, len(troubles) - MOST_LINES)
        if left_out:
            layout.addWidget(label(self.tr("and {count} more, in the export").format(count=left_out), "small"))

    def _on_theme_changed(self) -> None:
        if self._request is not None:
            self.show_request(self._request)

    def _card(self, title: str) -> tuple[QWidget, QVBoxLayout]:
        card = frame("card")
        outer = column(margins=(1, 0, 1, 0))
        head = row(margins=(18, 11, 18, 10))
        head.addWidget(label(title, "heading"), 1)
        outer.addLayout(head)
        outer.addWidget(line())
        inner = column(margins=(18, 10, 18, 12), spacing=5)
        outer.addLayout(inner)
        card.setLayout(outer)
        return card, inner

    def _make_marker(self, marker: StoredMarker, also: int) -> MarkerCard:
        sources = 0
        if marker.scheme:
            from core.watch.captures import sources_of

            sources = len(sources_of(marker.scheme)[1])
        made = MarkerCard(self._context, marker, sources, also)
        made.sources_asked.connect(self.sources_asked)
        made.compare_asked.connect(self.compare_asked)
        return made

    def _show_about(self, request: StoredRequest) -> None:
        card, layout = self._about
        clear(layout)
        address = label(f"{request.method} {request.scheme}://{request.host}{request.path}", wrap=True)
        address.setFont(self._context.theme.font(0.94, mono=True))
        layout.addWidget(address)
        answered = self.tr("answered with {status}, {size} bytes, after {seconds} s").format(
            status=request.status, size=f"{request.reply_size:,}", seconds=f"{request.seconds:.1f}"
        )
        parts = [request.http, self.tr("{size} bytes").format(size=f"{request.size:,}")]
        parts += [request.content_type] if request.content_type else []
        parts += [answered if request.status else self.tr("no answer was recorded")]
        layout.addWidget(label(" \u00b7 ".join(parts), "small", wrap=True))
        if request.header_names:
            names = self.tr("Headers: {names}. Their values are not kept.").format(names=", ".join(request.header_names))
            layout.addWidget(label(names, "small", wrap=True))
        if request.note:
            layout.addWidget(label(request.note, "small", wrap=True))
        card.show()


def grouped(markers: Sequence[StoredMarker]) -> list[tuple[StoredMarker, int]]:
    """Return each different marker once with how many more places have the same; the surest and known ones first."""
    order = ("certain", "likely", "possible")
    first: dict[tuple[object, ...], StoredMarker] = {}
    count: dict[tuple[object, ...], int] = {}
    for item in markers:
        key = (item.kind, item.code_points, item.scheme, item.confidence)
        first.setdefault(key, item)
        count[key] = count.get(key, -1) + 1

    def rank(key: tuple[object, ...]) -> tuple[bool, int]:
        confidence = first[key].confidence
        return not first[key].scheme, order.index(confidence) if confidence in order else len(order)

    return [(first[key], count[key]) for key in sorted(first, key=rank)]
