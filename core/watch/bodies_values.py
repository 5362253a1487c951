"""Values inside a body: JSON that keeps doubled names, readable text, and base64 that stands for something readable."""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from typing import Any, Final

from core.watch.bodies_unpack import packing

NOT_JSON: Final = object()
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_LINES: Final = re.compile(r"(?:[A-Za-z0-9+/]{20,100}\r?\n)+[A-Za-z0-9+/]{0,100}={0,2}\s*")
_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){1,2}")
_BASIC: Final = re.compile(r"(?i)basic ([A-Za-z0-9+/]{4,}={0,2})")
_DATA: Final = re.compile(r"data:[\w/+.;=-]{0,100};base64,")
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def parse_json(data: bytes) -> Any:
    """Return a parsed JSON text, or `NOT_JSON`; an object with a doubled name becomes a tuple of its pairs."""
    start = data[:64].lstrip()[:1]
    if start not in {b"{", b"[", b'"'} and not data.startswith(codecs.BOM_UTF8):
        return NOT_JSON
    try:
        return json.loads(data.decode("utf-8-sig", "surrogatepass"), object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return NOT_JSON


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any] | tuple[tuple[str, Any], ...]:
    table = dict(pairs)
    return table if len(table) == len(pairs) else tuple(pairs)


def text_of(data: bytes) -> str:
    """Return bytes as text if they are readable text, else an empty text."""
    coding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        return ""
    strange = sum(text.count(chr(code)) for code in range(32) if code not in {9, 10, 12, 13, 27})
    return text if strange * 50 <= len(text) else ""


def decoded_texts(text: str) -> list[bytes]:
    """Return what a string stands for where it is base64 of something readable: a token, a Basic login, packed data."""
    if len(text) > 100_000 and text.startswith("data:image"):
        return []
    if found := _BASIC.fullmatch(text):
        return _readable(found.group(1))
    token = text.removeprefix("Bearer ").strip()
    if _TOKEN.fullmatch(token):
        return [data for segment in token.split(".")[:2] for data in _readable(segment)]
    if heading := _DATA.match(text):
        text = text[heading.end() :]
    text = "".join(text.split()) if _LINES.fullmatch(text) else text
    return _readable(text) if _BASE64.fullmatch(text) else []


def _readable(text: str) -> list[bytes]:
    """Decode base64 of either alphabet; keep it if it is text or packed data."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:
        return []
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return []
    return [data] if packing(data) or (data.isascii() and text_of(data)) or _is_prose(data) else []


def _is_prose(data: bytes) -> bool:
    """Whether bytes beyond ASCII are text after all: random bytes hardly ever are valid UTF-8 of this length."""
    return len(data) >= 12 and bool(text_of(data))
