"""Settings of a user's session: GNOME through `gsettings`, KDE files, macOS preference domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotAllowedError, NotThereError, UnreadableError
from core.model import Origin
from core.probes import _plist
from core.probes._ask import LARGE, asked, found, names_in, wrap
from core.probes._formats import gvariant_value, mac_list
from core.probes._parse import ini, member
from core.probes.result import Absent, Ok, Result
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading

MAC_GLOBAL: Final = ".GlobalPreferences"
_COMMON_FOLDERS: Final = ("./", "~/", "/etc/", "/usr/", "/run/", "/proc/", "/Library/", "C:/ProgramData/")
NO_GNOME: Final = "There is no GNOME settings database."
DEFAULT_USED: Final = "GNOME's default is in use; nothing was set."


def config_home(host: Host) -> str:
    """Return the folder of the user's configuration files by the XDG rule (relative values do not count)."""
    chosen = host.env("XDG_CONFIG_HOME") or ""
    return chosen.rstrip("/") if chosen.startswith("/") else "~/.config"


def shown_path(host: Host, path: str) -> str:
    """Return a path for a source's name: relative to the working or home folder, and without names that a person chose."""
    path = path.replace("\\", "/")
    for sign, folder in ((".", _folder(host, "cwd")), ("~", _folder(host, "home"))):
        if folder and path.startswith(f"{folder}/"):
            path = sign + path[len(folder) :]
            break
    return path if path.startswith(_COMMON_FOLDERS) else f"(chosen folder)/{path.rpartition('/')[2]}"


def _folder(host: Host, which: str) -> str:
    try:
        return (host.cwd if which == "cwd" else host.home).replace("\\", "/").rstrip("/")
    except HostError:
        return ""


def gnome_state(host: Host, *keys: str) -> Result:
    """Return Ok if one of the keys may be set in a dconf database, else why it is not; costs no command."""
    denied = seen = False
    for path in _databases(host):
        try:
            data = host.read(path, LARGE)
        except NotAllowedError:
            denied = True
        except HostError:
            continue
        else:
            seen = True
            # Key names are stored as plain bytes, so a name that does not occur cannot have been set.
            if any(key.encode() in data for key in keys):
                return Ok(())
    if denied:
        raise NotAllowedError("The GNOME settings database may not be read.")
    return Absent(DEFAULT_USED if seen else NO_GNOME)


def _databases(host: Host) -> tuple[str, ...]:
    system = (f"/etc/dconf/db/{name}" for name in names_in(host, "/etc/dconf/db") if not name.endswith(".d"))
    return (f"{config_home(host)}/dconf/user", *system)


def gnome_text(host: Host, schema: str, key: str) -> str:
    """Return one GNOME setting as `gsettings` prints it; raise `NotThereError` where nobody has set it."""
    state = gnome_state(host, key)
    if not isinstance(state, Ok):
        raise NotThereError(state.reason)
    return gsettings(host, "get", schema, key)


def gsettings(host: Host, *words: str) -> str:
    """Run one `gsettings` query."""
    answer = host.run(("gsettings", *words))
    if answer.code != 0:
        raise UnreadableError("gsettings does not know this setting here.")
    return answer.out


def from_gnome(host: Host, schema: str, key: str, parse: Callable[[str], Iterable[Sensitive]] | None = None) -> SourceReading:
    """Ask one GNOME setting; without `parse` its value is taken as one open text."""
    wrapper = parse or (lambda text: wrap([gvariant_value(text)], MaskKind.OPEN))
    return asked(f"GNOME {schema.rpartition('.')[2]} {key}", Origin.USER, lambda: found(wrapper(gnome_text(host, schema, key))))


def from_kde(host: Host, file: str, section: str, key: str, parse: Callable[[str], Iterable[Sensitive]]) -> SourceReading:
    """Ask one key of a KDE settings file."""
    path = f"{config_home(host)}/{file}"
    return asked(f"~/.config/{file} {key}", Origin.USER, lambda: found(parse(kde_value(host.read_text(path), section, key))))


def kde_value(text: str, section: str, key: str) -> str:
    """Return a KDE setting; marks behind a key such as `[$e]` are ignored."""
    values = [row.value for row in ini(text) if row.section == section and row.key.partition("[$")[0] == key]
    return values[-1] if values else ""


def mac_texts(host: Host, domain: str, key: str) -> list[str]:
    """Return a macOS preference as texts: from the property list if it can be read, else as `defaults read` prints it."""
    value = mac_value(host, domain, key)
    if value is not None:
        return _plain(value)
    answer = host.run(("defaults", "read", "-g" if domain == MAC_GLOBAL else domain, key))
    if answer.code != 0:
        raise NotThereError("This preference is not set.")
    return mac_list(answer.out)


def mac_value(host: Host, domain: str, key: str) -> object:
    """Return a macOS preference from the domain's property list; None if the file or the key is not there."""
    path = f"{domain}.plist" if domain.startswith("/") else f"~/Library/Preferences/{domain}.plist"
    try:
        return member(_plist.load(host, path), key)
    except HostError:
        return None


def _plain(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["1" if value else "0"]
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    return [str(value)] if isinstance(value, (str, int, float)) else []


def from_mac(host: Host, domain: str, key: str, parse: Callable[[list[str]], Iterable[Sensitive]] | None = None) -> SourceReading:
    """Ask one macOS preference; without `parse` its values are taken as open texts."""
    wrapper = parse or (lambda texts: wrap(texts, MaskKind.OPEN))
    shown = "" if domain == MAC_GLOBAL else f"{domain.rpartition('/')[2]} "
    origin = Origin.SYSTEM if domain.startswith("/") else Origin.USER
    return asked(f"{shown}{key}", origin, lambda: found(wrapper(mac_texts(host, domain, key))))
