"""Probes for language, region and the formats that follow from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes._ask import asked, env_source, file_source, found, registry_source, registry_text, wrap
from core.probes._formats import gvariant_value, jsonc
from core.probes._parse import assignments, ini_value, json_object, text_member
from core.probes._session_settings import from_gnome, from_kde, from_mac
from core.probes.registry import probe
from core.probes.result import Answer, same_value, separate_values
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading

_INTERNATIONAL: Final = r"HKCU\Control Panel\International"
_MAC_GLOBAL: Final = ".GlobalPreferences"
_LOCALE: Final = re.compile(
    r"([A-Za-z]{1,8})(?:[_-]([A-Za-z]{4}))?(?:[_-]([A-Za-z]{2}|\d{3}))?(?:\.([A-Za-z0-9_-]{1,20}))?(?:@([A-Za-z0-9=;_-]{1,40}))?"
)
_MAIN: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_PARTS: Final = ("LC_CTYPE", "LC_TIME", "LC_NUMERIC", "LC_COLLATE", "LC_NAME")
_REGION_PARTS: Final = ("LC_ALL", "LC_MONETARY", "LC_TELEPHONE", "LC_PAPER", "LC_ADDRESS", "LC_MEASUREMENT", "LANG")
_SYSTEM_FILES: Final = ("/etc/locale.conf", "/etc/default/locale", "~/.config/locale.conf")


def same_locale(name: str) -> str:
    """Return one spelling of a locale name (`de_DE.utf8` and `de-DE` alike); anything else stays."""
    match = _LOCALE.fullmatch(name.strip())
    if not match:
        return name.strip()
    language, script, country, charset, variant = match.groups()
    text = "_".join(part for part in (_language(language), script, (country or "").upper()) if part)
    charset = "UTF-8" if (charset or "").lower().replace("-", "") == "utf8" else charset
    return text + (f".{charset}" if charset else "") + (f"@{variant}" if variant else "")


def _language(name: str) -> str:
    return name if name in {"C", "POSIX"} else name.lower()


def territory(name: str) -> str:
    """Return the country or region part of a locale name; an empty text if it has none."""
    match = _LOCALE.fullmatch(name.strip())
    return (match[3] or "").upper() if match else ""


def _open(texts: Iterable[str]) -> tuple[Sensitive, ...]:
    return wrap(texts, MaskKind.OPEN)


def _variables(host: Host, names: Iterable[str], clean: Callable[[str], str], *, always: Iterable[str] = ()) -> list[SourceReading]:
    """Ask locale variables; those not in `always` appear only where they are set."""
    return [_variable(host, name, clean) for name in names if name in always or host.env(name) is not None]


def _variable(host: Host, name: str, clean: Callable[[str], str]) -> SourceReading:
    value = host.env(name)
    if not value:
        return env_source(host, name, MaskKind.OPEN)
    return asked(name, Origin.ENVIRONMENT, lambda: found(_open([clean(value[:400])])))


def _international(host: Host, clean: Callable[[str], str]) -> SourceReading:
    """Ask the locale of a Windows user's formats."""
    return asked("International LocaleName", Origin.USER, lambda: found(_open([clean(registry_text(host, _INTERNATIONAL, "LocaleName"))])))


def _system_files(host: Host, key: str, clean: Callable[[str], str]) -> list[SourceReading]:
    """Ask the files in which distributions keep the system's locale; a missing one is left out if another is there."""
    present = [path for path in _SYSTEM_FILES if host.exists(path)] or [_SYSTEM_FILES[0]]
    return [
        file_source(
            host,
            path,
            MaskKind.OPEN,
            origin=Origin.USER if path.startswith("~") else Origin.SYSTEM,
            name=f"{path} {key}",
            pick=lambda text: clean(assignments(text).get(key, "")),
        )
        for path in present
    ]


@probe("locale", System.LINUX)
def locale_linux(host: Host) -> Answer:
    """The variables in the order in which programs obey them, then the files that set them at login."""
    sources = _variables(host, (*_MAIN, *_PARTS), same_locale, always=_MAIN)
    sources += _system_files(host, "LANG", same_locale)
    sources.append(from_kde(host, "plasma-localerc", "Formats", "LANG", lambda text: _open([same_locale(text)])))
    return same_value(sources)


@probe("locale", System.MACOS)
def locale_macos(host: Host) -> Answer:
    """The user's own setting, which native programs obey, and the variables, which command line tools obey."""
    setting = from_mac(host, _MAC_GLOBAL, "AppleLocale", lambda texts: _open([same_locale(text.partition("@")[0]) for text in texts]))
    return same_value([setting, *_variables(host, _MAIN, _without_charset, always=("LANG",))])


@probe("locale", System.WINDOWS)
def locale_windows(host: Host) -> Answer:
    """The user's own setting, which native programs obey, and the variables, which ported tools obey."""
    return same_value([_international(host, same_locale), *_variables(host, _MAIN, _without_charset, always=("LANG",))])


def _without_charset(name: str) -> str:
    return same_locale(name).partition(".")[0]


def _language_list(text: str) -> tuple[Sensitive, ...]:
    return _open(part.strip() for part in re.split(r"[:,;\0\n]+", text[:2000]) if part.strip())


