"""Translations: Telltale's own and Qt's, for the system's language; English needs none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

from core.paths import resource_names, resource_root

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001  the translation tools read the context from the source
    """Mark a text for translation where it is only stored; Qt's own function of this name is typed as any object."""
    return text


ENGLISH: Final = "en"
_NAME: Final = re.compile(r"telltale_(\w+)\.qm")


def languages() -> tuple[str, ...]:
    """Return the languages there is a translation for, besides English: `de`, `zh_CN`."""
    found = (_NAME.fullmatch(name) for name in resource_names("i18n"))
    return tuple(match[1] for match in found if match is not None)


def locale_of(choice: str) -> QLocale:
    """Return the locale of a chosen language; the system's if none was chosen, or if its translation is gone."""
    system = QLocale()
    if choice == ENGLISH:
        return _in_english(system)
    return QLocale(choice) if choice and choice in languages() else system


def install(app: QApplication, choice: str = "") -> list[QTranslator]:
    """Install the translation chosen, else the system's language where there is one, and return what was installed; English needs none.

    Texts are all of one language: dates are written in it, and Qt's own texts come in it or stay English.
    """
    locale = locale_of(choice)
    installed: list[QTranslator] = []
    if locale.language() not in {QLocale.Language.C, QLocale.Language.English}:
        own = str(resource_root() / "i18n")
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in (("telltale", own), ("qtbase", qt)):
            translator = QTranslator(app)
            if not translator.load(locale, name, "_", folder):
                break
            app.installTranslator(translator)
            installed.append(translator)
        locale = locale if installed else _in_english(locale)
    if locale != QLocale():
        QLocale.setDefault(locale)
    return installed


def _in_english(locale: QLocale) -> QLocale:
    """Return English with a locale's country, so that dates keep their order there."""
    is_english = locale.language() in {QLocale.Language.C, QLocale.Language.English}
    return locale if is_english else QLocale(QLocale.Language.English, locale.territory())
