"""What is attached: disks, shares, USB devices, printers, sound, cameras."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.model import Origin, System
from core.probes import _ioreg
from core.probes._ask import (
    LARGE,
    asked,
    command_text,
    count,
    found,
    joined,
    quiet_text,
    registry_text,
    subkeys,
    summarised,
    wrap,
)
from core.probes.registry import probe
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host, Mount
    from core.probes.result import Answer, Result

# File systems that hold no files of a person: kernel views, memory, pieces of the running system.
_UNREAL: Final = frozenset(
    (
        "proc sysfs tmpfs devtmpfs devpts cgroup cgroup2 securityfs debugfs tracefs pstore bpf mqueue hugetlbfs configfs fusectl autofs "
        "binfmt_misc rpc_pipefs nsfs ramfs efivarfs selinuxfs squashfs overlay devfs nullfs fuse.gvfsd-fuse fuse.portal fuse.lxcfs"
    ).split()
)
_SHARES: Final = frozenset("nfs nfs4 cifs smb3 smbfs afpfs webdav davfs 9p ncpfs ceph glusterfs".split())
_SECTOR: Final = 512
_NOT_DISKS: Final = ("loop", "ram", "zram", "dm-", "md", "sr", "fd")
_CUPS_SOCKETS: Final = ("/run/cups/cups.sock", "/var/run/cupsd")
_USB: Final = r"HKLM\SYSTEM\CurrentControlSet\Enum\USB"
_PRINTERS: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\Print\Printers"
_MY_PRINTERS: Final = r"HKCU\Printers\Connections"
_BLUETOOTH: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\BTHPORT\Parameters\Devices"
_NETWORK_DRIVES: Final = r"HKCU\Network"


_NO_DISKS_MOUNTS: Final = "No disk and no share can be seen from here."
_NO_PERIPHERALS: Final = "The system shows no attached device."


def _is_share(mount: Mount) -> bool:
    return (
        mount.kind.lower() in _SHARES or (mount.kind.startswith("fuse.") and ":" in mount.device) or mount.device.startswith(("//", "\\\\"))
    )


@probe("disks-mounts")
def disks_mounts(host: Host) -> Answer:
    """List file systems that hold files, shares with their server, and disks with their size; nothing on them is opened."""
    unreal = _UNREAL

    def local() -> Result:
        wanted = [item for item in host.mounts() if item.kind not in unreal and not _is_share(item)]
        return found(Sensitive(item.point[:400], MaskKind.PATH) for item in wanted)

    def shares() -> Result:
        return found(wrap((item.device for item in host.mounts() if _is_share(item)), MaskKind.HOST))

    sources = [asked("mounted file systems", Origin.SYSTEM, local), asked("network shares", Origin.NETWORK, shares)]
    if host.system is System.LINUX:
        sources.append(asked("disks (/sys/block)", Origin.SYSTEM, lambda: _disk_sizes(host)))
    if host.system is System.WINDOWS:
        sources.append(asked("remembered network drives", Origin.USER, lambda: _network_drives(host)))
    answer = joined(_NO_DISKS_MOUNTS, sources)
    if not isinstance(answer.result, Ok):
        return answer
    points, servers = (sum(1 for value in answer.result.values if value.kind is kind) for kind in (MaskKind.PATH, MaskKind.HOST))
    sizes = [value.masked for value in answer.result.values if value.kind is MaskKind.OPEN]
    return summarised(answer, ", ".join([count(points, "file system"), count(servers, "network share"), *sizes[:4]]))


def _disk_sizes(host: Host) -> Result:
    out = []
    for name in host.entries("/sys/block", 256):
        sectors = "" if name.startswith(_NOT_DISKS) else quiet_text(host, f"/sys/block/{name}/size")
        if sectors.isascii() and sectors.isdigit() and len(sectors) < 20 and int(sectors):
            model = quiet_text(host, f"/sys/block/{name}/device/model")
            size = f"{int(sectors) * _SECTOR / 1e9:.0f} GB"
            out.append(f"{model} {size}".strip())
    return found(wrap(out, MaskKind.OPEN))


def _network_drives(host: Host) -> Result:
    keys = subkeys(host, _NETWORK_DRIVES)
    return found(wrap((registry_text(host, key, "RemotePath") for key in keys), MaskKind.HOST))


def _printers(text: str) -> Iterable[str]:
    """Return printers' names from `lpstat -e` (one a line)."""
    return (line.strip() for line in text.splitlines())


