"""Everyday words for how a tool came here, where it was looked for, and where evidence comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from core.tools.model import Basis, Channel
from gui.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from datetime import datetime

_CHANNELS: Final = {
    Channel.NPM: "npm",
    Channel.PNPM: "pnpm",
    Channel.YARN: "Yarn",
    Channel.BUN: "Bun",
    Channel.PIPX: "pipx",
    Channel.UV: "uv",
    Channel.PIP: "pip",
    Channel.BREW: "Homebrew",
    Channel.APT: "apt",
    Channel.RPM: "rpm",
    Channel.FLATPAK: "Flatpak",
    Channel.SNAP: "Snap",
    Channel.NATIVE: QT_TRANSLATE_NOOP("Tools", "own installer"),
    Channel.EXTENSION: QT_TRANSLATE_NOOP("Tools", "editor extension"),
    Channel.BUILT_IN: QT_TRANSLATE_NOOP("Tools", "part of the editor"),
    Channel.PLUGIN: QT_TRANSLATE_NOOP("Tools", "JetBrains plugin"),
    Channel.BUNDLE: QT_TRANSLATE_NOOP("Tools", "application"),
    Channel.INSTALLER: QT_TRANSLATE_NOOP("Tools", "installer"),
    Channel.STORE: QT_TRANSLATE_NOOP("Tools", "Microsoft Store"),
    Channel.PORT: QT_TRANSLATE_NOOP("Tools", "found by its local port"),
    Channel.UNKNOWN: "",
}
LOOKED_IN: Final = (
    QT_TRANSLATE_NOOP("Tools", "global packages of npm, pnpm, Yarn and Bun"),
    QT_TRANSLATE_NOOP("Tools", "Python packages of pip, pipx and uv"),
    QT_TRANSLATE_NOOP("Tools", "Homebrew, apt, rpm, Flatpak and Snap"),
    QT_TRANSLATE_NOOP("Tools", "programs on the search path and their own installers' places"),
    QT_TRANSLATE_NOOP("Tools", "VS Code, its relatives and their extensions, JetBrains plugins"),
    QT_TRANSLATE_NOOP("Tools", "applications, menu entries, the installed-programs list"),
    QT_TRANSLATE_NOOP("Tools", "browser helpers, and local model runners that listen on this computer"),
)
PLACES: Final = {
    "settings": QT_TRANSLATE_NOOP("Tools", "settings"),
    "state": QT_TRANSLATE_NOOP("Tools", "state"),
    "transcripts": QT_TRANSLATE_NOOP("Tools", "transcripts"),
    "logs": QT_TRANSLATE_NOOP("Tools", "logs"),
    "identifiers": QT_TRANSLATE_NOOP("Tools", "identifiers"),
    "credentials": QT_TRANSLATE_NOOP("Tools", "credentials"),
}
WORKS: Final = {
    "documented": QT_TRANSLATE_NOOP("Tools", "documented, not checked by us"),
    "verified": QT_TRANSLATE_NOOP("Tools", "checked by us"),
    "partly": QT_TRANSLATE_NOOP("Tools", "works in part"),
    "no-effect": QT_TRANSLATE_NOOP("Tools", "had no effect when we checked"),
    "untested": QT_TRANSLATE_NOOP("Tools", "not tested"),
}
BASES: Final = {
    Basis.OBSERVED: QT_TRANSLATE_NOOP("Tools", "seen by Telltale's makers"),
    Basis.SHIPPED_CODE: QT_TRANSLATE_NOOP("Tools", "from the shipped code"),
    Basis.VENDOR_SAYS: QT_TRANSLATE_NOOP("Tools", "the vendor says so"),
    Basis.REPORTED: QT_TRANSLATE_NOOP("Tools", "reported by others"),
    Basis.UNVERIFIED: QT_TRANSLATE_NOOP("Tools", "not verified"),
}
METHODS: Final = {
    "makers": QT_TRANSLATE_NOOP("Tools", "Telltale's makers, elsewhere"),
    "shipped-code": QT_TRANSLATE_NOOP("Tools", "Shipped code"),
    "vendor": QT_TRANSLATE_NOOP("Tools", "Vendor"),
    "report": QT_TRANSLATE_NOOP("Tools", "Report"),
    "stand-in": QT_TRANSLATE_NOOP("Tools", "Stand-in, here"),
    "session": QT_TRANSLATE_NOOP("Tools", "Running session, here"),
    "recorded": QT_TRANSLATE_NOOP("Tools", "Recorded machine"),
    "synthetic": QT_TRANSLATE_NOOP("Tools", "Synthetic, invented machine"),
    "inspector": QT_TRANSLATE_NOOP("Tools", "Inspector, here"),
}


def words(text: str) -> str:
    """Translate one of this module's words."""
    return QCoreApplication.translate("Tools", text) if text else ""


def channel_word(channel: Channel) -> str:
    """Return how a tool came to this machine."""
    return words(_CHANNELS[channel])


def method_word(method: str) -> str:
    """Return where a piece of evidence comes from."""
    return words(METHODS.get(method, "")) or method


def date_words(moment: datetime) -> str:
    """Return a day in the person's own notation."""
    from PySide6.QtCore import QDate

    from gui.words import date_text

    return date_text(QDate(moment.year, moment.month, moment.day))
