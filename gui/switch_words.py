"""What a switch says before it is clicked: what it hides, from whom, from when, what it breaks, how it is undone, how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from gui.i18n import QT_TRANSLATE_NOOP
from gui.switch_paint import SwitchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.toggles.model import Toggle

STATES: Final = {
    SwitchState.OFF: QT_TRANSLATE_NOOP("Switches", "Off"),
    SwitchState.ON: QT_TRANSLATE_NOOP("Switches", "On, measured"),
    SwitchState.PARTLY: QT_TRANSLATE_NOOP("Switches", "On, but not everywhere: running sessions keep what they have"),
    SwitchState.WORKING: QT_TRANSLATE_NOOP("Switches", "Working"),
    SwitchState.UNVERIFIED: QT_TRANSLATE_NOOP("Switches", "On, but it could not be measured"),
    SwitchState.DRIFTED: QT_TRANSLATE_NOOP("Switches", "No longer in effect: something else changed it; click to apply again"),
    SwitchState.NOT_POSSIBLE: QT_TRANSLATE_NOOP("Switches", "Not possible here"),
}
INVENTED: Final = QT_TRANSLATE_NOOP(
    "Switches", "This machine is invented: switching is only pretended, and nothing changes on this computer."
)
MOST_NAMES: Final = 4


def words(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Switches", text)


def names_text(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    more = words(QT_TRANSLATE_NOOP("Switches", "{names} and {count} more"))
    return more.format(names=", ".join(names[:MOST_NAMES]), count=len(names) - MOST_NAMES)


def switch_words(toggle: Toggle, state: SwitchState, tools: Sequence[str], hides: Sequence[str], reason: str = "") -> str:
    """Return everything a person should know before clicking, one fact a line."""
    said = words(STATES[state])
    if state is SwitchState.NOT_POSSIBLE and reason:
        return f"{said}. {reason}"
    lines = [said + ".", toggle.plain]
    lines.append(words(QT_TRANSLATE_NOOP("Switches", "Hides: {what}, from {whom}.")).format(what=names_text(hides), whom=names_text(tools)))
    lines.append(toggle.from_when)
    lines.append(words(QT_TRANSLATE_NOOP("Switches", "Side effect: {what}")).format(what=toggle.side_effect))
    lines += [words(QT_TRANSLATE_NOOP("Switches", "Undo: {how}")).format(how=toggle.undo)]
    return "\n".join(line for line in lines if line)
