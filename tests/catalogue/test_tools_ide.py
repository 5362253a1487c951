from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.model import Grade, System
from core.paths import resource_names
from core.toggles.permissions import parse_key
from core.tools.model import Basis, Tool, ToolKind

if TYPE_CHECKING:
    from collections.abc import Iterator

CATALOGUE = load_catalogue(paths.resource_root() / "catalogue")
TOOLS = CATALOGUE.tools
BESIDE_COMMAND_LINE = (
    "amazon-q antigravity anythingllm apple-intelligence augment browser-ai chatgpt-desktop claude-desktop cline codebuddy codeium cody "
    "comate continue cursor devin-desktop gemini-code-assist github-copilot gpt4all grammarly jan jetbrains-ai kilo-code kiro lingma "
    "lmstudio marscode msty notion open-webui perplexity qoder raycast roo-code tabnine trae vscode windows-copilot-recall zed"
).split()
IN_BOTH_LISTS = ("ollama", "warp")
# Of these, programs or packages were in our hands; of all others nothing may be called observed.
LOOKED_AT = {"vscode", "github-copilot", "kilo-code", "jetbrains-ai"}
FAMILY = "antigravity codebuddy cursor devin-desktop kiro qoder trae vscode".split()
USER_DATA = {System.LINUX: "~/.config/", System.MACOS: "~/Library/Application Support/", System.WINDOWS: "%APPDATA%\\"}


def tools() -> list[Tool]:
    return [TOOLS[name] for name in BESIDE_COMMAND_LINE]


def found_by(kind: str, key: str) -> Iterator[tuple[str, str]]:
    for tool in TOOLS.values():
        for rule in tool.finders:
            if rule.kind == kind:
                yield from ((tool.id, value) for value in rule.match.get(key, ()))


def recognised(kind: str, text: str) -> list[str]:
    return [tool.id for tool in TOOLS.values() if any(re.search(rule, text) for rule in tool.process[kind])]


def test_the_catalogue_holds_sixty_six_tools() -> None:
    assert len(TOOLS) == 66
    assert len(BESIDE_COMMAND_LINE) == 39
    assert {*BESIDE_COMMAND_LINE, *IN_BOTH_LISTS} <= set(TOOLS)
    assert {kind for tool in TOOLS.values() for kind in tool.kinds} == set(ToolKind)


def test_their_claims_switches_and_reports_are_the_counted_ones() -> None:
    grades = Counter(claim.grade for tool in tools() for claim in tool.claims)
    works = Counter(item.works for tool in tools() for item in tool.opt_outs)

    assert grades == {Grade.REPORTED: 68, Grade.VENDOR_SAYS: 7, Grade.SAW_READ: 5}
    assert works == {"documented": 48, "untested": 18, "partly": 2}
    assert sum(len(tool.reports) for tool in tools()) == 8


def test_what_we_saw_is_claimed_only_where_we_looked() -> None:
    for tool in tools():
        entries = [*tool.finders, *tool.places, *tool.claims, *tool.opt_outs]
        seen = [entry for entry in entries if entry.basis is Basis.OBSERVED]
        assert bool(seen) == (tool.id in LOOKED_AT), tool.id


def test_a_tool_that_was_not_run_says_so() -> None:
    assert [tool.id for tool in tools() if not any("ot run" in note for note in tool.notes) and tool.id not in LOOKED_AT] == ["browser-ai"]


def test_what_comes_from_memory_is_offered_as_untested_only() -> None:
    assert [item.id for tool in tools() for item in tool.opt_outs if item.basis is Basis.UNVERIFIED and item.works != "untested"] == []
    assert [(tool.id, item.signal) for tool in tools() for item in tool.claims if item.basis is Basis.UNVERIFIED] == []


