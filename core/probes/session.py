"""The session: simulated machine or container, Linux inside Windows, remote control, desktop, people logged in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes import _plist
from core.probes._ask import (
    LARGE,
    NOT_SET,
    asked,
    command_text,
    count,
    env_source,
    env_sources,
    file_source,
    found,
    held,
    joined,
    presence,
    registry_text,
    stated,
    subkeys,
    summarised,
    wrap,
)
from core.probes._parse import colon_value, ini_value
from core.probes._places import place_of
from core.probes._session_settings import from_gnome, from_kde
from core.probes.registry import probe
from core.probes.result import Absent, Ok, source
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from core.host.base import Host, LoggedIn
    from core.model import SourceReading
    from core.probes.result import Answer, Result

_OPEN: Final = MaskKind.OPEN
_BIOS: Final = r"HKLM\HARDWARE\DESCRIPTION\System\BIOS"
_LXSS: Final = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Lxss"
_PERSONALIZE: Final = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_VIRTUAL_MAKERS: Final = (
    ("virtualbox", "VirtualBox"),
    ("innotek", "VirtualBox"),
    ("vmware", "VMware"),
    ("qemu", "QEMU"),
    ("kvm", "KVM"),
    ("bochs", "Bochs"),
    ("xen", "Xen"),
    ("parallels", "Parallels"),
    ("virtual machine", "Hyper-V"),
    ("amazon ec2", "Amazon EC2"),
    ("google compute engine", "Google Compute Engine"),
    ("openstack", "OpenStack"),
    ("digitalocean", "DigitalOcean"),
)
_CGROUP_WORDS: Final = (
    ("docker", "Docker"),
    ("kubepods", "Kubernetes"),
    ("libpod", "Podman"),
    ("lxc", "LXC"),
    ("machine.slice", "systemd-nspawn"),
)
_REMOTE_VARIABLES: Final = (
    "SSH_TTY",
    "MOSH_CONNECTION",
    "XRDP_SESSION",
    "VNCDESKTOP",
    "CODESPACES",
    "REMOTE_CONTAINERS",
    "VSCODE_IPC_HOOK_CLI",
)


_NO_VIRTUALISATION: Final = "Nothing here points to a virtual machine or a container."
_NO_WSL: Final = "Nothing here points to the Windows Subsystem for Linux."
_NO_REMOTE_SESSION: Final = "Nothing here points to a remote session."
_NO_DESKTOP_SESSION: Final = "No desktop session can be seen from here."
_NO_LOGGED_IN_USERS: Final = "No login session is recorded."


def _maker(text: str) -> Result:
    """Recognise the maker or model that a simulated machine's firmware states."""
    lowered = text.lower()
    name = next((label for word, label in _VIRTUAL_MAKERS if word in lowered), "")
    return stated(f"virtual machine ({name})") if name else Absent("It names no maker of virtual machines.")


def _flags(text: str) -> Result:
    flags = colon_value(text, "flags").split()
    return stated("virtual machine (processor flag)") if "hypervisor" in flags else Absent("The processor shows no hypervisor.")


def _cgroup(text: str) -> Result:
    name = next((label for word, label in _CGROUP_WORDS if word in text), "")
    return stated(f"container ({name})") if name else Absent("It names no container.")


@probe("virtualisation", System.LINUX)
def virtualisation_linux(host: Host) -> Answer:
    """Read the traces that virtual machines and containers leave; no command is needed."""

    def firmware() -> Result:
        return _maker(" ".join(host.read_text(f"/sys/class/dmi/id/{name}", 4096) for name in ("sys_vendor", "product_name")))

    return joined(
        _NO_VIRTUALISATION,
        (
            asked("firmware (DMI)", Origin.SYSTEM, firmware),
            asked("/proc/cpuinfo", Origin.SYSTEM, lambda: _flags(host.read_text("/proc/cpuinfo", LARGE))),
            file_source(host, "/sys/hypervisor/type", _OPEN),
            presence(host, "/.dockerenv", "container (Docker)"),
            presence(host, "/run/.containerenv", "container (Podman)"),
            file_source(host, "/run/systemd/container", _OPEN),
            asked("/proc/1/cgroup", Origin.SYSTEM, lambda: _cgroup(host.read_text("/proc/1/cgroup"))),
            *env_sources(host, ("container", "KUBERNETES_SERVICE_HOST"), _OPEN),
        ),
    )


