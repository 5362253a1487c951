from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.tools.detect import detect
from core.tools.finders.editors import UNKNOWN_EDITOR
from core.tools.model import Channel
from tests.fakes.tools import finder, product, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

CODE = tool("code", finder("vscode-family", name_short=("Code",), application_name=("code",)), finder("system-package", apt=("code",)))


@pytest.mark.parametrize(
    ("system", "manifest", "folder"),
    [
        ("linux", "/usr/share/code/resources/app/product.json", "/usr/share/code"),
        ("linux", "/snap/code/current/usr/share/code/resources/app/product.json", "/snap/code/current/usr/share/code"),
        ("macos", "/Applications/Visual.app/Contents/Resources/app/product.json", "/Applications/Visual.app"),
        (
            "windows",
            "C:\\Users\\mia\\AppData\\Local\\Programs\\Microsoft VS Code\\resources\\app\\product.json",
            "C:\\Users\\mia\\AppData\\Local\\Programs\\Microsoft VS Code",
        ),
    ],
)
def test_an_editor_is_known_by_what_its_product_file_states(recorded_host: MakeHost, system: str, manifest: str, folder: str) -> None:
    (found,) = detect(recorded_host(system, files={manifest: product("Code", "code")}), [CODE]).installations
    assert (found.tool, found.version, found.path) == ("code", "1.100.0", folder)


def test_a_fork_nobody_knows_is_listed_as_unknown_with_the_name_it_gives_itself(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/opt/zephyr/resources/app/product.json": product("Zephyr", "zephyr")})
    (found,) = detect(host, [CODE]).installations
    assert (found.tool, found.note) == (UNKNOWN_EDITOR, "unknown VS Code-family editor, calls itself Zephyr Editor")


def test_a_fork_is_not_taken_for_the_editor_whose_folder_name_it_uses(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/usr/share/code/resources/app/product.json": product("Zephyr", "zephyr", dataFolderName=".code")})
    assert [item.tool for item in detect(host, [CODE]).installations] == [UNKNOWN_EDITOR]


def test_a_name_with_control_characters_is_not_shown(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/opt/x/resources/app/product.json": product("\x1b[2J", "x")})
    assert "\x1b" not in detect(host, []).installations[0].note


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"applicationName": 7, "dataFolderName": []}', "null"])
def test_a_broken_product_file_is_no_editor(recorded_host: MakeHost, text: str) -> None:
    assert detect(recorded_host(files={"/opt/x/resources/app/product.json": text}), [CODE]).installations == ()


def test_the_package_and_the_editor_it_brought_are_one_row(recorded_host: MakeHost) -> None:
    host = recorded_host(
        files={
            "/usr/share/code/resources/app/product.json": product("Code", "code"),
            "/usr/share/code/bin/code": "x",
            "/var/lib/dpkg/info/code.list": "/usr/share/code/resources/app/product.json\n/usr/bin/code\n",
            "/var/lib/dpkg/status": "Package: code\nStatus: install ok installed\nVersion: 1.100.0-17\n",
        },
        links={"/usr/bin/code": "../share/code/bin/code"},
    )
    (found,) = detect(host, [CODE]).installations
    assert (found.channel, found.version) == (Channel.APT, "1.100.0-17")


def test_the_remote_part_of_an_editor_is_told_apart(recorded_host: MakeHost) -> None:
    host = recorded_host(files={"/home/mia/.vscode-server/bin/abc/product.json": product("Code", "code")})
    (found,) = detect(host, [CODE]).installations
    assert "remote editor" in found.note


def test_an_npm_editor_is_of_that_channel(recorded_host: MakeHost) -> None:
    manifest = "/usr/lib/node_modules/code-server/lib/vscode/product.json"
    (found,) = detect(recorded_host(files={manifest: product("Code", "code", codeServerVersion="4.1.0")}), [CODE]).installations
    assert (found.channel, found.version, found.path) == (Channel.NPM, "4.1.0", "/usr/lib/node_modules/code-server")
