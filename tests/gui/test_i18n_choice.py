"""The language of the window: only what is there can be chosen, and texts, dates and Qt's own words are of one language."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QLabel

from gui import i18n
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QApplication

    from gui.application import Application

GERMAN = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="de"><context><name>SettingsPage</name>
<message><source>Settings</source><translation>Einstellungen</translation></message></context></TS>"""


@pytest.fixture(autouse=True)
def same_locale_afterwards() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a translation with Qt's own compiler, where Telltale looks for them."""
    folder = tmp_path / "resources" / "i18n"
    folder.mkdir(parents=True)
    (folder / "telltale_de.ts").write_text(GERMAN)
    compiler = next(Path(PySide6.__path__[0]).rglob("lrelease*"))
    subprocess.run([compiler, "-silent", folder / "telltale_de.ts"], check=True)
    monkeypatch.setattr(i18n, "resource_root", lambda: folder.parent)
    monkeypatch.setattr(i18n, "resource_names", lambda name: sorted(item.name for item in (folder.parent / name).iterdir()))
    return folder


def test_without_a_translation_settings_says_so_and_offers_no_choice(application: Application) -> None:
    assert i18n.languages() == ()
    page = application.window.page("settings")
    assert not [box for box in page.findChildren(ChoiceBox) if box.accessibleName() == "Language"]
    assert any("CONTRIBUTING.md" in item.text() for item in page.findChildren(QLabel))


@pytest.mark.usefixtures("german")
def test_a_translation_that_is_there_can_be_chosen_and_is_kept(start: Callable[..., Application]) -> None:
    application = start()
    boxes = [box for box in application.window.page("settings").findChildren(ChoiceBox) if box.accessibleName() == "Language"]
    assert [boxes[0].itemText(place) for place in range(boxes[0].count())] == ["As the system", "English", "Deutsch"]
    boxes[0].setCurrentIndex(2)
    boxes[0].activated.emit(2)
    assert application.context.settings.choices.language == "de"


@pytest.mark.usefixtures("german")
def test_the_chosen_language_is_used_for_texts_dates_and_qts_own_words(qapp: QApplication) -> None:
    installed = i18n.install(qapp, "de")
    try:
        assert QCoreApplication.translate("SettingsPage", "Settings") == "Einstellungen"
        assert QLocale().language() is QLocale.Language.German
        assert len(installed) == 2
    finally:
        for translator in installed:
            qapp.removeTranslator(translator)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("choice", ["en", "fr", "../de"])
def test_english_and_what_is_not_there_need_no_translation(qapp: QApplication, choice: str) -> None:
    assert i18n.install(qapp, choice) == []


def test_dates_are_in_english_where_the_texts_are(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("de_AT"))
    assert i18n.install(qapp) == []
    assert (QLocale().language(), QLocale().territory()) == (QLocale.Language.English, QLocale.Country.Austria)
