"""One case for every kind of change and every format of settings file, with what it needs in a throw-away home."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from core.model import System
from core.toggles.model import ChangeSpec, LaunchGroup, Scope, Toggle
from core.toggles.registry import kind

if TYPE_CHECKING:
    from core.toggles.model import Change
    from tests.fakes.toggle_home import ToggleHome


def spec(kind_name: str, **parameters: str) -> ChangeSpec:
    """Return a step that holds on every system."""
    return ChangeSpec(kind_name, parameters, tuple(System))


CASES: dict[str, tuple[str, ChangeSpec]] = {
    "json with comments": ("claude-code", spec("settings-key", place="~/.claude/settings.json", key="feedbackSurveyRate", value="0")),
    "nested json, file empty": (
        "qoder-cli",
        spec("settings-key", place="~/.qoder/settings.json", key="privacy.usageStatisticsEnabled", value="false"),
    ),
    "toml": ("codex-cli", spec("settings-key", place="~/.codex/config.toml", key="analytics.enabled", value="false")),
    "yaml": ("aider", spec("settings-key", place="~/.aider.conf.yml", key="check-update", value="false")),
    "yaml absent": ("continue", spec("settings-key", place="~/.continue/config.yaml", key="telemetry", value="false")),
    "ini": ("gpt4all", spec("settings-key", place="~/.config/nomic.ai/GPT4All.ini", key="General.networkActive", value='"false"')),
    "env file": ("kimi-code", spec("settings-key", place="~/.kimi-code/config.toml", key="DO_NOT_TRACK", value='"1"', format="env")),
    "npmrc": ("qoder-cli", spec("settings-key", place="~/.qoder/settings.json", key="fund", value='"false"', format="npmrc")),
    "file and folder absent": ("kimi-code", spec("settings-key", place="~/.kimi-code/config.toml", key="telemetry", value="false")),
    "list in json": ("claude-code", spec("ignore-entry", place="~/.claude/settings.json", key="permissions.deny", entry="Read(./.env)")),
    "ignore file": ("gemini-cli", spec("ignore-entry", place="<project>/.geminiignore", entry=".env")),
    "ignore file absent": ("aider", spec("ignore-entry", place="<project>/.aiderignore", entry=".env")),
    "launch environment": ("codex-cli", spec("launch-environment", set="TZ=UTC")),
    "launch sandbox": ("codex-cli", spec("launch-sandbox", part="zone")),
    "menu entry": ("zed", spec("desktop-launcher")),
    "git": ("", spec("user-setting", program="git", name="core.editor", value="true")),
    "gsettings": ("", spec("user-setting", program="gsettings", name="org.x\nwanted", value="false")),
    "time zone of the computer": ("", spec("system-setting", program="timedatectl", name="Timezone", value="UTC")),
    "name of the computer": ("", spec("system-setting", program="hostnamectl", name="hostname", value="localhost")),
}
BY_COMMAND = frozenset({"gsettings", "time zone of the computer", "name of the computer"})
BY_FILE = tuple(case for case in CASES if case not in BY_COMMAND)


def toggle(specs: tuple[ChangeSpec, ...]) -> Toggle:
    """Return a toggle of these steps."""
    texts = dict.fromkeys(("plain", "from_when", "side_effect", "undo", "verify", "link", "source", "checked_version"), "")
    return Toggle(
        "t",
        "T",
        hides=(),
        tools=(),
        scope=Scope.ACCOUNT,
        group=LaunchGroup.NONE,
        changes=specs,
        works="verified",
        checked_on=date(2026, 11, 20),
        **texts,  # type: ignore[arg-type]  # nothing but texts
    )


def planned(at_home: ToggleHome, case: str) -> Change:
    """Return a case's change, planned in this home; where no sandbox starts, the entry in the profile is planned all the same."""
    tool, step = CASES[case]
    found = kind(step.kind)
    assert found.possible(at_home.context().host, step) is None or step.kind == "launch-sandbox"
    return found.plan(at_home.context(str(at_home.project)), toggle((step,)), step, tool)
