from __future__ import annotations

import base64
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from core.tools.detect import detect
from core.tools.finders.jetbrains import _XML_LIMIT
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

PLUGIN = tool("pilot", finder("jetbrains-plugin", ids=("com.acme.pilot",)))
XML = "<idea-plugin><id>com.acme.pilot</id><version>1.5.2</version></idea-plugin>"
HOME = {
    "linux": "/home/mia/.local/share/JetBrains/IntelliJIdea2026.2",
    "macos": "/Users/mia/Library/Application Support/JetBrains/IntelliJIdea2026.2/plugins",
    "windows": "C:/Users/mia/AppData/Roaming/JetBrains/IntelliJIdea2026.2/plugins",
}


def jar(text: str = XML, member: str = "META-INF/plugin.xml") -> str:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return base64.b64encode(data.getvalue()).decode()


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_a_plugin_is_found_by_the_id_inside_its_jar(recorded_host: MakeHost, system: str) -> None:
    place = f"{HOME[system]}/pilot"
    host = recorded_host(system, bytes={f"{place}/lib/pilot-1.5.2.jar": jar(), f"{place}/lib/a.jar": jar(member="x")})
    (found,) = detect(host, [PLUGIN]).installations
    assert (found.version, found.channel) == ("1.5.2", Channel.PLUGIN)


def test_a_folder_with_the_right_name_and_another_id_is_not_counted(recorded_host: MakeHost) -> None:
    host = recorded_host(bytes={f"{HOME['linux']}/com.acme.pilot/lib/pilot.jar": jar(XML.replace("acme.pilot", "acme.pilot.theme"))})
    assert detect(host, [PLUGIN]).installations == ()


def test_a_plugin_that_ships_with_the_editor_is_built_in(recorded_host: MakeHost) -> None:
    host = recorded_host(bytes={"/opt/idea/plugins/pilot/lib/pilot.jar": jar()})
    (found,) = detect(host, [PLUGIN]).installations
    assert found.channel is Channel.BUILT_IN


def test_a_plugin_that_is_switched_off_says_so(recorded_host: MakeHost) -> None:
    off = {"/home/mia/.config/JetBrains/IntelliJIdea2026.2/disabled_plugins.txt": "org.other\ncom.acme.pilot\n"}
    host = recorded_host(bytes={f"{HOME['linux']}/pilot.jar": jar()}, files=off)
    (found,) = detect(host, [PLUGIN]).installations
    assert found.note == "switched off in this editor"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no jar at all", base64.b64decode(jar())[:-30]])
def test_a_broken_jar_costs_only_itself(recorded_host: MakeHost, data: bytes) -> None:
    host = recorded_host(
        bytes={f"{HOME['linux']}/broken/lib/a.jar": base64.b64encode(data).decode(), f"{HOME['linux']}/pilot/lib/pilot.jar": jar()}
    )
    assert [item.version for item in detect(host, [PLUGIN]).installations] == ["1.5.2"]


def test_a_jar_that_unpacks_to_more_than_anybody_needs_is_read_only_so_far(recorded_host: MakeHost) -> None:
    host = recorded_host(bytes={f"{HOME['linux']}/pilot/lib/pilot.jar": jar(" " * (_XML_LIMIT + 10) + XML)})
    assert detect(host, [PLUGIN]).installations == ()
