from __future__ import annotations

from core.probes._history import entries_in
from core.probes.result import Absent, Denied, Failed, Ok
from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows

DAY = 1_763_683_200.0


def test_histories_are_counted_and_dated_and_their_commands_dropped() -> None:
    host = linux(
        files={
            "~/.bash_history": "#1700000000\nls\n#1700000001\nmysql -pcanary\n",
            "~/.zsh_history": ": 1:0;ls canary\n: 2:0;pwd\n: 3:0;id\n",
        },
        times={"~/.bash_history": DAY},
        modes={"~/.bash_history": 0o600},
    )
    reading = ask("shell-history", host)
    assert summary(reading) == "2 histories"
    assert (
        shown(reading)["~/.bash_history"]
        == "file, under 1 kB, mode lets only your account read it, last changed 2025-11-21, about 2 entries"
    )
    assert shown(reading)["~/.zsh_history"].endswith("about 3 entries")
    assert "canary" not in every_text(reading)


def test_a_history_moved_by_a_variable_is_found_without_naming_the_place() -> None:
    reading = ask("shell-history", linux(env={"HISTFILE": "/srv/acme/hist"}, files={"/srv/acme/hist": "ls\n"}))
    assert shown(reading)["HISTFILE"].endswith("about 1 entry")
    gone = ask("shell-history", linux(env={"HISTFILE": "/srv/acme/gone"}))
    assert "acme" not in every_text(reading) + every_text(gone)


def test_broken_histories_give_a_result_each() -> None:
    host = linux(
        files={"~/.bash_history": "x" * (5 << 20), "~/.python_history": "a"},
        kinds={"~/.zsh_history": "fifo"},
        links={"~/.psql_history": "~/.psql_history", "~/.mysql_history": "/dev/null"},
        folders={"~/.node_repl_history": ["x"]},
        denied=["~/.python_history"],
    )
    assert shown(ask("shell-history", host)) | {} == {
        "~/.bash_history": "file, 5 MB, mode lets every user read it, too large to look into",
        "~/.zsh_history": "failed",
        "~/.local/share/fish/fish_history": "absent",
        "~/.local/share/powershell/PSReadLine/ConsoleHost_history.txt": "absent",
        "~/.python_history": "denied",
        "~/.node_repl_history": "failed",
        "~/.psql_history": "absent",
        "~/.mysql_history": "absent",
        "~/.sqlite_history": "absent",
        "~/.rediscli_history": "absent",
    }


def test_windows_keeps_its_history_in_the_profile() -> None:
    path = "C:\\Users\\mia\\AppData\\Roaming\\Microsoft\\Windows\\PowerShell\\PSReadLine\\ConsoleHost_history.txt"
    reading = ask("shell-history", windows(files={path: "dir\r\ncd x\r\n"}))
    assert (
        shown(reading)["%APPDATA%\\Microsoft\\Windows\\PowerShell\\PSReadLine\\ConsoleHost_history.txt"]
        == "file, under 1 kB, about 2 entries"
    )


def test_each_history_format_is_counted_its_own_way() -> None:
    assert entries_in("- cmd: ls\n  when: 1\n- cmd: pwd\n  when: 2\n") == "about 2 entries"
    assert entries_in("_HiStOrY_V2_\nprint(1)\n") == "about 1 entry"
    assert entries_in("\n\n") == "about 0 entries"


def test_recent_files_are_counted_without_their_names() -> None:
    # Written from the documented form of the freedesktop.org list of recently used files.
    xbel = '<xbel><bookmark href="file:///home/mia/canary.odt"></bookmark><bookmark href="file:///b"/></xbel>'
    reading = ask(
        "recent-files",
        linux(files={"~/.local/share/recently-used.xbel": xbel}, folders={"~/.local/share/RecentDocuments": ["canary.desktop"]}),
    )
    assert shown(reading)["~/.local/share/recently-used.xbel"].endswith("2 files")
    assert summary(reading) == "2 lists"
    assert "canary" not in every_text(reading)


