from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from core.tools.model import Installation
    from tests.conftest import MakeHost

PATH = {"PATH": "/home/mia/.local/bin:/usr/bin"}


def look(make: MakeHost, marker: str, **tables: Any) -> tuple[Installation, ...]:
    one = tool("agent", finder("path-command", names=("agent",), markers=(marker,)), commands=("agent",))
    return detect(make(env=PATH, **tables), [one]).installations


def test_a_name_on_path_alone_proves_nothing(recorded_host: MakeHost) -> None:
    assert look(recorded_host, "agent-data", files={"/usr/bin/agent": "x"}, modes={"/usr/bin/agent": 0o755}) == ()


@pytest.mark.parametrize("marker", ["agent/versions", "~/.local/share/agent/versions/*", "../LICENSE-agent", "~/.local/share/agent"])
def test_a_marker_proves_it(recorded_host: MakeHost, marker: str) -> None:
    real = "/home/mia/.local/share/agent/versions/2.1.9"
    (found,) = look(
        recorded_host,
        marker,
        files={real: "x", "/home/mia/.local/share/agent/LICENSE-agent": ""},
        links={"/home/mia/.local/bin/agent": real},
        modes={real: 0o755},
    )
    assert (found.version, found.path, found.starts_first) == ("2.1.9", "/home/mia/.local/bin/agent", True)


def test_a_text_in_a_script_proves_it(recorded_host: MakeHost) -> None:
    script = "#!/usr/bin/python3\nfrom acme_agent.main import main\nmain()\n"
    (found,) = look(recorded_host, "text:from acme_agent.main", files={"/usr/bin/agent": script}, modes={"/usr/bin/agent": 0o755})
    assert found.path == "/usr/bin/agent"


def test_a_file_that_may_not_be_started_is_no_command(recorded_host: MakeHost) -> None:
    assert look(recorded_host, "bin", files={"/usr/bin/agent": "x"}, modes={"/usr/bin/agent": 0o644}) == ()


def test_a_folder_of_that_name_is_no_command(recorded_host: MakeHost) -> None:
    assert look(recorded_host, "bin", files={"/usr/bin/agent/x": ""}) == ()


def test_a_command_that_links_to_itself_is_no_command(recorded_host: MakeHost) -> None:
    assert look(recorded_host, "bin", links={"/usr/bin/agent": "agent"}) == ()


def test_relative_and_endless_entries_of_path_are_passed_over(recorded_host: MakeHost) -> None:
    one = tool("agent", finder("path-command", names=("agent",), markers=("usr",)))
    folders = [".", "", "bin", "/" + "x" * 5_000, *(f"/none/{number}" for number in range(10_000)), "/usr/bin"]
    host = recorded_host(
        env={"PATH": ":".join(folders)}, files={"/usr/bin/agent": "x", "/home/mia/agent": "x"}, modes={"/home/mia/agent": 0o755}
    )
    assert detect(host, [one]).installations == ()


def test_installers_places_are_listed_version_by_version(recorded_host: MakeHost) -> None:
    one = tool("agent", finder("native-install", paths=("~/.local/share/agent/versions/*",)), commands=("agent",))
    folder = "/home/mia/.local/share/agent/versions"
    host = recorded_host(
        files={f"{folder}/2.1.8": "x", f"{folder}/2.1.9": "x"},
        links={"/home/mia/.local/bin/agent": f"{folder}/2.1.9"},
        modes={f"{folder}/2.1.8": 0o755, f"{folder}/2.1.9": 0o755},
        env=PATH,
    )
    found = detect(host, [one]).installations
    assert [(item.version, item.starts_first, item.channel) for item in found] == [
        ("2.1.9", True, Channel.NATIVE),
        ("2.1.8", False, Channel.NATIVE),
    ]


def test_windows_places_take_the_version_from_the_folder(recorded_host: MakeHost) -> None:
    one = tool("agent", finder("windows-path", paths=("%LOCALAPPDATA%\\Agent\\app-*\\agent.exe",)))
    place = "C:\\Users\\mia\\AppData\\Local\\Agent\\app-1.34.2\\agent.exe"
    (found,) = detect(recorded_host("windows", files={place: "x"}), [one]).installations
    assert (found.version, found.path) == ("1.34.2", place)


def test_the_package_json_beside_a_program_tells_its_version(recorded_host: MakeHost) -> None:
    one = tool("agent", finder("native-install", paths=("/opt/agent/bin/agent",)))
    host = recorded_host(files={"/opt/agent/bin/agent": "x", "/opt/agent/package.json": '{"version": "5.6.7"}'})
    (found,) = detect(host, [one]).installations
    assert found.version == "5.6.7"
