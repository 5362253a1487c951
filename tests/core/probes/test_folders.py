from __future__ import annotations

import core.probes.folders  # noqa: F401  registers its probes
from core.probes.result import Absent, display
from tests.fakes.looking import look, values

DIRS = '# comment\nXDG_DESKTOP_DIR="$HOME/Bureau"\nXDG_PICTURES_DIR="$HOME/Images"\nXDG_MUSIC_DIR="$HOME/"\nOTHER="$HOME/x"\n'


def test_the_language_of_the_standard_folders_and_their_names_are_read() -> None:
    reading = look("user-folders", files={"/home/mia/.config/user-dirs.locale": "fr_FR\n", "/home/mia/.config/user-dirs.dirs": DIRS})

    assert values(reading) == ["fr_FR", "Bureau", "Images"]
    assert "Bureau" not in display(reading.result)


def test_windows_tells_where_the_standard_folders_are() -> None:
    key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders"
    reading = look(
        "user-folders", system="windows", home="C:\\Users\\mia", registry={key: {"Desktop": "C:\\Users\\mia\\Cloud - Corp\\Desktop"}}
    )

    assert values(reading) == ["C:\\Users\\mia\\Cloud - Corp\\Desktop"]
    assert "Corp" not in display(reading.result)


def test_languages_come_from_locales_and_dictionaries() -> None:
    reading = look(
        "language-packs",
        files={"/etc/locale.gen": "# de_AT.UTF-8 UTF-8\nfr_FR.UTF-8 UTF-8\n"},
        folders={
            "/usr/lib/locale": ["C.utf8", "locale-archive", "nb_NO.utf8"],
            "/usr/share/hunspell": ["cs_CZ.aff", "cs_CZ.dic", "hyph_cs_CZ.dic", "README.txt"],
        },
    )

    assert values(reading) == ["fr_FR", "nb_NO", "cs_CZ"]


def test_many_languages_are_counted_in_the_table() -> None:
    lines = "".join(f"{tag} UTF-8\n" for tag in ("fr_FR", "de_DE", "nb_NO", "cs_CZ", "pt_PT"))

    assert display(look("language-packs", files={"/etc/locale.gen": lines}).result) == "5 languages and variants"


def test_own_dictionaries_are_found_on_macos() -> None:
    reading = look(
        "language-packs", system="macos", home="/Users/mia", folders={"/Users/mia/Library/Spelling": ["LocalDictionary", "sv", "en_GB"]}
    )

    assert values(reading) == ["en_GB", "sv"]


def test_without_traces_of_a_language_the_answer_is_absent() -> None:
    assert isinstance(look("language-packs", files={"/etc/locale.gen": "# nothing\n"}).result, Absent)
    assert isinstance(look("user-folders").result, Absent)