@pytest.mark.parametrize("name", FAMILY)
def test_an_editor_of_the_family_has_all_that_the_family_keeps(name: str) -> None:
    tool = TOOLS[name]
    (rule,) = [rule for rule in tool.finders if rule.kind == "vscode-family"]
    assert rule.match["app"]
    assert rule.match["data"]
    for system, root in USER_DATA.items():
        mine = [place.path.replace("\\", "/") for place in tool.places if system in place.systems and place.path.startswith(root)]
        for end in (
            "User/settings.json",
            "User/globalStorage/storage.json",
            "User/globalStorage/state.vscdb",
            "User/workspaceStorage",
            "logs",
        ):
            assert any(path.endswith(f"/{end}") for path in mine), (name, system, end)
    assert any(place.path.endswith("/DeveloperTools/deviceid") for place in tool.places)
    assert any(place.path == f"~/{rule.match['data'][0]}/extensions" for place in tool.places)


def test_every_editor_of_the_family_is_one_of_these() -> None:
    assert sorted({tool for tool, _ in found_by("vscode-family", "app")}) == sorted(FAMILY)


@pytest.mark.parametrize(("kind", "key"), [("vscode-family", "app"), ("vscode-family", "name_short"), ("vscode-family", "server")])
def test_no_two_tools_claim_the_same_editor(kind: str, key: str) -> None:
    counted = Counter(value for _, value in found_by(kind, key))

    assert [value for value, number in counted.items() if number > 1] == []


def test_an_id_belongs_to_one_tool() -> None:
    for kind in (
        "vscode-extension",
        "jetbrains-plugin",
        "macos-bundle",
        "flatpak",
        "msix",
        "native-messaging",
        "npm-package",
        "python-package",
    ):
        key = {"native-messaging": "hosts"}.get(kind, "names" if kind in {"msix", "npm-package", "python-package"} else "ids")
        owners: dict[str, set[str]] = {}
        for tool, value in found_by(kind, key):
            owners.setdefault(value.lower(), set()).add(tool)
        assert {value: names for value, names in owners.items() if len(names) > 1} == {}, kind


def test_ids_of_extensions_are_whole_and_in_small_letters() -> None:
    for kind in ("vscode-extension", "vscode-builtin"):
        assert [value for _, value in found_by(kind, "ids") if not re.fullmatch(r"[a-z0-9-]+\.[a-z0-9-]+", value)] == []


@pytest.mark.parametrize(
    ("tool", "shown"),
    [
        ("vscode", "Microsoft Visual Studio Code (User)"),
        ("vscode", "Microsoft Visual Studio Code Insiders (User)"),
        ("devin-desktop", "Windsurf (User)"),
        ("trae", "Trae CN (User)"),
        ("kiro", "Kiro 1.0.337"),
        ("ollama", "Ollama version 0.13.5"),
        ("lmstudio", "LM Studio 0.4.21-2"),
        ("antigravity", "Google Antigravity IDE (User)"),
        ("warp", "Warp v0.2026.05.19.08.12.stable_02"),
    ],
)
def test_names_that_windows_lists_are_recognised_by_one_tool(tool: str, shown: str) -> None:
    assert {name for name, rule in found_by("windows-uninstall", "names") if re.search(rule, shown)} == {tool}


@pytest.mark.parametrize(
    "shown",
    [
        "Microsoft Visual Studio Code Helper Tools",
        "Microsoft Visual Studio Community 2026",
        "Windsurfing Simulator",
        "My Kiro",
        "Kiro Photo Editor",
        "Cloudflare WARP",
        "Warp Speed Game",
        "Trae Young Screensaver",
        "Ollama Manager for Windows",
        "Claude Monet Screensaver",
        "Cursor FX",
        "Comet",
        "Jan",
        "Notion Calendar",
    ],
)
def test_names_that_only_look_alike_are_recognised_by_none(shown: str) -> None:
    assert [name for name, rule in found_by("windows-uninstall", "names") if re.search(rule, shown)] == []


