"""Real packages, installed by their own package managers, against what those managers say of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.catalogue.tools import load_tools
from core.host.real import RealHost
from core.tools.detect import Detection, detect
from core.tools.finders.extensions import LEFTOVER
from core.tools.model import Channel
from tests.end_to_end import real_editor
from tests.end_to_end.real_tools import CACHE, CODE_SERVER, DETECTED, HOME, INSTALLED, NEWEST, NPM_GLOBAL, NVM, STAMP, VENV

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not STAMP.is_file(), reason="no real tools are installed: python3 -m tests.end_to_end.real_tools"),
]

NPM_TOOLS = {
    "@openai/codex": "codex-cli",
    "@google/gemini-cli": "gemini-cli",
    "@qwen-code/qwen-code": "qwen-code",
    "opencode-ai": "opencode",
    "@qoder-ai/qodercli": "qoder-cli",
    "@github/copilot": "copilot-cli",
    "cline": "cline-cli",
}
FOLDERS = (NEWEST / "bin", NVM / "bin", NPM_GLOBAL / "bin", HOME / ".local" / "bin", HOME / "bin", VENV / "bin")


def said() -> dict[str, str]:
    """Return what the package managers said they installed."""
    found: dict[str, str] = json.loads(INSTALLED.read_text(encoding="utf-8")) if INSTALLED.is_file() else {}
    return found


def path(*folders: Path) -> str:
    return ":".join([*map(str, folders), "/usr/bin", "/bin"])


def look(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> Detection:
    monkeypatch.setenv("HOME", str(HOME))
    monkeypatch.setenv("PATH", path(*(folders or FOLDERS)))
    tools, problems = load_tools()
    assert problems == ()
    return detect(RealHost(), tools.values())


@pytest.mark.parametrize("package", NPM_TOOLS)
def test_an_npm_package_is_found_with_the_version_npm_says(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    place = NPM_GLOBAL / "lib" / "node_modules" / package
    (found,) = [item for item in look(monkeypatch).installations if item.path == str(place)]
    assert (found.tool, found.channel, found.starts_first) == (NPM_TOOLS[package], Channel.NPM, True)
    assert found.version == said()[f"npm {place.relative_to(CACHE)}"]
    assert found.changed_at is not None


def test_two_versions_of_claude_code_are_told_apart_and_path_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = said()[f"npm {(NEWEST / 'lib/node_modules/@anthropic-ai/claude-code').relative_to(CACHE)}"]
    for folders, first in (((NEWEST / "bin", NVM / "bin"), newest), ((NVM / "bin", NEWEST / "bin"), "2.1.197")):
        copies = [item for item in look(monkeypatch, *folders).installations if item.tool == "claude-code"]
        assert {item.version for item in copies} == {newest, "2.1.197"}
        assert [item.version for item in copies if item.starts_first] == [first]


def test_python_tools_are_told_apart_by_who_installed_them(monkeypatch: pytest.MonkeyPatch) -> None:
    found = look(monkeypatch).installations
    copies = {item.channel: item for item in found if item.tool == "llm"}
    assert set(copies) == {Channel.PIPX, Channel.UV}
    for channel, place in ((Channel.PIPX, "pipx home/.local/share/pipx/venvs/llm"), (Channel.UV, "uv home/.local/share/uv/tools/llm")):
        assert copies[channel].version == said()[place]
        assert copies[channel].path == str(CACHE / place.partition(" ")[2])
    assert (copies[Channel.PIPX].starts_first, copies[Channel.UV].starts_first) == (True, False)
    (aider,) = [item for item in found if item.tool == "aider"]
    assert (aider.channel, aider.version, aider.starts_first) == (Channel.PIP, said()["pip aider-chat"], True)


def test_code_server_and_the_assistant_that_ships_inside_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(HOME))
    monkeypatch.setenv("PATH", path(*FOLDERS))
    from tests.fakes.tools import finder, tool

    pilot = tool("pilot", finder("vscode-builtin", ids=("github.copilot-chat",)))
    found = {item.tool: item for item in detect(RealHost(), [pilot]).installations}
    server = NPM_GLOBAL / "lib" / "node_modules" / "code-server"
    editor = next(item for item in found.values() if item.finder == "vscode-family")
    assert (editor.version, editor.channel, editor.path) == (said()[f"npm {server.relative_to(CACHE)}"], Channel.NPM, str(server))
    manifest = json.loads((server / "lib/vscode/extensions/copilot/package.json").read_text(encoding="utf-8"))
    assert (found["pilot"].version, found["pilot"].note) == (manifest["version"], "ships inside code-server")


@pytest.mark.skipif(not real_editor.is_ready(CACHE, CODE_SERVER), reason="code-server cannot be started here")
def test_extensions_that_code_server_installed_are_found_and_its_removed_ones_are_leftovers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real_editor.add_extensions(CACHE, CODE_SERVER, tmp_path, {"saoudrizwan.claude-dev": "3.0.1", "Continue.continue": "1.2.3"})
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", path(NPM_GLOBAL / "bin"))
    tools, _ = load_tools()
    folder = tmp_path / ".local" / "share" / "code-server" / "extensions"
    by_tool = {item.tool: item for item in detect(RealHost(), tools.values()).installations if item.channel is Channel.EXTENSION}
    assert {name: (item.version, item.path, item.note) for name, item in by_tool.items()} == {
        "cline": ("3.0.1", str(folder / "saoudrizwan.claude-dev-3.0.1"), ""),
        "continue": ("1.2.3", str(folder / "continue.continue-1.2.3"), ""),
    }
    listed = json.loads((folder / "extensions.json").read_text(encoding="utf-8"))
    (folder / "extensions.json").write_text(json.dumps([item for item in listed if item["version"] == "1.2.3"]), encoding="utf-8")
    notes = {item.tool: item.note for item in detect(RealHost(), tools.values()).installations if item.channel is Channel.EXTENSION}
    assert notes == {"cline": LEFTOVER, "continue": ""}


def test_every_tool_that_readme_calls_detected_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    with_packages_of_tests = {"cline", "continue"}  # see the test of the extensions that code-server installed
    assert {item.tool for item in look(monkeypatch).installations} == set(DETECTED) - with_packages_of_tests


def test_code_server_is_listed_under_the_product_it_is_made_from_with_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    (editor,) = [item for item in look(monkeypatch).installations if item.tool == "vscode"]
    assert editor.note == "a build that calls itself code-server"


def test_nothing_is_found_twice_and_nothing_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    detection = look(monkeypatch)
    places = [(item.tool, item.path) for item in detection.installations]
    assert len(places) == len(set(places))
    assert detection.problems == ()
    assert detection.is_complete


def test_a_copy_under_another_name_is_not_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("claude", "codex", "gemini", "llm", "aider", "droid", "q", "goose"):
        (programs / name).write_text("#!/bin/sh\nexit 0\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(programs))
    tools, _ = load_tools()
    assert [item for item in detect(RealHost(), tools.values()).installations if item.path.startswith(str(tmp_path))] == []


def test_hostile_folders_cost_only_their_own_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crowd, closed, loop = tmp_path / "crowd", tmp_path / "closed", tmp_path / "loop"
    crowd.mkdir()
    for number in range(10_001):
        (crowd / f"n{number}").touch()
    closed.mkdir(mode=0)
    loop.symlink_to(loop)
    (tmp_path / ".npm-global").symlink_to(tmp_path / ".npm-global" / "lib")
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "extensions").symlink_to(crowd)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", path(crowd, closed, loop, NPM_GLOBAL / "bin"))
    tools, _ = load_tools()
    detection = detect(RealHost(), tools.values())
    assert "codex-cli" in [item.tool for item in detection.installations]
    assert any("10000 names" in item.message for item in detection.problems)
