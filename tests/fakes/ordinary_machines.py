"""Machines made up from a seed: names, folders, disks and networks as many people have them, told as a scan tells them."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.model import Agreement, Reading
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST: Final = "mark grace john anna max will rose sky art bill chris dan eva frank jack kim lee leo lisa max nina olga otto paul ray sam tim tom vera yuki".split()
_LAST: Final = (
    "miller smith berg novak rossi tanaka king page field brook stone young moreau silva jansen kowalski baker cook north wood".split()
)
_HOSTS: Final = (
    "{user}-laptop",
    "{user}-desktop",
    "ubuntu-vm",
    "thinkpad",
    "falcon",
    "DESKTOP-{code}",
    "MacBook-Pro",
    "buildbox",
    "nuc{digit}",
    "raspberrypi",
    "node-{digit}",
    "orion",
)
_MOUNTS: Final = ("/mnt/data", "/media/{user}/backup", "/media/{user}/USB DISK", "/srv/projects", "/mnt/nas", "/var/lib/docker", "/etc/resolv.conf", "/run/firejail/dbus",
    "/workspace", "/data/models", "/mnt/photos", "/opt/shared/tools", "/usr/share/fonts", "/mnt/wsl/distro", "/projects/archive", "/boot/efi", "/storage/media", "/scratch")  # fmt: skip
_DISKS: Final = (
    "Samsung SSD 970 EVO Plus 1TB 1000 GB",
    "QEMU HARDDISK 54 GB",
    "Virtual disk 107 GB",
    "WDC WD10EZEX-08W 1000 GB",
    "512 GB",
    "INTEL SSDPEKNW512G8 512 GB",
)
_GPUS: Final = ("NVIDIA GeForce RTX 4090", "AMD Radeon", "Intel UHD Graphics 620", "llvmpipe", "Intel, type 0x0000", "virtio")
_CPUS: Final = (
    "Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz",
    "AMD Ryzen 9 5950X 16-Core Processor",
    "Apple M2",
    "AMD EPYC",
    "Intel Xeon Processor",
)
_KERNELS: Final = (
    "6.8.0-45-generic",
    "6.1.0-28-amd64",
    "5.15.0-91-generic",
    "6.6.87.2-microsoft-standard-WSL2",
    "6.12.6-arch1-1",
    "24.1.0",
)
_WIFI: Final = ("Home", "FRITZ!Box 7590", "linksys", "Guest", "The Office", "NETGEAR24", "eduroam", "Coffee Shop", "Vodafone-A1B2C3")
_ZONES: Final = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Pacific/Auckland",
    "Europe/London",
    "UTC",
    "America/Los_Angeles",
    "Asia/Kolkata",
)
_LOCALES: Final = ("de_DE.UTF-8", "en_GB.UTF-8", "fr_FR.UTF-8", "ja_JP.UTF-8", "en_US.UTF-8", "C.UTF-8", "pt_BR.UTF-8", "nl_NL.UTF-8")
_SYSTEMS: Final = (
    "Ubuntu 24.04.1 LTS",
    "Debian GNU/Linux 12 (bookworm)",
    "macOS 15.1",
    "Windows 11 Pro",
    "Fedora Linux 41 (Workstation Edition)",
    "Arch Linux",
)
_COMPANIES: Final = ("acme", "initech", "northwind", "contoso", "bluepeak", "waterfront", "openlab")
_FOLDERS: Final = (
    "project",
    "website",
    "api",
    "backend",
    "notes",
    "thesis",
    "ml-experiments",
    "dotfiles",
    "shop",
    "parser",
    "client-portal",
    "demo",
)
_MIRRORS: Final = (
    "packages.{company}.example/simple",
    "https://mirror.{company}.example/debian",
    "https://nexus.{company}.example/repository/npm-group/",
)


def machine(seed: int) -> tuple[Reading, ...]:
    """Return the readings of one made-up machine."""
    chance = random.Random(seed)  # noqa: S311  the same machine each time
    values = [*_person(chance), *_device(chance)]
    at = datetime.now(UTC)
    return tuple(
        Reading(signal, Ok(tuple(Sensitive(text, kind) for text in texts)), (), Agreement.SINGLE, "", at, "made up")
        for signal, kind, texts in values
    )


def _person(chance: random.Random) -> Iterator[tuple[str, MaskKind, list[str]]]:
    """Yield who works here, in which folders, for whom."""
    first, last, company = chance.choice(_FIRST), chance.choice(_LAST), chance.choice(_COMPANIES)
    user = chance.choice(
        (first, f"{first}{last}", f"{first[0]}{last}", f"{first}.{last}", "dev", "admin", f"{first}{chance.randrange(100)}")
    )
    code = "".join(chance.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=7))
    fill = {"user": user, "code": code, "digit": chance.randrange(1, 9), "company": company}
    host, folder = chance.choice(_HOSTS).format(**fill), chance.choice(_FOLDERS)
    home = chance.choice((f"/home/{user}", f"/Users/{user}", f"C:\\Users\\{user}"))
    yield "user-name", MaskKind.FULL, [user]
    yield "full-name", MaskKind.FULL, [f"{first.title()} {last.title()}"]
    yield "hostname", MaskKind.HOST, [host]
    yield "fqdn-domain", MaskKind.HOST, [f"{host.lower()}.{company}.example", f"{company}.example"]
    yield "git-identity", MaskKind.EMAIL, [f"{user}@{company}.example"]
    yield "home-path", MaskKind.PATH, [home]
    yield "work-dir", MaskKind.PATH, [f"{home}{'/' if home[0] == '/' else chr(92)}{folder}"]
    yield "git-remotes", MaskKind.URL, [f"git@git.{company}.example:{company}/{folder}.git"]
    yield "package-mirrors", MaskKind.URL, [chance.choice(_MIRRORS).format(**fill)]
    yield "disks-mounts", MaskKind.PATH, [text.format(**fill) for text in chance.sample(_MOUNTS, 5)]
    yield "uid-groups", MaskKind.FULL, [chance.choice(("developers", "sudo", "docker", "libvirt", f"{company}-staff", "wireshark"))]
    yield "repo-history", MaskKind.EMAIL, [f"{chance.choice(_FIRST)}@{company}.example"]
    yield "ca-certificates", MaskKind.FULL, [f"{company.title()} Root CA"]
    yield "time-zone", MaskKind.ZONE, [chance.choice(_ZONES)]
    yield "locale", MaskKind.OPEN, [chance.choice(_LOCALES)]
    yield "ui-languages", MaskKind.OPEN, [chance.choice(_LOCALES).partition(".")[0]]


def _device(chance: random.Random) -> Iterator[tuple[str, MaskKind, list[str]]]:
    """Yield what the machine is made of and what it is connected to."""

    def hexes(count: int) -> str:
        return f"{chance.getrandbits(count * 4):0{count}x}"

    def one(*choices: str) -> list[str]:
        return [chance.choice(choices)]

    yield "disks-mounts", MaskKind.OPEN, one(*_DISKS)
    yield "gpu", MaskKind.OPEN, one(*_GPUS)
    yield "cpu", MaskKind.OPEN, one(*_CPUS)
    yield "kernel", MaskKind.OPEN, [f"Linux {chance.choice(_KERNELS)}"]
    yield "memory", MaskKind.OPEN, one("8.0 GiB (8589934592 bytes)", "31.2 GiB (33554432000 bytes)", "15.5 GiB (16693248000 bytes)")
    yield "wifi-ssid", MaskKind.FULL, one(*_WIFI)
    yield "os-version", MaskKind.OPEN, one(*_SYSTEMS)
    yield "machine-id", MaskKind.ID, [hexes(32)]
    yield "mac-address", MaskKind.MAC, [":".join(hexes(2) for _ in range(6)) for _ in range(2)]
    yield "ip-local", MaskKind.IP, one("192.168.1.23", "192.168.0.10", "10.0.0.5", "172.16.4.7", "100.64.0.9")
    yield "default-route", MaskKind.IP, one("192.168.1.254", "192.168.178.1", "10.0.0.138", "172.20.10.1")
    yield "dns-resolvers", MaskKind.IP, one("1.1.1.1", "8.8.8.8", "192.168.178.1", "10.96.0.10")
    yield "interfaces", MaskKind.OPEN, one("enp0s3", "wlan0", "eth0", "wlp0s20f3", "en0", "docker0")
    yield "disk-serials", MaskKind.ID, [f"S{hexes(12).upper()}", f"{hexes(4).upper()}-{hexes(4).upper()}"]
    yield "hw-serials", MaskKind.ID, [f"PF{hexes(6).upper()}"]
    yield "hw-serials", MaskKind.OPEN, one("LENOVO", "Dell Inc.", "VirtualBox", "Standard PC (i440FX + PIIX, 1996)", "20XW004AGE")
    yield "hosts-file", MaskKind.HOST, one("host.docker.internal", "kubernetes.docker.internal", "db.initech.example", "ip6-allnodes")
    yield "peripherals", MaskKind.OPEN, one("USB Receiver", "Integrated Camera", "HD Pro Webcam C920", "HDA Intel PCH")