def test_windows_and_mac_lists_of_recent_files() -> None:
    recent = "C:\\Users\\mia\\AppData\\Roaming\\Microsoft\\Windows\\Recent"
    reading = ask(
        "recent-files",
        windows(folders={recent: ["canary.lnk", "desktop.ini"], f"{recent}\\AutomaticDestinations": ["1.automaticDestinations-ms"]}),
    )
    assert list(shown(reading).values()) == ["1 link", "1 jump list", "absent"]
    assert "canary" not in every_text(reading)
    mac = ask("recent-files", macos(folders={"~/Library/Application Support/com.apple.sharedfilelist": ["x.sfl3"]}))
    assert summary(mac) == "1 list"


def test_home_is_counted_and_no_name_is_kept() -> None:
    host = linux(
        folders={"~": ["canary.txt", ".bashrc", "work"], "~/Schreibtisch": ["canary.pdf"]},
        files={"~/.config/user-dirs.dirs": 'XDG_DESKTOP_DIR="$HOME/Schreibtisch"\nXDG_DOWNLOAD_DIR="$HOME/"\nbroken\n'},
    )
    reading = ask("home-listing", host)
    assert summary(reading) == "3 visible entries, 2 hidden"
    assert shown(reading)["Desktop folder"] == "1 visible entry, 0 hidden"
    assert "canary" not in every_text(reading)


def test_guarded_mac_folders_are_not_touched() -> None:
    reading = ask("home-listing", macos(folders={"~": ["a"], "~/Desktop": ["x"], "~/Documents": ["y"]}))
    assert shown(reading)["Desktop folder"] == "unsupported"
    assert shown(ask("other-app-data", macos(folders={"~/.config": ["a", "b"]})))["~/Library/Containers"] == "unsupported"


def test_no_home_is_a_result() -> None:
    host = linux(home="")
    for name in ("home-listing", "shell-history", "recent-files", "browser-profiles", "other-app-data"):
        assert isinstance(ask(name, host).result, Absent)


def test_a_refused_home_is_refused_and_not_empty() -> None:
    host = linux(folders={"/home/mia": ["a"]}, denied=["/home/mia"])
    assert isinstance(ask("home-listing", host).result, Denied)
    assert isinstance(ask("ai-tool-data", host).result, Denied)


def test_browser_profiles_are_counted_per_browser() -> None:
    host = linux(
        files={"~/.mozilla/firefox/profiles.ini": "[Profile0]\nName=canary\n"},
        folders={
            "~/.mozilla/firefox": ["abc.default", "xyz.canary"],
            "~/.config/google-chrome": ["Default", "Profile 2", "Local State"],
            "~/.config/chromium": ["x"],
        },
    )
    reading = ask("browser-profiles", host)
    assert summary(reading) == "3 browsers"
    assert {name: text for name, text in shown(reading).items() if "profile" in text or "there" in text} == {
        "Firefox": "2 profiles",
        "Chrome": "2 profiles",
        "Chromium": "its folder is there",
    }
    assert "canary" not in every_text(reading)


def test_browsers_on_windows_and_mac() -> None:
    roaming = "C:\\Users\\mia\\AppData\\Roaming\\Mozilla\\Firefox"
    host = windows(files={f"{roaming}\\profiles.ini": "x"}, folders={f"{roaming}\\Profiles": ["a.b", "c.d"]})
    assert shown(ask("browser-profiles", host))["Firefox"] == "2 profiles"
    assert summary(ask("browser-profiles", macos(folders={"~/Library/Application Support/Google/Chrome": ["Default"]}))) == "1 browser"


def test_folders_of_other_programs_are_counted() -> None:
    reading = ask("other-app-data", linux(folders={"~/.config": ["acme-crm", "b"], "~/.local/share": ["c"]}))
    assert summary(reading) == "2 entries in ~/.config; 1 entry in ~/.local/share"
    assert isinstance(reading.result, Ok)
    assert "acme" not in every_text(reading)


def test_a_file_in_place_of_a_folder_is_a_result() -> None:
    assert isinstance(ask("other-app-data", linux(kinds={"~/.config": "fifo"})).result, Absent | Failed)
