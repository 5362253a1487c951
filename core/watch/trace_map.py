"""From a path, call, program or socket to what it tells of this machine; shown is the rule's own wording, never a name found here."""

from __future__ import annotations

import ipaddress
import os
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from core.redact import MaskKind, Sensitive
from core.watch.trace_lines import decoded
from core.watch.trace_rules import Rule, Rules, load_rules
from core.watch.trace_skip import useless_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MOST_KEPT: Final = 200_000
_INET: Final = re.compile(rb'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')
_UNIX: Final = re.compile(rb'sun_path=@?"((?:[^"\\]|\\.)*)"')
_DECODE_PID: Final = re.compile(r"^/proc/(\d+)(?:/task/\d+)?(?=/|$)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits, and the text to show for the place."""

    rule: Rule
    shown: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose trace it is: home folder, folders of the tool's own data, the processes that started it."""

    home: str = ""
    own_data: tuple[str, ...] = ()
    ancestors: frozenset[int] = frozenset()


@dataclass(slots=True)
class Mapping:
    """Maps what one trace shows; `is_traced` says whether a process id belongs to the trace."""

    subject: Subject
    is_traced: Callable[[int], bool]
    rules: Rules = field(default_factory=load_rules)
    _kept: dict[str, Hit | None] = field(default_factory=dict)
    _sieve: re.Pattern[str] | None = None
    _tops: frozenset[bytes] = frozenset()
    _home: bytes = b""

    def __post_init__(self) -> None:
        """Work out which folders rules are about, so that most places can be told from a glance at their bytes."""
        self._tops = frozenset(_top(text.encode()) for text in (*self.rules.exact, *(item.path for item in self.rules.files)))
        self._home = os.fsencode(self.subject.home.rstrip("/"))

    def may_tell(self, place: bytes) -> bool:
        """Whether any rule could fit an escaped place; all rules about homes and projects are about names with a dot in front."""
        if b"/." in place or b"//" in place or b"\\" in place:
            return True
        return _top(place) in self._tops or place.rstrip(b"/") == self._home

    def useless_lines(self, opens: Iterable[bytes], looks: Iterable[bytes]) -> bytes:
        """Return the expression for lines of these calls that `may_tell` would turn away."""
        return useless_lines(self._tops, self._home, opens, looks)

    def place(self, path: str) -> Hit | None:
        """Return what a path tells (absolute or not, dots in it resolved as text); None if no rule fits."""
        if path in self._kept:
            return self._kept[path]
        flat = posixpath.normpath(path)
        flat = flat[1:] if flat.startswith("//") else flat
        process = _DECODE_PID.match(flat)
        if process is not None:  # ids are used again and processes join, so nothing is kept
            return self._of_process(flat, int(process[1]))
        hit = self._find(flat)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[path] = hit
        return hit

    def _find(self, flat: str) -> Hit | None:
        folded = self._folded(flat)
        rule = self.rules.exact.get(folded) or self.rules.exact.get(flat)
        if rule is not None:
            return None if rule.others and self._is_own(flat) else Hit(rule, folded)
        if self._passes(folded) or (folded != flat and self._passes(flat)):
            for item in self.rules.files:
                if not item.process and (item.fits(folded) or item.fits(flat)):
                    return None if item.rule.others and self._is_own(flat) else Hit(item.rule, item.shown)
        return None

    def _passes(self, text: str) -> bool:
        """Ask all expressions at once, as most paths fit none."""
        if self._sieve is None:
            plain = (item.expression for item in self.rules.files if not item.process)
            self._sieve = re.compile("|".join(f"(?:{text})" for text in plain), re.DOTALL)
        return self._sieve.fullmatch(text) is not None

    def _of_process(self, flat: str, pid: int) -> Hit | None:
        flat = _DECODE_PID.sub(f"/proc/{pid}", flat)
        who = "own" if self.is_traced(pid) else "ancestor" if pid in self.subject.ancestors else "other"
        for item in self.rules.files:
            if not item.is_process:
                continue
            if item.process == who and item.fits(flat):
                return Hit(item.rule, item.shown)
        return None

    def _folded(self, flat: str) -> str:
        home = self.subject.home.rstrip("/")
        if home and (flat == home or flat.startswith(home + "/")):
            return "~" + flat[len(home) :]
        return flat

    def _is_own(self, flat: str) -> bool:
        return any(flat == place or flat.startswith((place.rstrip("/") + "/", place + ".")) for place in self.subject.own_data)

    def socket(self, rest: bytes) -> tuple[str, Hit | None]:
        """Return where a connection goes, as text to show, and what that tells; an empty text for a kind of no interest."""
        inet = _INET.search(rest)
        if inet is not None:
            return _address(inet[2] or inet[3], int(inet[1])), None
        unix = _UNIX.search(rest)
        if unix is None:
            return "", None
        path = decoded(unix[1])
        folded = self._folded(posixpath.normpath(path))
        for item in self.rules.sockets:
            if item.fits(path) or item.fits(folded):
                return item.shown, Hit(item.rule, item.shown)
        return ("local socket " + Sensitive(folded, MaskKind.PATH).masked) if path.startswith("/") else "", None

    def call(self, name: bytes, rest: bytes) -> tuple[str, Rule] | None:
        """Return what a call tells, with its name to show."""
        for holds, rule in self.rules.calls.get(name.decode("ascii", "replace"), ()):
            if not holds or holds in rest:
                return (f"{name.decode()}({holds.decode()})", rule)
        return None


def _top(place: bytes) -> bytes:
    """Return the first folder of a place, of those below /usr the first three."""
    parts = place.split(b"/", 4)
    return b"/".join(parts[1:4]) if parts[1:2] == [b"usr"] else parts[1] if len(parts) > 1 else b""


def _address(raw: bytes, port: int) -> str:
    text = raw.decode("ascii", "replace")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return f"an unreadable address, port {port}"
    shown = Sensitive(text, MaskKind.IP).masked if address.is_private and not address.is_loopback else text
    return f"[{shown}]:{port}" if address.version == 6 else f"{shown}:{port}"
