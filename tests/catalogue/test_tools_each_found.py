"""Every tool of the catalogue on a recorded machine of its own, laid out by the first kind of its finders that is easy to lay out.

It shows that the shipped names, ids and paths reach the finders and belong to one tool only; not that the vendor lays it out so.
"""

from __future__ import annotations

import json
import plistlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.model import System
from core.tools.detect import detect

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.tools.model import Finder
    from tests.conftest import MakeHost

TOOLS = load_catalogue(paths.resource_root() / "catalogue").tools
HOMES = {
    System.LINUX: {"~": "/home/mia"},
    System.MACOS: {"~": "/Users/mia"},
    System.WINDOWS: {"%LOCALAPPDATA%": "C:\\Users\\mia\\AppData\\Local", "%APPDATA%": "C:\\Users\\mia\\AppData\\Roaming"},
}
Machine = dict[str, Any]


def npm(finder: Finder) -> Machine:
    name = finder.match["names"][0]
    folder = f"/usr/local/lib/node_modules/{name}"
    return {"files": {f"{folder}/package.json": json.dumps({"name": name, "version": "9.8.7"})}}


def python(finder: Finder) -> Machine:
    name = finder.match["names"][0]
    packages = f"/home/mia/.local/share/uv/tools/{name}/lib/python3.12/site-packages"
    info = f"{packages}/{name.replace('-', '_')}-9.8.7.dist-info"
    return {"files": {f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.8.7\n", f"{info}/INSTALLER": "uv\n"}}


def extension(finder: Finder) -> Machine:
    name = finder.match["ids"][0]
    folder = "/home/mia/.vscode/extensions"
    entry = {"identifier": {"id": name}, "version": "9.8.7", "relativeLocation": f"{name}-9.8.7"}
    return {"files": {f"{folder}/extensions.json": json.dumps([entry]), f"{folder}/{name}-9.8.7/package.json": "{}"}}


def bundle(finder: Finder) -> Machine:
    content = {"CFBundleIdentifier": finder.match["ids"][0], "CFBundleShortVersionString": "9.8.7"}
    return {"bytes": {"/Applications/Renamed.app/Contents/Info.plist": b64encode(plistlib.dumps(content)).decode()}}


def brew(finder: Finder) -> Machine:
    names = [f"Caskroom/{name}" for name in finder.match.get("casks", ())] or [f"Cellar/{name}" for name in finder.match["formulae"]]
    return {"files": {f"/opt/homebrew/{names[0]}/9.8.7/README": ""}}


def place(finder: Finder) -> Machine:
    path = finder.match["paths"][0]
    for short, long in HOMES[finder.systems[0]].items():
        path = path.replace(short, long)
    return {"files": {path.replace("*", "9.8.7"): ""}}


LAYOUTS: dict[str, Callable[[Finder], Machine]] = {
    "npm-package": npm,
    "python-package": python,
    "vscode-extension": extension,
    "macos-bundle": bundle,
    "homebrew": brew,
    "native-install": place,
    "windows-path": place,
}
ONLY_SYSTEM = {"macos-bundle": System.MACOS, "homebrew": System.MACOS, "windows-path": System.WINDOWS}
# Its finder reads a file that browsers keep; `test_tools_found` has the recorded machine for it.
ELSEWHERE = {"browser-ai"}


@pytest.mark.parametrize("name", [name for name in TOOLS if name not in ELSEWHERE])
def test_the_tool_and_no_other_is_found_where_its_finder_says(recorded_host: MakeHost, name: str) -> None:
    by_kind = {finder.kind: finder for finder in reversed(TOOLS[name].finders)}
    kind = next(kind for kind in LAYOUTS if kind in by_kind)
    system = ONLY_SYSTEM.get(kind, System.LINUX if System.LINUX in by_kind[kind].systems else by_kind[kind].systems[0])
    variables = {key.strip("%"): value for key, value in HOMES[System.WINDOWS].items()} if system is System.WINDOWS else {}
    host = recorded_host(system.value, env={"PATH": "", **variables}, **LAYOUTS[kind](by_kind[kind]))

    found = detect(host, TOOLS.values()).installations

    assert {item.tool for item in found} == {name}, (kind, system)
    if kind not in {"native-install", "windows-path"}:
        assert {item.version for item in found} == {"9.8.7"}
