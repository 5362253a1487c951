"""Everyday words for the vocabulary, translated where they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from core.model import Agreement, Group, Origin, Reach, Sensitivity, Support
from core.probes.result import Absent, Denied, Failed, Ok, Unsupported, display
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from datetime import datetime

    from core.model import Reading
    from core.probes.result import Result

GROUPS: Final = {
    Group.WHERE: QT_TRANSLATE_NOOP("Words", "Where you are"),
    Group.WHO: QT_TRANSLATE_NOOP("Words", "Who you are"),
    Group.NETWORK: QT_TRANSLATE_NOOP("Words", "Your network"),
    Group.DEVICE: QT_TRANSLATE_NOOP("Words", "This device"),
    Group.SOFTWARE: QT_TRANSLATE_NOOP("Words", "Your software"),
    Group.WORK: QT_TRANSLATE_NOOP("Words", "Your work"),
    Group.SECRETS: QT_TRANSLATE_NOOP("Words", "Secrets"),
}
SHORT_GROUPS: Final = {
    Group.WHERE: QT_TRANSLATE_NOOP("Words", "Where"),
    Group.WHO: QT_TRANSLATE_NOOP("Words", "Who"),
    Group.NETWORK: QT_TRANSLATE_NOOP("Words", "Network"),
    Group.DEVICE: QT_TRANSLATE_NOOP("Words", "Device"),
    Group.SOFTWARE: QT_TRANSLATE_NOOP("Words", "Software"),
    Group.WORK: QT_TRANSLATE_NOOP("Words", "Work"),
    Group.SECRETS: QT_TRANSLATE_NOOP("Words", "Secret"),
}
SENSITIVITIES: Final = {
    Sensitivity.HARMLESS: QT_TRANSLATE_NOOP("Words", "Says nearly nothing about you"),
    Sensitivity.COMMON: QT_TRANSLATE_NOOP("Words", "Many people share it"),
    Sensitivity.NARROWS: QT_TRANSLATE_NOOP("Words", "Narrows down to a group or region"),
    Sensitivity.POINTS: QT_TRANSLATE_NOOP("Words", "Points to a person, organisation or place"),
    Sensitivity.IDENTIFIES: QT_TRANSLATE_NOOP("Words", "Identifies this device, or is a secret"),
}
SUPPORTS: Final = {
    Support.WORKS: QT_TRANSLATE_NOOP("Words", "Works here"),
    Support.RECORDED: QT_TRANSLATE_NOOP("Words", "Tested on recordings only"),
    Support.NOT_POSSIBLE: QT_TRANSLATE_NOOP("Words", "Not possible here"),
    Support.NOT_BUILT: QT_TRANSLATE_NOOP("Words", "Not built for this system yet"),
}
ORIGINS: Final = {
    Origin.ENVIRONMENT: QT_TRANSLATE_NOOP("Words", "environment"),
    Origin.USER: QT_TRANSLATE_NOOP("Words", "your settings"),
    Origin.SYSTEM: QT_TRANSLATE_NOOP("Words", "system"),
    Origin.NETWORK: QT_TRANSLATE_NOOP("Words", "network settings"),
    Origin.PROGRAM: QT_TRANSLATE_NOOP("Words", "program"),
}
AGREEMENTS: Final = {
    Agreement.AGREE: QT_TRANSLATE_NOOP("Words", "All places agree"),
    Agreement.DIFFER: QT_TRANSLATE_NOOP("Words", "The places differ"),
    Agreement.SINGLE: QT_TRANSLATE_NOOP("Words", "One place only"),
    Agreement.SEPARATE: QT_TRANSLATE_NOOP("Words", "Each place adds its own values"),
    Agreement.NONE: QT_TRANSLATE_NOOP("Words", "No value found"),
}
REACHES: Final = {
    Reach.LAUNCH: QT_TRANSLATE_NOOP("Words", "by the way a tool is started"),
    Reach.SANDBOX: QT_TRANSLATE_NOOP("Words", "by starting the tool in a sandbox"),
    Reach.PRIVATE_NETWORK: QT_TRANSLATE_NOOP("Words", "by a sandbox with its own network"),
    Reach.ACCOUNT: QT_TRANSLATE_NOOP("Words", "by a setting of your account"),
    Reach.COMPUTER: QT_TRANSLATE_NOOP("Words", "by a setting of this computer"),
    Reach.NONE: QT_TRANSLATE_NOOP("Words", "not at all on this system"),
}
_RESULTS: Final = {
    Ok: QT_TRANSLATE_NOOP("Words", "found, without a value"),
    Absent: QT_TRANSLATE_NOOP("Words", "nothing there"),
    Denied: QT_TRANSLATE_NOOP("Words", "refused by the system"),
    Unsupported: QT_TRANSLATE_NOOP("Words", "not possible here"),
    Failed: QT_TRANSLATE_NOOP("Words", "could not be read"),
}


def word(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Words", text)


def value_text(reading: Reading | None) -> str:
    """Return the masked one-line text of a reading, or words for why there is none."""
    if reading is None:
        return QCoreApplication.translate("Words", "looking\u2026")
    return result_text(reading.result)


def result_text(result: Result) -> str:
    """Return the masked one-line text of a result, or words for why there is none."""
    return display(result) or word(_RESULTS[type(result)])


def result_reason(result: Result) -> str:
    """Return the sentence behind a result without values."""
    return "" if isinstance(result, Ok) else result.reason


def clock_time(moment: datetime) -> str:
    """Return a time of day in the person's own notation, with seconds."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(local.time(), "HH:mm:ss")


def day(text: str) -> str:
    """Return a date given as year-month-day in the person's own notation."""
    date = QDate.fromString(text, "yyyy-MM-dd")
    return date_text(date) if date.isValid() else text


def date_text(date: QDate) -> str:
    """Return a day in the person's own notation; in English with the month's name, as its numbers are read in two ways."""
    locale = QLocale()
    if locale.language() in {QLocale.Language.C, QLocale.Language.English}:
        return locale.toString(date, "d MMM yyyy")
    return locale.toString(date, QLocale.FormatType.ShortFormat)
