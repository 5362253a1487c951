"""Probes of what the work leaves behind: histories, recent files, folders at home, data of browsers and of other programs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Origin, System
from core.probes._ask import asked, count, stated
from core.probes._history import entries_in
from core.probes._places import (
    LISTING_LIMIT,
    file_result,
    folder_result,
    from_places,
    from_variable,
    gather,
    label_of,
    named,
    place_of,
    presence_result,
)
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, Unsupported

if TYPE_CHECKING:
    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Result

_HISTORY_LIMIT: Final = 4 << 20
_HISTORIES: Final = (
    "~/.bash_history",
    "~/.zsh_history",
    "{data}/fish/fish_history",
    "~/.local/share/powershell/PSReadLine/ConsoleHost_history.txt",
    "~/.python_history",
    "~/.node_repl_history",
    "~/.psql_history",
    "~/.mysql_history",
    "~/.sqlite_history",
    "~/.rediscli_history",
)
_HISTORIES_OF: Final = {
    System.LINUX: _HISTORIES,
    System.MACOS: _HISTORIES,
    System.WINDOWS: (
        "{roaming}/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt",
        "~/.bash_history",
        "~/.python_history",
        "~/.node_repl_history",
    ),
}
_SUPPORT: Final = "~/Library/Application Support"
# name, then the folder that holds the profiles; a folder of the Chromium family, or one with profiles.ini.
_BROWSERS: Final = {
    System.LINUX: (
        ("Firefox", "~/.mozilla/firefox"),
        ("Firefox", "{config}/mozilla/firefox"),
        ("Firefox (snap)", "~/snap/firefox/common/.mozilla/firefox"),
        ("Firefox (flatpak)", "~/.var/app/org.mozilla.firefox/.mozilla/firefox"),
        ("LibreWolf", "~/.librewolf"),
        ("Chrome", "{config}/google-chrome"),
        ("Chromium", "{config}/chromium"),
        ("Chromium (snap)", "~/snap/chromium/common/chromium"),
        ("Brave", "{config}/BraveSoftware/Brave-Browser"),
        ("Edge", "{config}/microsoft-edge"),
        ("Vivaldi", "{config}/vivaldi"),
        ("Opera", "{config}/opera"),
    ),
    System.MACOS: (
        ("Firefox", f"{_SUPPORT}/Firefox"),
        ("Chrome", f"{_SUPPORT}/Google/Chrome"),
        ("Chromium", f"{_SUPPORT}/Chromium"),
        ("Brave", f"{_SUPPORT}/BraveSoftware/Brave-Browser"),
        ("Edge", f"{_SUPPORT}/Microsoft Edge"),
        ("Vivaldi", f"{_SUPPORT}/Vivaldi"),
        ("Safari", "~/Library/Safari"),
    ),
    System.WINDOWS: (
        ("Firefox", "{roaming}/Mozilla/Firefox"),
        ("Chrome", "{local}/Google/Chrome/User Data"),
        ("Chromium", "{local}/Chromium/User Data"),
        ("Brave", "{local}/BraveSoftware/Brave-Browser/User Data"),
        ("Edge", "{local}/Microsoft/Edge/User Data"),
        ("Vivaldi", "{local}/Vivaldi/User Data"),
        ("Opera", "{roaming}/Opera Software/Opera Stable"),
    ),
}
_RECENT_LIMIT: Final = 8 << 20
_ASKS_FIRST: Final = Unsupported("macOS would ask you for permission, so Telltale does not look there.")
_APP_DATA: Final = {
    System.LINUX: ("{config}", "{data}", "{cache}", "~/.var/app", "~/snap"),
    System.MACOS: ("~/.config",),
    System.WINDOWS: ("{roaming}", "{local}"),
}
_KNOWN_FOLDERS: Final = ("Desktop", "Documents", "Downloads")


@probe("shell-history")
def shell_history(host: Host) -> Answer:
    """Tell which command histories exist, how long they are and when they changed; the commands are not kept."""
    sources = from_places(host, _HISTORIES_OF[host.system], _history)
    sources += from_variable(host, "HISTFILE", _history)
    if host.system is System.MACOS:
        sources += from_places(host, ("~/.zsh_sessions",), lambda host, path: folder_result(host, path, "saved session"))
    return gather(sources, "history", "histories", empty="No command history was found.")


def _history(host: Host, path: str) -> Result:
    return file_result(host, path, entries_in, with_day=True, limit=_HISTORY_LIMIT)


@probe("recent-files", System.LINUX)
def recent_files(host: Host) -> Answer:
    """Count what the lists of recently used files hold; names are not kept."""
    sources = from_places(host, ("{data}/recently-used.xbel",), _bookmarks)
    sources += from_places(host, ("{data}/RecentDocuments",), lambda host, path: folder_result(host, path, "file"))
    sources += from_places(host, ("~/.viminfo", "{data}/nvim/shada/main.shada"), partial(file_result, with_day=True))
    return gather(sources, "list", empty="No list of recent files was found.")


def _bookmarks(host: Host, path: str) -> Result:
    return file_result(host, path, lambda text: count(text.count("<bookmark "), "file"), with_day=True, limit=_RECENT_LIMIT)


@probe("recent-files", System.MACOS)
def recent_files_macos(host: Host) -> Answer:
    """Tell whether the shared lists of recent files are there; they are not opened, since macOS guards them."""
    sources = from_places(host, (f"{_SUPPORT}/com.apple.sharedfilelist",), partial(presence_result, words="lists kept by macOS"))
    return gather(sources, "list", empty="No list of recent files was found.")


@probe("recent-files", System.WINDOWS)
def recent_files_windows(host: Host) -> Answer:
    """Count the links Windows keeps of recent files and the jump lists."""
    recent = "{roaming}/Microsoft/Windows/Recent"
    sources = from_places(host, (recent,), lambda host, path: folder_result(host, path, "link", lambda name: name.lower().endswith(".lnk")))
    lists = (f"{recent}/AutomaticDestinations", f"{recent}/CustomDestinations")
    sources += from_places(host, lists, lambda host, path: folder_result(host, path, "jump list"))
    return gather(sources, "list", empty="No list of recent files was found.")


@probe("home-listing")
def home_listing(host: Host) -> Answer:
    """Count files and folders at home and in the folders of daily work; no name is kept."""
    sources = [asked("home folder", Origin.USER, lambda: named("The home folder", lambda: _shown_and_hidden(host, "~")))]
    folders = _user_folders(host) if host.system is System.LINUX else {name: f"~/{name}" for name in _KNOWN_FOLDERS}
    for name, path in folders.items():
        if host.system is System.MACOS:
            sources.append(asked(f"{name} folder", Origin.USER, lambda: _ASKS_FIRST))
        else:
            look = partial(_shown_and_hidden, host, place_of(host, path))
            sources.append(asked(f"{name} folder", Origin.USER, partial(named, f"The folder {name}", look)))
    answer = gather(sources, "folder")
    first = sources[0].result
    return Answer(first, answer.sources, answer.agreement) if isinstance(first, Ok) else answer


def _shown_and_hidden(host: Host, path: str) -> Result:
    names = host.entries(path, LISTING_LIMIT)
    if not names:
        return Absent("The folder is empty.")
    hidden = sum(1 for name in names if name.startswith("."))
    more = "at least " if len(names) >= LISTING_LIMIT else ""
    return stated(f"{more}{count(len(names) - hidden, 'visible entry', 'visible entries')}, {hidden} hidden")


def _user_folders(host: Host) -> dict[str, str]:
    """Return where Desktop, Documents and Downloads lie: the desktop's own list names them in the person's language."""
    found = {name: f"~/{name}" for name in _KNOWN_FOLDERS}
    try:
        lines = host.read_text(place_of(host, "{config}/user-dirs.dirs"), 1 << 16).splitlines()
    except HostError:
        return found
    keys = {"XDG_DESKTOP_DIR": "Desktop", "XDG_DOCUMENTS_DIR": "Documents", "XDG_DOWNLOAD_DIR": "Downloads"}
    for line in lines:
        name, _, value = line.strip().partition("=")
        path = value.strip('"').replace("$HOME", "~", 1)
        if name in keys and path.startswith(("~/", "/")) and path.rstrip("/") not in {"~", ""}:
            found[keys[name]] = path
    return found


@probe("browser-profiles")
def browser_profiles(host: Host) -> Answer:
    """Tell which browsers keep data here and how many profiles they hold; no profile is opened."""
    sources = [asked(name, Origin.USER, partial(_profiles, host, place)) for name, place in _BROWSERS[host.system]]
    return gather(sources, "browser", empty="No browser data was found.")


def _profiles(host: Host, template: str) -> Result:
    return named(label_of(host, template), lambda: _profiles_in(host, place_of(host, template)))


def _profiles_in(host: Host, path: str) -> Result:
    if host.system is System.MACOS:
        return presence_result(host, path, "its folder is there")
    names = host.entries(path, LISTING_LIMIT)
    if "profiles.ini" in names:
        folders = sum(1 for name in names if "." in name.strip(".") and not name.endswith((".ini", ".lock")))
        number = folders or _profiles_of_windows(host, path)
    else:
        number = sum(1 for name in names if name == "Default" or name.startswith("Profile "))
    return stated(count(number, "profile")) if number else stated("its folder is there")


def _profiles_of_windows(host: Host, path: str) -> int:
    try:
        return len(host.entries(f"{path}\\Profiles" if host.system is System.WINDOWS else f"{path}/Profiles"))
    except HostError:
        return 0


@probe("other-app-data")
def other_app_data(host: Host) -> Answer:
    """Count the folders in which other programs keep their data; the names are not kept."""
    sources = from_places(host, _APP_DATA[host.system], lambda host, path: folder_result(host, path, "entry", plural="entries"))
    if host.system is System.MACOS:
        sources += [asked(name, Origin.USER, lambda: _ASKS_FIRST) for name in (_SUPPORT, "~/Library/Containers")]
    return _with_total(gather(sources, "place", empty="No data of other programs was found."), sources)


def _with_total(answer: Answer, sources: list[SourceReading]) -> Answer:
    if not isinstance(answer.result, Ok):
        return answer
    words = [f"{item.result.values[0].masked} in {item.name}" for item in sources if isinstance(item.result, Ok)]
    return Answer(Ok(answer.result.values, "; ".join(words[:3])), answer.sources, answer.agreement)
