from __future__ import annotations

import json

import pytest

from core.probes.result import Absent, Failed
from tests.fakes.probe_runs import ask, linux, macos, shown, summary, windows

X11 = {"env": {"DISPLAY": ":0"}, "kinds": {"/tmp/.X11-unix/X0": "socket"}}
REACHABLE = "reachable through the X11 socket"


@pytest.mark.parametrize("name", ["window-titles", "screen-content", "clipboard", "idle"])
def test_an_x11_socket_makes_the_desktop_reachable(name: str) -> None:
    reading = ask(name, linux(**X11))
    assert shown(reading)["X11 display"] == REACHABLE
    assert summary(reading) == REACHABLE


def test_an_x11_display_without_a_socket_file_is_found_by_its_abstract_name() -> None:
    # Written from the documented form of /proc/net/unix: the name stands last, an @ for its leading NUL.
    table = "Num RefCount Protocol Flags Type St Inode Path\n0000: 00000002 00000000 00010000 0001 01 20 @/tmp/.X11-unix/X12\n"
    host = linux(env={"DISPLAY": "unix:12.0"}, files={"/proc/net/unix": table})
    assert summary(ask("clipboard", host)) == "reachable through the X11 socket without a file"
    assert isinstance(ask("clipboard", linux(env={"DISPLAY": ":1"}, files={"/proc/net/unix": table})).result, Absent)


def test_a_display_elsewhere_is_told_without_its_name() -> None:
    assert summary(ask("screen-content", linux(env={"DISPLAY": "acme-server:10.0"}))) == "DISPLAY names a display over the network"
    assert isinstance(ask("screen-content", linux(env={"DISPLAY": "\x1b[2J:x"})).result, Absent)


def test_wayland_gives_no_titles_and_the_clipboard_with_focus_only() -> None:
    host = linux(env={"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1000"}, kinds={"/run/user/1000/wayland-0": "socket"})
    titles = ask("window-titles", host)
    assert isinstance(titles.result, Absent)
    assert summary(ask("clipboard", host)) == "through Wayland, while the program's window has the focus"


def test_the_portal_asks_before_it_pictures_the_screen() -> None:
    host = linux(files={"/usr/share/dbus-1/services/org.freedesktop.portal.Desktop.service": "[D-BUS Service]\n"})
    assert summary(ask("screen-content", host)) == "through the desktop portal, which asks you first"


def test_windows_opens_its_desktop_to_every_program_of_the_session() -> None:
    host = windows(env={"SESSIONNAME": "Console"}, registry={"HKCU\\Software\\Microsoft\\Clipboard": {"EnableClipboardHistory": 1}})
    for name in ("window-titles", "screen-content"):
        assert summary(ask(name, host)) == "open to every program of this session"
    assert "Windows keeps a history of the clipboard" in summary(ask("clipboard", host))
    assert isinstance(ask("window-titles", windows()).result, Absent)


def test_presence_can_be_learned_over_the_session_bus_and_from_logins() -> None:
    host = linux(
        env={"XDG_RUNTIME_DIR": "/run/user/1000"},
        kinds={"/run/user/1000/bus": "socket"},
        logged_in=[{"user": "mia", "terminal": "tty2", "remote": "", "since": 1.0}],
    )
    assert shown(ask("idle", host)) == {
        "$XDG_RUNTIME_DIR/bus": "programs on the session bus may ask the desktop",
        "X11 display": "absent",
        "login sessions": "1 login session listed with the time of the login",
    }


def test_the_mac_device_list_tells_idleness_and_the_time_is_dropped() -> None:
    # Written from the documented form of ioreg: one `"name" = value` line for each property.
    out = '+-o IOHIDSystem  <class IOHIDSystem>\n    {\n      "HIDIdleTime" = 123456789\n      "HIDParameters" = {}\n    }\n'
    reading = ask("idle", macos(commands={"ioreg -r -c IOHIDSystem -d 4": {"code": 0, "out": out}}))
    assert summary(reading) == "the time since the last key press or mouse move can be read"
    assert isinstance(ask("idle", macos(commands={"ioreg -r -c IOHIDSystem -d 4": {"slow": True}})).result, Failed)


def test_cameras_microphones_groups_and_servers_are_sources_apart() -> None:
    host = linux(
        account={"uid": 1000, "gid": 1000, "name": "mia", "groups": ["mia", "video"]},
        folders={"/dev": ["video", "video0", "video1", "null"], "/dev/snd": ["pcmC0D0c", "pcmC0D0p", "timer"]},
        env={"XDG_RUNTIME_DIR": "/run/user/1000"},
        kinds={"/run/user/1000/pipewire-0": "socket"},
    )
    assert list(shown(ask("camera-mic", host)).values()) == [
        "2 camera devices",
        "1 recording device",
        "the account is in the group video",
        "reachable through the PipeWire socket",
        "absent",
    ]


def test_the_mac_profiler_counts_devices_and_broken_answers_are_results() -> None:
    # Written from the documented form of `system_profiler -json`: one list for each data type.
    cameras = json.dumps({"SPCameraDataType": [{"_name": "FaceTime HD Camera"}]})
    audio = json.dumps(
        {"SPAudioDataType": [{"_items": [{"_name": "a", "coreaudio_device_input": 1}, {"_name": "b", "coreaudio_device_output": 2}]}]}
    )
    commands = {"system_profiler -json SPCameraDataType": {"out": cameras}, "system_profiler -json SPAudioDataType": {"out": audio}}
    assert list(shown(ask("camera-mic", macos(commands=commands))).values()) == ["1 camera", "1 microphone"]
    broken = {"system_profiler -json SPCameraDataType": {"out": "[" * 50_000}, "system_profiler -json SPAudioDataType": {"out": "[]"}}
    assert list(shown(ask("camera-mic", macos(commands=broken))).values()) == ["failed", "absent"]


def test_windows_tells_whether_apps_may_use_camera_and_microphone() -> None:
    # Written from the documented form of the registry: Value is Allow or Deny, one subkey for each program that asked.
    base = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\CapabilityAccessManager\\ConsentStore"
    registry = {
        f"{base}\\webcam": {"Value": "Allow"},
        f"{base}\\webcam\\NonPackaged\\C:#canary.exe": {"LastUsedTimeStart": 1},
        f"{base}\\microphone": {"Value": "Deny"},
    }
    reading = ask("camera-mic", windows(registry=registry))
    assert shown(reading) == {"webcam": "allowed for apps; 1 program asked for it so far", "microphone": "absent"}
    assert "canary" not in repr(reading)
