"""Probes of developer tools on the search path and of the lists of installed programs; nothing is started."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.model import Origin, System
from core.probes._ask import asked, count, stated
from core.probes._places import folder_result, from_places, gather, label_of, named, place_of, presence_result
from core.probes._programs import DEV_TOOLS
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, separate_values
from core.redact import open_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_MANAGERS: Final = (
    "~/.nvm",
    "~/.pyenv",
    "~/.cargo",
    "~/.rustup",
    "~/.sdkman",
    "~/.rbenv",
    "~/.volta",
    "~/.asdf",
    "~/go",
    "~/.bun",
    "~/.deno",
    "~/miniconda3",
    "~/anaconda3",
)
_DPKG: Final = "/var/lib/dpkg/status"
_UNINSTALL: Final = (
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
    "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall",
)


@probe("dev-tools")
def dev_tools(host: Host) -> Answer:
    """Tell which developer tools are on the search path; none is started."""
    sources = [asked("PATH", Origin.ENVIRONMENT, lambda: _on_path(host))]
    sources += [item for item in from_places(host, _MANAGERS, presence_result) if isinstance(item.result, Ok)]
    answer = separate_values(sources)
    first = sources[0].result
    return Answer(first, answer.sources, answer.agreement) if isinstance(first, Ok) else answer


def _on_path(host: Host) -> Result:
    found = [name for name in DEV_TOOLS if _has(host, name)]
    return (
        Ok(tuple(open_text(name) for name in found), f"{len(found)} of {len(DEV_TOOLS)} known tools")
        if found
        else Absent("None of the known tools is there.")
    )


def _has(host: Host, name: str) -> bool:
    try:
        return bool(host.which(name))
    except NotThereError:
        return False


def _is_desktop(name: str) -> bool:
    return name.endswith(".desktop")


def _is_app(name: str) -> bool:
    return name.endswith(".app")


@probe("installed-apps", System.LINUX)
def installed_apps(host: Host) -> Answer:
    """Count installed programs by the places every program can list; no package manager is run."""
    sources = [
        _counted(host, "/usr/share/applications", "menu entry", _is_desktop, "menu entries"),
        _counted(host, "{data}/applications", "menu entry", _is_desktop, "menu entries"),
        asked(_DPKG, Origin.SYSTEM, lambda: _packages(host, _DPKG, b"Package: ")),
        asked("/lib/apk/db/installed", Origin.SYSTEM, lambda: _packages(host, "/lib/apk/db/installed", b"P:")),
        _counted(host, "/var/lib/pacman/local", "package"),
        *(asked(item, Origin.SYSTEM, partial(presence_result, host, item, "a readable list of packages")) for item in _RPM),
        _counted(host, "/var/lib/flatpak/app", "flatpak app"),
        _counted(host, "{data}/flatpak/app", "flatpak app"),
        _counted(host, "/var/lib/snapd/snaps", "snap", lambda name: name.endswith(".snap")),
    ]
    return _counts(sources)


_RPM: Final = ("/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite")


def _packages(host: Host, path: str, mark: bytes) -> Result:
    data = host.read(path, 64 << 20)
    number = data.count(b"\n" + mark) + data.startswith(mark)
    return stated(count(number, "package")) if number else Absent("The list of packages is empty.")


@probe("installed-apps", System.MACOS)
def installed_apps_macos(host: Host) -> Answer:
    """Count the apps in the application folders and Homebrew's packages."""
    places = (("/Applications", "app", _is_app), ("~/Applications", "app", _is_app), ("/System/Applications", "app of the system", _is_app))
    sources = [_counted(host, place, noun, wanted, noun.replace("app", "apps")) for place, noun, wanted in places]
    sources += [_counted(host, place, "Homebrew package") for place in ("/opt/homebrew/Cellar", "/usr/local/Cellar")]
    return _counts(sources)


@probe("installed-apps", System.WINDOWS)
def installed_apps_windows(host: Host) -> Answer:
    """Count the entries of the lists of programs that can be removed."""
    sources = [asked(key, Origin.USER if key.startswith("HKCU") else Origin.SYSTEM, partial(_subkeys, host, key)) for key in _UNINSTALL]
    answer = _counts(sources)
    if not isinstance(answer.result, Ok):
        return answer
    total = sum(int(item.result.values[0].masked.split()[0]) for item in sources if isinstance(item.result, Ok))
    return Answer(Ok(answer.result.values, count(total, "program")), answer.sources, answer.agreement)


def _subkeys(host: Host, key: str) -> Result:
    number = len(host.registry_keys(key))
    return stated(count(number, "program")) if number else Absent("The list of programs is empty.")


def _counted(host: Host, template: str, noun: str, wanted: Callable[[str], bool] | None = None, plural: str = "") -> SourceReading:
    origin = Origin.USER if template.startswith(("~", "{")) else Origin.SYSTEM
    return asked(label_of(host, template), origin, partial(_count_in, host, template, noun, wanted, plural))


def _count_in(host: Host, template: str, noun: str, wanted: Callable[[str], bool] | None, plural: str) -> Result:
    return named(label_of(host, template), lambda: folder_result(host, place_of(host, template), noun, wanted, plural))


def _counts(sources: Sequence[SourceReading]) -> Answer:
    """Join counts of several places; the values are the counts themselves."""
    answer = gather(sources, "list")
    if not isinstance(answer.result, Ok):
        return answer
    words = [item.result.values[0].masked for item in sources if isinstance(item.result, Ok)]
    return Answer(Ok(tuple(open_text(word) for word in dict.fromkeys(words)), ", ".join(words[:4])), answer.sources, answer.agreement)
