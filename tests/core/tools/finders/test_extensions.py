from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from core.tools.detect import detect
from core.tools.finders.extensions import LEFTOVER
from core.tools.model import Channel
from tests.fakes.tools import finder, product, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

PILOT = tool("pilot", finder("vscode-extension", ids=("Acme.pilot-chat",)), finder("vscode-builtin", ids=("acme.pilot-chat",)))
BASE = "/home/mia/.zephyr/extensions"
FOLDER = "acme.pilot-chat-1.2.3-linux-x64"


def entry(**more: Any) -> dict[str, Any]:
    return {"identifier": {"id": "acme.pilot-chat"}, "version": "1.2.3", "relativeLocation": FOLDER, **more}


def index(*entries: object) -> str:
    return json.dumps(list(entries))


def test_extensions_json_of_any_editor_says_what_is_installed(recorded_host: MakeHost) -> None:
    host = recorded_host(files={f"{BASE}/extensions.json": index(entry()), f"{BASE}/{FOLDER}/package.json": "{}"})
    (found,) = detect(host, [PILOT]).installations
    assert (found.version, found.path, found.channel, found.note) == ("1.2.3", f"{BASE}/{FOLDER}", Channel.EXTENSION, "")


def test_a_folder_alone_is_a_leftover(recorded_host: MakeHost) -> None:
    host = recorded_host(files={f"{BASE}/extensions.json": "[]", f"{BASE}/{FOLDER}/package.json": "{}"})
    (found,) = detect(host, [PILOT]).installations
    assert (found.version, found.note) == ("1.2.3", LEFTOVER)


def test_an_entry_whose_folder_is_gone_says_so(recorded_host: MakeHost) -> None:
    (found,) = detect(recorded_host(files={f"{BASE}/extensions.json": index(entry())}), [PILOT]).installations
    assert "folder is missing" in found.note


@pytest.mark.parametrize("text", ["{", "{}", "7", '[7, null, {"identifier": 3}, {"identifier": {"id": ["acme.pilot-chat"]}}]'])
def test_a_broken_index_costs_only_itself(recorded_host: MakeHost, text: str) -> None:
    other = "/home/mia/.other/extensions"
    host = recorded_host(
        files={f"{BASE}/extensions.json": text, f"{other}/extensions.json": index(entry()), f"{other}/{FOLDER}/package.json": "{}"}
    )
    assert [item.path for item in detect(host, [PILOT]).installations] == [f"{other}/{FOLDER}"]


def test_a_location_outside_is_taken_as_stated(recorded_host: MakeHost) -> None:
    stated = entry(relativeLocation=None, location={"fsPath": "/srv/pilot", "path": "/srv/pilot"})
    host = recorded_host(files={f"{BASE}/extensions.json": index(stated), "/srv/pilot/package.json": "{}"})
    (found,) = detect(host, [PILOT]).installations
    assert found.path == "/srv/pilot"


@pytest.mark.parametrize("name", ["acme.pilot-chat-extra-1.2.3", "acme.pilot-1.2.3", "evil.pilot-chat-1.2.3", "acme.pilot-chat"])
def test_look_alike_folders_do_not_match(recorded_host: MakeHost, name: str) -> None:
    assert detect(recorded_host(files={f"{BASE}/{name}/package.json": "{}"}), [PILOT]).installations == ()


def test_an_extension_that_ships_inside_the_editor_is_found(recorded_host: MakeHost) -> None:
    app = "/usr/share/zephyr/resources/app"
    host = recorded_host(
        files={
            f"{app}/product.json": product("Zephyr", "zephyr"),
            f"{app}/extensions/pilot/package.json": json.dumps({"publisher": "Acme", "name": "pilot-chat", "version": "0.67.0"}),
            f"{app}/extensions/pilot-themes/package.json": json.dumps({"publisher": "acme", "name": "pilot-themes", "version": "1.0.0"}),
        }
    )
    (found,) = [item for item in detect(host, [PILOT]).installations if item.tool == "pilot"]
    assert (found.version, found.channel, found.note) == ("0.67.0", Channel.BUILT_IN, "ships inside Zephyr")


def test_profiles_have_lists_of_their_own(recorded_host: MakeHost) -> None:
    place = "/home/mia/.config/Zephyr/User/profiles/abc/extensions.json"
    stated = entry(relativeLocation=None, location={"path": f"{BASE}/{FOLDER}"})
    host = recorded_host(files={place: index(stated), f"{BASE}/{FOLDER}/package.json": "{}"})
    assert [item.note for item in detect(host, [PILOT]).installations] == [""]


def test_windows_keeps_its_extensions_in_the_home_folder_too(recorded_host: MakeHost) -> None:
    base = "C:\\Users\\mia\\.zephyr\\extensions"
    host = recorded_host("windows", files={f"{base}\\extensions.json": index(entry()), f"{base}\\{FOLDER}\\package.json": "{}"})
    (found,) = detect(host, [PILOT]).installations
    assert found.path == f"{base}\\{FOLDER}"
