from __future__ import annotations

import base64
import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

DESK = tool("desk", finder("macos-bundle", ids=("com.acme.desk",)))
PLIST = {"CFBundleIdentifier": "com.acme.desk", "CFBundleShortVersionString": "26.1", "CFBundleExecutable": "Desk"}


def plist(content: Any, kind: plistlib.PlistFormat = plistlib.FMT_XML) -> str:
    return base64.b64encode(plistlib.dumps(content, fmt=kind)).decode()


@pytest.mark.parametrize("kind", list(plistlib.PlistFormat))
@pytest.mark.parametrize("folder", ["/Applications", "/Users/mia/Applications"])
def test_an_application_is_found_by_its_bundle_id_whatever_its_name(
    recorded_host: MakeHost, folder: str, kind: plistlib.PlistFormat
) -> None:
    host = recorded_host("macos", bytes={f"{folder}/Other Name.app/Contents/Info.plist": plist(PLIST, kind)})
    detection = detect(host, [DESK])
    (found,) = detection.installations
    assert (found.version, found.channel, found.path) == ("26.1", Channel.BUNDLE, f"{folder}/Other Name.app")
    assert [path for path, _ in detection.executables] == [f"{folder}/Other Name.app/Contents/MacOS/Desk"]


@pytest.mark.parametrize("name", ["com.acme.desk2", "com.acme.Desk", "acme.desk"])
def test_a_look_alike_with_the_right_name_is_not_counted(recorded_host: MakeHost, name: str) -> None:
    host = recorded_host("macos", bytes={"/Applications/Desk.app/Contents/Info.plist": plist({**PLIST, "CFBundleIdentifier": name})})
    assert detect(host, [DESK]).installations == ()


@pytest.mark.parametrize("data", [b"<plist", b"bplist00\xff\xff", b"\x00" * 40, b"[]"])
def test_a_broken_property_list_is_a_row_that_says_so(recorded_host: MakeHost, data: bytes) -> None:
    host = recorded_host("macos", bytes={"/Applications/Desk.app/Contents/Info.plist": base64.b64encode(data).decode()})
    detection = detect(host, [DESK])
    assert detection.installations == ()
    assert detection.problems[0].message == "Contents/Info.plist is no readable property list."


def test_a_property_list_that_is_no_table_is_no_application(recorded_host: MakeHost) -> None:
    host = recorded_host("macos", bytes={"/Applications/Desk.app/Contents/Info.plist": plist(["com.acme.desk"])})
    assert detect(host, [DESK]).installations == ()
