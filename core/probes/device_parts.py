"""Numbers of parts and of programs: disks, screens, USB devices, Microsoft's and AI tools' own device numbers, the installation date."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes import _edid, _ioreg
from core.probes._ask import (
    LARGE,
    SMALL,
    asked,
    command_text,
    count,
    file_source,
    first_line,
    found,
    held,
    joined,
    quiet_text,
    registry_source,
    registry_text,
    subkeys,
    summarised,
    wrap,
)
from core.probes._parse import day
from core.probes._places import label_of, place_of
from core.probes._screens import screens_linux, screens_macos, screens_windows
from core.probes.registry import probe
from core.probes.result import Answer, Ok
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_NOT_DISKS: Final = ("loop", "ram", "zram", "dm-", "md", "sr", "fd")
_BLOCK_NUMBERS: Final = ("serial", "device/serial", "wwid", "device/wwid")
_DISK_ENUM: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\disk\Enum"
_SCSI: Final = r"HKLM\HARDWARE\DEVICEMAP\Scsi"
_MOUNTED: Final = r"HKLM\SYSTEM\MountedDevices"
_USB: Final = r"HKLM\SYSTEM\CurrentControlSet\Enum\USB"
_USB_DISKS: Final = r"HKLM\SYSTEM\CurrentControlSet\Enum\USBSTOR"
_WINDOWS_NT: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_DEVELOPER_TOOLS: Final = r"HKCU\SOFTWARE\Microsoft\DeveloperTools"
_SQM: Final = r"HKLM\SOFTWARE\Microsoft\SQMClient"
_FILETIME_EPOCH: Final = 11_644_473_600


_NO_DISK_SERIALS: Final = "The system shows no number of a disk."
_NO_PERIPHERAL_SERIALS: Final = "No attached device shows a serial number."
_NO_MS_DEVICE_IDS: Final = "Microsoft's tools keep no number here."
_NO_INSTALL_DATE: Final = "Nothing here tells when the system was installed."


def _ids(values: Iterable[str]) -> Result:
    return found(wrap(values, MaskKind.ID))


def _links_in(host: Host, folder: str, *, strip_kind: bool = False) -> SourceReading:
    """List the names in a folder of /dev/disk; names of partitions repeat their disk and are skipped."""

    def ask() -> Result:
        names = [name for name in host.entries(folder, 256) if not re.search(r"-part\d+$", name)]
        return _ids(name.partition("-")[2] or name if strip_kind else name for name in names)

    return asked(folder, Origin.SYSTEM, ask)


@probe("disk-serials", System.LINUX)
def disk_serials_linux(host: Host) -> Answer:
    """Read the names udev gives to disks and the numbers the kernel shows; nothing needs rights."""

    def blocks() -> Result:
        disks = [name for name in host.entries("/sys/block", 256) if not name.startswith(_NOT_DISKS)]
        return _ids(quiet_text(host, f"/sys/block/{disk}/{number}") for disk in disks for number in _BLOCK_NUMBERS)

    sources = [
        _links_in(host, "/dev/disk/by-id", strip_kind=True),
        _links_in(host, "/dev/disk/by-uuid"),
        _links_in(host, "/dev/disk/by-partuuid"),
    ]
    return _counted(joined(_NO_DISK_SERIALS, [*sources, asked("/sys/block", Origin.SYSTEM, blocks)]))


def _counted(answer: Answer) -> Answer:
    return summarised(answer, count(len(answer.result.values), "number")) if isinstance(answer.result, Ok) else answer


@probe("disk-serials", System.MACOS)
def disk_serials_macos(host: Host) -> Answer:
    """Ask the device tree for the numbers of disks and partitions."""

    def ask(kind: str, *keys: str) -> SourceReading:
        argv = ("ioreg", "-rd1", "-w0", "-c", kind)
        return asked(f"{kind} (ioreg)", Origin.SYSTEM, lambda: _ids(_ioreg.every(_ioreg.parse(command_text(host, argv)), *keys)))

    return _counted(joined(_NO_DISK_SERIALS, (ask("IONVMeController", "Serial Number"), ask("IOMedia", "UUID"))))


@probe("disk-serials", System.WINDOWS)
def disk_serials_windows(host: Host) -> Answer:
    """Read the numbers of disks and volumes from the registry."""

    def enumerated() -> Result:
        texts = (registry_text(host, _DISK_ENUM, name) for name in host.registry_names(_DISK_ENUM) if name.isdigit())
        return _ids(text.rpartition("\\")[2] for text in texts)

    def scsi() -> Result:
        keys: tuple[str, ...] = (_SCSI,)
        for _ in range(4):
            keys = tuple(sub for key in keys for sub in subkeys(host, key, 16))
        texts = [_registry_or_empty(host, key, "SerialNumber") for key in keys]
        return _ids(text.strip() for text in texts)

    def volumes() -> Result:
        names = host.registry_names(_MOUNTED)
        return _ids(name.rpartition("Volume")[2].strip("{}") for name in names if "Volume{" in name)

    return _counted(
        joined(
            _NO_DISK_SERIALS,
            (
                asked("disk list", Origin.SYSTEM, enumerated),
                asked("SCSI map", Origin.SYSTEM, scsi),
                asked("mounted volumes", Origin.SYSTEM, volumes),
            ),
        )
    )


def _registry_or_empty(host: Host, key: str, name: str) -> str:
    try:
        return registry_text(host, key, name)
    except HostError:
        return ""


def _screen_serials(screens: Callable[[Host], tuple[_edid.Screen, ...]], host: Host) -> SourceReading:
    return asked("screens (EDID)", Origin.SYSTEM, lambda: _ids(screen.serial for screen in screens(host)))


@probe("peripheral-serials", System.LINUX)
def peripheral_serials_linux(host: Host) -> Answer:
    """Read serial numbers of USB devices, batteries, screens and Bluetooth adapters."""

    def usb() -> Result:
        # The serial of a root hub (usb1, usb2 ...) is only its place on the board.
        names = [name for name in host.entries("/sys/bus/usb/devices", 256) if not name.startswith("usb") and ":" not in name]
        return _ids(quiet_text(host, f"/sys/bus/usb/devices/{name}/serial") for name in names)

    def batteries() -> Result:
        names = host.entries("/sys/class/power_supply", 64)
        return _ids(quiet_text(host, f"/sys/class/power_supply/{name}/serial_number") for name in names)

    def bluetooth() -> Result:
        names = host.entries("/sys/class/bluetooth", 16)
        return found(wrap((quiet_text(host, f"/sys/class/bluetooth/{name}/address") for name in names), MaskKind.MAC))

    sources = [
        asked(name, Origin.SYSTEM, ask) for name, ask in (("USB devices", usb), ("batteries", batteries), ("Bluetooth adapters", bluetooth))
    ]
    return _counted(joined(_NO_PERIPHERAL_SERIALS, [*sources, _screen_serials(screens_linux, host)]))


@probe("peripheral-serials", System.MACOS)
def peripheral_serials_macos(host: Host) -> Answer:
    """Ask the device tree for serial numbers of USB devices, the battery and screens."""

    def ask(name: str, argv: tuple[str, ...], *keys: str) -> SourceReading:
        return asked(name, Origin.SYSTEM, lambda: _ids(_ioreg.every(_ioreg.parse(command_text(host, argv)), *keys)))

    usb = ask("USB devices", ("ioreg", "-p", "IOUSB", "-l", "-w0"), "USB Serial Number", "kUSBSerialNumberString")
    battery = ask("battery", ("ioreg", "-rd1", "-w0", "-c", "AppleSmartBattery"), "Serial", "BatterySerialNumber")
    return _counted(joined(_NO_PERIPHERAL_SERIALS, (usb, battery, _screen_serials(screens_macos, host))))


@probe("peripheral-serials", System.WINDOWS)
def peripheral_serials_windows(host: Host) -> Answer:
    """Read serial numbers of USB devices and screens; a number with `&` in it was made by Windows from the socket."""

    def usb(root: str) -> Result:
        names = (key.rpartition("\\")[2] for device in subkeys(host, root) for key in subkeys(host, device))
        # Windows adds `&0` to the serial of a USB disk.
        cleaned = (re.sub(r"&\d$", "", name) for name in names)
        return _ids(name for name in cleaned if "&" not in name)

    sources = [asked("USB devices", Origin.SYSTEM, lambda: usb(_USB)), asked("USB disks", Origin.SYSTEM, lambda: usb(_USB_DISKS))]
    return _counted(joined(_NO_PERIPHERAL_SERIALS, [*sources, _screen_serials(screens_windows, host)]))


@probe("ms-device-ids", System.LINUX)
def microsoft_ids_linux(host: Host) -> Answer:
    """Read the number that Microsoft's developer tools share."""
    return joined(_NO_MS_DEVICE_IDS, (_device_file(host, "{cache}/Microsoft/DeveloperTools/deviceid"),))