@probe("virtualisation", System.MACOS)
def virtualisation_macos(host: Host) -> Answer:
    """Ask the kernel whether it runs on a hypervisor."""

    def ask() -> Result:
        answer = command_text(host, ("sysctl", "-n", "kern.hv_vmm_present")).strip()
        return stated("virtual machine") if answer == "1" else Absent("The kernel says that it runs on real hardware.")

    return joined(_NO_VIRTUALISATION, (asked("kern.hv_vmm_present", Origin.SYSTEM, ask),))


@probe("virtualisation", System.WINDOWS)
def virtualisation_windows(host: Host) -> Answer:
    """Read maker and model from the registry."""

    def firmware() -> Result:
        return _maker(f"{registry_text(host, _BIOS, 'SystemManufacturer')} {registry_text(host, _BIOS, 'SystemProductName')}")

    return joined(_NO_VIRTUALISATION, (asked("firmware (registry)", Origin.SYSTEM, firmware),))


@probe("wsl", System.LINUX)
def wsl_linux(host: Host) -> Answer:
    """Look for the signs of Windows around this Linux; through interop a program could ask Windows everything."""

    def kernel() -> Result:
        is_wsl = "microsoft" in host.uname().release.lower()
        return stated("kernel of the Windows Subsystem for Linux") if is_wsl else Absent("The kernel is not the one Windows brings.")

    return joined(
        _NO_WSL,
        (
            asked("kernel (uname)", Origin.SYSTEM, kernel),
            *env_sources(host, ("WSL_DISTRO_NAME",), _OPEN),
            *env_sources(host, ("WSL_INTEROP", "WSLENV"), MaskKind.PATH),
            presence(host, "/proc/sys/fs/binfmt_misc/WSLInterop", "Windows programs can be started from here"),
            presence(host, "/mnt/c/Windows", "the Windows disk is mounted"),
        ),
    )


@probe("wsl", System.WINDOWS)
def wsl_windows(host: Host) -> Answer:
    """Read which Linux distributions are installed."""

    def ask() -> Result:
        return found(wrap((registry_text(host, key, "DistributionName") for key in subkeys(host, _LXSS) if key.endswith("}")), _OPEN))

    return joined(_NO_WSL, (asked("installed distributions", Origin.USER, ask),))


def _ssh_addresses(host: Host, name: str) -> SourceReading:
    """Read the addresses out of `SSH_CONNECTION` (client address, port, server address, port) and `SSH_CLIENT`."""

    def ask() -> Result:
        value = host.env(name)
        if value is None:
            return NOT_SET
        return found(wrap((word for word in value.split() if not word.isdigit()), MaskKind.IP))

    return asked(name, Origin.ENVIRONMENT, ask)


@probe("remote-session", System.LINUX, System.MACOS)
def remote_session(host: Host) -> Answer:
    """Ask the variables that remote logins and remote editors leave."""
    return joined(
        _NO_REMOTE_SESSION,
        (
            _ssh_addresses(host, "SSH_CONNECTION"),
            _ssh_addresses(host, "SSH_CLIENT"),
            *env_sources(host, _REMOTE_VARIABLES[:-1], _OPEN),
            env_source(host, _REMOTE_VARIABLES[-1], MaskKind.PATH),
        ),
    )


