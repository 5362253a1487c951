"""The Settings page: the inspector's key is removed with one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QAbstractButton

from core.watch.inspector_run import inspector_folder

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gui.application import Application


@pytest.mark.parametrize("is_there", [True, False])
def test_the_inspectors_key_is_removed_with_one_click(
    application: Application, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = inspector_folder()
    if is_there:
        folder.mkdir(parents=True)
        (folder / "ca-key.pem").write_text("x")
    page = application.window.page("settings")
    found = [item for item in page.findChildren(QAbstractButton) if "inspector's key" in item.accessibleName()]
    assert len(found) == 1
    found[0].click()
    qtbot.waitUntil(lambda: found[0].text() == ("Removed" if is_there else "There was none"))
    assert not folder.exists()
    assert not found[0].isEnabled()
