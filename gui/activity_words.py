"""What an entry of the timeline says, in the person's language and without values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from core.history import Event, EventKind
from core.probes.result import Absent, Denied, Failed, Ok, Unsupported
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.models.store import Happening

KINDS: Final = {
    EventKind.SESSION_STARTED: QT_TRANSLATE_NOOP("Activity", "{tool} started"),
    EventKind.SESSION_ENDED: QT_TRANSLATE_NOOP("Activity", "{tool} ended"),
    EventKind.SIGNAL_CHANGED: QT_TRANSLATE_NOOP("Activity", "{signal} changed"),
    EventKind.TOOL_INSTALLED: QT_TRANSLATE_NOOP("Activity", "{tool} {version} was installed"),
    EventKind.TOOL_UPDATED: QT_TRANSLATE_NOOP("Activity", "{tool} was updated from {before} to {version}"),
    EventKind.TOOL_REMOVED: QT_TRANSLATE_NOOP("Activity", "{tool} {before} is no longer installed"),
    EventKind.EXPOSURE_CHANGED: QT_TRANSLATE_NOOP("Activity", "What {tool} could see changed"),
    EventKind.CHANGE_MADE: QT_TRANSLATE_NOOP("Activity", "{what} switched on for {tool}"),
    EventKind.CHANGE_UNDONE: QT_TRANSLATE_NOOP("Activity", "{what} taken back for {tool}"),
    EventKind.CHANGE_DRIFTED: QT_TRANSLATE_NOOP("Activity", "{what} no longer in effect for {tool}"),
}
RESET: Final = QT_TRANSLATE_NOOP("Activity", "{what} reset to the vendor's default for {tool}")
VERDICTS: Final = {
    "verified": QT_TRANSLATE_NOOP("Activity", "verified"),
    "not verified": QT_TRANSLATE_NOOP("Activity", "could not be verified"),
    "pretended": QT_TRANSLATE_NOOP("Activity", "only pretended: this machine is invented"),
}
ICONS: Final = {
    EventKind.SESSION_STARTED: "play",
    EventKind.SESSION_ENDED: "square",
    EventKind.SIGNAL_CHANGED: "eye",
    EventKind.TOOL_INSTALLED: "download",
    EventKind.TOOL_UPDATED: "refresh-cw",
    EventKind.TOOL_REMOVED: "trash-2",
    EventKind.POLICY: "building-2",
    EventKind.EVIDENCE: "radar",
    EventKind.EXPOSURE_CHANGED: "scan-eye",
    EventKind.CHANGE_MADE: "shield-check",
    EventKind.CHANGE_UNDONE: "undo-2",
    EventKind.CHANGE_DRIFTED: "triangle-alert",
}
FILTERS: Final = (
    (QT_TRANSLATE_NOOP("Activity", "Sessions"), (EventKind.SESSION_STARTED, EventKind.SESSION_ENDED)),
    (QT_TRANSLATE_NOOP("Activity", "Signals"), (EventKind.SIGNAL_CHANGED, EventKind.EXPOSURE_CHANGED)),
    (QT_TRANSLATE_NOOP("Activity", "Tools"), (EventKind.TOOL_INSTALLED, EventKind.TOOL_UPDATED, EventKind.TOOL_REMOVED)),
    (QT_TRANSLATE_NOOP("Activity", "Seen reading or sending"), (EventKind.EVIDENCE,)),
    (QT_TRANSLATE_NOOP("Activity", "Changes"), (EventKind.CHANGE_MADE, EventKind.CHANGE_UNDONE, EventKind.CHANGE_DRIFTED)),
    (QT_TRANSLATE_NOOP("Activity", "Policy"), (EventKind.POLICY,)),
)


def words(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Activity", text)


def happening_text(title: str, happening: Happening) -> str:
    """Say what happened to a signal, in plain words and without values."""
    match happening.before.result, happening.after.result:
        case _, Ok() if not isinstance(happening.before.result, Ok):
            text = QCoreApplication.translate("Happening", "{title} can be read now")
        case _, Ok():
            text = QCoreApplication.translate("Happening", "{title} changed")
        case _, Absent():
            text = QCoreApplication.translate("Happening", "{title} is no longer there")
        case _, Denied():
            text = QCoreApplication.translate("Happening", "{title} is refused now")
        case _, Failed():
            text = QCoreApplication.translate("Happening", "{title} could not be read")
        case _, Unsupported():
            text = QCoreApplication.translate("Happening", "{title} is not possible here now")
    return text.format(title=title)


def event_text(event: Event, tool_name: Callable[[str], str], signal_name: Callable[[str], str]) -> str:
    """Say what happened; kinds without words of their own bring a masked sentence."""
    if "said" in event.detail:
        return str(event.detail["said"])
    text = RESET if event.detail.get("reset") else KINDS.get(event.kind)
    if text is None or ("{what}" in text and not event.detail.get("what")):
        return event.text.rstrip(".")
    unknown = QCoreApplication.translate("Activity", "an unknown version")
    said = words(text).format(
        tool=tool_name(event.tool) if event.tool else words(QT_TRANSLATE_NOOP("Activity", "every program")),
        what=event.detail.get("what", ""),
        signal=signal_name(event.signal),
        version=event.detail.get("version") or unknown,
        before=event.detail.get("before") or unknown,
    )
    return (
        said if event.times < 2 else QCoreApplication.translate("Activity", "{what} ({count} times)").format(what=said, count=event.times)
    )


def event_detail(event: Event) -> str:
    """Return the second line of an entry: masked, empty if there is nothing to add."""
    detail = event.detail
    match event.kind:
        case EventKind.SIGNAL_CHANGED:
            return words(QT_TRANSLATE_NOOP("Activity", "from {before} to {after}")).format(
                before=detail.get("before", ""), after=detail.get("after", "")
            )
        case EventKind.SESSION_STARTED:
            parts = [str(detail.get("version") or "")]
            if detail.get("folder"):
                parts.append(words(QT_TRANSLATE_NOOP("Activity", "in {folder}")).format(folder=detail["folder"]))
            if detail.get("parent"):
                parts.append(words(QT_TRANSLATE_NOOP("Activity", "started from {parent}")).format(parent=detail["parent"]))
            return " \u00b7 ".join(part for part in parts if part)
        case EventKind.TOOL_INSTALLED | EventKind.TOOL_UPDATED:
            return " \u00b7 ".join(str(detail[key]) for key in ("channel", "place") if detail.get(key))
        case EventKind.EXPOSURE_CHANGED:
            count = len(detail.get("signals") or ())
            return words(QT_TRANSLATE_NOOP("Activity", "{count} signals")).format(count=count) if count > 1 else ""
        case EventKind.CHANGE_MADE:
            return words(VERDICTS.get(str(detail.get("verdict")), ""))
        case EventKind.CHANGE_DRIFTED:
            return words(QT_TRANSLATE_NOOP("Activity", "something else changed the setting"))
        case EventKind.EVIDENCE:
            return " \u00b7 ".join(str(detail[key]) for key in ("version", "place") if detail.get(key))
        case _:
            return ""