@probe("ui-languages", System.LINUX)
def ui_languages_linux(host: Host) -> Answer:
    """LANGUAGE, KDE's list, the login screen's record, VS Code's own setting."""
    language = host.env("LANGUAGE")
    variable = env_source(host, "LANGUAGE", MaskKind.OPEN)
    if language:
        variable = asked("LANGUAGE", Origin.ENVIRONMENT, lambda: found(_language_list(language)))
    return separate_values(
        [
            variable,
            from_kde(host, "plasma-localerc", "Translations", "LANGUAGE", _language_list),
            asked("login screen (AccountsService)", Origin.SYSTEM, lambda: found(_language_list(_login_language(host)))),
            *_editor_language(host),
        ]
    )


def _login_language(host: Host) -> str:
    text = host.read_text(f"/var/lib/AccountsService/users/{host.account().name}")
    return ini_value(text, "Languages", "User") or ini_value(text, "Language", "User")


def _editor_language(host: Host) -> list[SourceReading]:
    path = "~/.vscode/argv.json"
    if not host.exists(path):
        return []
    return [file_source(host, path, MaskKind.OPEN, origin=Origin.PROGRAM, name="VS Code locale", pick=_locale_in_settings)]


def _locale_in_settings(text: str) -> str:
    return text_member(json_object(jsonc(text)), "locale")


@probe("ui-languages", System.MACOS)
def ui_languages_macos(host: Host) -> Answer:
    """The ordered list of languages in System Settings."""
    return separate_values([from_mac(host, _MAC_GLOBAL, "AppleLanguages"), *_editor_language(host)])


@probe("ui-languages", System.WINDOWS)
def ui_languages_windows(host: Host) -> Answer:
    """The ordered list of languages of the user profile."""
    profile = _registry_languages(host, "user profile languages", rf"{_INTERNATIONAL}\User Profile", "Languages")
    display = _registry_languages(host, "display language", r"HKCU\Control Panel\Desktop", "PreferredUILanguages")
    return separate_values([profile, display, *_editor_language(host)])


def _registry_languages(host: Host, name: str, key: str, value: str) -> SourceReading:
    return asked(name, Origin.USER, lambda: found(_language_list(registry_text(host, key, value))))


@probe("region", System.LINUX)
def region_linux(host: Host) -> Answer:
    """The country part of every locale variable and file, and of GNOME's and KDE's format setting."""
    sources = _variables(host, _REGION_PARTS, territory, always=("LC_MONETARY", "LC_TELEPHONE", "LC_PAPER", "LANG"))
    sources.append(from_gnome(host, "org.gnome.system.locale", "region", lambda text: _open([territory(gvariant_value(text))])))
    sources.append(from_kde(host, "plasma-localerc", "Formats", "LC_MONETARY", lambda text: _open([territory(text)])))
    for path in (name for name in _SYSTEM_FILES if host.exists(name)):
        sources.append(file_source(host, path, MaskKind.OPEN, pick=_territory_in))
    return same_value(sources)


def _territory_in(text: str) -> str:
    values = assignments(text)
    return next((country for key in _REGION_PARTS[1:] if (country := territory(values.get(key, "")))), "")


@probe("region", System.MACOS)
def region_macos(host: Host) -> Answer:
    """The region part of the user's locale, and that of the variables."""
    setting = from_mac(host, _MAC_GLOBAL, "AppleLocale", lambda texts: _open([_mac_region(text) for text in texts]))
    return same_value([setting, *_variables(host, ("LANG",), territory)])


def _mac_region(text: str) -> str:
    """`en_US@rg=dezzzz` is English as in America with the formats of Germany."""
    chosen = re.search(r"@(?:.*;)?rg=([A-Za-z]{2})", text[:200])
    return chosen[1].upper() if chosen else territory(text.partition("@")[0])


@probe("region", System.WINDOWS)
def region_windows(host: Host) -> Answer:
    """The home location: its two-letter name and, apart, its number; then the region of the format setting."""
    geo = rf"{_INTERNATIONAL}\Geo"
    name = registry_source(host, geo, "Name", MaskKind.OPEN, Origin.USER)
    answer = same_value([name, _international(host, territory)])
    number = registry_source(host, geo, "Nation", MaskKind.OPEN, Origin.USER)
    return Answer(answer.result, (*answer.sources, number), answer.agreement, answer.verdict)


@probe("date-format", System.LINUX)
def date_format_linux(host: Host) -> Answer:
    """GNOME's clock, KDE's formats and the locale that sets the rest."""
    return separate_values(
        [
            *_variables(host, ("LC_ALL", "LC_TIME", "LANG"), same_locale, always=("LC_TIME",)),
            from_gnome(host, "org.gnome.desktop.interface", "clock-format"),
            from_kde(host, "plasma-localerc", "Formats", "LC_TIME", lambda text: _open([same_locale(text)])),
        ]
    )


@probe("date-format", System.MACOS)
def date_format_macos(host: Host) -> Answer:
    """The user's own choices that override the region's formats."""
    return separate_values(
        [
            _mac_choice(host, "AppleICUForce24HourTime", "24-hour clock"),
            _mac_choice(host, "AppleICUForce12HourTime", "12-hour clock"),
            _mac_choice(host, "AppleFirstWeekday", "first weekday"),
        ]
    )


def _mac_choice(host: Host, key: str, words: str) -> SourceReading:
    return from_mac(host, _MAC_GLOBAL, key, lambda texts: _open(f"{words}: {text}" for text in texts))


@probe("date-format", System.WINDOWS)
def date_format_windows(host: Host) -> Answer:
    """The user's formats in the registry."""
    names = ("sShortDate", "sShortTime", "iFirstDayOfWeek", "iCalendarType")
    return separate_values(registry_source(host, _INTERNATIONAL, name, MaskKind.OPEN, Origin.USER) for name in names)
