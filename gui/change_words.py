"""What a change says: whose it is, what it was and is, how it stands; everything masked."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from core.paths import home_relative
from core.redact import visible
from core.toggles.model import ChangeState
from core.toggles.preview import entry_of
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from core.toggles.model import Change
    from gui.models.changes import ChangeDesk
    from gui.models.tools import ToolStore

STATES: Final = {
    ChangeState.PLANNED: (QT_TRANSLATE_NOOP("Changes", "Not finished"), "pill-warning", "clock"),
    ChangeState.APPLIED: (QT_TRANSLATE_NOOP("Changes", "Made, not measured"), "pill-warning", "circle-help"),
    ChangeState.VERIFIED: (QT_TRANSLATE_NOOP("Changes", "Verified"), "pill-good", "badge-check"),
    ChangeState.NOT_VERIFIED: (QT_TRANSLATE_NOOP("Changes", "Could not be verified"), "pill-warning", "circle-help"),
    ChangeState.UNDONE: (QT_TRANSLATE_NOOP("Changes", "Undone"), "pill", "undo-2"),
    ChangeState.CONFLICT: (QT_TRANSLATE_NOOP("Changes", "Changed by something else"), "pill-danger", "triangle-alert"),
    ChangeState.FAILED: (QT_TRANSLATE_NOOP("Changes", "Failed"), "pill-danger", "circle-alert"),
}
DRIFTED: Final = (QT_TRANSLATE_NOOP("Changes", "No longer in effect"), "pill-warning", "triangle-alert")
TITLES: Final = {
    "shims": QT_TRANSLATE_NOOP("Changes", "Start by the tool's own name"),
    "menu-entry": QT_TRANSLATE_NOOP("Changes", "Start from the menu"),
}
KINDS: Final = {
    "launch-environment": QT_TRANSLATE_NOOP("Changes", "Environment at the tool's start"),
    "launch-sandbox": QT_TRANSLATE_NOOP("Changes", "Sandbox at the tool's start"),
    "settings-key": QT_TRANSLATE_NOOP("Changes", "The tool's own settings"),
    "ignore-entry": QT_TRANSLATE_NOOP("Changes", "A list of files the tool leaves alone"),
    "user-setting": QT_TRANSLATE_NOOP("Changes", "A setting of your account"),
    "system-setting": QT_TRANSLATE_NOOP("Changes", "A setting of the whole computer"),
}
SHORT_KINDS: Final = {
    "launch-environment": QT_TRANSLATE_NOOP("Changes", "Environment"),
    "launch-sandbox": QT_TRANSLATE_NOOP("Changes", "Sandbox"),
    "settings-key": QT_TRANSLATE_NOOP("Changes", "Tool setting"),
    "ignore-entry": QT_TRANSLATE_NOOP("Changes", "Ignore list"),
    "user-setting": QT_TRANSLATE_NOOP("Changes", "Account"),
    "system-setting": QT_TRANSLATE_NOOP("Changes", "Whole computer"),
}


def words(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Changes", text)


def title(desk: ChangeDesk, change: Change) -> str:
    """Return what was switched, or reset."""
    toggle = desk.toggle(change.toggle)
    what = toggle.title if toggle is not None else words(TITLES.get(change.toggle, change.toggle))
    return words(QT_TRANSLATE_NOOP("Changes", "{what}: reset")).format(what=what) if change.is_reset else what


def whom(tools: ToolStore, change: Change) -> str:
    """Return for which tool."""
    return tools.name(change.tool) if change.tool else words(QT_TRANSLATE_NOOP("Changes", "every program"))


def which(change: Change) -> str:
    """Return what tells a change from others of the same title: the entry of a list, or the file of a shell or of the menu."""
    if change.toggle in TITLES:
        return visible(re.split(r"[/\\]", change.target)[-1])
    return entry_of(change)


def state_of(change: Change, *, is_drifted: bool) -> tuple[str, str, str]:
    """Return words, look and icon of how a change stands."""
    text, look, icon = DRIFTED if is_drifted else STATES[change.state]
    return words(text), look, icon


def place(change: Change) -> str:
    """Return where the change was made, without the account's name."""
    where = visible(home_relative(change.target)) if change.target else ""
    return " \u00b7 ".join(part for part in (words(KINDS.get(change.kind, change.kind)), where) if part)


def short_kind(change: Change) -> str:
    """Return in a word or two by what means a change was made."""
    return words(SHORT_KINDS.get(change.kind, change.kind))


def before_after(change: Change) -> tuple[str, str]:
    """Return what was there and what is there now."""
    nothing = words(QT_TRANSLATE_NOOP("Changes", "not set"))
    return visible(change.before or nothing), (entry_of(change) or change.after or nothing)


def moment(change: Change, *, is_short: bool = False) -> str:
    """Return day and time of a change in the person's own notation, with seconds unless it is to be short."""
    from gui.words import clock_time, day

    if change.at is None:
        return ""
    date, time = change.at.astimezone().date(), clock_time(change.at)
    time = time.rpartition(":")[0] if is_short else time
    if date == datetime.now().astimezone().date():
        return words(QT_TRANSLATE_NOOP("Changes", "today {time}")).format(time=time)
    return f"{day(date.isoformat())} {time}"
