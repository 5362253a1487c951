"""Machine, bus, start-up and host numbers; firmware."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Agreement
from core.probes import _smbios
from core.probes.device import packed_to_hostid
from core.probes.result import Absent, Denied, Ok, Unsupported, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import encoded, linux, macos, smbios, windows

ID_A, ID_B = "0123456789abcdef0123456789abcdef", "f" * 32
# Written from the documented form of `ioreg -rd1 -c IOPlatformExpertDevice`.
PLATFORM = """+-o Mac14,2  <class IOPlatformExpertDevice, id 0x100000227, registered, matched, active, busy 0 (12 ms), retain 40>
    {
      "IOPlatformSerialNumber" = "ZZ1234567X"
      "IOPlatformUUID" = "AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE"
      "model" = <"Mac14,2">
    }
"""
IOREG = {"ioreg -rd1 -c IOPlatformExpertDevice": {"out": PLATFORM}}
BUS_CALL = (
    "dbus-send --system --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.Peer.GetMachineId"
)


def test_both_machine_number_files_are_compared() -> None:
    same = ask("machine-id", linux(files={"/etc/machine-id": ID_A, "/var/lib/dbus/machine-id": f"{ID_A}\n"}))
    other = ask("machine-id", linux(files={"/etc/machine-id": ID_A, "/var/lib/dbus/machine-id": ID_B}))
    assert (same.agreement, other.agreement) == (Agreement.AGREE, Agreement.DIFFER)
    assert display(same.result).endswith("cdef")


def test_an_empty_machine_number_is_absent_not_a_value() -> None:
    assert isinstance(ask("machine-id", linux(files={"/etc/machine-id": "\n"})).result, Absent)


def test_mac_and_windows_machine_numbers_are_read() -> None:
    assert raws(ask("machine-id", macos(commands=IOREG)).result) == ["AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE"]
    registry = {r"HKLM\SOFTWARE\Microsoft\Cryptography": {"MachineGuid": "guid-1"}}
    assert raws(ask("machine-id", windows(registry=registry)).result) == ["guid-1"]


def test_a_bus_is_asked_only_where_its_socket_exists() -> None:
    recorded = {"which": {"dbus-send": "/usr/bin/dbus-send"}, "commands": {BUS_CALL: {"out": f"   {ID_A}\n"}}}
    assert isinstance(ask("dbus-machine-id", linux(**recorded)).result, Absent)
    assert raws(ask("dbus-machine-id", linux(**recorded, kinds={"/run/dbus/system_bus_socket": "socket"})).result) == [ID_A]


def test_a_bus_without_a_program_to_ask_it_is_not_called_absent() -> None:
    answer = ask("dbus-machine-id", linux(kinds={"/run/dbus/system_bus_socket": "socket"}))
    assert isinstance(source_of(answer, "system bus"), Unsupported)


def test_start_up_numbers_are_read_on_each_system() -> None:
    assert raws(ask("boot-id", linux(files={"/proc/sys/kernel/random/boot_id": "b-1\n"})).result) == ["b-1"]
    assert raws(ask("boot-id", macos(commands={"sysctl -n kern.bootsessionuuid": {"out": "B-2\n"}})).result) == ["B-2"]
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
    assert raws(ask("boot-id", windows(registry={key: {"BootId": 42}})).result) == ["42"]


@pytest.mark.parametrize(
    ("address", "number"), [((127, 0, 0, 1), "007f0100"), ((127, 0, 1, 1), "007f0101"), ((192, 168, 1, 20), "a8c01401")]
)
def test_the_host_number_swaps_the_halves_of_the_address(address: tuple[int, ...], number: str) -> None:
    assert packed_to_hostid(bytes(address)) == number


def test_the_host_number_comes_from_files_only() -> None:
    uname = {"system": "Linux", "node": "pc", "release": "6", "version": "", "machine": ""}
    assert raws(ask("hostid", linux(uname=uname, files={"/etc/hosts": "192.168.1.20 pc\n"})).result) == ["a8c01401"]
    assert raws(ask("hostid", linux(uname=uname, bytes={"/etc/hostid": encoded(b"\x78\x56\x34\x12")})).result) == ["12345678"]
    assert isinstance(ask("hostid", linux(uname=uname, files={"/etc/hosts": ""})).result, Absent)


def test_firmware_names_are_open_and_numbers_of_others_denied() -> None:
    dmi = "/sys/class/dmi/id"
    files = {f"{dmi}/sys_vendor": "Example Inc.\n", f"{dmi}/product_name": "Model 5\n", f"{dmi}/chassis_asset_tag": "Default string\n"}
    answer = ask("hw-serials", linux(files=files, denied=[f"{dmi}/product_serial"]))
    assert isinstance(source_of(answer, "product serial"), Denied)
    assert isinstance(source_of(answer, "chassis asset tag"), Absent)
    assert display(answer.result) == "Example Inc., Model 5, no number readable for you"


def test_mac_serial_number_is_masked() -> None:
    answer = ask("hw-serials", macos(commands=IOREG))
    assert "ZZ1234567X" in raws(answer.result)
    assert "ZZ1234" not in display(answer.result)


def test_the_firmware_table_of_windows_gives_serials() -> None:
    registry = {r"HKLM\SYSTEM\CurrentControlSet\Services\mssmbios\Data": {"SMBiosData": {"hex": smbios().hex()}}}
    answer = ask("hw-serials", windows(registry=registry))
    assert raws(source_of(answer, "firmware table, system serial")) == ["SYS-0042"]
    assert raws(source_of(answer, "firmware table, system UUID")) == ["03020100-0504-0706-0809-0a0b0c0d0e0f"]
    assert isinstance(source_of(answer, "firmware table, board serial"), Absent)
    assert isinstance(answer.result, Ok)


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=120).map(lambda tail: smbios()[:60] + tail)))
def test_any_firmware_table_is_read_without_an_error(table: bytes) -> None:
    _smbios.parse(table)
