"""Traces of a language in the file system: names of the standard folders, language packs and dictionaries."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes._ask import SMALL, asked, count, first_line, found, held, joined, registry_source, summarised, wrap
from core.probes._parse import assignments
from core.probes._places import from_places
from core.probes.registry import probe
from core.probes.result import Ok, separate_values
from core.redact import MaskKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.host.base import Host
    from core.probes.result import Answer, Result

_SHELL_FOLDERS: Final = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
_SHELL_NAMES: Final = ("Desktop", "Personal", "My Pictures", "My Music", "My Video")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,8})*(?:\.[\w-]+)?(?:@\w+)?")
_DICTIONARIES: Final = ("/usr/share/hunspell", "/usr/share/myspell/dicts", "/usr/share/myspell", "/usr/lib/aspell")
_NO_LANGUAGE: Final = "No language pack and no dictionary was found where programs look for them."


@probe("user-folders", System.LINUX)
def user_folders(host: Host) -> Answer:
    """Read the language in which the standard folders were made, and their names."""
    sources = from_places(
        host, ("{config}/user-dirs.locale",), lambda host, path: held(first_line(host.read_text(path, SMALL)), MaskKind.OPEN)
    )
    sources += from_places(host, ("{config}/user-dirs.dirs",), _folder_names)
    return joined("The standard folders have the names every account starts with.", sources)


def _folder_names(host: Host, path: str) -> Result:
    values = assignments(host.read_text(path, SMALL))
    names = (
        value.removeprefix("$HOME/").rstrip("/") for name, value in values.items() if name.startswith("XDG_") and name.endswith("_DIR")
    )
    return found(wrap((name for name in names if name and not name.startswith("$")), MaskKind.PATH))


@probe("user-folders", System.WINDOWS)
def user_folders_windows(host: Host) -> Answer:
    """Read where Windows keeps the standard folders; a synchronised one names the organisation."""
    return separate_values(registry_source(host, _SHELL_FOLDERS, name, MaskKind.PATH, Origin.USER) for name in _SHELL_NAMES)


@probe("language-packs", System.LINUX)
def language_packs(host: Host) -> Answer:
    """List the languages that locales were made for and that dictionaries are there for."""
    sources = [
        asked("/etc/locale.gen", Origin.SYSTEM, lambda: _tags(_generated(host.read_text("/etc/locale.gen", SMALL)))),
        asked("/usr/lib/locale", Origin.SYSTEM, lambda: _tags(host.entries("/usr/lib/locale"))),
        *(asked(folder, Origin.SYSTEM, partial(_dictionaries, host, folder)) for folder in _DICTIONARIES),
        *from_places(host, ("{config}/enchant", "{data}/hunspell"), _dictionaries),
    ]
    return _counted(joined(_NO_LANGUAGE, sources))


@probe("language-packs", System.MACOS)
def language_packs_macos(host: Host) -> Answer:
    """List the languages that a person has own dictionaries for."""
    places = ("~/Library/Spelling", "/Library/Spelling")
    return _counted(joined(_NO_LANGUAGE, from_places(host, places, _dictionaries)))


def _dictionaries(host: Host, folder: str) -> Result:
    return _tags(_stems(host.entries(folder)))


def _counted(answer: Answer) -> Answer:
    number = len(answer.result.values) if isinstance(answer.result, Ok) else 0
    return summarised(answer, count(number, "language or variant", "languages and variants") if number > 4 else "")


def _generated(text: str) -> Iterator[str]:
    return (line.split()[0] for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))


def _stems(names: Iterable[str]) -> Iterator[str]:
    """Take the language out of names such as `de_DE.aff`, `hyph_de.dic` or `en-common.rws`."""
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if not dot or ending in {"aff", "dic", "rws", "multi"}:
            yield (stem or name).removeprefix("hyph_")


def _tags(names: Iterable[str]) -> Result:
    """Keep what looks like a language tag; the encoding after the dot says nothing about a person."""
    tags = (name.partition(".")[0] for name in names if _LOCALE.fullmatch(name) and not name.startswith(("C.", "POSIX")))
    return found(wrap((tag for tag in dict.fromkeys(tags) if len(tag) <= 12), MaskKind.OPEN))