def _device_file(host: Host, template: str) -> SourceReading:
    return asked(
        label_of(host, template), Origin.PROGRAM, lambda: held(first_line(host.read_text(place_of(host, template), SMALL)), MaskKind.ID)
    )


@probe("ms-device-ids", System.MACOS)
def microsoft_ids_macos(host: Host) -> Answer:
    """Read the number that Microsoft's developer tools share."""
    return joined(_NO_MS_DEVICE_IDS, (_device_file(host, "~/Library/Application Support/Microsoft/DeveloperTools/deviceid"),))


@probe("ms-device-ids", System.WINDOWS)
def microsoft_ids_windows(host: Host) -> Answer:
    """Read the developer tools' number and the one of Windows' quality programme."""
    shared = registry_source(host, _DEVELOPER_TOOLS, "deviceid", MaskKind.ID, Origin.PROGRAM)
    return joined(_NO_MS_DEVICE_IDS, (shared, registry_source(host, _SQM, "MachineId", MaskKind.ID)))


@probe("install-date", System.LINUX)
def install_date_linux(host: Host) -> Answer:
    """Look at the age of what an installation leaves behind; each place is an estimate of its own."""
    places = ("/lost+found", "/var/log/installer", "/etc/machine-id", "/etc/hostname", "/root/anaconda-ks.cfg")
    sources = [_age(host, path) for path in places]
    sources.append(file_source(host, "/var/log/pacman.log", MaskKind.OPEN, pick=_first_pacman_day, limit=LARGE))
    sources.insert(0, asked("birth of the root folder", Origin.SYSTEM, lambda: held(_birth(host), MaskKind.OPEN)))  # type: ignore[arg-type]  # a protocol does not promise hashing; every host is an ordinary object
    return _oldest(joined(_NO_INSTALL_DATE, sources))


