"""Numbers of disks, screens and devices; the installation date."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.probes import _edid, _ioreg
from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import edid, encoded, linux, macos, windows

CARD = "/sys/class/drm/card0-DP-1"


def test_disk_numbers_come_from_links_and_the_kernel_without_partitions() -> None:
    folders = {"/dev/disk/by-id": ["nvme-Example_SSD_S123", "nvme-Example_SSD_S123-part1"], "/sys/block": ["nvme0n1", "loop0"]}
    files = {"/sys/block/nvme0n1/device/serial": "S123\n", "/sys/block/loop0/serial": "no"}
    answer = ask("disk-serials", linux(folders=folders, files=files))
    assert raws(answer.result) == ["Example_SSD_S123", "S123"]
    assert display(answer.result) == "2 numbers"


def test_windows_disk_numbers_come_from_the_registry() -> None:
    scsi = r"HKLM\HARDWARE\DEVICEMAP\Scsi\Scsi Port 0\Scsi Bus 0\Target Id 0\Logical Unit Id 0"
    registry = {scsi: {"SerialNumber": "  S-77 "}, r"HKLM\SYSTEM\MountedDevices": {r"\??\Volume{aa-bb}": {"hex": "00"}}}
    assert raws(ask("disk-serials", windows(registry=registry)).result) == ["S-77", "aa-bb"]


def test_mac_disk_numbers_come_from_the_device_tree() -> None:
    node = '+-o Example  <class IONVMeController, id 0x1>\n    {\n      "Serial Number" = "N-5"\n    }\n'
    assert raws(ask("disk-serials", macos(commands={"ioreg -rd1 -w0 -c IONVMeController": {"out": node}})).result) == ["N-5"]


def test_serials_of_usb_devices_screens_and_adapters_are_listed_but_not_of_root_hubs() -> None:
    files = {
        "/sys/bus/usb/devices/1-2/serial": "USB-9\n",
        "/sys/bus/usb/devices/usb1/serial": "0000:00:14.0\n",
        f"{CARD}/status": "connected\n",
        "/sys/class/bluetooth/hci0/address": "aa:bb:cc:dd:ee:ff\n",
    }
    answer = ask("peripheral-serials", linux(files=files, bytes={f"{CARD}/edid": encoded(edid())}))
    assert raws(answer.result) == ["USB-9", "aa:bb:cc:dd:ee:ff", "SN-1234567890"]
    assert "dd" not in display(source_of(answer, "Bluetooth adapters"))


def test_windows_made_up_usb_numbers_do_not_count() -> None:
    registry = {
        r"HKLM\SYSTEM\CurrentControlSet\Enum\USB\VID_1&PID_2\REAL123": {"DeviceDesc": "x"},
        r"HKLM\SYSTEM\CurrentControlSet\Enum\USB\VID_1&PID_3\6&1a2b&0&4": {"DeviceDesc": "x"},
        r"HKLM\SYSTEM\CurrentControlSet\Enum\USBSTOR\Disk&Ven\STICK77&0": {"FriendlyName": "x"},
    }
    assert raws(ask("peripheral-serials", windows(registry=registry)).result) == ["REAL123", "STICK77"]


def test_the_shared_number_of_microsofts_tools_is_read_on_each_system() -> None:
    assert raws(ask("ms-device-ids", linux(files={"~/.cache/Microsoft/DeveloperTools/deviceid": "d-1"})).result) == ["d-1"]
    assert raws(ask("ms-device-ids", windows(registry={r"HKCU\SOFTWARE\Microsoft\DeveloperTools": {"deviceid": "d-2"}})).result) == ["d-2"]
    mac = macos(files={"~/Library/Application Support/Microsoft/DeveloperTools/deviceid": "d-3"})
    assert raws(ask("ms-device-ids", mac).result) == ["d-3"]


def test_the_oldest_trace_dates_the_installation() -> None:
    times = {"/lost+found": 1_700_000_000, "/etc/hostname": 1_710_000_000}
    host = linux(folders={"/lost+found": []}, files={"/etc/hostname": "x"}, times=times, commands={"stat -c %W /": {"out": "0\n"}})
    assert display(ask("install-date", host).result) == "2023-11-14 or later"


def test_windows_installation_dates_are_read_in_both_forms() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    registry = {key: {"InstallDate": 1_700_000_000, "InstallTime": (1_700_000_000 + 11_644_473_600) * 10_000_000}}
    assert raws(ask("install-date", windows(registry=registry)).result) == ["2023-11-14"]


def test_an_impossible_date_is_no_value() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
    assert isinstance(ask("install-date", windows(registry={key: {"InstallDate": 1 << 62}})).result, Absent)


def test_an_edid_is_read_field_by_field() -> None:
    screen = _edid.parse(edid())
    assert screen is not None
    assert screen.label == "EXM Studio 27 2560 x 1440 60 x 34 cm"
    assert (screen.serial, screen.made_in) == ("SN-1234567890", 2020)


@given(st.one_of(st.binary(max_size=256), st.binary(min_size=120, max_size=200).map(lambda tail: edid()[:8] + tail)))
def test_any_edid_is_read_without_an_error(data: bytes) -> None:
    screen = _edid.parse(data)
    assert screen is None or isinstance(screen.label, str)


LINES = st.sampled_from(
    ["  | +-o A  <class B, id 1>", '  "K" = "v"', '"K" = <"x">', '"D" = {"ProductName"="S"}', "}", '"K" = <00', "+-o ", '"="']
)


@given(st.one_of(st.text(), st.lists(LINES).map("\n".join)))
def test_any_device_tree_text_is_read_without_an_error(text: str) -> None:
    nodes = _ioreg.parse(text)
    assert all(isinstance(value, str) for node in nodes for value in node.properties.values())
