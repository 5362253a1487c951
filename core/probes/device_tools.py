"""Numbers that AI tools and editors give to this person or computer, each in the tool's own file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes._ask import LARGE, SMALL, asked, count, first_line, found, held, joined, summarised, wrap
from core.probes._parse import json_object, text_member
from core.probes._places import label_of, place_of
from core.probes.registry import probe
from core.probes.result import Absent, Ok
from core.redact import MaskKind

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

# Editors of the VS Code family, by the name of their user-data folder.
EDITORS: Final = ("Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf", "Trae", "Kiro", "Qoder", "Antigravity", "Void", "Positron")
_STORAGE_KEYS: Final = ("telemetry.machineId", "telemetry.sqmId", "telemetry.devDeviceId", "telemetry.macMachineId")
# Tool -> variable that moves its folder, usual folder, file, JSON keys (none: the file holds just the number).
_TOOL_FILES: Final = (
    ("Claude Code", "", "~", ".claude.json", ("userID", "machineID")),
    ("Codex", "CODEX_HOME", "~/.codex", "installation_id", ()),
    ("Gemini CLI", "", "~/.gemini", "installation_id", ()),
    ("Qwen Code", "", "~/.qwen", "installation_id", ()),
    ("Qoder CLI", "", "~/.qoder", "installation_id", ()),
    ("Qoder CLI login", "", "~/.qoder", ".auth/machine_id", ()),
    ("Factory Droid", "", "~/.factory", "host.json", ("hostId",)),
    ("Factory Droid telemetry", "", "~/.factory", "telemetry/droid-installation-id", ()),
    ("Kimi Code", "", "~/.kimi-code", "device_id", ()),
    ("Aider", "", "~/.aider", "analytics.json", ("uuid",)),
)
_USER_DATA: Final = {System.LINUX: "{config}", System.MACOS: "~/Library/Application Support", System.WINDOWS: "{roaming}"}
_JETBRAINS: Final = {
    System.LINUX: "{config}/JetBrains",
    System.MACOS: "~/Library/Application Support/JetBrains",
    System.WINDOWS: "{roaming}/JetBrains",
}


_NO_TOOL_DEVICE_IDS: Final = "No tool that Telltale knows keeps a number here."


def _from_json(host: Host, path: str, keys: tuple[str, ...]) -> Result:
    content = json_object(host.read_text(path, LARGE))
    if not content:
        return Absent("The file holds no readable settings.")
    return found(wrap((text_member(content, key) for key in keys), MaskKind.ID))


def _from_text(host: Host, path: str) -> Result:
    return held(first_line(host.read_text(path, SMALL)), MaskKind.ID)


def _from_template(host: Host, template: str) -> Result:
    return _from_text(host, place_of(host, template))


def _editor(host: Host, name: str) -> list[SourceReading]:
    base = f"{_USER_DATA[host.system]}/{name}"
    if not host.exists(place_of(host, base)):
        return []
    storage, number = f"{base}/User/globalStorage/storage.json", f"{base}/machineid"
    return [
        asked(label_of(host, storage), Origin.PROGRAM, lambda: _from_json(host, place_of(host, storage), _STORAGE_KEYS)),
        asked(label_of(host, number), Origin.PROGRAM, lambda: _from_text(host, place_of(host, number))),
    ]


def _tool(host: Host, row: tuple[str, str, str, str, tuple[str, ...]]) -> SourceReading:
    tool, variable, folder, file, keys = row
    moved = host.env(variable) if variable else None
    divider = "\\" if host.system is System.WINDOWS else "/"
    path = f"{moved}{divider}{file}" if moved else place_of(host, f"{folder}/{file}")
    return asked(tool, Origin.PROGRAM, lambda: _from_json(host, path, keys) if keys else _from_text(host, path))


@probe("tool-device-ids")
def tool_device_ids(host: Host) -> Answer:
    """Read the numbers that tools keep about this computer; nothing else is taken from their files."""
    sources = [reading for name in EDITORS for reading in _editor(host, name)]
    sources += [_tool(host, row) for row in _TOOL_FILES]
    moved = host.env("CLAUDE_CONFIG_DIR")
    if moved:
        path = f"{moved}/.claude.json"
        sources.append(asked("Claude Code, moved folder", Origin.PROGRAM, lambda: _from_json(host, path, ("userID", "machineID"))))
    for name in ("PermanentUserId", "PermanentDeviceId"):
        template = f"{_JETBRAINS[host.system]}/{name}"
        sources.append(asked(label_of(host, template), Origin.PROGRAM, partial(_from_template, host, template)))
    answer = joined(_NO_TOOL_DEVICE_IDS, sources)
    if not isinstance(answer.result, Ok):
        return answer
    places = sum(1 for item in answer.sources if isinstance(item.result, Ok))
    return summarised(answer, f"{count(len(answer.result.values), 'number')} in {count(places, 'file')}")
