"""Probes of what goes on at the desktop: what could be read is stated; titles, pictures, clipboard and key presses never are."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes._ask import NOT_SET, asked, command_text, count, not_understood, stated
from core.probes._display import portal_source, wayland_source, windows_session, x11_source
from core.probes._places import from_places, gather, socket_result
from core.probes.registry import probe
from core.probes.result import Absent, Answer, separate_values

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_CONSENT: Final = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\CapabilityAccessManager\\ConsentStore"
_CLIPBOARD: Final = "HKCU\\Software\\Microsoft\\Clipboard"
_OPEN_ON_WINDOWS: Final = "open to every program of this session"
_BUS_IDLE: Final = "programs on the session bus may ask the desktop"


@probe("window-titles", System.LINUX)
def window_titles(host: Host) -> Answer:
    """Tell whether window titles could be read; Telltale does not read them."""
    wayland = asked("Wayland socket", Origin.PROGRAM, lambda: Absent("Wayland does not give the titles of other programs' windows."))
    sources = (x11_source(host), *([wayland] if host.env("WAYLAND_DISPLAY") else []))
    return separate_values(sources)


@probe("screen-content", System.LINUX)
def screen_content(host: Host) -> Answer:
    """Tell whether the screen could be pictured; Telltale takes no picture."""
    return separate_values((x11_source(host), portal_source(host, "through the desktop portal, which asks you first")))


@probe("clipboard", System.LINUX)
def clipboard(host: Host) -> Answer:
    """Tell whether the clipboard could be read; Telltale does not read it."""
    return separate_values((x11_source(host), wayland_source(host, "through Wayland, while the program's window has the focus")))


@probe("window-titles", System.WINDOWS)
def window_titles_windows(host: Host) -> Answer:
    """State what Windows gives every program of a session; titles are not read."""
    return separate_values((windows_session(host, _OPEN_ON_WINDOWS),))


@probe("screen-content", System.WINDOWS)
def screen_content_windows(host: Host) -> Answer:
    """State what Windows gives every program of a session; no picture is taken."""
    return separate_values((windows_session(host, _OPEN_ON_WINDOWS),))


@probe("clipboard", System.WINDOWS)
def clipboard_windows(host: Host) -> Answer:
    """State what Windows gives every program of a session, and whether a clipboard history is kept; neither is read."""
    history = asked(f"{_CLIPBOARD}\\EnableClipboardHistory", Origin.USER, lambda: _clipboard_history(host))
    return separate_values((windows_session(host, _OPEN_ON_WINDOWS), history))


def _clipboard_history(host: Host) -> Result:
    is_on = host.registry(_CLIPBOARD, "EnableClipboardHistory") == 1
    return stated("Windows keeps a history of the clipboard") if is_on else Absent("The history of the clipboard is off.")


@probe("idle", System.LINUX)
def idle(host: Host) -> Answer:
    """Tell by which ways a program could learn whether somebody is at the computer; the time itself is not asked."""
    return separate_values((_bus_source(host), x11_source(host), asked("login sessions", Origin.SYSTEM, lambda: _terminals(host))))


def _bus_source(host: Host) -> SourceReading:
    return next(iter(from_places(host, ("{runtime}/bus",), partial(socket_result, words=_BUS_IDLE))))


def _terminals(host: Host) -> Result:
    known = host.logged_in()
    if not known:
        return Absent("No login session is listed.")
    return stated(f"{count(len(known), 'login session')} listed with the time of the login")


@probe("idle", System.MACOS)
def idle_macos(host: Host) -> Answer:
    """Tell whether the time since the last key press can be read; the time is not kept."""
    return separate_values((asked("ioreg", Origin.SYSTEM, lambda: _hid_idle(host)),))


def _hid_idle(host: Host) -> Result:
    for line in command_text(host, ["ioreg", "-r", "-c", "IOHIDSystem", "-d", "4"]).splitlines():
        name, equals, value = line.partition("=")
        if equals and "HIDIdleTime" in name and value.strip().isdigit():
            return stated("the time since the last key press or mouse move can be read")
    return Absent("The list of devices does not tell it.")


@probe("idle", System.WINDOWS)
def idle_windows(host: Host) -> Answer:
    """State what Windows gives every program of a session; the time is not asked."""
    return separate_values((windows_session(host, "every program of this session can ask for the time since the last key press"),))


@probe("camera-mic", System.LINUX)
def camera_mic(host: Host) -> Answer:
    """Tell whether cameras, microphones and their server are there and whether the account may use them; nothing is switched on."""
    sources = [
        asked("/dev/video*", Origin.SYSTEM, lambda: _devices(host, "/dev", "video", "", "camera device")),
        asked("/dev/snd", Origin.SYSTEM, lambda: _devices(host, "/dev/snd", "pcm", "c", "recording device")),
        asked("account groups", Origin.SYSTEM, lambda: _groups(host)),
        *from_places(host, ("{runtime}/pipewire-0",), partial(socket_result, words="reachable through the PipeWire socket")),
        *from_places(host, ("{runtime}/pulse/native",), partial(socket_result, words="reachable through the PulseAudio socket")),
    ]
    return separate_values(sources)


def _devices(host: Host, folder: str, start: str, end: str, noun: str) -> Result:
    names = [name for name in host.entries(folder) if name.startswith(start) and name.endswith(end) and name != start]
    return stated(count(len(names), noun)) if names else Absent("No such device is there.")


def _groups(host: Host) -> Result:
    held = [name for name in ("video", "audio") if name in host.account().groups]
    return (
        stated(f"the account is in the group {' and '.join(held)}")
        if held
        else Absent("The account is in neither the video nor the audio group.")
    )


@probe("camera-mic", System.MACOS)
def camera_mic_macos(host: Host) -> Answer:
    """Count cameras and microphones; which programs may use them is macOS's secret, and it is not asked for."""
    return separate_values(
        (
            asked("system_profiler SPCameraDataType", Origin.SYSTEM, lambda: _profiled(host, "SPCameraDataType", "camera", "")),
            asked(
                "system_profiler SPAudioDataType",
                Origin.SYSTEM,
                lambda: _profiled(host, "SPAudioDataType", "microphone", "coreaudio_device_input"),
            ),
        )
    )


