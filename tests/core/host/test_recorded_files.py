from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import HostError, NotAllowedError, NotThereError, UnreadableError
from core.host.recorded import RecordedHost

MakeHost = Any
NAMES = st.sampled_from(["a", "b", "c", "..", ".", "", "~", "d/e"])
PATHS = st.lists(NAMES, max_size=6).map("/".join)


def test_files_links_and_folders_are_seen_as_on_a_disk(recorded_host: MakeHost) -> None:
    host = recorded_host(
        files={"~/.config/app/settings": "\ufeffx = 1", "/etc/zone": "Z"},
        bytes={"/bin/thing": "AAE="},
        links={"/etc/now": "zone", "~/cfg": ".config", "/up": "../../etc/zone"},
        folders={"~/Documents": ["tax.pdf"]},
        kinds={"/run/bus": "socket"},
        modes={"/etc/zone": 0o600},
        times={"/etc/zone": 5.0},
    )
    assert host.read_text("~/.config/app/settings") == "x = 1"
    assert host.read("/bin/thing") == b"\0\1"
    assert host.read_text("/etc/now") == host.read_text("/up") == "Z"
    assert host.read_text("~/cfg/app/settings") == "x = 1"
    assert host.link("/etc/now") == "zone"
    assert host.entries("~") == (".config", "Documents", "cfg")
    assert host.entries("~/Documents", 5) == ("tax.pdf",)
    assert host.exists("~/Documents/tax.pdf")
    assert [host.facts(path).kind for path in ("/etc/now", "/etc", "/run/bus", "/etc/zone")] == ["link", "folder", "socket", "file"]
    assert (host.facts("/etc/zone").mode, host.facts("/etc/zone").modified) == (0o600, 5.0)
    for path in ("/etc", "/run/bus"):
        with pytest.raises(UnreadableError):
            host.read(path)
    with pytest.raises(UnreadableError):
        host.link("/etc/zone")
    with pytest.raises(UnreadableError, match="too large"):
        host.read("/etc/zone", 0)


def test_refused_places_and_all_below_them_are_refused(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/root/.ssh/id": "x", "/etc/shadow": "y"}, denied=["/root", "/etc/shadow"], links={"/s": "/etc/shadow"})
    for path in ("/root/.ssh/id", "/root/new", "/etc/shadow", "/s"):
        with pytest.raises(NotAllowedError):
            host.read(path)
        assert not host.exists(path)
    assert host.facts("/etc/shadow").kind == "file"


def test_a_loop_of_links_is_named(recorded_host: MakeHost) -> None:
    host = recorded_host(links={"/a": "b", "/b": "/a"})
    with pytest.raises(UnreadableError, match="leads back to itself"):
        host.read("/a")
    assert not host.exists("/a")


def test_windows_paths_ignore_case_and_the_direction_of_slashes(recorded_host: MakeHost) -> None:
    host = recorded_host("windows", files={"~\\AppData\\Roaming\\Code\\machineid": "1"}, links={"C:\\cfg": "C:\\Users\\mia\\AppData"})
    assert host.read_text("c:/users/MIA/appdata/roaming/code/MACHINEID") == "1"
    assert host.read_text("C:\\cfg\\Roaming\\Code\\machineid") == "1"
    assert host.entries("~\\AppData") == ("Roaming",)
    assert host.entries("C:\\Users") == ("mia",)


def test_relative_paths_count_from_the_working_folder(recorded_host: MakeHost) -> None:
    host = recorded_host(cwd="/work/here", files={"/work/here/a": "1", "/work/b": "2"})
    assert host.read_text("a") == "1"
    assert host.read_text("../b") == "2"


@given(st.dictionaries(PATHS, PATHS, max_size=4), st.lists(PATHS, max_size=3), PATHS)
def test_any_tangle_of_links_ends_in_an_answer_or_a_host_error(links: dict[str, str], files: list[str], asked: str) -> None:
    tables = {
        "system": "linux",
        "home": "/home/mia",
        "links": {f"/{k}": v or "." for k, v in links.items()},
        "files": {f"/{p}": "x" for p in files},
    }
    host = RecordedHost(tables, "tangle")
    for ask in (host.read, host.link, host.entries, host.facts):
        try:
            ask(f"/{asked}")
        except HostError:
            continue
    assert host.exists(f"/{asked}") in {True, False}


def test_a_home_path_without_home_is_not_there(recorded_host: MakeHost) -> None:
    with pytest.raises(NotThereError):
        recorded_host(home=None).read("~/x")
