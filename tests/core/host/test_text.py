from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.host.text import clean, parse_environ, shown


@given(st.binary(max_size=80))
def test_cleaned_text_can_always_be_written_as_utf8(data: bytes) -> None:
    text = os.fsdecode(data)
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


@given(st.text(max_size=60))
def test_cleaning_leaves_ordinary_text_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_cleaning_replaces_undecodable_bytes_and_lone_surrogates() -> None:
    assert clean(os.fsdecode(b"caf\xe9")) == "caf\ufffd"
    assert clean("a\ud800b") == "a\ufffdb"


@given(st.binary(max_size=200))
def test_any_environment_block_is_read_without_failing(block: bytes) -> None:
    found = parse_environ(block)
    assert all(name and "=" not in name and "\0" not in name + value for name, value in found.items())


def test_an_environment_block_keeps_values_with_equals_signs_and_the_first_of_two_equal_names() -> None:
    assert parse_environ(b"A=1=2\0B=\0A=3\0=hidden\0junk\0") == {"A": "1=2", "B": ""}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/mia/.gitconfig", "~/.gitconfig"),
        ("/home/mia/.config/git/config", "~/.config/git/config"),
        ("/home/mia/.claude/projects/-home-mia-secret-client", "~/.claude/projects/..."),
        ("/home/mia/projects/secret-client/.git/config", "~/..."),
        ("/home/mia", "~"),
        ("/home/miaow/.gitconfig", "/home/..."),
        ("/etc/timezone", "/etc/timezone"),
        ("/srv/secret-client/notes", "/srv/..."),
        ("/run/media/mia/STICK", "/run/..."),
        ("relative/secret-client", "A place outside the system's folders"),
        ("C:\\Windows\\System32\\drivers\\etc\\hosts", "C:/Windows/System32/drivers/etc/hosts"),
        ("D:\\secret-client\\x", "A place outside the system's folders"),
        ("/etc/\u202etxt", "A place with an unusual name"),
    ],
)
def test_errors_name_places_without_projects_or_persons(path: str, name: str) -> None:
    assert shown(path, "/home/mia") == name


def test_a_windows_home_is_shortened_too() -> None:
    assert shown("C:\\Users\\sam\\AppData\\Roaming\\Code\\machineid", "C:\\Users\\sam") == "~/AppData/Roaming/Code/machineid"
