"""Faults of catalogue files in the window: named by file and key, and everything else works."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from core.catalogue import load_catalogue
from gui.widgets.policy_messages import CatalogueMessages
from tests.fakes.broken_catalogue import broken_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from core.host.recorded import RecordedHost
    from gui.application import Application


def note(application: Application) -> CatalogueMessages:
    found = application.window.page("overview").findChild(CatalogueMessages)
    assert found is not None
    return found


def test_a_sound_catalogue_needs_no_word(application: Application) -> None:
    assert note(application).isHidden()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_faults_of_the_catalogue_are_named_on_the_first_page_and_the_rest_is_shown(
    application: Application, persona: RecordedHost, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = load_catalogue(broken_catalogue(tmp_path))
    application.context.session.open_host(persona, broken)
    store = application.context.store
    qtbot.waitUntil(lambda: store.catalogue is broken and store.has_readings and not store.is_scanning, timeout=20_000)
    assert note(application).isVisible()
    said = "\n".join(item.text() for item in note(application).findChildren(QLabel))
    assert "everything else works" in said
    assert "signals/battery.toml, surprise: " in said
    assert "telltale doctor" in said
    assert len(store.signals) == len(broken.signals)
