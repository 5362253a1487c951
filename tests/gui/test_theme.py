from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core.paths import read_resource, resource_names
from gui.application import make_application
from gui.theme import Theme, ThemeChoice, load_tokens

THEMES = [name.removesuffix(".json") for name in resource_names("themes")]
TEXT_PAIRS = [
    ("text", "window", 7.0),
    ("text", "surface", 7.0),
    ("text", "hover", 7.0),
    ("text", "selection", 7.0),
    ("text", "accent_soft", 7.0),
    ("text_muted", "window", 4.5),
    ("text_muted", "surface", 4.5),
    ("text_muted", "hover", 4.5),
    ("text_muted", "selection", 4.5),
    ("text_faint", "surface", 4.5),
    ("text_faint", "surface_sunken", 4.2),
    ("accent", "surface", 4.5),
    ("accent", "accent_soft", 4.5),
    ("on_accent", "accent", 4.5),
    ("on_accent", "accent_hover", 4.5),
    ("warning_text", "surface", 4.5),
    ("good", "surface", 4.5),
    ("danger", "surface", 4.5),
    ("on_banner_masked", "banner_masked", 7.0),
    ("on_banner_synthetic", "banner_synthetic", 4.5),
]
SHAPES = [
    "warning",
    "focus",
    "switch_off",
    *(f"mark_{name}" for name in ("hidden", "ring", "vendor", "read", "sent", "sent_secret", "unknown")),
]


def luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    made = QColor(colour)
    return 0.2126 * linear(made.redF()) + 0.7152 * linear(made.greenF()) + 0.0722 * linear(made.blueF())


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_all_themes_have_the_same_roles() -> None:
    roles = {name: set(load_tokens(name).colours) for name in THEMES}
    assert {"light", "dark"} <= set(THEMES)
    assert all(found == roles["light"] for found in roles.values())


@pytest.mark.parametrize("name", THEMES)
def test_every_colour_of_a_theme_is_a_colour(name: str) -> None:
    assert [role for role, value in load_tokens(name).colours.items() if not QColor(value).isValid()] == []


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("text", "ground", "least"), TEXT_PAIRS)
def test_texts_stand_out_from_their_ground(name: str, text: str, ground: str, least: float) -> None:
    colours = load_tokens(name).colours
    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("role", SHAPES)
def test_shapes_stand_out_from_the_surface(name: str, role: str) -> None:
    colours = load_tokens(name).colours
    least = 2.0 if role == "switch_off" else 3.0
    assert contrast(colours[role], colours["surface"]) >= least


def test_the_style_sheet_uses_only_roles_that_exist(qapp: object) -> None:
    used = set(re.findall(r"\{\{([a-z_]+)\}\}", read_resource("qss", "base.qss").decode()))
    assert used - set(load_tokens("light").colours) == set()
    assert "{{" not in Theme(make_application()).style_sheet()


def test_switching_the_theme_changes_the_palette_and_tells_once(qapp: object) -> None:
    app = make_application()
    theme = Theme(app, ThemeChoice.LIGHT)
    theme.apply()
    told: list[bool] = []
    theme.changed.connect(lambda: told.append(theme.is_dark))
    theme.set_choice(ThemeChoice.DARK)
    theme.set_choice(ThemeChoice.DARK)
    assert told == [True]
    assert app.palette().window().color() == QColor(load_tokens("dark").colours["window"])


def test_the_system_is_followed_only_if_nothing_else_was_chosen(qapp: object) -> None:
    theme = Theme(make_application())
    theme.apply()
    theme.follow_system()
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        theme._on_system_scheme(scheme)
        assert theme.is_dark is (scheme is Qt.ColorScheme.Dark)
    theme.set_choice(ThemeChoice.LIGHT)
    theme._on_system_scheme(Qt.ColorScheme.Dark)
    assert not theme.is_dark


def test_sizes_and_fonts_grow_with_the_text_size(qapp: object) -> None:
    theme = Theme(make_application(), ThemeChoice.LIGHT)
    before = theme.px(20), theme.font().pointSizeF()
    theme.set_text_percent(500)
    assert theme.text_percent == 200
    assert (theme.px(20), theme.font().pointSizeF()) == (before[0] * 2, before[1] * 2)
    theme.set_text_percent(100)


def test_the_smallest_text_is_ten_points(qapp: object) -> None:
    assert Theme(make_application()).points() >= 10
