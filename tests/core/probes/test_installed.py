from __future__ import annotations

from tests.fakes.probe_runs import ask, linux, macos, shown, summary, windows


def test_developer_tools_are_found_without_starting_them() -> None:
    reading = ask("dev-tools", linux(which={"git": "/usr/bin/git", "node": "/usr/bin/node"}, folders={"~/.cargo": ["bin"]}))
    assert summary(reading).startswith("2 of ")
    assert shown(reading)["~/.cargo"] == "present"


def test_installed_programs_are_counted_per_list() -> None:
    # Written from the documented form of dpkg's status file: one "Package:" paragraph for each package.
    status = "Package: bash\nStatus: install ok installed\n\nPackage: acme-vpn\nDescription: x\n Package: not one\n"
    host = linux(
        files={"/var/lib/dpkg/status": status},
        folders={
            "/usr/share/applications": ["a.desktop", "b.desktop", "mimeinfo.cache"],
            "~/.local/share/flatpak/app": ["org.example.One"],
        },
    )
    reading = ask("installed-apps", host)
    assert shown(reading)["/usr/share/applications"] == "2 menu entries"
    assert shown(reading)["/var/lib/dpkg/status"] == "2 packages"
    assert summary(reading) == "2 menu entries, 2 packages, 1 flatpak app"


def test_a_refused_and_a_broken_list_cost_their_own_source_only() -> None:
    host = linux(
        folders={"/usr/share/applications": ["a.desktop"], "/var/lib/snapd/snaps": ["x_1.snap"]},
        denied=["/var/lib/snapd/snaps"],
        kinds={"/var/lib/dpkg/status": "fifo"},
    )
    reading = ask("installed-apps", host)
    assert summary(reading) == "1 menu entry"
    assert (shown(reading)["/var/lib/snapd/snaps"], shown(reading)["/var/lib/dpkg/status"]) == ("denied", "failed")


def test_a_folder_with_ten_thousand_entries_is_counted_up_to_the_limit() -> None:
    reading = ask("installed-apps", linux(folders={"/usr/share/applications": [f"{number}.desktop" for number in range(12_000)]}))
    assert summary(reading) == "at least 10000 menu entries"


def test_mac_apps_and_windows_programs_are_counted() -> None:
    mac = ask("installed-apps", macos(folders={"/Applications": ["A.app", "B.app", "x.txt"], "/opt/homebrew/Cellar": ["git"]}))
    assert summary(mac) == "2 apps, 1 Homebrew package"
    key = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall"
    registry = {f"{key}\\{{0000-1}}": {"DisplayName": "One"}, f"{key}\\Two": {"DisplayName": "Two"}}
    registry[f"{key.replace('HKLM', 'HKCU')}\\Three"] = {"DisplayName": "Three"}
    assert summary(ask("installed-apps", windows(registry=registry))) == "3 programs"