def test_an_expression_for_a_shown_name_holds_its_both_ends() -> None:
    assert [rule for _, rule in found_by("windows-uninstall", "names") if not (rule.startswith("^") and rule.endswith("$"))] == []


def test_packages_that_are_libraries_or_something_else_are_in_no_finder() -> None:
    npm = {value for _, value in found_by("npm-package", "names")}
    python = {value for _, value in found_by("python-package", "names")}

    assert not npm & {"gpt4all", "jan", "zed", "cursor", "tabnine", "cody", "kiro", "notion", "@lmstudio/sdk", "lmstudio", "continue"}
    assert not python & {"gpt4all", "jan", "zed", "cursor", "tabnine", "lmstudio", "notion", "perplexity", "chatgpt", "codeium", "warp"}


def test_unofficial_packages_and_invented_settings_are_nowhere_used() -> None:
    ids = {value for kind in ("desktop-entry", "flatpak", "snap") for key in ("ids", "names") for _, value in found_by(kind, key)}
    keys = {item.key for tool in TOOLS.values() for item in tool.opt_outs} | {name for tool in TOOLS.values() for name in tool.ignore_files}

    assert not ids & {"claude-desktop", "chatgpt", "com.lencx.ChatGPT"}
    assert [key for key in keys if "antigravity.privacy" in key or "antigravity.telemetry" in key or ".antigravityignore" in key] == []


def test_a_port_counts_only_with_rules_for_the_program_behind_it() -> None:
    assert [tool for tool, _ in found_by("local-port", "port") if not TOOLS[tool].process["exe"]] == []


@pytest.mark.parametrize(
    ("tool", "exe"),
    [
        ("vscode", "/usr/share/code/code"),
        ("vscode", "/Applications/Visual Studio Code.app/Contents/MacOS/Electron"),
        ("vscode", "/home/mia/.vscode-server/cli/servers/Stable-abc/server/node"),
        ("cursor", "/Applications/Cursor.app/Contents/Frameworks/Cursor Helper.app/Contents/MacOS/Cursor Helper"),
        ("cursor", "/home/mia/Applications/Cursor-3.12.10-x86_64.AppImage"),
        ("devin-desktop", "C:/Users/mia/AppData/Local/Programs/Windsurf/Windsurf.exe"),
        ("qoder", "/Applications/Qoder IDE.app/Contents/MacOS/Electron"),
        ("trae", "C:/Users/mia/AppData/Local/Programs/Trae CN/Trae CN.exe"),
        ("kiro", "/usr/share/kiro/kiro"),
        ("antigravity", "/Applications/Antigravity IDE.app/Contents/MacOS/Electron"),
        ("zed", "/home/mia/.local/zed.app/libexec/zed-editor"),
        ("claude-desktop", "C:/Users/mia/AppData/Local/AnthropicClaude/app-1.17.282/claude.exe"),
        ("claude-code", "C:/Users/mia/.local/bin/claude.exe"),
        ("chatgpt-desktop", "/Applications/ChatGPT.app/Contents/MacOS/ChatGPT"),
        ("perplexity", "C:/Users/mia/AppData/Local/Perplexity/Comet/Application/comet.exe"),
        ("lmstudio", "C:/Program Files/LM Studio/LM Studio.exe"),
        ("gpt4all", "/home/mia/gpt4all/bin/chat"),
        ("lingma", "/home/mia/.lingma/bin/2.5.1/x86_64_linux/Lingma"),
        ("codeium", "/home/mia/.codeium/bin/abc/language_server_linux_x64"),
        ("github-copilot", "/usr/lib/node_modules/@github/copilot-language-server-linux-x64/copilot-language-server"),
        ("amazon-q", "/home/mia/.cache/aws/toolkits/language-servers/AmazonQ/1.66.0/servers/node"),
    ],
)
def test_programs_are_recognised_by_one_tool_only(tool: str, exe: str) -> None:
    assert recognised("exe", exe) == [tool]


