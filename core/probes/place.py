"""Probes that say where the computer is: time zone, automatic time zone, offsets in project history, location service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes import _zones
from core.probes._ask import LARGE, asked, command_text, env_source, file_source, found, held, presence, registry_text, stated, wrap
from core.probes._gitrepo import find_repository
from core.probes._session_settings import from_gnome, from_mac
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Result, same_value, separate_values
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading

_REFLOG: Final = re.compile(r"> \d{1,12} ([+-]\d{4})(?:\s|$)")
_OFFSET: Final = re.compile(r"[+-]\d{4}")
_LOG_OFFSETS: Final[dict[tuple[str, str, float, int], list[str]]] = {}
_ZONE_KEY: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
_CONSENT: Final = r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\location"
_UNKNOWN: Final = "set to something unknown"
_AUTO: Final = {"3": "on", "4": "off"}
_SWITCH: Final = {"1": "on", "true": "on", "0": "off", "false": "off", "Allow": "on", "Deny": "off"}


def _zone(name: str) -> Result:
    return held(_zones.same_name(name), MaskKind.ZONE)


def _switched(value: str) -> list[Sensitive]:
    return [open_text(_SWITCH.get(value.strip(), _UNKNOWN))]


def _variable(host: Host, name: str) -> SourceReading:
    plain = env_source(host, name, MaskKind.ZONE)
    value = host.env(name)
    return plain if value is None else asked(name, Origin.ENVIRONMENT, lambda: _zone(_zones.zone_of_variable(value)))


def _link(host: Host) -> SourceReading:
    return asked("/etc/localtime", Origin.SYSTEM, lambda: _zone(_zones.zone_of_link(host)))


@probe("time-zone", System.LINUX)
def time_zone_linux(host: Host) -> Answer:
    """Every place that names the zone: TZ, the link or copy in /etc, /etc/timezone, tzlocal's choice, systemd."""
    sources = [_variable(host, "TZ"), _link(host)]
    if _is_copy(host):
        sources.append(asked("/etc/localtime (content)", Origin.SYSTEM, lambda: _zone(_zones.zone_by_contents(host))))
    sources.append(file_source(host, "/etc/timezone", MaskKind.ZONE, pick=lambda text: _zones.same_name(_zones.zone_of_file(text))))
    sources.append(asked("tzlocal", Origin.PROGRAM, lambda: _zone(_zones.tzlocal_view(host))))
    sources.append(asked("systemd (timedatectl)", Origin.SYSTEM, lambda: _timedatectl(host)))
    return same_value(sources)


def _is_copy(host: Host) -> bool:
    try:
        return host.facts("/etc/localtime").kind == "file"
    except HostError:
        return False


def _timedatectl(host: Host) -> Result:
    if not host.exists("/run/systemd/system"):
        return Absent("systemd does not manage this system.")
    if not host.exists("/run/dbus/system_bus_socket"):
        return Absent("The system bus cannot be reached from here.")
    return _zone(command_text(host, ("timedatectl", "show", "--property=Timezone", "--value")))


@probe("time-zone", System.MACOS)
def time_zone_macos(host: Host) -> Answer:
    """TZFILE and TZ, which Apple's libraries read first, and the link that the system keeps."""
    return same_value([_variable(host, "TZFILE"), _variable(host, "TZ"), _link(host)])


@probe("time-zone", System.WINDOWS)
def time_zone_windows(host: Host) -> Answer:
    """TZ, which only some programs honour here, and the registry's zone under its international name."""
    key = asked("registry TimeZoneKeyName", Origin.SYSTEM, lambda: _zone(_iana_name(registry_text(host, _ZONE_KEY, "TimeZoneKeyName"))))
    return same_value([_variable(host, "TZ"), key])


def _iana_name(name: str) -> str:
    """Translate a Windows zone name by tzlocal's table, so that it compares with TZ; unknown names stay."""
    from tzlocal.windows_tz import win_tz

    name = name.partition("\0")[0]
    return win_tz.get(name, name)


