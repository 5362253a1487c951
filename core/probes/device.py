"""Numbers that single this computer out: machine, message bus, start-up, host number, firmware."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError
from core.model import Origin, System
from core.probes import _ioreg, _smbios
from core.probes._ask import (
    SMALL,
    asked,
    command_source,
    command_text,
    file_source,
    first_line,
    held,
    joined,
    registry_source,
    summarised,
)
from core.probes._parse import hosts_address, packed_ipv4
from core.probes.registry import attempt, probe
from core.probes.result import Absent, Answer, Ok, one, same_value, source
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_PLATFORM: Final = ("ioreg", "-rd1", "-c", "IOPlatformExpertDevice")
_CRYPTOGRAPHY: Final = r"HKLM\SOFTWARE\Microsoft\Cryptography"
_HW_PROFILE: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\IDConfigDB\Hardware Profiles\0001"
_PREFETCH: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
_BIOS: Final = r"HKLM\HARDWARE\DESCRIPTION\System\BIOS"
_SYSTEM_INFORMATION: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\SystemInformation"
_SMBIOS_DATA: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\mssmbios\Data"
_DMI: Final = "/sys/class/dmi/id"
_DMI_NUMBERS: Final = ("product_uuid", "product_serial", "board_serial", "chassis_serial", "chassis_asset_tag")
_DMI_NAMES: Final = ("sys_vendor", "product_name", "product_sku", "board_vendor", "board_name", "bios_vendor", "bios_version")
_SYSTEM_BUS: Final = "/run/dbus/system_bus_socket"
_MACHINE_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_PLACEHOLDER: Final = Absent("The maker left a placeholder there instead of a number.")


_NO_MACHINE_ID: Final = "This computer has no identification number."
_NO_HW_SERIALS: Final = "The firmware shows no names and no numbers here."


def _machine_number(text: str) -> str:
    """Return a number in one spelling (lower case, no braces), so that spellings compare as equal."""
    return first_line(text).strip("{}").lower()


@probe("machine-id", System.LINUX)
def machine_id_linux(host: Host) -> Answer:
    """Read both files; many libraries read the second one first."""
    paths = ("/etc/machine-id", "/var/lib/dbus/machine-id")
    return same_value(file_source(host, path, MaskKind.ID, pick=_machine_number) for path in paths)


@probe("machine-id", System.MACOS)
def machine_id_macos(host: Host) -> Answer:
    """Ask the device tree for IOPlatformUUID."""
    name = "IOPlatformUUID"
    return same_value((command_source(host, f"{name} (ioreg)", _PLATFORM, MaskKind.ID, pick=lambda text: _platform(text, name)),))


def _platform(text: str, key: str) -> str:
    """Take one property out of what `ioreg` printed."""
    return _ioreg.first(_ioreg.parse(text), key)


@probe("machine-id", System.WINDOWS)
def machine_id_windows(host: Host) -> Answer:
    """Read MachineGuid; the hardware profile's number is a second one."""
    guid = registry_source(host, _CRYPTOGRAPHY, "MachineGuid", MaskKind.ID)
    return joined(_NO_MACHINE_ID, (guid, registry_source(host, _HW_PROFILE, "HwProfileGuid", MaskKind.ID)))


@probe("dbus-machine-id", System.LINUX)
def dbus_machine_id(host: Host) -> Answer:
    """Ask each message bus whose socket exists for the machine's number; any program that reaches a bus may ask so."""
    sources = [_bus(host, "system bus", "--system", host.exists(_SYSTEM_BUS))]
    address = host.env("DBUS_SESSION_BUS_ADDRESS") or ""
    runtime = host.env("XDG_RUNTIME_DIR") or ""
    path = re.search(r"unix:path=([^,;]+)", address)
    has_session = host.exists(path[1]) if path else bool(address) or (bool(runtime) and host.exists(f"{runtime}/bus"))
    sources.append(_bus(host, "session bus", "--session" if address or not has_session else f"--bus=unix:path={runtime}/bus", has_session))
    return same_value(sources)


def _bus(host: Host, name: str, option: str, has_socket: bool) -> SourceReading:  # noqa: FBT001  private, called twice
    return asked(name, Origin.SYSTEM, lambda: _ask_bus(host, option) if has_socket else Absent("There is no such bus to reach from here."))


def _ask_bus(host: Host, option: str) -> Result:
    tail = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Peer", "GetMachineId")
    call = ("dbus-send", option, "--print-reply=literal", f"--dest={tail[0]}", tail[1], f"{tail[2]}.{tail[3]}")
    for argv in (call, ("busctl", option.replace("--session", "--user").replace("--bus=", "--address="), "call", *tail)):
        try:
            host.which(argv[0])
        except HostError:
            continue
        match = _MACHINE_ID.search(command_text(host, argv))
        return one(Sensitive(match[0], MaskKind.ID)) if match else Absent("The bus gave no number.")
    raise NotSupportedError("The bus is there, but no program that Telltale could ask it with.")


@probe("boot-id", System.LINUX)
def boot_id_linux(host: Host) -> Answer:
    """Read the kernel's number of this start-up."""
    return same_value((file_source(host, "/proc/sys/kernel/random/boot_id", MaskKind.ID),))


@probe("boot-id", System.MACOS)
def boot_id_macos(host: Host) -> Answer:
    """Ask the kernel for the number of this start-up."""
    return same_value((command_source(host, "kern.bootsessionuuid", ("sysctl", "-n", "kern.bootsessionuuid"), MaskKind.ID),))


