"""All strings of a request with the place where they stand: headers, parts of the address, and every layer of the body.

Bodies are unpacked and read as JSON (with JSON, base64 and packed data inside strings: the place then has a `!`), lines of
JSON, server-sent events, forms, multipart, protobuf or plain text. Whatever cannot be read is named, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from core.watch import bodies_wire
from core.watch.bodies_unpack import LARGEST, unpack
from core.watch.bodies_values import NOT_JSON, decoded_texts, parse_json, text_of

if TYPE_CHECKING:
    Trail = tuple["Trail", str | int] | None

_MOST_PIECES: Final = 500_000
_DEEPEST: Final = 8
_SMALLEST_NUMBER: Final = 10_000
_MOST_TEXTS: Final = 10_000
_ZEROS: Final = 20
_READABLE: Final = re.compile("[^\\x00-\\x08\\x0e-\\x1f\\x7f\\udc80-\\udcff]{32,}")
_MAY_HOLD_MORE: Final = re.compile(  # JSON, base64 (in lines, too)
    r"\s*[\[{]|(?:[Bb]asic |Bearer |data:[^\s,]*,)?[A-Za-z0-9+/_=.-]+(?:\r?\n[A-Za-z0-9+/=]+)*\s{0,2}\Z"
).match


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it left the tool; headers in order, the body as the bytes that were sent."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return a header's values joined, or an empty text."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)


class Piece(NamedTuple):
    """One string of a request; `place` is worked out only when asked for.

    `is_opened`: its own strings are pieces too, so that only facts are looked for in it.
    """

    trail: Trail
    text: str
    is_opened: bool = False

    @property
    def place(self) -> str:
        """Where it stands: `header User-Agent`, `URL path`, `$.messages[0].content`, `$.metadata.user_id!.device_id`."""
        steps, trail = [], self.trail
        while trail is not None:
            trail, step = trail
            steps.append(step if isinstance(step, str) else f"[{step}]")
        return "".join(reversed(steps))


@dataclass(frozen=True, slots=True)
class Walked:
    """The strings of one request and sentences on what could not be read."""

    pieces: tuple[Piece, ...]
    faults: tuple[str, ...] = ()


def walk(request: Request) -> Walked:
    """Return all strings of a request; never raises for anything a program can send."""
    walker = _Walker()
    for name, value in request.headers:
        walker.string((None, f"header {name}"), value, 0)
    walker.address(request.url)
    walker.body(request.body, request.header("content-type"), request.header("content-encoding"))
    return Walked(tuple(walker.pieces), tuple(dict.fromkeys(walker.faults)))


def walk_text(text: str, name: str = "text") -> Walked:
    """Return the strings of a text that is no request: JSON and lines of JSON are opened, everything else is one string."""
    walker = _Walker()
    data = text.encode("utf-8", "surrogatepass")
    is_lines = "\n" in text.strip() and text.lstrip()[:1] in {"{", "["}
    if not walker.json_text((None, "$"), data, 0) and not (is_lines and walker.lines(text, "application/x-ndjson", "", 0)):
        walker.add((None, name), text)
    return Walked(tuple(walker.pieces), tuple(walker.faults))


def walk_bytes(data: bytes, name: str = "text") -> Walked:
    """Return the strings of a file: unpacked if it is packed, JSON and lines of JSON opened, bytes that are no text as such."""
    walker = _Walker()
    data, faults = unpack(data, "")
    walker.faults.extend(faults)
    text = text_of(data)
    if data and not text:
        walker.binary((None, "file (bytes)"), data)
        return Walked(tuple(walker.pieces), tuple(dict.fromkeys(walker.faults)))
    found = walk_text(text, name)
    return Walked(found.pieces, (*walker.faults, *found.faults))


class _Walker:
    """Collects the strings of one request."""

    __slots__ = ("budget", "faults", "names", "pieces")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.faults: list[str] = []
        self.names: dict[str, bool] = {}  # of fields; each is looked at once
        self.budget = LARGEST

    def add(self, trail: Trail, text: str, *, is_opened: bool = False) -> None:
        if len(self.pieces) < _MOST_PIECES:
            self.pieces.append(Piece(trail, text, is_opened))
        if self.is_full:
            self.faults.append(f"Only the first {_MOST_PIECES:,} strings of the request were looked at.")

    def string(self, trail: Trail, text: str, depth: int) -> None:
        """Add a string, and what is written inside it in another form."""
        number = len(self.pieces)
        self.add(trail, text)
        if len(text) < 8 or depth >= _DEEPEST or not _MAY_HOLD_MORE(text):
            return
        if text.lstrip()[:1] in {"{", "["}:
            if self.json_text((trail, "!"), text.encode("utf-8", "surrogatepass"), depth + 1):
                self.pieces[number : number + 1] = [Piece(trail, text, is_opened=True)]
            return
        for data in decoded_texts(text):
            self.budget -= len(data)
            if self.budget > 0:
                self.inner((trail, "!"), data, depth + 1)

    @property
    def is_full(self) -> bool:
        """Whether no further string is taken; going on would only take time."""
        return len(self.pieces) >= _MOST_PIECES

    def inner(self, trail: Trail, data: bytes, depth: int) -> None:
        """Look at the bytes that a string or part stood for."""
        data, faults = unpack(data, "", max(self.budget, 1))
        self.budget -= len(data)
        self.faults.extend(faults)
        if self.json_text(trail, data, depth):
            return
        text = text_of(data)
        if text:
            self.string((trail, "text"), text, depth)
        elif bodies_wire.is_message(data):
            self.message(trail, data)
        else:
            self.binary((trail, "bytes"), data)

    def binary(self, trail: Trail, data: bytes) -> None:
        """Add bytes that are in no form that is known: whole, and each text in them for itself."""
        whole = data.decode("utf-8", "surrogateescape")
        self.add(trail, whole, is_opened=True)
        for found in islice(_READABLE.finditer(whole), _MOST_TEXTS):
            self.add((trail, f"!text at character {found.start() + 1}"), found.group())
        if data.count(0) * _ZEROS > len(data) and (wide := data.replace(b"\0", b"")):  # texts of two bytes a character
            self.add((trail, "!without its zeros"), wide.decode("utf-8", "surrogateescape"), is_opened=True)

    def address(self, url: str) -> None:
        """Add the parts of the address, percent signs undone."""
        try:
            parts = urlsplit(url)
            self.add((None, "URL host"), parts.netloc)
        except ValueError:
            self.add((None, "URL"), url)
            return
        if len(parts.path) > 1:
            self.add((None, "URL path"), unquote(parts.path))
        self.form("URL query", parts.query, 0)
        if parts.fragment:
            self.add((None, "URL fragment"), unquote(parts.fragment))

    def form(self, name: str, text: str, depth: int) -> None:
        """Add the fields of a form or query."""
        try:
            pairs = parse_qsl(text, keep_blank_values=True)
        except ValueError:
            self.add((None, name), text)
            return
        for key, value in pairs:
            here = (None, f"{name} {key[:80]}")
            if value:
                self.string(here, value, depth)
            else:
                self.add((here, " (name)"), key)

    def body(self, body: bytes, content_type: str, encodings: str) -> None:
        """Read the body by its declared type, else by what it looks like."""
        if not body:
            return
        data, faults = unpack(body, encodings, self.budget)
        self.faults.extend(faults)
        self.budget -= len(data)
        self.typed(data, content_type, "", 0)

    def typed(self, data: bytes, content_type: str, prefix: str, depth: int) -> None:
        """Read bytes of a declared type; `prefix` is the place of a part."""
        kind = content_type.partition(";")[0].strip().lower()
        root: Trail = (None, f"{prefix}$")
        if kind.startswith("multipart/") and depth < 3 and self.multipart(data, content_type, prefix, depth):
            return
        if "grpc" in kind and (messages := bodies_wire.frames(data)):
            for index, message in enumerate(messages):
                self.message((None, f"{prefix}message {index} "), unpack(message, "", LARGEST)[0])
            return
        if "protobuf" in kind and bodies_wire.is_message(data):
            self.message((None, prefix), data)
            return
        if self.json_text(root, data, depth):
            return
        self.untyped(data, kind, prefix, depth)

    def untyped(self, data: bytes, kind: str, prefix: str, depth: int) -> None:
        """Read bytes that are no JSON: lines of JSON, events, a form, text, a message, or bytes nobody can read."""
        text = text_of(data)
        if not text:
            if bodies_wire.is_message(data):
                self.message((None, prefix), data)
            elif data:
                self.faults.append("A part of the body is in no form that Telltale reads; its plain bytes were searched.")
                self.binary((None, f"{prefix}body (bytes)"), data)
        elif kind.endswith("x-www-form-urlencoded") or (not kind and re.fullmatch(r"[\w.%+-]+=[^\s{}]*", text[:2000])):
            self.form(f"{prefix}form field", text, depth)
        elif not self.lines(text, kind, prefix, depth):
            self.string((None, f"{prefix}body"), text, depth)

    def lines(self, text: str, kind: str, prefix: str, depth: int) -> bool:
        """Read server-sent events and lines of JSON; False if it is neither."""
        is_events = kind == "text/event-stream" or re.match(r"(?:event|data|id|retry|):", text) is not None
        listed = [line for line in text.splitlines() if line.strip()]
        if not is_events and not (len(listed) > 1 and all(line.lstrip()[:1] in {"{", "["} for line in listed[:3])):
            return False
        for index, line in enumerate(listed):
            if self.is_full:
                break
            content = line.partition(":")[2].lstrip() if is_events else line
            trail: Trail = (None, f"{prefix}{'event' if is_events else 'line'} {index + 1} $")
            if not self.json_text(trail, content.encode("utf-8", "surrogatepass"), depth):
                self.string(trail, content, depth)
        return True

    def multipart(self, data: bytes, content_type: str, prefix: str, depth: int) -> bool:
        """Read the parts of a multipart body; False if its boundary does not occur."""
        found = re.search(r'boundary="?([^";,]{1,200})', content_type)
        marker = b"--" + found.group(1).strip().encode("utf-8", "replace") if found else b""
        if not marker or marker not in data:
            return False
        for index, part in enumerate(data.split(marker)[1:]):
            head, gap, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
            if not gap:
                continue
            if self.is_full:
                break
            about = head.decode("utf-8", "replace")
            named = re.search(r'\bname="?([^";\r\n]{1,80})', about)
            here = f"{prefix}part {named.group(1) if named else index} "
            self.add((None, f"{here}(heading)"), about)
            kind = re.search(r"(?im)^content-type:\s*([^\r\n]+)", about)
            self.typed(content.removesuffix(b"\r\n"), kind.group(1) if kind else "text/plain", here, depth + 1)
        return True

    def message(self, trail: Trail, data: bytes) -> None:
        """Add the texts of a protobuf message."""
        for entry in bodies_wire.entries(data):
            if self.is_full:
                break
            place: Trail = (trail, f"field {entry.path}{' (bytes)' if entry.is_bytes else ''}")
            if entry.data:
                self.inner(place, entry.data, 2)
            elif entry.is_bytes:
                self.add(place, entry.text)
            else:
                self.string(place, entry.text, 1)

    def json_text(self, trail: Trail, data: bytes, depth: int) -> bool:
        """Add all strings, names and long numbers of a JSON text; False if it is none."""
        document = parse_json(data)
        if document is NOT_JSON:
            return False
        stack: list[tuple[Trail, object]] = [(trail, document)]
        known = len(self.names)
        while stack and not self.is_full:
            here, value = stack.pop()
            kind = type(value)
            if kind is str:
                self.string(here, value, depth)  # type: ignore[arg-type]  # its type was just looked at
            elif kind is dict or kind is tuple:  # a tuple is an object that has the same name twice
                pairs = value.items() if isinstance(value, dict) else value
                self.table(here, list(pairs), stack)  # type: ignore[call-overload]  # a tuple of pairs
            elif isinstance(value, list):
                stack.extend([((here, index), inner) for index, inner in enumerate(value)][::-1])
            elif isinstance(value, int | float) and kind is not bool and abs(value) >= _SMALLEST_NUMBER:
                self.add(here, str(value))
        if len(self.names) > known:
            new = list(self.names)[known:]
            self.add((trail, " (names)"), "".join(f'"{name}" ' for name in new), is_opened=True)
        return True

    def table(self, here: Trail, pairs: list[tuple[str, object]], stack: list[tuple[Trail, object]]) -> None:
        """Put the values of an object on the stack, and add the names that are no plain words."""
        for name, inner in reversed(pairs):
            if name.isascii() and name.isidentifier():
                stack.append(((here, "." + name), inner))
                self.names[name] = True
            else:
                stack.append(((here, f"[{name[:80]!a}]"), inner))
                self.add((here, " (name)"), name)
