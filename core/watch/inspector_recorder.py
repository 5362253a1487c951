"""From the inspector's messages to the store: each request is searched for facts and markers, then only findings are kept."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from core.redact import MaskKind, Sensitive, visible
from core.watch import inspector_words as words
from core.watch.bodies import Piece, Request, walk
from core.watch.bodies_unpack import unpack
from core.watch.facts_stream import Stream
from core.watch.markers import scan_counted
from core.watch.store_bodies import LARGEST, BodiesLockedError, without_keys
from core.watch.store_model import Answer, Bypass, GoneError, KeepBodies, StoredFact, StoredMarker, StoredRequest, StoreError, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.watch.addon_frames import Frame
    from core.watch.facts import FactFinding, Searcher
    from core.watch.markers_model import MarkerFinding
    from core.watch.store import Store

STAR: Final = "*"
_MOST_WAITING: Final = 64
_MOST_PENDING: Final = 20_000
_MOST_WAITING_BYTES: Final = 1 << 26
_TOO_MANY_WAIT: Final = "Too many bodies waited for the store, so some were not kept; findings are kept as always."
_NOT_OPENED: Final = "A body was not kept, because it is packed in a way that Telltale cannot open, so no key in it could be blanked out."
_PLAIN_STEP: Final = re.compile(r"[A-Za-z][A-Za-z_.:-]{0,39}|v\d{1,2}\w{0,8}|api\d?|\d{1,3}")
_PLAIN_KEY: Final = re.compile(r"\['([^']{0,80})'\]")
_SHOWN_TYPES: Final = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,60}")


class _Seen(NamedTuple):
    """What was found in one request, and how much of its body was looked at."""

    facts: tuple[FactFinding, ...]
    markers: tuple[MarkerFinding, ...]
    notes: tuple[str, ...]
    looked_at: int


class Recorder:
    """Takes messages on the inspector's thread, works on them on one of its own; a message is never waited for by the tool."""

    def __init__(self, store: Store, session: str, tool: str, searcher: Callable[[], Searcher], keep: KeepBodies = KeepBodies.NO) -> None:
        """Record into `session`; `searcher` is asked once, on the recorder's thread, and may take its time."""
        self.store, self.session, self.tool, self.keep = store, session, tool, keep
        self.peers: dict[str, str] = {}
        self.unkept = 0
        self._make_searcher = searcher
        self._searcher: Searcher | None = None
        self._queue: queue.Queue[Frame | None] = queue.Queue(_MOST_WAITING)
        self._pending: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._writing = threading.RLock()
        self._safe: dict[str, str] = {}
        self._streams: dict[int, Stream] = {}
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def take(self, frame: Frame) -> None:
        """Hand over a message; waits while too many wait, which makes the inspector shorten bodies."""
        self._queue.put(frame)

    def finish(self, limit_s: float = 60.0) -> None:
        """Work off what is waiting, try again what could not be written, and end."""
        self._queue.put(None)
        self._thread.join(limit_s)
        if not self._thread.is_alive():
            self._work_off()
        self.unkept += len(self._pending)

    def write(self, action: Callable[..., object], *values: Any) -> None:
        """Write to the store, after everything that waits already; what cannot be written now waits in memory, within limits."""
        with self._writing:
            if len(self._pending) >= _MOST_PENDING:
                self.unkept += 1
                return
            if (body := _body_of(values)) and len(body) + sum(
                len(_body_of(item) or b"") for _, item in self._pending
            ) > _MOST_WAITING_BYTES:
                values = values[:-1]
                self._without_body(_TOO_MANY_WAIT)
            self._pending.append((action, values))
            self._work_off()

    def _work_off(self) -> None:
        """Write what waits, in order, until the store takes no more: an answer must not come before its request."""
        while self._pending:
            action, values = self._pending[0]
            try:
                action(*values)
            except GoneError:
                self.unkept += 1
            except BodiesLockedError as error:
                self._pending[0] = (action, values[:-1])
                self._without_body(str(error))
                continue
            except StoreError:
                return
            self._pending.popleft()

    def _without_body(self, sentence: str) -> None:
        self._pending.append((self.store.troubled, (self.session, Trouble(time.time(), "body", sentence))))

    def trouble(self, kind: str, sentence: str, host: str = "") -> None:
        """Note that something went wrong."""
        self.write(self.store.troubled, self.session, Trouble(time.time(), kind, sentence, host))

    # the recorder's thread

    def _run(self) -> None:
        _give_way()
        while (frame := self._queue.get()) is not None:
            try:
                self._on(frame.data, frame.body)
            except Exception as error:  # noqa: BLE001  whatever a hostile message causes costs this message only
                self.trouble("unreadable", f"One message of the inspector could not be read ({type(error).__name__}); the rest is kept.")

    def _on(self, data: dict[str, Any], body: bytes) -> None:
        match data["kind"]:
            case "request":
                self._request(data, body)
            case "more":
                stream = self._streams.setdefault(data["number"], Stream(self.searcher, data["at"]))
                stream.feed(body, data["at"])
            case "response":
                kind = _shown_type(data["content_type"])
                answer = Answer(int(data["status"]), int(data["size"]), kind, float(data["seconds"]))
                self.write(self.store.answered, self.session, data["number"], answer)
            case "broken":
                self.write(self.store.noted, self.session, data["number"], words.broken(data["why"]))
            case "peer":
                self.peers[data["address"]] = data["host"]
            case "unread":
                self._unread(data)
            case "tls-refused":
                host = self.shown_host(data["host"])
                self.trouble("tls-refused", words.refused(self.tool, host, is_sure=data["sure"]), host)
            case "stranger":
                self.trouble("stranger", words.stranger())
            case "fault":
                host = self.shown_host(data.get("host", ""))
                self.trouble(data["what"], words.broken(data.get("why", data["what"])), host)

    def _unread(self, data: dict[str, Any]) -> None:
        why, host = data["why"], data["host"]
        if why == "not-in-scope" and self.holds_fact(host):
            why = "own-name"
        elif why == "not-in-scope":
            self.write(self.store.learn, self.tool, host)
        now = time.time()
        item = Bypass(self.shown_host(host), "", int(data["port"]), "tcp", "", why, 1, now, now)
        self.write(self.store.bypassed, self.session, (item,))

    def _request(self, data: dict[str, Any], body: bytes) -> None:
        headers = tuple((str(name), str(value)) for name, value in data["headers"])
        is_channel = data["what"] == "websocket"
        request = Request(data["method"], _url(data), () if is_channel else headers, body)
        seen = self._looked(request, data["number"], data["size"])
        stored = StoredRequest(
            number=int(data["number"]),
            at=float(data["at"]),
            kind=data["what"],
            method=visible(data["method"])[:20],
            scheme=data["scheme"],
            host=self.shown_host(data["host"]),
            port=int(data["port"]),
            path=self._shown_path(data["path"], seen.facts),
            http=visible(data["http"])[:20],
            size=int(data["size"]),
            looked_at=seen.looked_at,
            content_type=_shown_type(request.header("content-type")),
            header_names=tuple(self._shown(name)[:80] for name, _ in headers),
            note=" ".join(seen.notes),
            facts=tuple(self._fact(fact) for fact in seen.facts),
            markers=tuple(self._marker(marker) for marker in seen.markers),
        )
        self._keep(stored, request)

    def _looked(self, request: Request, number: int, size: int) -> _Seen:
        """Search a request, and join what was found in the rest of a very large body while it streamed by."""
        walked = walk(request)
        facts, scan, notes = self.searcher.search_pieces(walked.pieces), scan_counted(walked.pieces), list(walked.faults)
        looked_at = len(request.body)
        stream = self._streams.pop(number, None)
        if stream:
            more_facts, more = stream.finish()
            facts, scan, looked_at = (*facts, *more_facts), scan.joined(more), looked_at + stream.searched
            notes.append(f"What follows the first {stream.start:,} bytes was searched as it stands, without opening what is packed in it.")
        if looked_at < size:
            notes.append(f"Only {'' if stream else 'the first '}{looked_at:,} of {size:,} bytes were looked at.")
        if scan.unlisted:
            notes.append(scan.unlisted)
        return _Seen(facts, scan.findings, tuple(notes), looked_at)

    def _keep(self, stored: StoredRequest, request: Request) -> None:
        """Write a request to the store, its body only where that was asked for: unpacked, so that keys in it can be blanked out."""
        sealed = None
        if self.keep is not KeepBodies.NO and request.body:
            plain, faults = unpack(request.body, request.header("content-encoding"), LARGEST)
            if all(fault.startswith("Only the first") for fault in faults):
                sealed = without_keys(plain)
            else:
                self.trouble("body", _NOT_OPENED)
        self.write(self.store.add, self.session, stored, sealed if self.keep is KeepBodies.ENCRYPTED else None)
        if sealed is not None and self.keep is KeepBodies.MEMORY:
            self.store.keep_in_memory(self.session, stored.number, sealed)

    # masking

    @property
    def searcher(self) -> Searcher:
        """What looks for facts; made when the first message is there."""
        if self._searcher is None:
            self._searcher = self._make_searcher()
        return self._searcher

    def holds_fact(self, text: str) -> bool:
        """Whether a text itself says something about the person or machine."""
        return bool(self.searcher.search_pieces([Piece((None, "name"), text)]))

    def shown_host(self, host: str) -> str:
        """Return a host as it may be kept: masked if it is itself a fact (a gateway of one's own, for instance)."""
        if host not in self._safe:
            self._safe[host] = Sensitive(host, MaskKind.HOST).masked if self.holds_fact(host) else visible(host)[:253]
        return self._safe[host]

    def _shown(self, text: str) -> str:
        if text not in self._safe:
            self._safe[text] = STAR if self.holds_fact(text) or _holds_key(text) else visible(text)
            if len(self._safe) > 50_000:
                self._safe.clear()
                return self._shown(text)
        return self._safe[text]

    def _shown_path(self, target: str, facts: tuple[FactFinding, ...]) -> str:
        path, mark, _ = target.partition("?")
        if any(fact.place.startswith("URL path") for fact in facts):
            return f"/{STAR}{mark and '?' + STAR}"
        steps = [step if _PLAIN_STEP.fullmatch(step) or not step else STAR for step in path.split("/")]
        return "/".join(steps)[:500] + (f"?{STAR}" if mark else "")

    def _place(self, place: str) -> str:
        """Return a place as it may be kept: names in it that are themselves facts, or no plain names, become stars."""
        plain = _PLAIN_KEY.sub(lambda found: found.group() if re.fullmatch(r"[\w .:-]{1,40}", found[1]) else f"[{STAR}]", place)
        return self._shown(plain) if self._shown(plain) != STAR else f"{plain.split()[0][:10] if plain[:6] == 'header' else '$'} {STAR}"

    def _fact(self, fact: FactFinding) -> StoredFact:
        return StoredFact(fact.signal, fact.encoding, self._place(fact.place), fact.masked, fact.part, fact.also, fact.times)

    def _marker(self, found: MarkerFinding) -> StoredMarker:
        return StoredMarker(
            kind=found.kind.value,
            place=self._place(found.place),
            position=found.position,
            code_points=found.code_points,
            ordinary=found.ordinary,
            confidence=found.confidence.value,
            scheme=found.scheme,
            sentence=visible(found.sentence),
            context=found.context.masked,
            decoded=found.decoded.masked,
        )


def _body_of(values: tuple[Any, ...]) -> bytes | None:
    return values[-1] if values and isinstance(values[-1], bytes) else None


def _holds_key(text: str) -> bool:
    """Whether a name is itself a key, as in a table of keys."""
    plain = text.encode("utf-8", "replace")
    return without_keys(plain) != plain


def _give_way() -> None:
    """Let this thread wait for others where processor time is scarce: searching must not delay what is being sent."""
    if sys.platform == "linux":  # where a thread has a priority of its own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


def _url(data: dict[str, Any]) -> str:
    host = f"[{data['host']}]" if ":" in data["host"] else data["host"]
    usual = {"http": 80, "https": 443}.get(data["scheme"])
    port = "" if data["port"] == usual else f":{data['port']}"
    return f"{data['scheme']}://{host}{port}{data['path']}"


def _shown_type(text: str) -> str:
    found = _SHOWN_TYPES.match(text)
    return found.group().lower() if found else ""