@probe("remote-session", System.WINDOWS)
def remote_session_windows(host: Host) -> Answer:
    """Ask the variables of remote desktop and SSH; the console's own session name is no remote control."""

    def session_name() -> Result:
        value = host.env("SESSIONNAME")
        if value is None:
            return NOT_SET
        return Absent("The session is at the computer itself.") if value.lower() == "console" else held(value, _OPEN)

    return joined(
        _NO_REMOTE_SESSION,
        (
            asked("SESSIONNAME", Origin.ENVIRONMENT, session_name),
            env_source(host, "CLIENTNAME", MaskKind.HOST),
            _ssh_addresses(host, "SSH_CONNECTION"),
            _ssh_addresses(host, "SSH_CLIENT"),
        ),
    )


@probe("desktop-session", System.LINUX)
def desktop_linux(host: Host) -> Answer:
    """Ask variables and settings for desktop, display protocol, theme and colour scheme."""
    names = ("XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "DESKTOP_SESSION", "XDG_SESSION_DESKTOP", "KDE_SESSION_VERSION", "GTK_THEME")
    sources = env_sources(host, names, _OPEN)
    sources.append(from_gnome(host, "org.gnome.desktop.interface", "color-scheme"))
    sources.append(from_kde(host, "kdeglobals", "General", "ColorScheme", lambda text: wrap([text], _OPEN)))
    gtk = place_of(host, "{config}/gtk-3.0/settings.ini")
    sources.append(file_source(host, gtk, _OPEN, origin=Origin.USER, name="GTK theme", pick=lambda text: ini_value(text, "gtk-theme-name")))
    return joined(_NO_DESKTOP_SESSION, sources)


@probe("desktop-session", System.MACOS)
def desktop_macos(host: Host) -> Answer:
    """Read the appearance; macOS stores it only when it is dark."""
    file = "~/Library/Preferences/.GlobalPreferences.plist"

    def ask() -> Result:
        return held(_plist.text_in(_plist.load(host, file), "AppleInterfaceStyle") or "Light", _OPEN)

    return joined(_NO_DESKTOP_SESSION, (asked("appearance", Origin.USER, ask), env_source(host, "TERM_PROGRAM", _OPEN)))


@probe("desktop-session", System.WINDOWS)
def desktop_windows(host: Host) -> Answer:
    """Read whether programs and the system are light or dark."""

    def ask(name: str, label: str) -> SourceReading:
        def value() -> Result:
            return stated(f"{label}: {'light' if registry_text(host, _PERSONALIZE, name) == '1' else 'dark'}")

        return asked(name, Origin.USER, value)

    return joined(_NO_DESKTOP_SESSION, (ask("AppsUseLightTheme", "programs"), ask("SystemUsesLightTheme", "system")))


@probe("logged-in-users")
def logged_in_users(host: Host) -> Answer:
    """List login sessions: user, terminal, and where from."""

    def people(listed: tuple[LoggedIn, ...]) -> Result:
        return found(wrap((item.user for item in listed), MaskKind.FULL))

    def places(listed: tuple[LoggedIn, ...]) -> Result:
        remote = [item.remote for item in listed if item.remote and not re.match(r"^(localhost|:\d|tty)", item.remote)]
        return found(Sensitive(text[:400], MaskKind.IP if re.match(r"^[0-9a-fA-F.:]+$", text) else MaskKind.HOST) for text in remote)

    def terminals(listed: tuple[LoggedIn, ...]) -> Result:
        return found(open_text(item.terminal) for item in listed if item.terminal)

    listed = host.logged_in()
    asks = (("users", people), ("where from", places), ("terminals", terminals))
    answer = joined(_NO_LOGGED_IN_USERS, [source(name, Origin.SYSTEM, ask(listed)) for name, ask in asks])
    if not isinstance(answer.result, Ok):
        return answer
    users = sum(1 for value in answer.result.values if value.kind is MaskKind.FULL)
    return summarised(answer, f"{count(users, 'user')} logged in")
