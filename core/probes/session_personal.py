"""Settings that tell about the person in front of the screen: accessibility (shown to the user only) and installed fonts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes import _plist
from core.probes._ask import asked, count, env_sources, found, joined, names_in, registry_text, summarised, wrap
from core.probes._parse import ini
from core.probes._places import label_of, place_of
from core.probes._session_settings import gnome_state, gsettings
from core.probes.registry import probe
from core.probes.result import Absent, Ok
from core.redact import MaskKind, open_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes.result import Answer, Result

# Health-related: every value is masked in full, also the names of the aids.
_MASK: Final = MaskKind.FULL
_GNOME: Final = "org.gnome.desktop.a11y.applications"
_GNOME_AIDS: Final = ("screen-reader-enabled", "screen-magnifier-enabled", "screen-keyboard-enabled")
_ACCESS: Final = r"HKCU\Software\Microsoft\Windows NT\CurrentVersion\Accessibility"
_BLIND: Final = r"HKCU\Control Panel\Accessibility\Blind Access"
_CONTRAST: Final = r"HKCU\Control Panel\Accessibility\HighContrast"
_CONTRAST_ON: Final = 1
_NONE_ON: Final = Absent("No aid is switched on there.")
_MAC_AIDS: Final = ("voiceOverOnOffKey", "closeViewZoomedIn", "whiteOnBlack", "reduceMotion", "increaseContrast", "mouseDriverCursorSize")
_FONT_ENDINGS: Final = (".ttf", ".otf", ".ttc", ".otc", ".pfb", ".woff", ".woff2", ".pcf.gz", ".dfont", ".fon", ".bdf")
_MOST_FOLDERS: Final = 120
_MOST_DEPTH: Final = 4
_FONT_FOLDERS: Final = {
    System.LINUX: (
        ("/usr/share/fonts", Origin.SYSTEM),
        ("/usr/local/share/fonts", Origin.SYSTEM),
        ("{data}/fonts", Origin.USER),
        ("~/.fonts", Origin.USER),
    ),
    System.MACOS: (("/System/Library/Fonts", Origin.SYSTEM), ("/Library/Fonts", Origin.SYSTEM), ("~/Library/Fonts", Origin.USER)),
    System.WINDOWS: (("{local}/Microsoft/Windows/Fonts", Origin.USER),),
}
_WINDOWS_FONTS: Final = (
    (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts", Origin.SYSTEM),
    (r"HKCU\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts", Origin.USER),
)


_NO_ACCESSIBILITY: Final = "No accessibility aid is switched on where Telltale can look."
_NO_FONTS: Final = "No fonts were found in the usual folders."


def _aids(names: list[str]) -> Result:
    return found(wrap(names, _MASK)) if names else _NONE_ON


@probe("accessibility", System.LINUX)
def accessibility_linux(host: Host) -> Answer:
    """Ask variables and desktop settings which aids are on."""
    sources = env_sources(host, ("ACCESSIBILITY_ENABLED", "GNOME_ACCESSIBILITY", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON"), _MASK)
    sources.append(asked("GNOME accessibility", Origin.USER, lambda: _gnome(host)))
    kde = place_of(host, "{config}/kaccessrc")
    sources.append(
        asked(
            "KDE accessibility", Origin.USER, lambda: _aids([item.key for item in ini(host.read_text(kde)) if item.value.lower() == "true"])
        )
    )
    return joined(_NO_ACCESSIBILITY, sources)


def _gnome(host: Host) -> Result:
    """Ask the desktop only where one of its aids was ever set; all of them are off at first."""
    state = gnome_state(host, *_GNOME_AIDS)
    if not isinstance(state, Ok):
        return state
    fields = (line.split() for line in gsettings(host, "list-recursively", _GNOME).splitlines())
    return _aids([words[1] for words in fields if len(words) == 3 and words[2] == "true"])


@probe("accessibility", System.MACOS)
def accessibility_macos(host: Host) -> Answer:
    """Read which aids are on from the user's preferences."""
    file = "~/Library/Preferences/com.apple.universalaccess.plist"

    def ask() -> Result:
        content = _plist.load(host, file)
        return _aids([key for key in _MAC_AIDS if _plist.text_in(content, key) in {"yes", "1"}])

    return joined(_NO_ACCESSIBILITY, (asked("universal access", Origin.USER, ask),))


@probe("accessibility", System.WINDOWS)
def accessibility_windows(host: Host) -> Answer:
    """Read which aids are on from the registry."""

    def configured() -> Result:
        return _aids([name for name in registry_text(host, _ACCESS, "Configuration").split(",") if name.strip()])

    def reader() -> Result:
        return _aids(["screen reader"] if registry_text(host, _BLIND, "On").strip() == "1" else [])

    def contrast() -> Result:
        flags = registry_text(host, _CONTRAST, "Flags").strip()
        is_on = flags.isascii() and flags.isdigit() and len(flags) < 10 and int(flags) & _CONTRAST_ON
        return _aids(["high contrast"] if is_on else [])

    asks = (("aids that start with the session", configured), ("screen reader", reader), ("high contrast", contrast))
    return joined(_NO_ACCESSIBILITY, [asked(name, Origin.USER, ask) for name, ask in asks])


def _font_count(host: Host, root: str) -> Result:
    """Count font files below a folder, bounded in folders and depth; names are not kept."""
    files, seen = 0, 0
    waiting = [(root, host.entries(root), 0)]
    divider = "\\" if host.system is System.WINDOWS else "/"
    while waiting and seen < _MOST_FOLDERS:
        folder, names, depth = waiting.pop()
        seen += 1
        for name in names:
            if name.lower().endswith(_FONT_ENDINGS):
                files += 1
            elif "." not in name and depth < _MOST_DEPTH:
                path = f"{folder}{divider}{name}"
                waiting.append((path, names_in(host, path, 10_000), depth + 1))
    more = "at least " if waiting else ""
    return found((open_text(f"{more}{count(files, 'font file')}"),)) if files else Absent("The folder holds no fonts.")


@probe("fonts")
def fonts(host: Host) -> Answer:
    """Count installed fonts per place; the set of fonts as programs see it differs little from it."""
    sources = [asked(label_of(host, item), origin, _counter(host, item)) for item, origin in _FONT_FOLDERS[host.system]]
    if host.system is System.WINDOWS:
        sources += [_registered(host, key, origin) for key, origin in _WINDOWS_FONTS]
    answer = joined(_NO_FONTS, sources)
    if not isinstance(answer.result, Ok):
        return answer
    own = any(isinstance(item.result, Ok) and item.origin is Origin.USER for item in answer.sources)
    words = ", ".join(value.masked for value in answer.result.values)
    return summarised(answer, f"{words}; {'some' if own else 'none'} installed by you")


def _counter(host: Host, template: str) -> Callable[[], Result]:
    return lambda: _font_count(host, place_of(host, template))


def _registered(host: Host, key: str, origin: Origin) -> SourceReading:
    def ask() -> Result:
        number = len(host.registry_names(key))
        return found((open_text(f"{count(number, 'registered font')}"),)) if number else Absent("No font is registered there.")

    return asked(f"{key}", origin, ask)
