"""The shipped finders of editors, extensions and apps against recorded machines: what is there, and what only left traces."""

from __future__ import annotations

import json
import plistlib
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.tools.detect import detect
from core.tools.finders.extensions import LEFTOVER
from core.tools.model import Channel
from tests.fakes.tools import product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.host.recorded import RecordedHost
    from tests.conftest import MakeHost

TOOLS = tuple(load_catalogue(paths.resource_root() / "catalogue").tools.values())
EXTENSIONS = "/home/mia/.cursor/extensions"


def found(host: RecordedHost) -> dict[str, tuple[str, Channel, str]]:
    installations = detect(host, TOOLS).installations
    by_tool = {item.tool: (item.version, item.channel, item.note) for item in installations}
    assert len(by_tool) == len(installations), [(item.tool, item.path) for item in installations]
    return by_tool


def index(entries: Mapping[str, str]) -> str:
    listed = [
        {"identifier": {"id": name}, "version": version, "relativeLocation": f"{name}-{version}"} for name, version in entries.items()
    ]
    return json.dumps(listed)


def app(folder: str, bundle: str, version: str) -> dict[str, str]:
    """Return the one file of a Mac application that tells it, as the bytes of a recorded machine."""
    content: dict[str, Any] = {"CFBundleIdentifier": bundle, "CFBundleShortVersionString": version}
    return {f"/Applications/{folder}.app/Contents/Info.plist": b64encode(plistlib.dumps(content)).decode()}


def test_a_linux_machine_with_editors_extensions_and_apps(recorded_host: MakeHost) -> None:
    host = recorded_host(
        env={"PATH": "/usr/bin"},
        files={
            "/usr/share/code/resources/app/product.json": product("Code", "code", version="1.139.1"),
            "/usr/share/code/resources/app/extensions/copilot/package.json": '{"publisher":"GitHub","name":"copilot-chat","version":"0.67.0"}',
            "/usr/share/cursor/resources/app/product.json": product("Cursor", "cursor", version="3.12.10"),
            "/opt/Trae/resources/app/product.json": product("Trae CN", "trae-cn", version="2.3.61406"),
            f"{EXTENSIONS}/extensions.json": index({"saoudrizwan.claude-dev": "4.1.13", "rooveterinaryinc.roo-cline": "3.52.1"}),
            f"{EXTENSIONS}/saoudrizwan.claude-dev-4.1.13/package.json": "{}",
            f"{EXTENSIONS}/rooveterinaryinc.roo-cline-3.52.1/package.json": "{}",
            "/home/mia/.local/zed.app/libexec/zed-editor": "",
            "/home/mia/Applications/LM-Studio-0.4.21-2-x64.AppImage": "",
            "/home/mia/.config/google-chrome/NativeMessagingHosts/com.anthropic.claude_browser_extension.json": json.dumps(
                {"name": "com.anthropic.claude_browser_extension", "path": "/opt/bridge", "type": "stdio"}
            ),
        },
    )
    here = found(host)

    assert sorted(here) == ["browser-ai", "cline", "cursor", "github-copilot", "lmstudio", "roo-code", "trae", "vscode", "zed"]
    assert here["github-copilot"] == ("0.67.0", Channel.BUILT_IN, "ships inside Code")
    assert here["cline"] == ("4.1.13", Channel.EXTENSION, "")
    assert here["trae"][0] == "2.3.61406"
    assert "bridge for browsers" in here["browser-ai"][2]


def test_a_mac_where_names_of_apps_mislead(recorded_host: MakeHost) -> None:
    applications = {
        **app("ChatGPT", "com.openai.codex", "26.707"),
        **app("Claude", "com.anthropic.claudefordesktop", "1.17282"),
        **app("Devin", "com.exafunction.windsurf", "3.10.48"),
        **app("Qoder", "com.qoder.app", "0.3.3"),
        **app("Comet", "org.example.comet", "1.0"),
        **app("Jan", "org.example.calendar", "1.0"),
    }
    here = found(recorded_host("macos", bytes=applications))

    assert sorted(here) == ["chatgpt-desktop", "claude-desktop", "devin-desktop", "qoder"]
    assert here["devin-desktop"] == ("3.10.48", Channel.BUNDLE, "")


def test_a_windows_machine_by_its_lists_and_places(recorded_host: MakeHost) -> None:
    listed = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
    programs = "C:\\Users\\mia\\AppData\\Local\\Programs"
    host = recorded_host(
        "windows",
        env={"LOCALAPPDATA": "C:\\Users\\mia\\AppData\\Local", "APPDATA": "C:\\Users\\mia\\AppData\\Roaming", "PATH": ""},
        files={
            f"{programs}\\cursor\\Cursor.exe": "",
            f"{programs}\\Kiro\\Kiro.exe": "",
            "C:\\Users\\mia\\AppData\\Local\\AnthropicClaude\\app-1.17.282\\claude.exe": "",
        },
        registry={
            f"{listed}\\{{DADADADA-ADAD-ADAD-ADAD-ADADADADADAD}}}}_is1": {
                "DisplayName": "Cursor (User)",
                "DisplayVersion": "3.12.10",
                "InstallLocation": f"{programs}\\cursor\\",
            },
            f"{listed}\\fx": {"DisplayName": "Cursor FX", "DisplayVersion": "2.0"},
            f"{listed}\\warp": {"DisplayName": "Cloudflare WARP", "DisplayVersion": "2026.1"},
        },
    )
    here = found(host)

    assert sorted(here) == ["claude-desktop", "cursor", "kiro"]
    assert here["cursor"][0] == "3.12.10"
    assert here["claude-desktop"][0] == "1.17.282"


def test_a_machine_on_which_only_traces_are_left(recorded_host: MakeHost) -> None:
    host = recorded_host(
        env={"PATH": "/usr/bin"},
        files={
            "/home/mia/.config/Cursor/User/settings.json": "{}",
            "/home/mia/.ollama/id_ed25519": "",
            "/home/mia/.codeium/windsurf/mcp_config.json": "{}",
            "/home/mia/.continue/config.yaml": "",
            f"{EXTENSIONS}/extensions.json": "[]",
            f"{EXTENSIONS}/continue.continue-1.2.3-linux-x64/package.json": "{}",
        },
    )

    assert found(host) == {"continue": ("1.2.3", Channel.EXTENSION, LEFTOVER)}


@pytest.mark.parametrize("name", ["chat", "code", "cursor", "zed", "warp", "trae", "lms", "q"])
def test_a_command_with_a_tools_name_alone_finds_nothing(recorded_host: MakeHost, name: str) -> None:
    host = recorded_host(env={"PATH": "/usr/bin"}, files={f"/usr/bin/{name}": "#!/bin/sh\n"})

    assert found(host) == {}
