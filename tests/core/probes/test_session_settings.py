from __future__ import annotations

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotAllowedError, NotThereError
from core.probes import _session_settings as settings
from core.probes.result import Absent, Ok
from tests.fakes.probe_runs import linux, macos

DATABASE = "~/.config/dconf/user"


def test_a_key_that_nobody_set_costs_no_command() -> None:
    assert isinstance(settings.gnome_state(linux(files={DATABASE: "GVariant other"}), "sources"), Absent)
    with pytest.raises(NotThereError, match="nothing was set"):
        settings.gnome_text(linux(files={DATABASE: "GVariant other"}), "org.gnome.x", "sources")


def test_an_administrators_database_counts_too() -> None:
    host = linux(files={"/etc/dconf/db/local": "GVariant sources", "/etc/dconf/db/local.d/00": "x"})
    assert isinstance(settings.gnome_state(host, "sources"), Ok)


def test_a_refused_database_is_not_called_empty() -> None:
    with pytest.raises(NotAllowedError):
        settings.gnome_state(linux(files={DATABASE: ""}, denied=[DATABASE]), "sources")


def test_the_last_value_of_a_kde_key_counts_and_marks_are_ignored() -> None:
    assert settings.kde_value("[A]\nK=1\n[B]\nK=9\n[A]\nK[$e]=2\n", "A", "K") == "2"


def test_macos_lists_come_from_the_property_list_without_a_command() -> None:
    text = plistlib.dumps({"AppleLanguages": ["de-DE", 7], "Force": True}).decode()
    host = macos(files={"~/Library/Preferences/.GlobalPreferences.plist": text})
    assert settings.mac_texts(host, settings.MAC_GLOBAL, "AppleLanguages") == ["de-DE"]
    assert settings.mac_texts(host, settings.MAC_GLOBAL, "Force") == ["1"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/mia/.npmrc", "~/.npmrc"),
        ("/home/mia/secret-project/.npmrc", "./.npmrc"),
        ("/etc/pip.conf", "/etc/pip.conf"),
        ("/srv/mia/pip.conf", "(chosen folder)/pip.conf"),
        ("/home/miast/x", "(chosen folder)/x"),
    ],
)
def test_paths_are_shown_without_names_that_a_person_chose(path: str, shown: str) -> None:
    assert settings.shown_path(linux(cwd="/home/mia/secret-project"), path) == shown


@given(st.text(max_size=200), st.text(max_size=20))
def test_kde_files_can_be_any_text(text: str, key: str) -> None:
    assert isinstance(settings.kde_value(text, "Proxy Settings", key), str)
