from __future__ import annotations

import pytest

import core.probes.editors  # noqa: F401  registers its probes
from core.probes.result import Absent, Ok, display
from tests.fakes.looking import look

PLACES = [
    ("linux", "/home/mia", "/home/mia/.config"),
    ("macos", "/Users/mia", "/Users/mia/Library/Application Support"),
    ("windows", "C:\\Users\\mia", "C:\\Users\\mia\\AppData\\Roaming"),
]
RECENT = '<application><map><entry key="$USER_HOME$/corp/one"/><entry key="$USER_HOME$/two"/></map></application>'


@pytest.mark.parametrize(("system", "home", "root"), PLACES)
def test_remembered_projects_are_counted_and_not_named(system: str, home: str, root: str) -> None:
    slash = "\\" if system == "windows" else "/"
    folder = slash.join([root, "Code", "User", "workspaceStorage"])
    product = slash.join([root, "JetBrains", "PyCharm2026.1", "options"])

    reading = look(
        "editor-projects",
        system=system,
        home=home,
        folders={folder: ["a1", "b2", "c3"], slash.join([root, "JetBrains"]): ["PyCharm2026.1", "consentOptions"]},
        files={slash.join([product, "recentProjects.xml"]): RECENT},
    )

    assert display(reading.result) == "2 editors"
    told = {item.name: display(item.result) for item in reading.sources if isinstance(item.result, Ok)}
    assert told == {"Code": "3 projects", "PyCharm2026.1": "2 projects"}


@pytest.mark.parametrize(("system", "home", "root"), PLACES)
def test_editors_that_share_their_settings_are_named(system: str, home: str, root: str) -> None:
    slash = "\\" if system == "windows" else "/"
    reading = look(
        "editor-sync",
        system=system,
        home=home,
        folders={
            slash.join([root, "VSCodium", "User", "sync"]): ["settings", "extensions"],
            slash.join([root, "JetBrains"]): ["GoLand2025.3"],
            slash.join([root, "JetBrains", "GoLand2025.3", "settingsSync"]): [".git"],
        },
    )

    assert [str(value) for value in reading.result.values] == ["VSCodium", "GoLand2025.3"]  # type: ignore[union-attr]  # fails if it is no Ok


@pytest.mark.parametrize("name", ["editor-sync", "editor-projects"])
def test_without_editors_the_answer_is_absent(name: str) -> None:
    assert isinstance(look(name, system="linux", home="/home/mia").result, Absent)
