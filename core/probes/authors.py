"""Names and addresses of a person in tools beside git: version control, package tools and mail programs."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.probes._ask import LARGE, SMALL, count, env_source, found, joined, summarised
from core.probes._gitrepo import paths_of
from core.probes._parse import ini
from core.probes._places import from_places
from core.probes.registry import probe
from core.probes.result import Ok
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.probes.result import Answer, Result

_VARIABLES: Final = (
    "DEBFULLNAME",
    "DEBEMAIL",
    "HGUSER",
    "JJ_USER",
    "JJ_EMAIL",
    "npm_config_init_author_name",
    "npm_config_init_author_email",
)
# File -> the (section, key) pairs that name a person; npm writes its keys without a section.
_FILES: Final[dict[str, frozenset[tuple[str, str]]]] = {
    "~/.npmrc": frozenset({("", "init-author-name"), ("", "init-author-email"), ("", "init.author.name"), ("", "init.author.email")}),
    "~/.hgrc": frozenset({("ui", "username")}),
    "{config}/hg/hgrc": frozenset({("ui", "username")}),
    "{config}/jj/config.toml": frozenset({("user", "name"), ("user", "email")}),
    "~/.jjconfig.toml": frozenset({("user", "name"), ("user", "email")}),
    "{config}/breezy/breezy.conf": frozenset({("DEFAULT", "email")}),
}
_WINDOWS_FILES: Final = {
    "~/.npmrc": _FILES["~/.npmrc"],
    "~/mercurial.ini": _FILES["~/.hgrc"],
    "{roaming}/jj/config.toml": _FILES["~/.jjconfig.toml"],
}
_THUNDERBIRD: Final = {
    System.LINUX: ("~/.thunderbird", "~/.var/app/org.mozilla.Thunderbird/.thunderbird", "~/snap/thunderbird/common/.thunderbird"),
    System.MACOS: ("~/Library/Thunderbird",),
    System.WINDOWS: ("{roaming}/Thunderbird",),
}
_EVOLUTION: Final = ("{config}/evolution/sources", "~/.var/app/org.gnome.Evolution/config/evolution/sources")
_IDENTITY: Final = re.compile(r'^user_pref\("mail\.identity\.id\d+\.useremail",\s*"([^"\\]{1,200})"\);', re.MULTILINE)
_MOST_FILES: Final = 30


def person(text: str) -> Sensitive:
    """Wrap a name or an address; an address keeps its ending in the mask."""
    return Sensitive(text[:200], MaskKind.EMAIL if "@" in text else MaskKind.FULL)


def _named_in(host: Host, path: str, wanted: frozenset[tuple[str, str]]) -> Result:
    settings = ini(host.read_text(path, SMALL))
    values = (item.value.strip("\"' ") for item in settings if (item.section, item.key) in wanted)
    return found(person(value) for value in values if value)


@probe("author-names")
def author_names(host: Host) -> Answer:
    """List the names that tools beside git sign a person's work with."""
    sources = [env_source(host, name, MaskKind.EMAIL if "email" in name.lower() else MaskKind.FULL) for name in _VARIABLES]
    files = _WINDOWS_FILES if host.system is System.WINDOWS else _FILES
    for place, wanted in files.items():
        sources += from_places(host, (place,), partial(_named_in, wanted=wanted))
    return joined("No tool beside git keeps a name here.", sources)


@probe("mail-accounts")
def mail_accounts(host: Host) -> Answer:
    """List the addresses set up in mail programs; messages and passwords are not opened."""
    sources = from_places(host, _THUNDERBIRD[host.system], _identities)
    if host.system is System.LINUX:
        sources += from_places(host, _EVOLUTION, _evolution)
    answer = joined("No mail program keeps an address here.", sources)
    number = len(answer.result.values) if isinstance(answer.result, Ok) else 0
    return summarised(answer, count(number, "address", "addresses") if number > 2 else "")


def _identities(host: Host, folder: str) -> Result:
    """Gather the identities of every profile that profiles.ini names."""
    path = paths_of(host)
    profiles = [item.value for item in ini(host.read_text(path.join(folder, "profiles.ini"), SMALL)) if item.key == "Path"]
    addresses: list[str] = []
    for profile in profiles[:_MOST_FILES]:
        where = profile if path.isabs(profile) else path.join(folder, path.normpath(profile))
        addresses += _IDENTITY.findall(_text(host, path.join(where, "prefs.js")))
    return found(person(address) for address in addresses)


def _evolution(host: Host, folder: str) -> Result:
    names = [name for name in host.entries(folder) if name.endswith(".source")][:_MOST_FILES]
    return found(person(address) for name in names for address in _addresses(_text(host, f"{folder}/{name}")))


def _addresses(text: str) -> Iterable[str]:
    return (item.value for item in ini(text) if (item.section, item.key) == ("Mail Identity", "Address") and item.value)


def _text(host: Host, path: str) -> str:
    try:
        return host.read_text(path, LARGE)
    except HostError:
        return ""
