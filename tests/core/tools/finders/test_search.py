from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.host.recorded import RecordedHost
from core.tools.finders.search import LISTING_LIMIT, CancelledError, Search, looks_like_version, version_of

if TYPE_CHECKING:
    from tests.conftest import MakeHost


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("~/x", "/home/mia/x"),
        ("~", "/home/mia"),
        ("{config}/x", "/home/mia/.config/x"),
        ("{data}/x", "/srv/data/x"),
        ("%APPDATA%\\x", ""),
        ("x/y", ""),
        ("", ""),
    ],
)
def test_templates_become_paths_of_this_machine(recorded_host: MakeHost, template: str, path: str) -> None:
    assert Search(recorded_host(env={"XDG_DATA_HOME": "/srv/data", "XDG_CONFIG_HOME": "relative"})).expand(template) == path


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("%APPDATA%\\x", "C:\\Users\\mia\\AppData\\Roaming\\x"),
        ("%ProgramFiles%\\x", "D:\\Programs\\x"),
        ("~/x", "C:\\Users\\mia\\x"),
        ("%NOBODY%\\x", ""),
    ],
)
def test_templates_become_paths_of_windows(recorded_host: MakeHost, template: str, path: str) -> None:
    assert Search(recorded_host("windows", env={"ProgramFiles": "D:\\Programs"})).expand(template) == path


def test_wildcards_match_names_and_only_hidden_ones_if_asked(recorded_host: MakeHost) -> None:
    search = Search(recorded_host(files={"/a/one/x": "", "/a/.two/x": "", "/a/three/y": ""}))
    assert search.glob("/a/*/x") == ("/a/one/x",)
    assert search.glob("/a/.*/x") == ("/a/.two/x",)


def test_a_folder_with_ten_thousand_names_is_read_that_far_and_said(recorded_host: MakeHost) -> None:
    search = Search(recorded_host(folders={"/many": [f"n{number}" for number in range(LISTING_LIMIT + 5)]}))
    assert len(search.names("/many")) == LISTING_LIMIT
    assert str(LISTING_LIMIT) in search.problems[0].message


@pytest.mark.parametrize(
    "links",
    [{"/a": "/a"}, {"/a": "/b", "/b": "/a"}, {"/a": "/a/x"}, {"/a": "x/../a/y"}, {f"/l{n}": f"/l{n + 1}" for n in range(60)}],
)
def test_link_loops_end(recorded_host: MakeHost, links: dict[str, str]) -> None:
    search = Search(recorded_host(links=links))
    for path in links:
        assert search.real(f"{path}/z").startswith("/")


def test_links_are_followed_step_by_step(recorded_host: MakeHost) -> None:
    search = Search(recorded_host(files={"/real/bin/x": ""}, links={"/one": "/two", "/two": "real", "/three": "one/bin/x"}))
    assert search.real("/one/bin/x") == "/real/bin/x"
    assert search.real("/three") == "/real/bin/x"


def test_problems_are_said_once_and_stay_few(recorded_host: MakeHost) -> None:
    search = Search(recorded_host())
    for number in range(1_000):
        search.note("Same.")
        search.note(f"Other {number}.")
    assert len(search.problems) <= 50
    assert [item.message for item in search.problems].count("Same.") == 1


def test_a_cancelled_search_stops_at_its_next_question(recorded_host: MakeHost) -> None:
    with pytest.raises(CancelledError):
        Search(recorded_host(files={"/a/x": ""}), lambda: True).names("/a")


def test_a_sister_folder_is_not_inside(recorded_host: MakeHost) -> None:
    search = Search(recorded_host())
    assert search.is_within("/opt/agent/x", "/opt/agent")
    assert search.is_within("/opt/agent", "/opt/agent")
    assert not search.is_within("/opt/agent-2/x", "/opt/agent")


@given(st.text(max_size=60))
def test_a_shown_version_is_short_plain_ascii(text: str) -> None:
    shown, _ = version_of(text)
    assert len(shown) <= 40
    assert shown.isascii()
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "2.1.197", "1.0.0-beta.1", "26.707.91948"])
def test_version_numbers_are_recognised(text: str) -> None:
    assert looks_like_version(text)


@pytest.mark.parametrize("text", ["1", "node18", "lib64", "x1.2", "1.2 beta", "current", ""])
def test_other_names_are_no_versions(text: str) -> None:
    assert not looks_like_version(text)


def test_a_machine_without_a_home_folder_is_searched_all_the_same() -> None:
    search = Search(RecordedHost({"system": "linux"}, "nobody"))
    assert search.glob("~/x") == ()
