from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton

from core.paths import resource_names
from gui.application import make_application
from gui.icons import FALLBACK, Icons, svg_source
from gui.pages.registry import PAGES
from gui.theme import Theme, ThemeChoice

if TYPE_CHECKING:
    from core.catalogue import Catalogue

ROOT = Path(__file__).resolve().parents[2]


def test_every_signal_has_an_icon_of_its_name(catalogue: Catalogue) -> None:
    shipped = set(resource_names("icons", "lucide"))
    assert [signal.id for signal in catalogue.signals.values() if f"{signal.icon}.svg" not in shipped] == []


def test_every_page_has_an_icon() -> None:
    shipped = set(resource_names("icons", "lucide"))
    assert [page.id for page in PAGES if f"{page.icon}.svg" not in shipped] == []


def test_the_icons_licence_is_shipped_beside_them() -> None:
    assert "LICENSE" in resource_names("icons", "lucide")


@pytest.mark.parametrize("name", [name for name in resource_names("icons", "lucide") if name.endswith(".svg")])
def test_an_icon_is_only_lines_in_the_text_colour(name: str) -> None:
    source = svg_source(name.removesuffix(".svg"))
    assert "currentColor" in source
    assert re.search(r"<script|<image|href|<style|<text", source) is None


@pytest.mark.parametrize("name", ["no-such-icon", "../../../etc/passwd", ""])
def test_an_unknown_icon_falls_back(name: str) -> None:
    assert svg_source(name) == svg_source(FALLBACK)


def test_icons_follow_theme_and_scale(qapp: object) -> None:
    theme = Theme(make_application(), ThemeChoice.LIGHT)
    theme.apply()
    icons = Icons(theme)
    made = QPushButton()
    icons.bind(made, "eye", "text", 20)
    before = made.icon().pixmap(20, 20).toImage()
    theme.set_choice(ThemeChoice.DARK)
    assert made.icon().pixmap(20, 20).toImage() != before
    theme.set_text_percent(200)
    assert made.iconSize().width() == 40
    assert icons.pixmap("eye", size=20, ratio=2.0).width() == 80
    theme.set_text_percent(100)
