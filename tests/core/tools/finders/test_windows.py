from __future__ import annotations

from typing import TYPE_CHECKING

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

LIST = "Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
DESK = tool(
    "desk",
    finder("windows-uninstall", names=("^Desk( \\d+)?$",), keys=("{DADADADA}}_is1",)),
    finder("windows-path", paths=("%LOCALAPPDATA%\\Programs\\Desk\\Desk.exe",)),
    finder("msix", names=("Acme.Desk",)),
)
FOLDER = "C:\\Users\\mia\\AppData\\Local\\Programs\\Desk"
STORE = "HKCU\\Software\\Classes\\Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\Repository\\Packages"


def test_the_list_of_programs_and_the_file_are_one_row(recorded_host: MakeHost) -> None:
    host = recorded_host(
        "windows",
        registry={f"HKCU\\{LIST}\\x": {"DisplayName": "Desk 7", "DisplayVersion": "7.1", "InstallLocation": FOLDER + "\\"}},
        files={f"{FOLDER}\\Desk.exe": "x"},
    )
    (found,) = detect(host, [DESK]).installations
    assert (found.version, found.channel, found.path, found.note) == ("7.1", Channel.INSTALLER, FOLDER, "")


def test_a_key_with_a_doubled_brace_is_compared_as_it_is(recorded_host: MakeHost) -> None:
    host = recorded_host("windows", registry={f"HKLM\\{LIST}\\{{DADADADA}}}}_is1": {"DisplayName": "Renamed", "DisplayVersion": "1.0"}})
    (found,) = detect(host, [DESK]).installations
    assert (found.version, found.note) == ("1.0", "listed by Windows; its folder was not found")


def test_a_longer_name_is_another_program(recorded_host: MakeHost) -> None:
    host = recorded_host(
        "windows", registry={f"HKCU\\{LIST}\\y": {"DisplayName": "Desk Helper"}, f"HKCU\\{LIST}\\z": {"DisplayName": "My Desk"}}
    )
    assert detect(host, [DESK]).installations == ()


def test_a_store_package_is_found_by_its_own_name(recorded_host: MakeHost) -> None:
    keys: dict[str, dict[str, str]] = {f"{STORE}\\Acme.Desk_1.2.3.0_x64__abc": {}, f"{STORE}\\Acme.DeskTools_9.0_x64__abc": {}}
    host = recorded_host("windows", registry=keys, files={"C:\\Users\\mia\\AppData\\Local\\Packages\\Acme.Desk_abc\\x": ""})
    (found,) = detect(host, [DESK]).installations
    assert (found.version, found.channel, found.path) == (
        "1.2.3.0",
        Channel.STORE,
        "C:\\Users\\mia\\AppData\\Local\\Packages\\Acme.Desk_abc",
    )


def test_the_data_of_a_store_package_is_enough_where_the_registry_says_nothing(recorded_host: MakeHost) -> None:
    host = recorded_host("windows", files={"C:\\Users\\mia\\AppData\\Local\\Packages\\Acme.Desk_abc\\x": ""})
    (found,) = detect(host, [DESK]).installations
    assert found.version == ""


def test_on_linux_nobody_asks_for_a_registry(recorded_host: MakeHost) -> None:
    detection = detect(recorded_host(), [DESK])
    assert (detection.installations, detection.problems) == ((), ())