def _ask_printers(host: Host) -> Result:
    """Ask the print service only where its socket exists."""
    if not any(host.exists(path) for path in _CUPS_SOCKETS):
        raise NotThereError("No print service runs here.")
    return found(wrap(_printers(command_text(host, ("lpstat", "-e"))), MaskKind.FULL))


@probe("peripherals", System.LINUX)
def peripherals_linux(host: Host) -> Answer:
    """Read the names of attached devices from the kernel, and of printers from the print service."""

    def usb() -> Result:
        names = [name for name in host.entries("/sys/bus/usb/devices", 256) if not name.startswith("usb") and ":" not in name]
        return found(wrap((_usb_name(host, f"/sys/bus/usb/devices/{name}") for name in names), MaskKind.OPEN))

    def sound() -> Result:
        text = host.read_text("/proc/asound/cards", LARGE)
        return found(wrap(re.findall(r"^ *\d+ \[[^\]]*\]: [^\n]{1,200}? - ([^\n]{1,120})", text, re.MULTILINE), MaskKind.OPEN))

    def cameras() -> Result:
        names = host.entries("/sys/class/video4linux", 64)
        return found(wrap((quiet_text(host, f"/sys/class/video4linux/{name}/name") for name in names), MaskKind.OPEN))

    def inputs() -> Result:
        text = host.read_text("/proc/bus/input/devices", LARGE)
        return found(wrap(re.findall(r'^N: Name="([^"\n]{1,120})"', text, re.MULTILINE), MaskKind.OPEN))

    asks = (("USB devices", usb), ("sound cards", sound), ("cameras", cameras), ("keyboards, mice and buttons", inputs))
    sources = [asked(name, Origin.SYSTEM, ask) for name, ask in asks]
    return _counted(joined(_NO_PERIPHERALS, [*sources, asked("printers", Origin.SYSTEM, lambda: _ask_printers(host))]))


def _usb_name(host: Host, folder: str) -> str:
    return " ".join(word for part in ("manufacturer", "product") if (word := quiet_text(host, f"{folder}/{part}")))


def _counted(answer: Answer) -> Answer:
    if not isinstance(answer.result, Ok):
        return answer
    printers = sum(1 for value in answer.result.values if value.kind is MaskKind.FULL)
    tail = f", {count(printers, 'printer')}" if printers else ""
    return summarised(answer, f"{count(len(answer.result.values) - printers, 'device')}{tail}")


@probe("peripherals", System.MACOS)
def peripherals_macos(host: Host) -> Answer:
    """Ask the device tree for USB devices, and list printers by their files."""

    def usb() -> Result:
        nodes = _ioreg.parse(command_text(host, ("ioreg", "-p", "IOUSB", "-l", "-w0")))
        return found(wrap(_ioreg.every(nodes, "USB Product Name", "kUSBProductString"), MaskKind.OPEN))

    def printers() -> Result:
        names = [name.removesuffix(".ppd") for name in host.entries("/etc/cups/ppd", 64) if name.endswith(".ppd")]
        return found(wrap(names, MaskKind.FULL))

    return _counted(joined(_NO_PERIPHERALS, (asked("USB devices", Origin.SYSTEM, usb), asked("printers", Origin.SYSTEM, printers))))


@probe("peripherals", System.WINDOWS)
def peripherals_windows(host: Host) -> Answer:
    """Read USB devices, printers and paired Bluetooth devices from the registry."""

    def usb() -> Result:
        places = [place for device in subkeys(host, _USB, 128) for place in subkeys(host, device, 8)]
        names = [_text_or_empty(host, place, "FriendlyName") or _text_or_empty(host, place, "DeviceDesc") for place in places]
        return found(wrap((name.rpartition(";")[2] for name in names), MaskKind.OPEN))

    def printers() -> Result:
        local = names_of(host, _PRINTERS)
        shared = [name.replace(",", "\\") for name in names_of(host, _MY_PRINTERS)]
        return found(wrap([*local, *shared], MaskKind.FULL))

    def bluetooth() -> Result:
        return found(open_text(f"Bluetooth device {number}") for number, _ in enumerate(host.registry_keys(_BLUETOOTH)[:64], 1))

    asks = (("USB devices", usb), ("printers", printers), ("Bluetooth devices", bluetooth))
    return _counted(joined(_NO_PERIPHERALS, [asked(name, Origin.SYSTEM, ask) for name, ask in asks]))


def names_of(host: Host, key: str) -> list[str]:
    """Return the last parts of a registry key's subkeys."""
    return [item.rpartition("\\")[2] for item in subkeys(host, key)]


def _text_or_empty(host: Host, key: str, name: str) -> str:
    try:
        return registry_text(host, key, name)
    except NotThereError:
        return ""
