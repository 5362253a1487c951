"""Probes for keyboard layouts and input methods: what a person types, and so which languages they write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import NotThereError
from core.model import Origin, System
from core.probes._ask import asked, command_text, env_source, found, list_source, registry_text, wrap
from core.probes._formats import gvariant_texts, mac_records
from core.probes._parse import assignments, ini
from core.probes._session_settings import config_home, from_gnome, from_kde, mac_texts, mac_value
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Result, separate_values
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host

_XORG: Final = re.compile(r'\s*Option\s+"XkbLayout"\s+"([^"]*)"', re.IGNORECASE)
_MAC_INPUT: Final = "com.apple.HIToolbox"
_MAC_METHODS: Final = frozenset({"Keyboard Input Method", "Input Mode"})
_PRELOAD: Final = r"HKCU\Keyboard Layout\Preload"
_TIP: Final = r"HKCU\Software\Microsoft\CTF\TIP"
_LANGUAGES: Final = {
    "0409": "en-US", "0809": "en-GB", "0407": "de-DE", "0807": "de-CH", "0c07": "de-AT", "040c": "fr-FR", "0c0c": "fr-CA", "0410": "it-IT",
    "040a": "es-ES", "0c0a": "es-ES", "080a": "es-MX", "0416": "pt-BR", "0816": "pt-PT", "0413": "nl-NL", "0414": "nb-NO", "041d": "sv-SE",
    "0406": "da-DK", "040b": "fi-FI", "0415": "pl-PL", "0405": "cs-CZ", "040e": "hu-HU", "0418": "ro-RO", "0419": "ru-RU", "0422": "uk-UA",
    "041f": "tr-TR", "0408": "el-GR", "040d": "he-IL", "0401": "ar-SA", "0429": "fa-IR", "0439": "hi-IN", "041e": "th-TH", "042a": "vi-VN",
    "0411": "ja-JP", "0412": "ko-KR", "0404": "zh-TW", "0804": "zh-CN", "0c04": "zh-HK", "1004": "zh-SG",
}  # fmt: skip


def _open(texts: Iterable[str]) -> tuple[Sensitive, ...]:
    return wrap(texts, MaskKind.OPEN)


def _layouts(text: str) -> tuple[Sensitive, ...]:
    return _open(part.strip() for part in text[:2000].split(",") if part.strip())


@probe("keyboard-layouts", System.LINUX)
def layouts_linux(host: Host) -> Answer:
    """GNOME's and KDE's lists, the system's files, the variable of Wayland programs, the X server."""
    sources = [
        from_gnome(host, "org.gnome.desktop.input-sources", "sources", lambda text: _open(_pairs(text, "xkb"))),
        from_kde(host, "kxkbrc", "Layout", "LayoutList", _layouts),
        list_source(
            host, "/etc/default/keyboard", MaskKind.OPEN, lambda text: _split(assignments(text).get("XKBLAYOUT", "")), origin=Origin.SYSTEM
        ),
        list_source(host, "/etc/vconsole.conf", MaskKind.OPEN, lambda text: [assignments(text).get("KEYMAP", "")], origin=Origin.SYSTEM),
        list_source(host, "/etc/X11/xorg.conf.d/00-keyboard.conf", MaskKind.OPEN, _xorg_layouts, origin=Origin.SYSTEM),
        env_source(host, "XKB_DEFAULT_LAYOUT", MaskKind.OPEN),
    ]
    if host.env("DISPLAY"):
        sources.append(asked("X server (setxkbmap)", Origin.PROGRAM, lambda: found(_layouts(_after_colon(_setxkbmap(host), "layout")))))
    return separate_values(sources)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text[:2000].split(",")]


def _xorg_layouts(text: str) -> list[str]:
    matches = (_XORG.match(line) for line in text.splitlines())
    return [part for match in matches if match for part in _split(match[1])]


def _setxkbmap(host: Host) -> str:
    return command_text(host, ("setxkbmap", "-query"))


def _after_colon(text: str, key: str) -> str:
    rows = (line.partition(":") for line in text.splitlines())
    return next((value.strip() for name, _, value in rows if name.strip() == key), "")


def _pairs(text: str, kind: str) -> list[str]:
    """Return the second members of GNOME's `[('xkb', 'de'), ('ibus', 'libpinyin')]` whose first member is `kind`."""
    words = gvariant_texts(text)
    return [name for first, name in zip(words[::2], words[1::2], strict=False) if first == kind]


@probe("keyboard-layouts", System.MACOS)
def layouts_macos(host: Host) -> Answer:
    """The enabled layouts and the one in use."""
    enabled = asked("enabled input sources", Origin.USER, lambda: found(_open(_mac_names(host, methods=False))))
    current = asked(
        "current layout", Origin.USER, lambda: found(_open(mac_texts(host, _MAC_INPUT, "AppleCurrentKeyboardLayoutInputSourceID")))
    )
    return separate_values([enabled, current])


