"""The encodings in which a text may travel: patterns for base64, hexadecimal and hashes, and strings with their escapes undone."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote_plus

from core.redact import MaskKind
from core.watch.facts_engine import Hit, Pattern
from core.watch.facts_parts import Wanted, spellings, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HASHES: Final = ("md5", "sha1", "sha256", "sha512")
SHORTEST_HASH: Final = 12
_SHORTEST_BYTES: Final = 6
_SKIP: Final = (0, 2, 3)  # base64 characters that still depend on the bytes before the text
_ESCAPE: Final = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([/\\\"'])")
_HALVES: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_FIRST_WRAPPED: Final = re.compile(r"[A-Za-z0-9+/_-]{40,}\r?\n[A-Za-z0-9+/_-]{8,}")
_WRAPPED: Final = re.compile(r"\n[A-Za-z0-9+/_-]{40,}\r?\n[A-Za-z0-9+/_-]{8,}")  # begins with the one character that is quick to find
_LINE_END: Final = re.compile(r"\r?\n(?<=[A-Za-z0-9+/_-]{40}\n|[A-Za-z0-9+/_-]{39}\r\n)(?=[A-Za-z0-9+/_=-])")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]*")


@dataclass(frozen=True, slots=True)
class Tag:
    """What a pattern stands for; `rest` is what must follow of a hash for it to be the whole one."""

    wanted: Wanted
    encoding: str
    rest: bytes = b""


class Form(NamedTuple):
    """One string as it stands (`encoding` is empty) or with its escapes undone."""

    number: int
    text: str
    encoding: str


def patterns(wanted: Sequence[Wanted]) -> list[Pattern[Tag]]:
    """Return the patterns for all texts, each sequence of bytes once per text."""
    seen: dict[tuple[int, bytes], Pattern[Tag]] = {}
    for number, item in enumerate(wanted):
        for pattern in _of_text(item):
            seen.setdefault((number, pattern.needle), pattern)
    return list(seen.values())


def _of_text(item: Wanted) -> Iterator[Pattern[Tag]]:
    for text in written(item):
        data = text.encode("utf-8", "surrogatepass")
        yield Pattern(data, is_exact=False, tag=Tag(item, "plain"))
        if len(data) >= _SHORTEST_BYTES:
            yield Pattern(data.hex().encode(), is_exact=False, tag=Tag(item, "hex"))
            yield from _of_base64(data, Tag(item, "base64"))
    if item.kind is MaskKind.ID and (raw_bytes := _bytes_of_id(item.text)):
        yield from _of_base64(raw_bytes, Tag(item, "base64 of its bytes"))
    for text in spellings(item):
        yield from _of_hashes(text.encode("utf-8", "surrogatepass"), item)


def _of_base64(data: bytes, tag: Tag) -> Iterator[Pattern[Tag]]:
    """Yield the characters that are the same whatever stands before and behind the text, at each of three offsets."""
    for offset, skip in enumerate(_SKIP):
        whole = (offset + len(data)) * 8 // 6
        needle = base64.b64encode(bytes(offset) + data)[skip:whole]
        yield Pattern(needle, is_exact=True, tag=tag)
        if b"+" in needle or b"/" in needle:
            yield Pattern(needle.replace(b"+", b"-").replace(b"/", b"_"), is_exact=True, tag=tag)


def _of_hashes(data: bytes, item: Wanted) -> Iterator[Pattern[Tag]]:
    import hashlib  # brings libcrypto along: four megabytes

    for name in HASHES:
        digest = hashlib.new(name, data, usedforsecurity=False).digest()
        text = digest.hex().encode()
        yield Pattern(text[:SHORTEST_HASH], is_exact=False, tag=Tag(item, name, text[SHORTEST_HASH:]))
        yield Pattern(text[:8] + b"-" + text[8:12], is_exact=False, tag=Tag(item, f"{name}, written as a UUID"))
        coded = base64.b64encode(digest)[:16]
        yield Pattern(coded, is_exact=True, tag=Tag(item, f"{name} in base64"))
        if b"+" in coded or b"/" in coded:
            yield Pattern(coded.replace(b"+", b"-").replace(b"/", b"_"), is_exact=True, tag=Tag(item, f"{name} in base64"))


def _bytes_of_id(text: str) -> bytes:
    bare = text.replace("-", "")
    return bytes.fromhex(bare) if re.fullmatch(r"(?:[0-9A-Fa-f]{2}){8,}", bare) else b""


def forms(strings: Sequence[str]) -> list[Form]:
    """Return every string, and once more with its escapes undone where it has some."""
    out = []
    for index, text in enumerate(strings):
        out.append(Form(index, text, ""))
        names: list[str] = []
        plain = text
        may_escape = True
        for _ in range(3):
            undone, name = _undo(plain, may_escape=may_escape)
            if not name or undone == plain:
                break
            may_escape = name != "escapes" or "\\\\" in plain  # only an escaped backslash can leave a further escape
            plain = undone
            if name not in names:
                names.append(name)
        if names:
            out.append(Form(index, plain, " in ".join(names)))
    return out


def _undo(text: str, *, may_escape: bool) -> tuple[str, str]:
    """Undo one layer of escapes; an empty name if there is none."""
    if "\n" in text and (_WRAPPED.search(text) or _FIRST_WRAPPED.match(text)):
        return _LINE_END.sub("", text), "wrapped lines"
    if "%" in text and re.search(r"%[0-9A-Fa-f]{2}", text):
        return unquote_plus(text), "URL"
    if may_escape and "\\" in text and _ESCAPE.search(text):
        undone = _ESCAPE.sub(_character, text)
        return (_joined(undone) if "\\ud" in text or "\\uD" in text else undone), "escapes"
    if "&" in text and re.search(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});", text):
        import html  # half a megabyte of entities, and few texts have any

        return html.unescape(text), "HTML"
    return text, ""


def _joined(text: str) -> str:
    """Join the halves of characters that were escaped as two."""
    return _HALVES.sub(lambda found: found.group().encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if not code:
        return found[4]
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else found[0]


def encoding_of(hit: Hit[Tag]) -> str:
    """Return the encoding of a hit in words, with how much of a hash is there; empty if the hash does not stand alone."""
    tag = hit.tag
    if not tag.rest:
        if tag.encoding == "plain" and hit.data[hit.start : hit.end] != tag.wanted.text.encode("utf-8", "surrogatepass"):
            return "plain, written otherwise"
        return tag.encoding
    if hit.start > hit.string_start and _HEX.fullmatch(hit.data[hit.start - 1 : hit.start]):
        return ""
    follows = _HEX.match(hit.data, hit.end, hit.string_end)
    digits = follows.group().lower() if follows else b""
    if not tag.rest.startswith(digits):
        return ""
    return tag.encoding if digits == tag.rest else f"{tag.encoding}, first {SHORTEST_HASH + len(digits)} digits"
