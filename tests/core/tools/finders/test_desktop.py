from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

DESK = tool("desk", finder("desktop-entry", ids=("com.acme.Desk",)))
BRIDGE = tool("bridge", finder("native-messaging", hosts=("com.acme.bridge",)))
ENTRY = "[Desktop Entry]\nName=Desk\nExec={exec} %U\nX-AppImage-Version=3.2\n[Desktop Action New]\nExec=/none\n"


@pytest.mark.parametrize("command", ["/opt/desk/desk", '"/opt/desk/desk" --flag', "env A=1 /opt/desk/desk", "desk"])
def test_a_menu_entry_leads_to_its_program(recorded_host: MakeHost, command: str) -> None:
    host = recorded_host(
        files={"/usr/share/applications/com.acme.Desk.desktop": ENTRY.format(exec=command), "/opt/desk/desk": "x"},
        modes={"/opt/desk/desk": 0o755},
        env={"PATH": "/opt/desk"},
    )
    (found,) = detect(host, [DESK]).installations
    assert (found.path, found.version, found.note) == ("/opt/desk/desk", "3.2", "")


@pytest.mark.parametrize("command", ["/gone/desk", "gone", "'", ""])
def test_a_menu_entry_whose_program_is_gone_is_a_leftover(recorded_host: MakeHost, command: str) -> None:
    host = recorded_host(files={"/home/mia/.local/share/applications/com.acme.Desk.desktop": ENTRY.format(exec=command)})
    (found,) = detect(host, [DESK]).installations
    assert found.note.startswith("a leftover")


@pytest.mark.parametrize("name", ["com.acme.desk", "com.acme.Desk.Helper", "Desk"])
def test_another_id_is_another_program(recorded_host: MakeHost, name: str) -> None:
    host = recorded_host(files={f"/usr/share/applications/{name}.desktop": ENTRY.format(exec="/bin/sh"), "/bin/sh": "x"})
    assert detect(host, [DESK]).installations == ()


def test_exported_entries_tell_their_channel(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/var/lib/snapd/desktop/applications/com.acme.Desk.desktop": ENTRY.format(exec="/snap/bin/desk")})
    (found,) = detect(host, [DESK]).installations
    assert found.channel is Channel.SNAP


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("linux", "/home/mia/.config/google-chrome/NativeMessagingHosts"),
        ("linux", "/home/mia/.mozilla/native-messaging-hosts"),
        ("macos", "/Users/mia/Library/Application Support/Google/Chrome/NativeMessagingHosts"),
    ],
)
def test_a_bridge_for_browsers_is_found_by_the_name_in_its_manifest(recorded_host: MakeHost, system: str, folder: str) -> None:
    text = json.dumps({"name": "com.acme.bridge", "path": "/opt/bridge", "type": "stdio"})
    host = recorded_host(system, files={f"{folder}/com.acme.bridge.json": text, "/opt/bridge": "x"})
    (found,) = detect(host, [BRIDGE]).installations
    assert found.note == "a bridge for browsers"


def test_a_bridge_registered_on_windows_is_found(recorded_host: MakeHost) -> None:
    manifest = "C:\\Acme\\bridge.json"
    host = recorded_host(
        "windows",
        registry={"HKCU\\Software\\Google\\Chrome\\NativeMessagingHosts\\com.acme.bridge": {"": manifest}},
        files={manifest: json.dumps({"name": "com.acme.bridge", "path": "bridge.exe"})},
    )
    (found,) = detect(host, [BRIDGE]).installations
    assert found.note == "a bridge for browsers; the program it names was not found"


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "com.acme.other"}', '{"name": ["com.acme.bridge"]}'])
def test_a_manifest_that_is_broken_or_of_another_is_not_counted(recorded_host: MakeHost, text: str) -> None:
    host = recorded_host(files={"/home/mia/.mozilla/native-messaging-hosts/com.acme.bridge.json": text})
    assert detect(host, [BRIDGE]).installations == ()
