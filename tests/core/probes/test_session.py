"""Simulated machines, Windows around Linux, remote control, desktop, people logged in."""

from __future__ import annotations

from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, plist, windows

UNAME = {"system": "Linux", "node": "x", "release": "6.1-microsoft-standard-WSL2", "version": "", "machine": ""}


def test_virtual_machines_and_containers_leave_traces() -> None:
    files = {
        "/sys/class/dmi/id/sys_vendor": "QEMU\n",
        "/sys/class/dmi/id/product_name": "Standard PC\n",
        "/proc/cpuinfo": "flags\t\t: fpu hypervisor\n",
        "/.dockerenv": "",
        "/proc/1/cgroup": "0::/kubepods/x\n",
    }
    answer = ask("virtualisation", linux(files=files))
    expected = ["virtual machine (QEMU)", "virtual machine (processor flag)", "container (Docker)", "container (Kubernetes)"]
    assert raws(answer.result) == expected


def test_real_hardware_leaves_none() -> None:
    files = {"/proc/cpuinfo": "flags : fpu\n", "/proc/1/cgroup": "0::/init.scope\n"}
    assert isinstance(ask("virtualisation", linux(files=files)).result, Absent)


def test_mac_and_windows_virtual_machines_are_recognised() -> None:
    mac = macos(commands={"sysctl -n kern.hv_vmm_present": {"out": "1\n"}})
    bios = {"SystemManufacturer": "Microsoft Corporation", "SystemProductName": "Virtual Machine"}
    pc = windows(registry={r"HKLM\HARDWARE\DESCRIPTION\System\BIOS": bios})
    assert display(ask("virtualisation", mac).result) == "virtual machine"
    assert display(ask("virtualisation", pc).result) == "virtual machine (Hyper-V)"


def test_linux_inside_windows_is_recognised() -> None:
    env = {"WSL_DISTRO_NAME": "Debian", "WSL_INTEROP": "/run/WSL/9_interop"}
    answer = ask("wsl", linux(uname=UNAME, env=env, folders={"/mnt/c/Windows": []}))
    assert "Debian" in display(answer.result)
    assert "the Windows disk is mounted" in display(answer.result)


def test_linux_without_windows_is_not() -> None:
    assert isinstance(ask("wsl", linux(uname={**UNAME, "release": "6.1"})).result, Absent)


def test_windows_lists_its_linux_distributions() -> None:
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Lxss\{aa}"
    assert raws(ask("wsl", windows(registry={key: {"DistributionName": "Debian"}})).result) == ["Debian"]


def test_a_remote_login_tells_addresses_masked() -> None:
    answer = ask("remote-session", linux(env={"SSH_CONNECTION": "198.51.100.7 50000 192.0.2.4 22"}))
    assert raws(answer.result) == ["198.51.100.7", "192.0.2.4"]
    assert "198" not in display(answer.result)


def test_the_console_of_windows_is_no_remote_control() -> None:
    assert isinstance(ask("remote-session", windows(env={"SESSIONNAME": "Console"})).result, Absent)
    answer = ask("remote-session", windows(env={"SESSIONNAME": "RDP-Tcp#1", "CLIENTNAME": "MIA-TABLET"}))
    assert "RDP-Tcp#1" in display(answer.result)
    assert "TABLET" not in display(answer.result)


def test_desktop_and_theme_come_from_variables_and_files() -> None:
    files = {
        "~/.config/kdeglobals": "[General]\nColorScheme=BreezeDark\n",
        "~/.config/gtk-3.0/settings.ini": "[Settings]\ngtk-theme-name=Breeze\n",
    }
    answer = ask("desktop-session", linux(env={"XDG_CURRENT_DESKTOP": "KDE"}, files=files))
    assert raws(answer.result) == ["KDE", "BreezeDark", "Breeze"]


def test_a_colour_scheme_that_nobody_set_costs_no_command() -> None:
    commands = {"gsettings get org.gnome.desktop.interface color-scheme": {"out": "'prefer-dark'\n"}}
    unset = linux(commands=commands, files={"~/.config/dconf/user": "GVariant"})
    chosen = linux(commands=commands, files={"~/.config/dconf/user": "GVariant color-scheme"})
    assert isinstance(ask("desktop-session", unset).result, Absent)
    assert raws(ask("desktop-session", chosen).result) == ["prefer-dark"]


def test_a_mac_without_the_setting_is_light() -> None:
    file = "~/Library/Preferences/.GlobalPreferences.plist"
    assert display(ask("desktop-session", macos(bytes={file: plist({"AppleInterfaceStyle": "Dark"})})).result) == "Dark"
    assert display(ask("desktop-session", macos(bytes={file: plist({"x": 1})})).result) == "Light"


def test_windows_tells_light_or_dark() -> None:
    key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    answer = ask("desktop-session", windows(registry={key: {"AppsUseLightTheme": 0, "SystemUsesLightTheme": 1}}))
    assert display(answer.result) == "programs: dark, system: light"


def test_people_logged_in_are_counted_and_masked() -> None:
    rows = [
        {"user": "mia", "terminal": "tty1", "remote": "", "since": 0.0},
        {"user": "bo", "terminal": "pts/0", "remote": "192.0.2.7", "since": 0.0},
    ]
    answer = ask("logged-in-users", linux(logged_in=rows))
    assert display(answer.result) == "2 users logged in"
    assert raws(source_of(answer, "where from")) == ["192.0.2.7"]
    assert "192.0" not in display(source_of(answer, "where from"))
