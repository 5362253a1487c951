"""What would hide the most without breaking anything: how many changes, for how many tools, and a way to look at them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QSizePolicy

from gui.switching import review_whole
from gui.widgets.basic import button, column, label, row, spaced

if TYPE_CHECKING:
    from gui.context import Context


class RecommendedCard(QFrame):
    """The light preset for the tools here; nothing is changed without the preview."""

    def __init__(self, context: Context) -> None:
        """Follow the desk."""
        super().__init__()
        self.setProperty("look", "card")
        self._context = context
        self._text = label("", "muted", wrap=True)
        said = self.tr("Shows every change to the letter before anything is done")
        self._review = button("", "primary", name=self.tr("Review changes"), description=said)
        context.icons.bind(self._review, "shield-check", "on_accent", 17)
        self._review.clicked.connect(self._on_review)
        layout = column(margins=(16, 12, 16, 14), spacing=8)
        layout.addWidget(label(self.tr("Recommended"), "heading"))
        layout.addWidget(self._text)
        holder = row()
        holder.addWidget(self._review)
        holder.addStretch(1)
        layout.addLayout(holder)
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        context.changes.states_changed.connect(self._update)
        context.changes.busy_changed.connect(self._update)
        self._update()

    def _update(self) -> None:
        desk = self._context.changes
        pairs = desk.recommended()
        self.setVisible(bool(pairs))
        if not pairs:
            return
        toggles = {name for name, _ in pairs}
        tools = {tool for _, tool in pairs}
        hides = {signal for name in toggles if (toggle := desk.toggle(name)) is not None for signal in toggle.hides}
        text = self.tr(
            "{changes} changes hide {signals} signals, or switch off what the vendor documents as optional, for {tools} tools. "
            "Each can be undone."
        )
        self._text.setText(text.format(changes=len(toggles), signals=len(hides), tools=len(tools)))
        said = self.tr("Review {count} changes").format(count=len(toggles))
        self._review.setText(spaced(said))
        self._review.setAccessibleName(said)
        self._review.setEnabled(not desk.is_busy)

    def _on_review(self) -> None:
        review_whole(self._context, self, self._context.changes.recommended(), self._text.setText)
