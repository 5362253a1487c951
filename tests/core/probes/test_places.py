from __future__ import annotations

import pytest

from core.probes._places import day_words, file_result, label_of, place_of, size_words
from core.probes.result import Absent, Failed, Ok, display
from tests.fakes.probe_runs import linux, macos, windows


@pytest.mark.parametrize(
    ("host", "template", "path", "label"),
    [
        (linux(), "{config}/gcloud", "~/.config/gcloud", "~/.config/gcloud"),
        (linux(env={"XDG_CONFIG_HOME": "/srv/acme"}), "{config}/gcloud", "/srv/acme/gcloud", "~/.config/gcloud"),
        (linux(env={"XDG_CONFIG_HOME": "relative"}), "{config}", "~/.config", "~/.config"),
        (linux(), "{runtime}/bus", "/run/user/1000/bus", "$XDG_RUNTIME_DIR/bus"),
        (macos(), "~/.npmrc", "~/.npmrc", "~/.npmrc"),
        (windows(env={"APPDATA": "D:\\Roaming"}), "{roaming}/a/b", "D:\\Roaming\\a\\b", "%APPDATA%\\a\\b"),
        (windows(), "{local}/a", "~\\AppData\\Local\\a", "%LOCALAPPDATA%\\a"),
    ],
)
def test_places_follow_the_variables_and_labels_never_do(host: object, template: str, path: str, label: str) -> None:
    assert place_of(host, template) == path  # type: ignore[arg-type]  # pytest types parameters as object
    assert label_of(host, template) == label  # type: ignore[arg-type]  # as above


def test_links_are_followed_only_to_files_that_can_be_read() -> None:
    host = linux(files={"/a": "text"}, links={"/b": "/a", "/c": "/gone", "/d": "/fifo"}, kinds={"/fifo": "fifo"})
    assert display(file_result(host, "/b", lambda text: f"{len(text)} characters")) == "file, reached through a link, 4 characters"
    assert isinstance(file_result(host, "/c"), Absent)
    assert display(file_result(host, "/d", len_words)) == "file, reached through a link, not looked into"


def len_words(text: str) -> str:
    """Return the length of a text."""
    return str(len(text))


def test_empty_files_folders_and_devices_hold_nothing() -> None:
    host = linux(files={"/empty": ""}, folders={"/folder": ["x"]}, kinds={"/dev/null": "device", "/dev/sda": "device"})
    assert isinstance(file_result(host, "/empty"), Absent)
    assert isinstance(file_result(host, "/dev/null"), Absent)
    assert isinstance(file_result(host, "/folder"), Failed)
    assert isinstance(file_result(host, "/dev/sda"), Failed)


def test_sizes_are_rough_and_odd_dates_are_left_out() -> None:
    assert (size_words(40), size_words(5000), size_words(3 << 20)) == ("under 1 kB", "4 kB", "3 MB")
    assert (day_words(0), day_words(1e300), day_words(float("nan")), day_words(86_400 * 365.25)) == ("", "", "", "last changed 1971-01-01")


def test_a_folder_result_is_an_ok_value() -> None:
    assert isinstance(file_result(linux(files={"/a": "x"}), "/a"), Ok)
