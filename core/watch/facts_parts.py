"""What to look for: the values of readings, the parts that travel alone, and the spellings programs use of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from core.probes.result import Ok
from core.redact import MaskKind, raw
from core.watch.facts_rule import Strength, is_common_host, strength
from core.watch.facts_words import low_information

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.model import Reading
    from core.redact import Sensitive

    Readings = Mapping[str, Reading] | Iterable[Reading]

_MOST_PER_SIGNAL: Final = 64
_EMAIL: Final = re.compile(r"[^\s<>@/:]+@[^\s<>@/:]+")
_NAMED_EMAIL: Final = re.compile(r"(?P<name>[^<>]+?)\s*<(?P<mail>[^<>\s@]+@[^<>\s@]+)>")
_REMOTE: Final = re.compile(
    r"(?:(?:ssh|git|https?|git\+ssh)://)?(?:[^@/\s]+@)?(?P<host>[\w.-]+)(?::\d+/|[:/])(?P<path>[\w.~/-]+?)(?:\.git)?/?"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One text to look for: the signal it belongs to, which part of the value it is, its mask, and signals that hold it too."""

    signal: str
    text: str
    part: str
    masked: str
    strength: Strength
    kind: MaskKind
    also: tuple[str, ...] = ()


def wanted(readings: Readings) -> tuple[Wanted, ...]:
    """Return what is worth looking for in these readings, each text once: with the signal whose own value it is."""
    listed = readings.values() if isinstance(readings, Mapping) else readings
    out: dict[str, list[Wanted]] = {}
    for reading in listed:
        if reading.signal in low_information()["never"]:
            continue
        for value in _values(reading)[:_MOST_PER_SIGNAL]:
            for part, text, kind in _parts(reading.signal, value):
                level = strength(text, kind, reading.signal)
                if level is not Strength.NEVER:
                    out.setdefault(text.lower(), []).append(Wanted(reading.signal, text, part, value.masked, level, kind))
    return tuple(_owned(holders) for holders in out.values())


def _owned(holders: list[Wanted]) -> Wanted:
    """Choose whose text it is: a whole value before a part of one, then by the list of owners."""
    owners = low_information()["owners"]
    holders.sort(key=lambda item: (bool(item.part), owners.get(item.signal, len(owners))))
    first = holders[0]
    also = dict.fromkeys(item.signal for item in holders if item.signal != first.signal and not item.part)
    return replace(first, also=tuple(also), strength=max(item.strength for item in holders))


def _values(reading: Reading) -> list[Sensitive]:
    """Return the values of the result and of all sources, which may differ from it."""
    results = [reading.result, *(item.result for item in reading.sources)]
    return list(dict.fromkeys(value for result in results if isinstance(result, Ok) for value in result.values))


def _parts(signal: str, value: Sensitive) -> Iterator[tuple[str, str, MaskKind]]:
    text = raw(value).strip()
    if "@" in text and (named := _NAMED_EMAIL.fullmatch(text)):
        yield "name", named["name"], MaskKind.FULL
        yield from _of_email(named["mail"])
    elif _EMAIL.fullmatch(text):
        yield from _of_email(text)
    elif signal == "git-remotes":
        yield from _of_remote(text)
    elif "://" in text or value.kind is MaskKind.URL:
        yield from _of_url(text)
    else:
        yield "", text, value.kind
        if value.kind is MaskKind.PATH and strength(text, value.kind, signal) is not Strength.NEVER:
            yield "folder name", re.split(r"[/\\]", text.rstrip("/\\"))[-1], MaskKind.FULL
        if signal == "locale" and "." in text:
            yield "language", text.partition(".")[0], MaskKind.OPEN
        if signal == "memory" and (found := re.search(r"(\d{9,}) bytes", text)):
            yield "bytes", found[1], MaskKind.ID
        if signal == "kernel" and text.startswith("Linux "):
            yield "release", text.removeprefix("Linux "), MaskKind.ID


def _of_email(text: str) -> Iterator[tuple[str, str, MaskKind]]:
    local, _, domain = text.partition("@")
    yield "", text, MaskKind.EMAIL
    yield "name in the address", local, MaskKind.FULL
    yield "mail domain", domain, MaskKind.HOST


def _of_url(text: str) -> Iterator[tuple[str, str, MaskKind]]:
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        yield "", text, MaskKind.URL
        return
    if not host or is_common_host(host):
        return
    if parts.path.strip("/"):
        yield "", f"{host}{port}{parts.path.rstrip('/')}", MaskKind.URL
    yield "host", host, MaskKind.HOST


def _of_remote(text: str) -> Iterator[tuple[str, str, MaskKind]]:
    """Yield a remote as `host/owner/name`, which all spellings of it share, and its parts."""
    found = _REMOTE.fullmatch(text)
    if not found:
        yield "", text, MaskKind.URL
        return
    host, path = found["host"], found["path"].strip("/")
    yield "host and path", f"{host}/{path}", MaskKind.URL
    yield "path", path, MaskKind.URL
    yield "", f"{host}:{path}", MaskKind.URL
    yield "host", host, MaskKind.HOST


def spellings(item: Wanted) -> tuple[str, ...]:
    """Return how else a text is written before it is hashed: case, line end, without marks, as a remote's address."""
    text = item.text
    out = [text, text.lower(), text.upper(), f"{text}\n"]
    if item.kind in {MaskKind.MAC, MaskKind.ID}:
        bare = re.sub(r"[:-]", "", text)
        out += [bare, bare.lower(), bare.upper(), text.lower().replace("-", ":"), text.upper().replace(":", "-")]
    if item.signal == "git-remotes" and "/" in text:
        host, _, path = text.replace(":", "/", 1).partition("/")
        out += [f"https://{host}/{path}.git", f"https://{host}/{path}", f"git@{host}:{path}.git", f"{host}/{path}.git", f"{host}:{path}"]
    return tuple(dict.fromkeys(out))


def _written_paths(text: str) -> list[str]:
    """Return a folder as programs name others after it (`-home-mia-x`), and one of Windows as its Linux sees it."""
    plain = text.replace("\\", "/")
    out = [re.sub(r"[/:.]", "-", plain), re.sub(r"[/:]", "-", plain)]
    if drive := re.match(r"([A-Za-z]):/", plain):
        out += [plain, f"/mnt/{drive[1].lower()}{plain[2:]}", f"/{drive[1].lower()}{plain[2:]}"]
    return out


def written(item: Wanted) -> tuple[str, ...]:
    """Return how else a text is written in the clear (the search itself takes no notice of ASCII case)."""
    text = item.text
    out = [text]
    if not text.isascii():
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]  # file names of macOS are decomposed
        out += [spelled for form in forms for spelled in (form, form.lower(), form.upper())]
    if item.kind is MaskKind.FULL and " " in text:
        out.append(text.replace(" ", "+"))
    if item.kind is MaskKind.MAC:
        bare = re.sub(r"[:-]", "", text)
        out += [bare, "-".join(re.findall("..", bare)), ":".join(re.findall("..", bare))]
    if item.kind is MaskKind.ID and (bare := text.replace("-", "")) != text and len(bare) >= 16:
        out.append(bare)
    if item.kind is MaskKind.PATH:
        out += _written_paths(text)
    if item.kind is MaskKind.OPEN and item.strength is Strength.LABELLED:
        out += [text.replace("_", "-"), text.replace("-", "_")]
    if item.kind is MaskKind.ZONE:
        out.append(text.replace("_", " "))
    return tuple(dict.fromkeys(out))