def _profiled(host: Host, kind: str, noun: str, mark: str) -> Result:
    try:
        report = json.loads(command_text(host, ["system_profiler", "-json", kind]))
    except (ValueError, RecursionError):
        return not_understood("The answer of system_profiler")
    number = _count_items(report.get(kind) if isinstance(report, dict) else None, mark)
    return stated(count(number, noun)) if number else Absent("No such device is there.")


def _count_items(items: object, mark: str) -> int:
    if not isinstance(items, list):
        return 0
    rows = [row for item in items if isinstance(item, dict) for row in (item.get("_items") or [item]) if isinstance(row, dict)]
    return sum(1 for row in rows if not mark or mark in row)


@probe("camera-mic", System.WINDOWS)
def camera_mic_windows(host: Host) -> Answer:
    """Tell whether apps may use camera and microphone and how many programs have; their names are not kept."""
    return gather(
        [asked(kind, Origin.USER, partial(_consent, host, kind)) for kind in ("webcam", "microphone")], "kind of device", "kinds of device"
    )


def _consent(host: Host, kind: str) -> Result:
    key = f"{_CONSENT}\\{kind}"
    value = str(host.registry(key, "Value"))
    if value == "Deny":
        return Absent("Windows refuses it to the apps of this account.")
    if value != "Allow":
        return NOT_SET
    return stated(f"allowed for apps; {count(_asked_before(host, key), 'program')} asked for it so far")


def _asked_before(host: Host, key: str) -> int:
    number = 0
    for place in (key, f"{key}\\NonPackaged"):
        try:
            number += sum(1 for name in host.registry_keys(place) if name != "NonPackaged")
        except HostError:
            continue
    return number
