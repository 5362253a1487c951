"""Readers for Windows' own notations of proxies; none of them ever raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from core.probes import _address

if TYPE_CHECKING:
    from core.redact import Sensitive


class Settings(NamedTuple):
    """What `DefaultConnectionSettings` and `WinHttpSettings` hold."""

    uses_proxy: bool = False
    uses_script: bool = False
    is_searched: bool = False
    server: str = ""
    bypass: str = ""
    script: str = ""


def servers(text: str) -> list[Sensitive]:
    """Wrap `host:port`, or each of `http=host:port;https=host:port`."""
    values = []
    for part in text[:2000].replace(";", " ").split():
        scheme, equals, address = part.partition("=")
        values += _address.host_urls([f"{scheme}://{address}" if equals and "//" not in address else address or part])
    return values


def connection_settings(data: bytes) -> Settings:
    """Read the binary value: flags at byte 8, then three texts, each after its length in four bytes."""
    if len(data) < 16:
        return Settings()
    flags = data[8]
    texts: list[str] = []
    at = 12
    for _ in range(3):
        size = int.from_bytes(data[at : at + 4], "little")
        if at + 4 + size > len(data):
            break
        texts.append(data[at + 4 : at + 4 + size].decode("ascii", "replace"))
        at += 4 + size
    server, bypass, script = (*texts, "", "", "")[:3]
    return Settings(bool(flags & 2), bool(flags & 4), bool(flags & 8), server, bypass, script)
