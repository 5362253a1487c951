"""Takes calls one by one and keeps what they come to: each different thing once, with how often, told as it is first seen."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from core.watch.trace_lines import Lines, decoded, outcome, result_place, strings
from core.watch.trace_map import Mapping, Subject
from core.watch.trace_model import GAINED, Deed, Living, TraceEvent, TraceReport, Who
from core.watch.trace_tree import EXECS, FORKS, Process, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.watch.trace_lines import Call
    from core.watch.trace_map import Hit

    Key = tuple[str, Who, Deed, str]

_LOOKS: Final = frozenset(b"stat lstat newfstatat statx fstatat64 stat64 lstat64 access faccessat faccessat2 statfs".split())
_OPENS: Final = frozenset(b"open openat openat2 creat".split())
_LINKS: Final = frozenset(b"readlink readlinkat".split())
FILE_CALLS: Final = _LOOKS | _OPENS | _LINKS
OTHER_CALLS: Final = ("uname", "sysinfo", "ioctl", "connect", "sendto")
_PATH: Final = re.compile(rb'(?:(?:AT_FDCWD|\d+)(?:<((?:[^<>\\]|\\.)*)>(?:\(deleted\))?)?, )?"((?:[^"\\]|\\.)*)"')
_ONLY_WRITES: Final = re.compile(rb"O_WRONLY|O_PATH")
_MOST_EVENTS: Final = 20_000
_REFUSED: Final = frozenset({b"EACCES", b"EPERM"})
_MISSING: Final = frozenset({b"ENOENT", b"ENOTDIR"})
_MOST_KEPT: Final = 200_000
_MOST_WITHHELD: Final = 100


@dataclass(frozen=True, slots=True)
class Traced:
    """What is traced: the tool's id (empty: none of the catalogue), the program's name, what is its own, what a trace takes rights from."""

    tool: str = ""
    program: str = "?"
    subject: Subject = field(default_factory=Subject)
    is_own: Callable[[str, Sequence[str]], bool] = lambda _path, _words: False
    loses_rights: Callable[[str], bool] = lambda _path: False


class Book:
    """Keeps the events of one trace; `listener` hears each different one when it is first seen."""

    def __init__(self, traced: Traced, listener: Callable[[TraceEvent], None] | None = None) -> None:
        """Start with no process known."""
        self._traced, self._listener = traced, listener
        self.tree = Tree(traced.program, traced.is_own)
        self.lines = Lines()
        self._map = Mapping(traced.subject, self.tree.has)
        self._events: dict[Key, TraceEvent] = {}
        self._counts: Counter[Key] = Counter()
        self._ignored: set[bytes] = set()
        self._unlinked: set[bytes] = set()
        self._withheld: dict[str, None] = {}
        self._first_at = 0.0
        self._last_at = 0.0
        self._is_swift = False

    def feed(self, data: bytes) -> None:
        """Take a piece of strace's output; from the second on, once it is known who was started, useless lines are passed over."""
        if not self._is_swift and self.tree.count:
            self._is_swift = True
            self.lines.pass_over(self._map.useless_lines(_OPENS, _LOOKS | _LINKS))
        for call in self.lines.feed(data):
            self._take(call)

    def finish(self) -> None:
        """Take what stands in an unfinished last line."""
        for call in self.lines.finish():
            self._take(call)

    def _take(self, call: Call) -> None:
        self._last_at = call.at
        name = call.name
        if name in FILE_CALLS:
            if not call.is_half:
                self._file(call)
            elif not self.tree.has(call.pid):
                self.tree.of(call.pid)
        elif call.is_half:
            self.tree.of(call.pid)
            self.tree.half(call)
        elif name in FORKS:
            self.tree.forked(call, outcome(call.rest)[0])
        elif name in EXECS:
            self._started(call)
        elif not name:
            if call.rest.startswith((b"+++ exited", b"+++ killed", b"+++ superseded")):
                self.tree.ended(call.pid)
        elif name == b"connect":
            self._connected(call)
        else:
            self._called(call)

    def _file(self, call: Call) -> None:
        process = self.tree.of(call.pid)
        key = _place(call.rest)
        opens = call.name in _OPENS
        if not key or key in self._ignored or (not opens and key in self._unlinked):
            return
        if not self._map.may_tell(key) and not (opens and call.rest.endswith(b">") and self._map.may_tell(_target(call.rest))):
            return
        path = decoded(key)
        hit = self._map.place(path)
        is_open = opens and hit is None and not path.startswith("/proc/")
        if is_open and (target := result_place(call.rest)) not in {"", path}:  # what a link leads to
            hit = self._map.place(target)
        if hit is not None:
            self._note_file(call, process, hit)
        elif is_open:
            _keep(self._ignored, key)
        elif not path.startswith("/proc/"):
            _keep(self._unlinked, key)

    def _note_file(self, call: Call, process: Process, hit: Hit) -> None:
        result, error = outcome(call.rest)
        deed = self._deed(call, result, error)
        if deed is None:
            return
        rule = hit.rule
        counts = deed in {Deed.READ, Deed.LISTED} or (deed is Deed.LOOKED_AT and rule.looking)
        if rule.listing and deed is not Deed.LISTED:
            return
        usual = rule.who if call.name in _OPENS else Who.TOOL
        self._note(call, process, usual, TraceEvent(0, 0, "", Who.TOOL, deed, hit.shown, rule.signals, rule.note, counts))

    @staticmethod
    def _deed(call: Call, result: bytes, error: bytes) -> Deed | None:
        if error or not result or result == b"?":
            return Deed.REFUSED if error in _REFUSED else Deed.NOT_THERE if error in _MISSING else None
        if call.name in _LOOKS:
            return Deed.LOOKED_AT
        if call.name in _OPENS:
            if b"O_DIRECTORY" in call.rest:
                return Deed.LISTED
            return None if call.name == b"creat" or _ONLY_WRITES.search(call.rest) else Deed.READ
        return Deed.READ

    def _started(self, call: Call) -> None:
        result, _ = outcome(call.rest)
        if result != b"0":
            return
        found = _PATH.match(call.rest)
        path = decoded(found[2]) if found else ""
        starter = self.tree.of(call.pid)
        was_tool = starter.is_tool
        words = strings(call.rest)
        process = self.tree.executed(call.pid, path, words[1:])
        if len(self._withheld) < _MOST_WITHHELD and self._traced.loses_rights(path):
            self._withheld[process.program] = None
        if process.is_tool and was_tool and process.is_root:
            return
        name = path.rpartition("/")[2] or (words[1] if len(words) > 1 else "")
        rule = self._map.rules.programs.get(name)
        signals, note = (rule.signals, rule.note) if rule else ((), "")
        self._note(call, process, Who.TOOL, TraceEvent(0, 0, "", Who.TOOL, Deed.RAN, process.program, signals, note, counts=bool(signals)))

    def _connected(self, call: Call) -> None:
        process = self.tree.of(call.pid)
        shown, hit = self._map.socket(call.rest)
        if not shown:
            return
        result, error = outcome(call.rest)
        if not result or result == b"?":
            return
        deed = Deed.CONNECTED
        if error and error != b"EINPROGRESS":
            deed = Deed.REFUSED if error in _REFUSED else Deed.NOT_THERE
        signals, note, who = (hit.rule.signals, hit.rule.note, hit.rule.who) if hit else ((), "", Who.TOOL)
        counts = deed is Deed.CONNECTED and bool(signals)
        self._note(call, process, who, TraceEvent(0, 0, "", Who.TOOL, deed, shown, signals, note, counts))

    def _called(self, call: Call) -> None:
        process = self.tree.of(call.pid)
        found = self._map.call(call.name, call.rest)
        if found is None:
            return
        result, error = outcome(call.rest)
        if error or result in {b"", b"?"}:
            return
        shown, rule = found
        self._note(call, process, rule.who, TraceEvent(0, 0, "", Who.TOOL, Deed.CALLED, shown, rule.signals, rule.note))

    def _note(self, call: Call, process: Process, usual: Who, event: TraceEvent) -> None:
        """Keep an event and tell it if it is a new one; a program the tool started outweighs who usually does it."""
        who = usual if process.is_tool else Who.CHILD
        key = (process.program, who, event.deed, event.what)
        self._counts[key] += 1
        if key in self._events or len(self._events) >= _MOST_EVENTS:
            return
        at = call.at or time.time()
        self._first_at = self._first_at or at
        whole = replace(event, at=at, pid=process.pid, program=process.program, who=who, counts=event.counts and event.deed in _EVIDENCE)
        self._events[key] = whole
        if self._listener is not None:
            self._listener(whole)

    def report(self, version: str = "", *, is_whole: bool = True, is_fast: bool = False) -> TraceReport:
        """Return everything seen so far."""
        events = tuple(replace(item, times=self._counts[key]) for key, item in self._events.items())
        living = tuple(Living(item.pid, item.program) for item in self.tree.living())
        return TraceReport(
            self._traced.tool,
            version,
            self._first_at,
            self._last_at,
            events,
            self.tree.count,
            self.lines.count,
            self.lines.unread,
            living,
            is_whole,
            is_fast,
            tuple(self._withheld),
        )


def _place(rest: bytes) -> bytes:
    """Return the place a call is about, still escaped: its folder and name, empty for a call about a descriptor alone."""
    if b"\\" in rest:
        found = _PATH.match(rest)
        folder, text = (found[1] or b"", found[2]) if found else (b"", b"")
    else:
        before, _, after = rest.partition(b'"')
        text = after.partition(b'"')[0]
        begin = before.find(b"<")
        folder = before[begin + 1 : before.rfind(b">")] if begin > 0 else b""
    return text if not text or text.startswith(b"/") else folder + b"/" + text


def _target(rest: bytes) -> bytes:
    return rest[rest.rfind(b"<") + 1 : -1]


def _keep(known: set[bytes], key: bytes) -> None:
    if len(known) >= _MOST_KEPT:
        known.clear()
    known.add(key)


_EVIDENCE: Final = GAINED | {Deed.LOOKED_AT}