def _mac_names(host: Host, *, methods: bool) -> list[str]:
    names = []
    for record in _mac_sources(host):
        is_method = record.get("InputSourceKind") in _MAC_METHODS
        name = record.get("KeyboardLayout Name") or record.get("Input Mode") or record.get("Bundle ID", "")
        if is_method == methods:
            names.append(name)
    return names


def _mac_sources(host: Host) -> list[dict[str, str]]:
    value = mac_value(host, _MAC_INPUT, "AppleEnabledInputSources")
    if isinstance(value, list):
        return [{str(key): str(item) for key, item in record.items()} for record in value if isinstance(record, dict)]
    answer = host.run(("defaults", "read", _MAC_INPUT, "AppleEnabledInputSources"))
    if answer.code != 0:
        raise NotThereError("This preference is not set.")
    return mac_records(answer.out)


@probe("keyboard-layouts", System.WINDOWS)
def layouts_windows(host: Host) -> Answer:
    """The layouts loaded at login and their substitutes."""
    return separate_values(
        [
            asked("Keyboard Layout Preload", Origin.USER, lambda: found(_open(_windows_layouts(host, _PRELOAD)))),
            asked(
                "Keyboard Layout Substitutes",
                Origin.USER,
                lambda: found(_open(_windows_layouts(host, r"HKCU\Keyboard Layout\Substitutes"))),
            ),
        ]
    )


def _windows_layouts(host: Host, key: str) -> list[str]:
    codes = [registry_text(host, key, name).strip().lower() for name in host.registry_names(key)[:40]]
    return [f"{_LANGUAGES[code[-4:]]} ({code})" if code[-4:] in _LANGUAGES else code for code in codes]


@probe("input-methods", System.LINUX)
def methods_linux(host: Host) -> Answer:
    """The variables that name an input method, the configured engines, and the programs that serve them."""
    sources = [env_source(host, name, MaskKind.OPEN) for name in ("GTK_IM_MODULE", "QT_IM_MODULE", "XMODIFIERS")]
    sources += [
        from_gnome(host, "org.gnome.desktop.input-sources", "sources", lambda text: _open(_pairs(text, "ibus"))),
        from_gnome(host, "org.freedesktop.ibus.general", "preload-engines", lambda text: _open(gvariant_texts(text))),
        asked("~/.config/fcitx5/profile", Origin.USER, lambda: found(_open(_fcitx_engines(host)))),
        asked("running programs", Origin.PROGRAM, lambda: _running(host)),
    ]
    return separate_values(sources)


def _fcitx_engines(host: Host) -> list[str]:
    text = host.read_text(f"{config_home(host)}/fcitx5/profile")
    return [item.value for item in ini(text) if item.key == "Name" and "/Items/" in item.section and not item.value.startswith("keyboard-")]


def _running(host: Host) -> Result:
    """Look for input method programs, but only where one is set up: going through all programs is slow."""
    folders = (f"{config_home(host)}/ibus", f"{config_home(host)}/fcitx5", f"{config_home(host)}/fcitx")
    if not any(host.exists(folder) for folder in folders) and not host.env("XMODIFIERS"):
        return Absent("No input method is set up, so the running programs were not searched.")
    wanted = {"ibus-daemon", "fcitx", "fcitx5", "scim", "uim-xim", "kime"}
    return found(_open(sorted({item.name for item in host.processes() if item.name in wanted})))


@probe("input-methods", System.MACOS)
def methods_macos(host: Host) -> Answer:
    """The enabled input methods."""
    return separate_values([asked("enabled input sources", Origin.USER, lambda: found(_open(_mac_names(host, methods=True))))])


@probe("input-methods", System.WINDOWS)
def methods_windows(host: Host) -> Answer:
    """Layouts of the old input method kind, and the text services enabled for a language."""
    preload = asked("Keyboard Layout Preload", Origin.USER, lambda: found(_open(_old_methods(host))))
    return separate_values([preload, asked("text services", Origin.USER, lambda: found(_open(_text_services(host))))])


def _old_methods(host: Host) -> list[str]:
    return [name for name in _windows_layouts(host, _PRELOAD) if re.search(r"(?:^|\()e0[0-9a-f]{6}", name)]


def _text_services(host: Host) -> list[str]:
    """Name the languages (by their hexadecimal number) for which a text service is enabled."""
    found_languages: set[str] = set()
    for service in host.registry_keys(_TIP)[:40]:
        profiles = rf"{_TIP}\{service}\LanguageProfile"
        try:
            found_languages.update(host.registry_keys(profiles)[:40])
        except NotThereError:
            continue
    codes = sorted(code.lower().removeprefix("0x")[-4:] for code in found_languages)
    return [_LANGUAGES.get(code, code) for code in codes if code not in {"0000", "ffff"}]
