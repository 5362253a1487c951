"""The questions behind the count cards; a click on a card asks the same question of the Signals page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from core.model import Group, Sensitivity, Support
from gui.i18n import QT_TRANSLATE_NOOP
from gui.marks import Mark
from gui.models.store import Query

SEEN: Final = frozenset({Mark.COULD_SEE})


@dataclass(frozen=True, slots=True)
class CountQuestion:
    """A question with the words of its card and the colour role of its number."""

    id: str
    title: str
    hint: str
    role: str
    query: Query

    def translated_title(self) -> str:
        """Return the card's title in the person's language."""
        return QCoreApplication.translate("Counts", self.title)

    def translated_hint(self) -> str:
        """Return the card's hint in the person's language."""
        return QCoreApplication.translate("Counts", self.hint)


COUNTS: Final = (
    CountQuestion(
        "where",
        QT_TRANSLATE_NOOP("Counts", "say where you are"),
        QT_TRANSLATE_NOOP("Counts", "time zone, language, network"),
        "warning",
        Query(groups=frozenset({Group.WHERE, Group.NETWORK}), marks=SEEN, at_least=Sensitivity.NARROWS),
    ),
    CountQuestion(
        "who",
        QT_TRANSLATE_NOOP("Counts", "say who you are"),
        QT_TRANSLATE_NOOP("Counts", "name, e-mail, account, host name"),
        "danger",
        Query(groups=frozenset({Group.WHO}), marks=SEEN, at_least=Sensitivity.NARROWS),
    ),
    CountQuestion(
        "secrets",
        QT_TRANSLATE_NOOP("Counts", "are secrets in reach"),
        QT_TRANSLATE_NOOP("Counts", "keys, SSH, cloud accounts"),
        "danger",
        Query(groups=frozenset({Group.SECRETS}), marks=SEEN),
    ),
    CountQuestion(
        "hidden",
        QT_TRANSLATE_NOOP("Counts", "already hidden"),
        QT_TRANSLATE_NOOP("Counts", "from at least one AI tool here"),
        "good",
        Query(tool_marks=frozenset({Mark.HIDDEN})),
    ),
)
SUPPORT_ORDER: Final = (Support.WORKS, Support.RECORDED, Support.NOT_POSSIBLE, Support.NOT_BUILT)