@probe("boot-id", System.WINDOWS)
def boot_id_windows(host: Host) -> Answer:
    """Read the counter of start-ups."""
    return same_value((registry_source(host, _PREFETCH, "BootId", MaskKind.ID),))


@probe("hostid", System.LINUX)
def hostid(host: Host) -> Answer:
    """Work out what gethostid() answers from files; the name service is not asked, because that could reach the network."""

    def from_file() -> Result:
        data = host.read("/etc/hostid", SMALL)
        return (
            held(f"{int.from_bytes(data[:4], 'little'):08x}", MaskKind.ID) if len(data) >= 4 else Absent("The file is too short to count.")
        )

    def from_name() -> Result:
        address = hosts_address(host.read_text("/etc/hosts", SMALL), host.uname().node)
        packed = packed_ipv4(address)
        if packed is None:
            return Absent("The machine's name is not in /etc/hosts; only the name service could say more, and it is not asked.")
        return held(packed_to_hostid(packed), MaskKind.ID)

    written = source("/etc/hostid", Origin.SYSTEM, attempt(from_file))
    derived = asked("address of the machine's name in /etc/hosts", Origin.SYSTEM, from_name)
    if isinstance(written.result, Ok):
        return Answer(written.result, (written, derived), same_value((written,)).agreement)
    return same_value((written, derived))


def packed_to_hostid(address: bytes) -> str:
    """Return glibc's host number for an IPv4 address: its 16-bit halves swapped, read in the machine's byte order."""
    number = int.from_bytes(address, "little")
    return f"{(number << 16 | number >> 16) & 0xFFFFFFFF:08x}"


def _dmi(host: Host, name: str, kind: MaskKind) -> SourceReading:
    def ask() -> Result:
        text = first_line(host.read_text(f"{_DMI}/{name}", SMALL))
        return _PLACEHOLDER if text and _smbios.is_placeholder(text) else held(text, kind)

    return asked(name.replace("_", " "), Origin.SYSTEM, ask)


@probe("hw-serials", System.LINUX)
def hw_serials_linux(host: Host) -> Answer:
    """Read what the firmware tells: names are open to all programs, numbers usually to administrators only."""
    sources = [_dmi(host, name, MaskKind.ID) for name in _DMI_NUMBERS] + [_dmi(host, name, MaskKind.OPEN) for name in _DMI_NAMES]
    tree = "/sys/firmware/devicetree/base"
    sources.append(file_source(host, f"{tree}/serial-number", MaskKind.ID, name="device tree, serial number"))
    sources.append(file_source(host, f"{tree}/model", MaskKind.OPEN, name="device tree, model"))
    return _with_count(joined(_NO_HW_SERIALS, sources))


def _with_count(answer: Answer) -> Answer:
    """Put the names first and say how many numbers there are."""
    if not isinstance(answer.result, Ok):
        return answer
    numbers = sum(1 for value in answer.result.values if value.kind is MaskKind.ID)
    names = [value.masked for value in answer.result.values if value.kind is MaskKind.OPEN][:3]
    words = f"{numbers} identifying number{'' if numbers == 1 else 's'}" if numbers else "no number readable for you"
    return summarised(answer, ", ".join([*names, words]))


@probe("hw-serials", System.MACOS)
def hw_serials_macos(host: Host) -> Answer:
    """Ask the device tree for serial number, board and model; no rights are needed for it."""

    def ask(key: str, kind: MaskKind, text: str) -> SourceReading:
        return asked(f"{key} (ioreg)", Origin.SYSTEM, lambda: held(_platform(text, key), kind))

    try:
        text = command_text(host, _PLATFORM)
    except HostError:
        return joined(_NO_HW_SERIALS, (command_source(host, "ioreg", _PLATFORM, MaskKind.ID),))
    wanted = (
        ("IOPlatformSerialNumber", MaskKind.ID),
        ("IOPlatformUUID", MaskKind.ID),
        ("board-id", MaskKind.OPEN),
        ("model", MaskKind.OPEN),
    )
    return _with_count(joined(_NO_HW_SERIALS, [ask(key, kind, text) for key, kind in wanted]))


@probe("hw-serials", System.WINDOWS)
def hw_serials_windows(host: Host) -> Answer:
    """Read names and the firmware's table from the registry."""

    def table() -> _smbios.Numbers:
        data = host.registry(_SMBIOS_DATA, "SMBiosData")
        return _smbios.parse(data if isinstance(data, bytes) else b"")

    sources = [
        asked("firmware table, system serial", Origin.SYSTEM, lambda: held(table().system_serial, MaskKind.ID)),
        asked("firmware table, system UUID", Origin.SYSTEM, lambda: held(table().system_uuid, MaskKind.ID)),
        asked("firmware table, board serial", Origin.SYSTEM, lambda: held(table().board_serial, MaskKind.ID)),
        asked("firmware table, chassis serial", Origin.SYSTEM, lambda: held(table().chassis_serial, MaskKind.ID)),
        registry_source(host, _SYSTEM_INFORMATION, "ComputerHardwareId", MaskKind.ID),
    ]
    names = ("SystemManufacturer", "SystemProductName", "SystemSKU", "BaseBoardProduct", "BIOSVersion")
    return _with_count(joined(_NO_HW_SERIALS, [*sources, *(registry_source(host, _BIOS, name, MaskKind.OPEN) for name in names)]))