@pytest.mark.parametrize(
    "exe",
    [
        "/usr/bin/code",
        "/usr/bin/chat",
        "/usr/bin/cursor",
        "/usr/bin/warp",
        "/opt/app/electron",
        "/usr/bin/node",
        "/home/mia/comet.exe",
        "/home/mia/language_server_linux_x64",
        "/usr/share/codeblocks/codeblocks",
    ],
)
def test_a_programs_name_alone_is_recognised_by_none(exe: str) -> None:
    assert recognised("exe", exe) == []


def test_keys_of_editor_settings_are_one_name_with_dots() -> None:
    keys = [item.key for tool in tools() for item in tool.opt_outs if item.place == "User/settings.json"]

    assert len(keys) > 15
    assert [key for key in keys if len(parse_key(key)) != 1] == []


def test_settings_of_editors_have_a_place_on_every_system() -> None:
    for tool in tools():
        if any(item.place == "User/settings.json" for item in tool.opt_outs):
            ends = [place for place in tool.places if place.path.replace("\\", "/").endswith("User/settings.json")]
            assert {system for place in ends for system in place.systems} == set(System), tool.id


def test_what_is_said_of_a_signal_names_its_source_and_day() -> None:
    for tool in tools():
        for claim in tool.claims:
            assert len(claim.source) > 10, (tool.id, claim.signal)
            assert claim.seen_on == date(2026, 11, 20), (tool.id, claim.signal)
            assert claim.limits, (tool.id, claim.signal)


def test_the_researchers_list_of_what_one_editor_sent_is_kept_to_its_version() -> None:
    claims = [claim for claim in TOOLS["trae"].claims if claim.grade is Grade.REPORTED]

    assert {claim.versions for claim in claims} == {"=2.0.2"}
    assert {"time-zone", "screens", "cpu", "memory", "region", "ui-languages"} <= {claim.signal for claim in claims}


def test_both_sides_are_in_the_disputes_of_editors_and_apps() -> None:
    answers = {report.id: report.vendor_answer for tool in tools() for report in tool.reports}

    assert "Privacy Mode" in answers["trae-telemetry-2025"]
    assert "No answer" in answers["claude-desktop-browser-bridge"]
    assert "usual way" in answers["claude-desktop-browser-bridge"]
    assert "opt-outs stay valid" in answers["github-copilot-training-2026"]


def test_every_mark_is_shipped_and_listed_with_its_licence() -> None:
    shipped = {name.removesuffix(".svg") for name in resource_names("icons", "tools") if name.endswith(".svg")}
    table = (paths.resource_root() / "icons" / "tools" / "README.md").read_text(encoding="ascii")
    rows = {
        row[0]: row for row in (re.findall(r"[^|]+", line.replace(" | ", "|").strip("| ")) for line in table.splitlines()) if len(row) == 5
    }
    named: dict[str, set[str]] = {}
    for tool in TOOLS.values():
        if tool.mark:
            named.setdefault(tool.mark, set()).add(tool.id)

    assert set(named) == shipped
    assert {mark: set(rows[mark][2].split(", ")) for mark in named} == named
    assert {rows[mark][3] for mark in named} == {"CC0-1.0", "MIT"}
    assert rows["githubcopilot"][3] == "MIT"


def test_the_licence_of_the_marks_is_shipped_beside_them() -> None:
    text = (paths.resource_root() / "icons" / "tools" / "LICENSE").read_text(encoding="ascii")

    assert "CC0 1.0 Universal" in text
    assert "Permission is hereby granted" in text


@pytest.mark.parametrize("name", [name for name in resource_names("icons", "tools") if name.endswith(".svg")])
def test_a_mark_is_one_shape_in_the_text_colour(name: str) -> None:
    source = (paths.resource_root() / "icons" / "tools" / name).read_text(encoding="ascii")

    assert source.startswith('<svg role="img" fill="currentColor" viewBox="0 0 24 24"')
    assert re.search(r"<script|<image|href|<style|<text", source) is None
