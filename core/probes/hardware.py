"""What the computer is made of and runs: system, kernel, processor, memory, graphics, screens, battery, start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes import _ioreg, _plist
from core.probes._ask import (
    LARGE,
    asked,
    command_source,
    command_text,
    file_source,
    found,
    held,
    joined,
    names_in,
    quiet_text,
    registry_source,
    registry_text,
    stated,
    subkeys,
    wrap,
)
from core.probes._parse import assignments, colon_value, moment
from core.probes._screens import screens
from core.probes.registry import probe
from core.probes.result import Absent, same_value, separate_values
from core.redact import MaskKind, open_text

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

_OPEN: Final = MaskKind.OPEN
_WINDOWS_NT: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_PROCESSOR: Final = r"HKLM\HARDWARE\DESCRIPTION\System\CentralProcessor\0"
_GRAPHICS: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
_MAC_VERSION: Final = "/System/Library/CoreServices/SystemVersion.plist"
_PCI: Final = "/sys/bus/pci/devices"
_DRM: Final = "/sys/class/drm"
_NVIDIA: Final = "/proc/driver/nvidia/gpus"
_PCI_VENDORS: Final = {
    "0x8086": "Intel",
    "0x10de": "NVIDIA",
    "0x1002": "AMD",
    "0x1022": "AMD",
    "0x1af4": "virtual (virtio)",
    "0x15ad": "virtual (VMware)",
    "0x80ee": "virtual (VirtualBox)",
    "0x1234": "virtual (QEMU)",
    "0x1414": "virtual (Hyper-V)",
    "0x1a03": "ASPEED",
    "0x102b": "Matrox",
}
_NO_SCREENS: Final = Absent("No output of the graphics card has a screen that the kernel shows.")
# x86 names its processors in "model name", other kinds in one of these.
_PROCESSOR_KEYS: Final = ("model name", "Model", "Hardware", "cpu model", "cpu", "Processor")


_NO_OS_VERSION: Final = "The system does not say what it is."
_NO_CPU: Final = "The system does not describe its processor."
_NO_GPU: Final = "The system shows no graphics card."
_NO_BATTERY: Final = "This computer has no battery."


@probe("os-version", System.LINUX)
def os_version_linux(host: Host) -> Answer:
    """Read name and version of the distribution from its two usual files."""

    def pick(text: str) -> str:
        told = assignments(text)
        return told.get("PRETTY_NAME") or " ".join(part for part in (told.get("NAME", ""), told.get("VERSION", "")) if part)

    return same_value(file_source(host, path, _OPEN, pick=pick) for path in ("/etc/os-release", "/usr/lib/os-release"))


@probe("os-version", System.MACOS)
def os_version_macos(host: Host) -> Answer:
    """Read name, version and build from the system's own file, `sw_vers` where it cannot be read."""
    if not host.exists(_MAC_VERSION):
        return joined(_NO_OS_VERSION, (command_source(host, "sw_vers", ("sw_vers",), _OPEN, pick=_sw_vers),))

    def ask() -> Result:
        content = _plist.load(host, _MAC_VERSION)
        words = [_plist.text_in(content, key) for key in ("ProductName", "ProductVersion", "ProductBuildVersion")]
        return held(" ".join(word for word in words if word), _OPEN)

    return same_value((asked("SystemVersion.plist", Origin.SYSTEM, ask),))


def _sw_vers(text: str) -> str:
    return " ".join(word for key in ("ProductName", "ProductVersion", "BuildVersion") if (word := colon_value(text, key)))


@probe("os-version", System.WINDOWS)
def os_version_windows(host: Host) -> Answer:
    """Read product, version, edition and build from the registry."""

    def build() -> Result:
        number, patch = registry_text(host, _WINDOWS_NT, "CurrentBuild"), _quiet_registry(host, _WINDOWS_NT, "UBR")
        return held(f"build {number}{'.' if patch else ''}{patch}", _OPEN)

    named = [registry_source(host, _WINDOWS_NT, name, _OPEN) for name in ("ProductName", "DisplayVersion", "EditionID")]
    return joined(_NO_OS_VERSION, (*named, asked("CurrentBuild and UBR", Origin.SYSTEM, build)))


def _quiet_registry(host: Host, key: str, name: str) -> str:
    try:
        return registry_text(host, key, name).strip()
    except HostError:
        return ""


@probe("kernel")
def kernel(host: Host) -> Answer:
    """Ask the kernel for release, build and machine type."""

    def ask() -> Result:
        told = host.uname()
        return found(wrap((f"{told.system} {told.release}".strip(), told.version, told.machine), _OPEN))

    return same_value((asked("kernel (uname)", Origin.SYSTEM, ask),))


def _logical(host: Host) -> SourceReading:
    def ask() -> Result:
        number = host.cpu_count()
        return stated(f"{number} logical processor{'' if number == 1 else 's'}")

    return asked("number of processors", Origin.SYSTEM, ask)


@probe("cpu", System.LINUX)
def cpu_linux(host: Host) -> Answer:
    """Read the processor's name and ask for the number of processors."""

    def pick(text: str) -> str:
        return next((value for key in _PROCESSOR_KEYS if (value := colon_value(text, key)) and not value.isdigit()), "")

    return joined(_NO_CPU, (file_source(host, "/proc/cpuinfo", _OPEN, pick=pick, limit=LARGE), _logical(host)))


@probe("cpu", System.MACOS)
def cpu_macos(host: Host) -> Answer:
    """Ask the kernel for the processor's name and number."""
    name = command_source(host, "machdep.cpu.brand_string", ("sysctl", "-n", "machdep.cpu.brand_string"), _OPEN)
    return joined(_NO_CPU, (name, _logical(host)))


