from __future__ import annotations

from core.model import Agreement
from core.probes.result import Ok, Unsupported
from core.redact import raw
from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows


def test_the_shell_of_environment_and_account_are_compared() -> None:
    same = ask("shell", linux(env={"SHELL": "/bin/bash"}))
    assert (summary(same), same.agreement) == ("/bin/bash", Agreement.AGREE)
    other = ask("shell", linux(env={"SHELL": "/usr/bin/fish"}))
    assert (summary(other), other.agreement) == ("/usr/bin/fish", Agreement.DIFFER)


def test_a_shell_in_the_home_folder_is_masked_and_frameworks_are_sources() -> None:
    reading = ask("shell", macos(env={"SHELL": "/Users/mia/bin/zsh"}, folders={"~/.oh-my-zsh": ["README.md"]}))
    assert "mia" not in summary(reading)
    assert shown(reading)["~/.oh-my-zsh"] == "present"


def test_windows_tells_its_interpreter_and_powershell_apart() -> None:
    reading = ask("shell", windows(env={"ComSpec": "C:\\Windows\\System32\\cmd.exe", "PSModulePath": "C:\\x"}))
    assert shown(reading) == {"ComSpec": "C:\\Windows\\System32\\cmd.exe", "PSModulePath": "PowerShell is set up", "SHELL": "absent"}


def test_the_search_path_names_version_managers_and_masks_folders() -> None:
    host = linux(env={"PATH": "/home/mia/.nvm/versions/node/v22/bin:/home/mia/acme/bin::/usr/bin"})
    reading = ask("path", host)
    assert summary(reading) == "3 folders, 2 in the home folder, nvm"
    assert isinstance(reading.result, Ok)
    assert not any("acme" in value.masked for value in reading.result.values)


def test_other_systems_have_further_places_for_the_search_path() -> None:
    assert shown(ask("path", macos(env={"PATH": "/bin"}, files={"/etc/paths": "/usr/local/bin\n/usr/bin\n"})))["/etc/paths"] == "2 folders"
    registry = {"HKCU\\Environment": {"Path": "C:\\Users\\mia\\.cargo\\bin;C:\\tools"}}
    reading = ask("path", windows(env={"PATH": "C:\\Windows;C:\\Windows\\System32"}, registry=registry))
    assert summary(reading) == "2 folders"
    assert shown(reading)["HKCU\\Environment\\Path"] == "2 folders, 1 in the home folder, cargo"


def test_the_terminal_is_named_and_its_identifiers_are_not_kept() -> None:
    reading = ask(
        "terminal", linux(env={"TERM": "xterm-256color", "TERM_PROGRAM": "kitty", "ITERM_SESSION_ID": "w0-canary", "TMUX": "/tmp/canary,1"})
    )
    assert shown(reading)["TERM"] == "xterm-256color"
    assert shown(reading)["ITERM_SESSION_ID"] == "an identifier of this window or session"
    assert "canary" not in every_text(reading)


def test_a_terminal_name_with_control_characters_cannot_act() -> None:
    reading = ask("terminal", linux(env={"TERM": "x\x1b]0;evil\x07", "COLORTERM": "y" * 5000}))
    assert "\x1b" not in summary(reading)
    assert len(summary(reading)) < 100


def test_everyday_starting_programs_are_named_and_others_only_counted() -> None:
    parents = [
        {"pid": 9, "ppid": 8, "name": "bash"},
        {"pid": 8, "ppid": 1, "name": "acme-runner"},
        {"pid": 1, "ppid": 0, "name": "systemd"},
    ]
    reading = ask("launcher-chain", linux(parents=parents, env={"VSCODE_PID": "77", "TERMINAL_EMULATOR": "JetBrains-JediTerm"}))
    assert shown(reading)["parent programs"] == "bash < another program < systemd"
    assert shown(reading)["VSCODE_PID"] == "an editor of the VS Code family"
    assert shown(reading)["TERMINAL_EMULATOR"] == "a JetBrains editor"
    assert "acme" not in repr(reading)
    assert isinstance(reading.result, Ok)
    assert "77" not in {raw(value) for value in reading.result.values}


def test_parents_that_were_not_recorded_are_unsupported_and_not_fine() -> None:
    assert isinstance(ask("launcher-chain", linux()).result, Unsupported)
