from __future__ import annotations

from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows


def test_state_folders_of_assistants_are_named_and_not_opened() -> None:
    host = linux(
        files={"~/.claude.json": "canary", "~/.codex/auth.json": "canary", "~/.config/goose/config.yaml": "canary"},
        links={"~/.aider": "/srv/canary"},
    )
    reading = ask("ai-tool-data", host)
    assert {name for name, text in shown(reading).items() if text == "present"} == {
        "Claude Code (~/.claude.json)",
        "Codex",
        "goose (~/.config/goose)",
        "Aider (~/.aider)",
    }
    assert summary(reading) == "4 places"
    assert "canary" not in every_text(reading)


def test_each_system_has_its_own_places() -> None:
    assert summary(ask("ai-tool-data", macos(folders={"~/Library/Application Support/Claude": ["x"]}))) == "1 place"
    assert (
        summary(ask("ai-tool-data", windows(folders={"C:\\Users\\mia\\AppData\\Roaming\\Claude": ["x"], "C:\\Users\\mia\\.claude": ["y"]})))
        == "2 places"
    )


def test_data_moved_by_a_variable_is_found() -> None:
    reading = ask("ai-tool-data", linux(env={"CODEX_HOME": "/srv/acme/codex"}, folders={"/srv/acme/codex": ["auth.json"]}))
    assert shown(reading)["CODEX_HOME"] == "its data was moved to another place"
    assert "acme" not in every_text(reading)


def test_a_home_folder_with_too_many_entries_is_asked_place_by_place() -> None:
    host = linux(folders={"~": [f"n{number:05}" for number in range(11_000)], "~/.zed": []}, files={"~/.cursor/x": "y"})
    assert shown(ask("ai-tool-data", host))["Cursor (~/.cursor)"] == "present"