@probe("tz-auto", System.LINUX)
def tz_auto_linux(host: Host) -> Answer:
    """GNOME's switch."""
    return same_value([from_gnome(host, "org.gnome.desktop.datetime", "automatic-timezone", _switched)])


@probe("tz-auto", System.MACOS)
def tz_auto_macos(host: Host) -> Answer:
    """The switch as macOS records it."""
    domain = "/Library/Preferences/com.apple.timezone.auto"
    return same_value([from_mac(host, domain, "Active", lambda texts: [item for text in texts for item in _switched(text)])])


@probe("tz-auto", System.WINDOWS)
def tz_auto_windows(host: Host) -> Answer:
    """How the time zone service starts: 3 means on, 4 off."""
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\tzautoupdate"
    start = asked("tzautoupdate Start", Origin.SYSTEM, lambda: stated(_AUTO.get(registry_text(host, key, "Start"), _UNKNOWN)))
    return same_value([start])


@probe("offset-in-files")
def offset_in_files(host: Host) -> Answer:
    """The offsets that the project in the working folder carries in its reflog and in its commits."""
    repository = find_repository(host)
    if repository is None:
        return Answer(Absent("The working folder belongs to no git project."))
    path = f"{repository.folder}/logs/HEAD"
    reflog = asked("reflog", Origin.USER, lambda: found(wrap(reflog_offsets(host.read_text(path, LARGE)), MaskKind.OPEN)))
    return separate_values([reflog, asked("git log", Origin.PROGRAM, lambda: found(wrap(_known_log_offsets(host, path), MaskKind.OPEN)))])


def reflog_offsets(text: str) -> list[str]:
    """Return the offsets in the newest fifty lines of a reflog."""
    lines = text.splitlines()[-50:]
    return sorted({match[1] for line in lines if (match := _REFLOG.search(line[:4096]))})


def _known_log_offsets(host: Host, reflog: str) -> list[str]:
    """Ask git only where the reflog has changed since: whatever moves HEAD writes a line to it."""
    try:
        facts = host.facts(reflog)
    except HostError:
        return _log_offsets(host)
    if host.is_synthetic or not facts.modified:
        return _log_offsets(host)
    key = (host.eyes, reflog, facts.modified, facts.size)
    offsets = _LOG_OFFSETS.get(key)
    if offsets is None:
        offsets = _log_offsets(host)
        _LOG_OFFSETS.clear()
        _LOG_OFFSETS[key] = offsets
    return offsets


def _log_offsets(host: Host) -> list[str]:
    # A project's own settings may name programs that git would start; a plain log with signatures off starts none.
    words = ("git", "--no-pager", "-c", "log.showSignature=false", "log", "-n", "50", "--format=%ad", "--date=format:%z")
    return sorted(set(_OFFSET.findall(command_text(host, words))))


@probe("location-service", System.LINUX)
def location_linux(host: Host) -> Answer:
    """GNOME's switch, and whether GeoClue is installed at all."""
    switch = from_gnome(host, "org.gnome.system.location", "enabled", _switched)
    service = "/usr/share/dbus-1/system-services/org.freedesktop.GeoClue2.service"
    return separate_values([switch, presence(host, service, "GeoClue is installed")])


@probe("location-service", System.WINDOWS)
def location_windows(host: Host) -> Answer:
    """The user's and the machine's switch; apps need the user's consent on top."""
    user = _consent(host, "for this user", Origin.USER, rf"HKCU\{_CONSENT}")
    return separate_values([user, _consent(host, "for this machine", Origin.SYSTEM, rf"HKLM\{_CONSENT}")])


def _consent(host: Host, name: str, origin: Origin, key: str) -> SourceReading:
    return asked(name, origin, lambda: found(_switched(registry_text(host, key, "Value"))))
