"""Disks, shares and attached devices."""

from __future__ import annotations

from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, windows

MOUNTS = [
    {"device": "/dev/sda1", "point": "/", "kind": "ext4"},
    {"device": "proc", "point": "/proc", "kind": "proc"},
    {"device": "//files.example.com/sales", "point": "/mnt/sales", "kind": "cifs"},
    {"device": "/dev/sdb1", "point": "/media/mia/HOLIDAY", "kind": "vfat"},
]


def test_shares_and_sticks_are_listed_masked_and_kernel_views_left_out() -> None:
    files = {"/sys/block/sda/size": "1000000000\n", "/sys/block/sda/device/model": "Example SSD\n", "/sys/block/loop0/size": "5\n"}
    answer = ask("disks-mounts", linux(mounts=MOUNTS, files=files))
    assert raws(source_of(answer, "mounted file systems")) == ["/", "/media/mia/HOLIDAY"]
    assert raws(source_of(answer, "network shares")) == ["//files.example.com/sales"]
    assert display(answer.result) == "2 file systems, 1 network share, Example SSD 512 GB"


def test_remembered_network_drives_of_windows_are_listed() -> None:
    answer = ask("disks-mounts", windows(mounts=[], registry={r"HKCU\Network\Z": {"RemotePath": r"\\files\sales"}}))
    assert raws(answer.result) == [r"\\files\sales"]
    assert "sales" not in display(answer.result)


def test_linux_devices_come_from_the_kernel() -> None:
    files = {
        "/sys/bus/usb/devices/1-2/manufacturer": "Example\n",
        "/sys/bus/usb/devices/1-2/product": "Key\n",
        "/sys/bus/usb/devices/1-2:1.0/product": "no\n",
        "/proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Example\n                      HDA Example at 0x1\n",
        "/proc/bus/input/devices": 'I: Bus=0019\nN: Name="Power Button"\n',
        "/sys/class/video4linux/video0/name": "Camera: Example\n",
    }
    answer = ask("peripherals", linux(files=files))
    assert raws(answer.result) == ["Example Key", "HDA Example", "Camera: Example", "Power Button"]
    assert display(answer.result) == "4 devices"


def test_the_print_service_is_asked_only_where_it_runs() -> None:
    commands = {"lpstat -e": {"out": "Office_3rd_floor\n"}}
    assert isinstance(ask("peripherals", linux(commands=commands)).result, Absent)
    answer = ask("peripherals", linux(commands=commands, kinds={"/run/cups/cups.sock": "socket"}))
    assert display(answer.result) == "0 devices, 1 printer"
    assert "Office" not in display(source_of(answer, "printers"))


def test_mac_devices_come_from_the_device_tree() -> None:
    node = '+-o Key@1  <class IOUSBHostDevice, id 0x1>\n  {\n    "USB Product Name" = "Key"\n  }\n'
    answer = ask("peripherals", macos(commands={"ioreg -p IOUSB -l -w0": {"out": node}}, folders={"/etc/cups/ppd": ["Desk.ppd"]}))
    assert raws(answer.result) == ["Key", "Desk"]


def test_windows_devices_come_from_the_registry() -> None:
    registry = {
        r"HKLM\SYSTEM\CurrentControlSet\Enum\USB\VID_1\S1": {"DeviceDesc": "@usb.inf,%x%;Example Mouse"},
        r"HKLM\SYSTEM\CurrentControlSet\Control\Print\Printers\Desk": {"Name": "Desk"},
        r"HKCU\Printers\Connections\,,server,hall": {"Provider": "x"},
    }
    assert raws(ask("peripherals", windows(registry=registry)).result) == ["Example Mouse", "Desk", r"\\server\hall"]