@probe("cpu", System.WINDOWS)
def cpu_windows(host: Host) -> Answer:
    """Read the processor's name from the registry and ask for the number of processors."""
    return joined(_NO_CPU, (registry_source(host, _PROCESSOR, "ProcessorNameString", _OPEN), _logical(host)))


@probe("memory", System.LINUX, System.MACOS, System.WINDOWS)
def memory(host: Host) -> Answer:
    """Ask for the size of the memory, exact to the byte as programs see it."""
    sources = [asked("memory size", Origin.SYSTEM, lambda: _size(host.memory_bytes()))]
    if host.system is System.LINUX:
        sources.append(asked("/proc/meminfo", Origin.SYSTEM, lambda: _meminfo(host.read_text("/proc/meminfo"))))
    return same_value(sources)


def _meminfo(text: str) -> Result:
    number = colon_value(text, "MemTotal").removesuffix("kB").strip()
    return _size(int(number) * 1024) if number.isascii() and number.isdigit() and len(number) < 20 else Absent("It states no size.")


def _size(size: int) -> Result:
    return stated(f"{size / (1 << 30):.1f} GiB ({size} bytes)")


@probe("gpu", System.LINUX)
def gpu_linux(host: Host) -> Answer:
    """Read maker and type numbers of graphics cards from the kernel, and the driver's own name where it tells one."""

    def cards() -> Result:
        names = [name for name in host.entries(_DRM, 256) if name.startswith("card") and "-" not in name]
        return found(open_text(text) for name in names if (text := _pci_device(host, f"{_DRM}/{name}/device")))

    def bus() -> Result:
        names = [name for name in host.entries(_PCI, 512) if quiet_text(host, f"{_PCI}/{name}/class").startswith("0x03")]
        return found(open_text(text) for name in names if (text := _pci_device(host, f"{_PCI}/{name}")))

    def nvidia() -> Result:
        texts = [quiet_text(host, f"{_NVIDIA}/{name}/information") for name in host.entries(_NVIDIA, 16)]
        models = wrap((colon_value(text, "Model") for text in texts), _OPEN)
        return found((*models, *wrap((colon_value(text, "GPU UUID") for text in texts), MaskKind.ID)))

    wanted = (("graphics outputs (/sys/class/drm)", cards), ("PCI devices", bus), ("NVIDIA driver", nvidia))
    return joined(_NO_GPU, [asked(name, Origin.SYSTEM, ask) for name, ask in wanted])


def _pci_device(host: Host, folder: str) -> str:
    vendor, device = quiet_text(host, f"{folder}/vendor"), quiet_text(host, f"{folder}/device")
    return f"{_PCI_VENDORS.get(vendor, 'maker ' + vendor)}, type {device}" if vendor and device else ""


@probe("gpu", System.MACOS)
def gpu_macos(host: Host) -> Answer:
    """Ask the device tree for the graphics processors' names."""
    argv = ("ioreg", "-rd1", "-w0", "-c", "IOAccelerator")
    return joined(
        _NO_GPU,
        (
            asked(
                "IOAccelerator (ioreg)",
                Origin.SYSTEM,
                lambda: found(wrap(_ioreg.every(_ioreg.parse(command_text(host, argv)), "model"), _OPEN)),
            ),
        ),
    )


@probe("gpu", System.WINDOWS)
def gpu_windows(host: Host) -> Answer:
    """Read the names of graphics adapters from the registry."""

    def ask() -> Result:
        keys = [key for key in subkeys(host, _GRAPHICS) if key[-4:].isdigit()]
        return found(wrap((_quiet_registry(host, key, "DriverDesc") for key in keys), _OPEN))

    return joined(_NO_GPU, (asked("display adapters", Origin.SYSTEM, ask),))


@probe("screens")
def screens_connected(host: Host) -> Answer:
    """List screens by maker, model, native resolution and size as they describe themselves."""

    def ask() -> Result:
        labels = tuple(dict.fromkeys(screen.label for screen in screens(host)))
        return found(wrap(labels, _OPEN)) if labels else _NO_SCREENS

    return separate_values((asked("screens (EDID)", Origin.SYSTEM, ask),))


def _charge(host: Host) -> SourceReading:
    def ask() -> Result:
        battery = host.battery()
        return stated(f"{battery.percent:.0f} %, {'charger connected' if battery.is_charging else 'on battery'}")

    return asked("charge", Origin.SYSTEM, ask)


@probe("battery", System.LINUX)
def battery_linux(host: Host) -> Answer:
    """Ask for the charge and read the battery's maker and model."""

    def model() -> Result:
        folder = "/sys/class/power_supply"
        names = [name for name in names_in(host, folder, 64) if quiet_text(host, f"{folder}/{name}/type") == "Battery"]
        parts = ("manufacturer", "model_name")
        return found(
            wrap((" ".join(filter(None, (quiet_text(host, f"{folder}/{name}/{part}") for part in parts))) for name in names), _OPEN)
        )

    return joined(_NO_BATTERY, (_charge(host), asked("/sys/class/power_supply", Origin.SYSTEM, model)))


@probe("battery", System.MACOS, System.WINDOWS)
def battery(host: Host) -> Answer:
    """Ask for the charge."""
    return joined(_NO_BATTERY, (_charge(host),))


@probe("uptime")
def uptime(host: Host) -> Answer:
    """Ask when the machine started, as programs get it to the second."""
    return same_value((asked("start of the machine", Origin.SYSTEM, lambda: held(moment(host.boot_time()), _OPEN)),))
