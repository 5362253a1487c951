"""Reads the output of strace as it comes: parts of lines, calls cut in two, escaped text. Never fails on any bytes."""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

_FORM: Final = (
    rb"^(?:\[pid +(?P<bracket>\d+)\] |(?P<pid>\d++) +)?(?:(?P<at>\d++\.\d++) |\d\d:\d\d:\d\d(?:\.\d+)? )? *"
    rb"(?:(?P<name>\w++)\((?P<rest>.*+)|<\.\.\. (?P<resumed>\w++) resumed>(?P<later>.*+)|(?P<end>\+\+\+ .*+)|--- .*+|strace: .*+)$"
)
_LINE: Final = re.compile(_FORM, re.MULTILINE)
_CUT: Final = b" <unfinished ...>"
_LONGEST: Final = 1 << 20
_MOST_PENDING: Final = 100_000
_QUOTED: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_NOTED: Final = re.compile(rb"<((?:[^<>\\]|\\.)*)>")
_RESULT: Final = re.compile(rb"\) += (-?\d+|0x[0-9a-f]+|\?)(?: (E[A-Z0-9]+))?")
_ESCAPE: Final = re.compile(rb"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_LETTERS: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"v": b"\v", b"f": b"\f", b"a": b"\a", b"b": b"\b", b"e": b"\x1b"}


class Call(NamedTuple):
    """One whole call, or the end of a process (`name` is empty), or the first half of a call (`is_half`)."""

    pid: int
    at: float
    name: bytes
    rest: bytes
    is_half: bool = False


class Lines:
    """Turns pieces of output into calls; `count` lines were read, `unread` of them not understood."""

    def __init__(self) -> None:
        """Start with nothing pending."""
        self.count = 0
        self.unread = 0
        self._tail = b""
        self._skipping = False
        self._pending: dict[int, tuple[bytes, bytes]] = {}
        self._pattern = _LINE

    def pass_over(self, useless: bytes) -> None:
        """From now on count lines that fit this expression (one or more whole lines, no groups) without giving their calls."""
        self._pattern = re.compile(b"^" + useless + b"|" + _FORM, re.MULTILINE)

    def feed(self, data: bytes) -> list[Call]:
        """Return the calls that this piece completes."""
        end = data.rfind(b"\n") + 1
        if not end:
            self._keep(data)
            return []
        if self._skipping:  # the rest of a line too long to be one
            self._skipping = False
            start = data.find(b"\n") + 1
            self._count_lost()
            block = data[start:end]
        else:
            block = self._tail + data[:end]
        self._tail = b""
        self._keep(data[end:])
        return self._calls(block)

    def finish(self) -> list[Call]:
        """Return what a last line without an end holds."""
        block, self._tail = self._tail, b""
        return self._calls(block + b"\n") if block else []

    def _keep(self, piece: bytes) -> None:
        if self._skipping:
            return
        self._tail += piece
        if len(self._tail) > _LONGEST:
            self._tail, self._skipping = b"", True

    def _count_lost(self) -> None:
        self.count += 1
        self.unread += 1

    def _calls(self, block: bytes) -> list[Call]:
        lines = block.count(b"\n")
        self.count += lines
        understood = 0
        calls: list[Call] = []
        for found in self._pattern.finditer(block):
            understood += 1
            bracket, pid_text, at_text, name, rest, resumed, later, end = found.groups()
            pid, at = int((pid_text or bracket or b"0")[:12]), float(at_text or 0)
            if name:
                is_half = rest.endswith(_CUT)
                if is_half:
                    self._cut(pid, name, rest[: -len(_CUT)])
                calls.append(Call(pid, at, name, rest, is_half))
            elif resumed:
                begun = self._pending.pop(pid, None)
                if begun is not None and begun[0] == resumed:
                    calls.append(Call(pid, at, resumed, begun[1] + later))
                else:
                    self.unread += 1
            elif end:
                self._pending.pop(pid, None)
                calls.append(Call(pid, at, b"", end))
            else:
                understood += max(0, found[0].count(b"\n") - 1)  # lines that were passed over
        self.unread += max(0, lines - understood)
        return calls

    def _cut(self, pid: int, name: bytes, rest: bytes) -> None:
        if len(self._pending) >= _MOST_PENDING:
            self._pending.clear()
        self._pending[pid] = (name, rest)


def decoded(text: bytes) -> str:
    """Return a text as strace prints it without its escapes; bytes that are no UTF-8 become surrogates, as Python has them in paths."""
    if b"\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return os.fsdecode(text)


def _unescaped(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1] in b"01234567":
        return bytes([int(code, 8) & 0xFF])
    if len(code) == 3:
        return bytes([int(code[1:], 16)])
    return _LETTERS.get(code, code)


def strings(rest: bytes) -> list[str]:
    """Return all quoted texts of a call's arguments, unescaped."""
    return [decoded(text) for text in _QUOTED.findall(rest)]


def outcome(rest: bytes) -> tuple[bytes, bytes]:
    """Return a call's result as text and the name of its error; both empty if the line has none (the process was killed in it)."""
    bare = _NOTED.sub(b"", _QUOTED.sub(b'""', rest)) if b'"' in rest or b"<" in rest else rest
    found = _RESULT.findall(bare)
    return found[-1] if found else (b"", b"")


def result_place(rest: bytes) -> str:
    """Return the place that the opened descriptor stands for, links resolved; empty if the line does not say."""
    if not rest.endswith(b">"):
        return ""
    begin = rest.rfind(b"<")
    return decoded(rest[begin + 1 : -1]) if begin > 0 and rest[begin - 1 : begin].isdigit() else ""
