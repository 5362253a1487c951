"""Addresses in settings: taken apart, freed of credentials, and wrapped with the right mask."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Final

from core.probes._ask import LONGEST_VALUE
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,3}|//")
_END_OF_HOST: Final = re.compile(r"[/?#\\]")
_AUTHORITY: Final = re.compile(r"(?:\[[^\]]*\]|[^:\[\]]*)(?::\d*)?")
_LOGIN_WORD: Final = re.compile(r"auth|user|pass|cred|token", re.IGNORECASE)
_HOST_AND_PORT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}:\d{1,5}")
_NOBODY: Final = frozenset({"0.0.0.0", "::", "255.255.255.255"})  # noqa: S104  compared, never bound
NOTE: Final = "credentials-removed"


def without_credentials(address: str) -> str:
    """Return an address whose user name and password are replaced by a note; its query and fragment are dropped."""
    address = address.strip()
    scheme = match[0] if (match := _SCHEME.match(address)) else ""
    rest = address[len(scheme) :]
    # A password may hold slashes, hashes and question marks as they are, so everything up to the last "@" goes. This also
    # shortens harmless addresses with a later "@" (a package's scope): losing a word is better than showing a password.
    before, at, after = rest.rpartition("@")
    if before or at:
        rest = f"{NOTE}@{after}"
    rest = re.split(r"[?#]", rest, maxsplit=1)[0]
    authority = _END_OF_HOST.split(rest, maxsplit=1)[0]
    # `name:word` is no host and port; it can be the first half of credentials that a comma or a blank has cut.
    return scheme + rest if _AUTHORITY.fullmatch(authority) or is_ip(authority) else scheme + NOTE


def origin_only(address: str) -> str:
    """Return scheme, host and port of an address: its path may hold a token."""
    clean = without_credentials(address)
    scheme = match[0] if (match := _SCHEME.match(clean)) else ""
    return scheme + _END_OF_HOST.split(clean[len(scheme) :], maxsplit=1)[0]


def url(address: str) -> Sensitive:
    """Wrap an address without its credentials; the path stays, because it often names the place within an organisation."""
    return Sensitive(without_credentials(address)[:LONGEST_VALUE], MaskKind.URL)


def host_url(address: str) -> Sensitive:
    """Wrap only scheme, host and port of an address."""
    return Sensitive(origin_only(address)[:LONGEST_VALUE], MaskKind.URL)


def urls(addresses: Iterable[str]) -> list[Sensitive]:
    """Wrap each address that is not empty."""
    return [url(address) for address in addresses if address.strip()]


def host_urls(addresses: Iterable[str]) -> list[Sensitive]:
    """Wrap scheme, host and port of each address that is not empty."""
    return [host_url(address) for address in addresses if address.strip()]


def host_names(text: str) -> list[Sensitive]:
    """Split a list of host names (no_proxy and the like) and wrap each as a host."""
    return [host(part) for word in re.split(r"[,;|\s]+", text[: 1 << 16]) if (part := without_credentials(word)[:LONGEST_VALUE])]


def host(name: str) -> Sensitive:
    """Wrap a host name or address; marks that mean everything or every local name stay open."""
    return Sensitive(name, MaskKind.IP if is_ip(name) else MaskKind.OPEN if name in {"*", "<local>"} else MaskKind.HOST)


def hosts_with_port(command: str) -> list[Sensitive]:
    """Find `host:port` in a command line, freed of credentials."""
    words = command.split()[:100]
    # `--proxy-auth mia:12345` looks like a host and a port, but is a login.
    kept = [word for before, word in zip(["", *words], words, strict=False) if not _LOGIN_WORD.search(f"{before} {word}")]
    clean = (without_credentials(word)[-LONGEST_VALUE:] for word in kept)
    return [Sensitive(match[0], MaskKind.URL) for word in clean if (match := _HOST_AND_PORT.search(word))]


def ip(text: str) -> Sensitive:
    """Wrap an IP address."""
    return Sensitive(text.strip()[:LONGEST_VALUE], MaskKind.IP)


def is_ip(text: str) -> bool:
    """Return whether a text is an IPv4 or IPv6 address (a zone index after % is allowed)."""
    bare = text.strip("[]").partition("%")[0]
    return _packs(socket.AF_INET, bare) or _packs(socket.AF_INET6, bare)


def _packs(family: int, text: str) -> bool:
    try:
        socket.inet_pton(family, text)
    except (OSError, ValueError):
        return False
    return True


def is_loopback(address: str) -> bool:
    """Return whether an address means this machine itself, or nothing at all."""
    bare = address.strip("[]").partition("%")[0].lower()
    return bare.startswith("127.") or bare in {"::1", "fe80::1", *_NOBODY}
