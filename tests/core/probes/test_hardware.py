"""System, processor, memory, graphics, screens, battery, start."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.model import Agreement
from core.probes import _parse, _plist
from core.probes.result import Absent, Failed, Ok, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import edid, encoded, linux, macos, plist, windows

NT = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


def test_linux_names_its_distribution() -> None:
    release = 'NAME="Example Linux"\nVERSION="5"\nPRETTY_NAME="Example Linux 5 (spring)"\n'
    answer = ask("os-version", linux(files={"/etc/os-release": release, "/usr/lib/os-release": release}))
    assert display(answer.result) == "Example Linux 5 (spring)"
    assert answer.agreement is Agreement.AGREE


def test_a_binary_release_file_is_no_version() -> None:
    answer = ask("os-version", linux(bytes={"/etc/os-release": encoded(bytes(range(256)))}))
    assert isinstance(answer.result, Absent)


def test_macos_version_comes_from_its_file_or_from_sw_vers() -> None:
    content = {"ProductName": "macOS", "ProductVersion": "15.1", "ProductBuildVersion": "24B83"}
    file = macos(bytes={"/System/Library/CoreServices/SystemVersion.plist": plist(content)})
    command = macos(commands={"sw_vers": {"out": "ProductName:\t\tmacOS\nProductVersion:\t\t15.1\nBuildVersion:\t\t24B83\n"}})
    assert display(ask("os-version", file).result) == display(ask("os-version", command).result) == "macOS 15.1 24B83"


def test_windows_version_has_build_and_patch() -> None:
    registry = {NT: {"ProductName": "Windows 10 Pro", "DisplayVersion": "24H2", "CurrentBuild": "26100", "UBR": 2314}}
    assert display(ask("os-version", windows(registry=registry)).result) == "Windows 10 Pro, 24H2, build 26100.2314"


def test_kernel_tells_release_build_and_machine() -> None:
    uname = {"system": "Linux", "node": "x", "release": "6.1.0-custom", "version": "#1 SMP", "machine": "x86_64"}
    assert raws(ask("kernel", linux(uname=uname)).result) == ["Linux 6.1.0-custom", "#1 SMP", "x86_64"]


def test_processors_are_named_on_each_system() -> None:
    intel = linux(files={"/proc/cpuinfo": "processor\t: 0\nmodel\t\t: 151\nmodel name\t: Example CPU\n"}, cpu_count=8)
    arm = linux(files={"/proc/cpuinfo": "processor : 0\nModel : Example Board\n"}, cpu_count=1)
    mac = macos(commands={"sysctl -n machdep.cpu.brand_string": {"out": "Apple M9\n"}}, cpu_count=8)
    pc = windows(registry={r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0": {"ProcessorNameString": "Example CPU  "}}, cpu_count=8)
    assert display(ask("cpu", intel).result) == "Example CPU, 8 logical processors"
    assert display(ask("cpu", arm).result) == "Example Board, 1 logical processor"
    assert display(ask("cpu", mac).result) == "Apple M9, 8 logical processors"
    assert display(ask("cpu", pc).result) == "Example CPU, 8 logical processors"


def test_memory_is_exact_to_the_byte() -> None:
    answer = ask("memory", linux(memory_bytes=16_384 * 1024, files={"/proc/meminfo": "MemTotal:  16384 kB\n"}))
    assert answer.agreement is Agreement.AGREE
    assert "16777216 bytes" in display(answer.result)


def test_graphics_cards_are_named_by_maker_and_type() -> None:
    card = "/sys/class/drm/card0/device"
    answer = ask("gpu", linux(files={f"{card}/vendor": "0x10de\n", f"{card}/device": "0x2684\n", "/sys/class/drm/card0-DP-1/status": "x"}))
    assert display(answer.result) == "NVIDIA, type 0x2684"


def test_the_graphics_drivers_own_number_is_masked() -> None:
    text = "Model: \t\t Example 4090\nGPU UUID: \t GPU-11111111-2222-3333-4444-555555555555\n"
    answer = ask("gpu", linux(files={"/proc/driver/nvidia/gpus/0000:01:00.0/information": text}))
    assert "Example 4090" in display(answer.result)
    assert "GPU-1111" not in display(answer.result)


def test_mac_and_windows_graphics_are_named() -> None:
    node = '+-o AGX  <class AGXAccelerator, id 0x1>\n    {\n      "model" = "Apple M9"\n    }\n'
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}\0000"
    assert display(ask("gpu", macos(commands={"ioreg -rd1 -w0 -c IOAccelerator": {"out": node}})).result) == "Apple M9"
    assert display(ask("gpu", windows(registry={key: {"DriverDesc": "Example Graphics"}})).result) == "Example Graphics"


def test_screens_describe_themselves_and_unplugged_outputs_do_not_count() -> None:
    drm = "/sys/class/drm"
    files = {
        f"{drm}/card0-DP-1/status": "connected\n",
        f"{drm}/card0-DP-2/status": "disconnected\n",
        f"{drm}/card0-VGA-1/status": "connected\n",
    }
    files |= {f"{drm}/card0-VGA-1/modes": "1024x768\n800x600\n"}
    answer = ask("screens", linux(files=files, bytes={f"{drm}/card0-DP-1/edid": encoded(edid())}))
    assert raws(answer.result) == ["EXM Studio 27 2560 x 1440 60 x 34 cm", "screen without a name 1024 x 768"]


def test_windows_and_mac_screens_are_read() -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Enum\DISPLAY\EXM1234\5&1\Device Parameters"
    intel = f'+-o X  <class AppleDisplay, id 0x1>\n    {{\n      "IODisplayEDID" = <{edid().hex()}>\n    }}\n'
    apple = '+-o X  <class IOMobileFramebufferShim, id 0x1>\n    {\n      "DisplayAttributes" = {"ProductAttributes"={"ManufacturerID"="EXM","ProductName"="Pro"}}\n    }\n'
    commands = {"ioreg -rd1 -w0 -c IODisplayConnect": {"out": intel}, "ioreg -rd1 -w0 -c IOMobileFramebuffer": {"out": apple}}
    assert raws(ask("screens", windows(registry={key: {"EDID": {"hex": edid().hex()}}})).result) == ["EXM Studio 27 2560 x 1440 60 x 34 cm"]
    assert raws(ask("screens", macos(commands=commands)).result) == ["EXM Studio 27 2560 x 1440 60 x 34 cm", "EXM Pro"]


def test_a_battery_tells_charge_and_model() -> None:
    folder = "/sys/class/power_supply/BAT0"
    files = {f"{folder}/type": "Battery\n", f"{folder}/manufacturer": "EXM\n", f"{folder}/model_name": "B1\n"}
    answer = ask("battery", linux(files=files, battery={"percent": 80.4, "is_charging": True}))
    assert display(answer.result) == "80 %, charger connected, EXM B1"
    assert isinstance(ask("battery", linux()).result, Absent)


def test_the_start_is_told_to_the_second() -> None:
    assert display(ask("uptime", linux(boot_time=1_700_000_000)).result) == "2023-11-14 22:13:20 UTC"
    assert isinstance(ask("uptime", linux(boot_time=0)).result, Absent)


def test_a_file_in_place_of_a_property_list_fails_alone() -> None:
    answer = ask("os-version", macos(files={"/System/Library/CoreServices/SystemVersion.plist": "nothing"}))
    assert isinstance(source_of(answer, "SystemVersion.plist"), Failed)


@given(st.binary())
def test_any_bytes_are_read_as_property_list_without_an_error(data: bytes) -> None:
    _plist.text_in(_plist.parse(b"bplist00" + data), "x")
    _plist.text_in(_plist.parse(b"<?xml version='1.0'?><plist>" + data), "x")


@given(st.text())
def test_any_text_passes_every_small_parser(text: str) -> None:
    _parse.assignments(text)
    _parse.ini(text)
    _parse.hosts_names(text, "127.0.1.1")
    _parse.hosts_address(text, "x")
    _parse.people(text)
    _parse.json_object(text)
    _parse.csv_rows(text)
    _parse.packed_ipv4(text)
    assert isinstance(_parse.colon_value(text, "x"), str)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_number_is_a_day_or_nothing(number: float) -> None:
    assert len(_parse.day(number)) in {0, 10}


def test_values_read_back_what_was_quoted() -> None:
    assert _parse.assignments('A="x \\"y\\""\nexport B=\'z\'\n#C=1\n') == {"A": 'x "y"', "B": "z"}
    assert isinstance(ask("kernel", linux(uname={"system": "L", "node": "", "release": "", "version": "", "machine": ""})).result, Ok)
