from __future__ import annotations

import pytest

from core.probes.result import Absent, Denied
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, windows

URL = "https://gw.example/v1/tok_canary?key=canary"
FILES = {
    "Claude Code": ("~/.claude/settings.json", f'{{"env": {{"ANTHROPIC_BASE_URL": "{URL}", "ANTHROPIC_AUTH_TOKEN": "canary"}}}}'),
    "Codex": ("~/.codex/config.toml", f'[model_providers.work]\nbase_url = "{URL}"\nenv_key = "canary"\n'),
    "Gemini CLI": ("~/.gemini/.env", f"GOOGLE_GEMINI_BASE_URL={URL}\nGEMINI_API_KEY=canary\n"),
    "opencode": (
        "~/.config/opencode/opencode.json",
        f'{{"provider": {{"work": {{"options": {{"baseURL": "{URL}", "apiKey": "canary"}}}}}}}}',
    ),
    "Continue": ("~/.continue/config.yaml", f"models:\n  - name: m\n    apiBase: {URL}\n    apiKey: canary\n"),
    "Aider": ("~/.aider.conf.yml", f"openai-api-base: {URL}\nopenai-api-key: canary\n"),
    "VS Code": ("~/.config/Code/User/settings.json", f'{{"cline.apiBase": "{URL}", /* x */}}'),
}


@pytest.mark.parametrize("tool", FILES)
def test_a_tools_other_server_is_named_without_path_and_keys(tool: str) -> None:
    path, text = FILES[tool]
    reading = run("ai-base-url", linux(files={path: text}))
    assert raws(reading.result) == ["https://gw.example"]
    assert "canary" not in every_text(reading)


def test_variables_are_found_also_those_of_a_family() -> None:
    env = {
        "ANTHROPIC_BASE_URL": URL,
        "LITELLM_PROXY_API_BASE": "http://l.example:4000",
        "OPENAI_API_KEY": "canary",
        "MY_BASE_URL": "http://other.example",
    }
    reading = run("ai-base-url", linux(env=env))
    assert raws(reading.result) == ["https://gw.example", "http://l.example:4000"]
    assert "canary" not in every_text(reading)


def test_nothing_set_is_said_once() -> None:
    answer = ask("ai-base-url", linux(env={}))
    assert isinstance(answer.result, Absent)
    assert len(answer.sources) == 1


def test_a_refused_settings_file_is_a_row() -> None:
    path = FILES["Codex"][0]
    answer = ask("ai-base-url", linux(env={}, files=dict([FILES["Codex"]]), denied=[path]))
    assert isinstance(source_of(answer, f"Codex ({path})"), Denied)


def test_windows_has_the_same_places_under_the_profile() -> None:
    host = windows(env={}, files={r"C:\Users\mia\.codex\config.toml": FILES["Codex"][1]})
    assert raws(ask("ai-base-url", host).result) == ["https://gw.example"]