@lru_cache(maxsize=4)
def _birth(host: Host) -> str:
    """Return the day the root folder was made; asked once per host, for it needs a command and cannot change."""
    seconds = first_line(command_text(host, ("stat", "-c", "%W", "/")))
    return day(float(seconds)) if re.fullmatch(r"\d{1,12}", seconds) else ""


def _age(host: Host, path: str) -> SourceReading:
    return asked(f"age of {path}", Origin.SYSTEM, lambda: held(day(host.facts(path).modified), MaskKind.OPEN))


def _first_pacman_day(text: str) -> str:
    match = re.match(r"\[(\d{4}-\d\d-\d\d)", text)
    return match[1] if match else ""


def _oldest(answer: Answer) -> Answer:
    """Show the oldest day as the estimate and keep all of them as sources."""
    if not isinstance(answer.result, Ok) or len(answer.result.values) < 2:
        return answer
    return summarised(answer, f"{min(value.masked for value in answer.result.values)} or later")


@probe("install-date", System.MACOS)
def install_date_macos(host: Host) -> Answer:
    """Look at the age of the file that the first start leaves behind."""
    return joined(_NO_INSTALL_DATE, (_age(host, "/var/db/.AppleSetupDone"), _age(host, "/private/var/log/install.log")))


@probe("install-date", System.WINDOWS)
def install_date_windows(host: Host) -> Answer:
    """Read both dates of the last installation or large update."""

    def seconds() -> Result:
        value = host.registry(_WINDOWS_NT, "InstallDate")
        return held(day(float(value)) if isinstance(value, int) else "", MaskKind.OPEN)

    def filetime() -> Result:
        value = host.registry(_WINDOWS_NT, "InstallTime")
        return held(day(value / 10_000_000 - _FILETIME_EPOCH) if isinstance(value, int) else "", MaskKind.OPEN)

    return joined(_NO_INSTALL_DATE, (asked("InstallDate", Origin.SYSTEM, seconds), asked("InstallTime", Origin.SYSTEM, filetime)))
