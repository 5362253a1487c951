"""Translations: Telltale's own and Qt's, for the system's language; English needs none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

from core.paths import resource_root

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001  the translation tools read the context from the source
    """Mark a text for translation where it is only stored; Qt's own function of this name is typed as any object."""
    return text


def install(app: QApplication, locale: QLocale | None = None) -> list[QTranslator]:
    """Install what exists for a language and return it; nothing is installed for English."""
    locale = locale or QLocale()
    installed: list[QTranslator] = []
    if locale.language() in {QLocale.Language.C, QLocale.Language.English}:
        return installed
    own = str(resource_root() / "i18n")
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (("qtbase", qt), ("telltale", own)):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder) and app.installTranslator(translator):
            installed.append(translator)
    return installed
