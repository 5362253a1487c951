"""The list of pages: every entry can be built, and they are known by one name and one icon each."""

from __future__ import annotations

import importlib
import sys

import pytest

from core.paths import resource_names
from gui.pages.base import Page
from gui.pages.registry import PAGES, PageEntry, import_pages, module_of


def module(entry: PageEntry) -> str:
    return entry.place.partition(":")[0]


def test_ids_titles_and_icons_are_each_there_once() -> None:
    for names in ([entry.id for entry in PAGES], [entry.title for entry in PAGES], [entry.icon for entry in PAGES]):
        assert len(set(names)) == len(PAGES)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.id)
def test_an_entry_names_a_page_and_an_icon_that_exist(entry: PageEntry) -> None:
    made = getattr(importlib.import_module(module(entry)), entry.place.partition(":")[2])
    assert issubclass(made, Page)
    assert f"{entry.icon}.svg" in resource_names("icons", "lucide")


def test_importing_the_pages_reads_the_code_of_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in PAGES:
        monkeypatch.delitem(sys.modules, module(entry), raising=False)
    import_pages()
    assert {module(entry) for entry in PAGES} <= set(sys.modules)


def test_a_page_that_does_not_exist_means_the_first_one() -> None:
    assert module_of("no-such-page") == module(PAGES[0])
    assert module_of("settings") == "gui.pages.settings"
