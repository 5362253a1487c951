"""Every text a person sees goes through the translator."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOWING = frozenset(
    (
        "setText setToolTip setWindowTitle setAccessibleName setAccessibleDescription setPlaceholderText setStatusTip setWhatsThis addAction addItem "
        "QLabel QPushButton QAction QMenu QCheckBox label button icon_button ElidedLabel ElidedButton set_text set_status show_state set_subtitle "
        "set_title addRow setTitle Switch ChoiceBox SearchBox CountCard NavButton Notice Viewer Find Command"
    ).split()
)
NAMES = frozenset({"Telltale", ""})
LOOKS = frozenset(
    (
        "title subtitle heading muted small faint section primary link ghost chip pill pill-warning pill-good pill-danger brand panel-title "
        "banner-masked banner-synthetic text accent warning good danger"
    ).split()
)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def is_text(value: str) -> bool:
    """Whether a literal is a text for persons: it has a letter and is no id, icon, look, key or number format."""
    has_words = any(ch.isalpha() for ch in value)
    is_word_for_machines = value.replace("-", "").replace("_", "").isalnum() and value.islower()
    is_key = value.startswith("Ctrl+") or (value.startswith("F") and value[1:].isdigit())
    return has_words and value not in NAMES | LOOKS and not is_word_for_machines and not is_key


def untranslated(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and called(node) in SHOWING:
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            found += [
                f"{node.lineno}: {value.value}"
                for value in values
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and is_text(value.value)
            ]
            found += [
                f"{node.lineno}: f-string"
                for value in values
                if isinstance(value, ast.JoinedStr) and any(is_prose(part) for part in value.values)
            ]
    return found


def is_prose(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and is_text(str(part.value))


@pytest.mark.parametrize("path", sorted((ROOT / "gui").rglob("*.py")), ids=lambda path: path.stem)
def test_a_source_of_the_window_shows_no_untranslated_text(path: Path) -> None:
    assert untranslated(path.read_text()) == []


def test_the_search_for_untranslated_texts_finds_one() -> None:
    assert untranslated('label("Hello there")') == ["1: Hello there"]
    assert untranslated('made.setText(f"Hello {name}")') == ["1: f-string"]
    assert untranslated('label(self.tr("Hello there"), "heading")') == []
