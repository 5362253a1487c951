"""Numbers kept by tools."""

from __future__ import annotations

from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, windows

STORAGE = '{"telemetry.machineId": "m-1", "telemetry.devDeviceId": "d-1", "other": "private"}'


def test_numbers_of_editors_and_tools_are_read_and_nothing_else() -> None:
    files = {
        "~/.config/Code/User/globalStorage/storage.json": STORAGE,
        "~/.claude.json": '{"userID": "u-1", "oauthAccount": {"emailAddress": "mia@example.com"}}',
        "~/.codex/installation_id": "c-1\n",
    }
    answer = ask("tool-device-ids", linux(files=files))
    assert raws(answer.result) == ["m-1", "d-1", "u-1", "c-1"]
    assert display(answer.result) == "4 numbers in 3 files"


def test_a_moved_tool_folder_is_followed() -> None:
    answer = ask("tool-device-ids", linux(env={"CODEX_HOME": "/data/codex"}, files={"/data/codex/installation_id": "c-2"}))
    assert raws(source_of(answer, "Codex")) == ["c-2"]


def test_each_system_has_its_own_folders() -> None:
    mac = macos(files={"~/Library/Application Support/Cursor/User/globalStorage/storage.json": STORAGE})
    windows_pc = windows(env={"APPDATA": r"C:\Users\mia\AppData\Roaming"}, files={r"C:\Users\mia\AppData\Roaming\Code\machineid": "w-1"})
    assert raws(ask("tool-device-ids", mac).result) == ["m-1", "d-1"]
    assert raws(ask("tool-device-ids", windows_pc).result) == ["w-1"]


def test_broken_settings_hold_no_number() -> None:
    answer = ask("tool-device-ids", linux(files={"~/.claude.json": "{", "~/.codex/installation_id": ""}))
    assert isinstance(answer.result, Absent)
