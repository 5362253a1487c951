"""A capture as files for other programs: HAR (without values) and JSON, written piece by piece."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from core import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.store import Store
    from core.watch.store_model import CaptureSession, StoredRequest

_PAGE: Final = 200
_LEFT_OUT: Final = "left out by Telltale"
_NOTE: Final = "Redacted by Telltale: no header values, no bodies, no addresses' values; findings stand under _telltale, masked."


def har(store: Store, session: CaptureSession) -> Iterator[str]:
    """Give the pieces of a HAR 1.2 document."""
    log = {"version": "1.2", "creator": {"name": "Telltale", "version": VERSION}, "comment": _NOTE, "_telltale": _about(store, session)}
    yield '{"log": ' + json.dumps(log)[:-1] + ', "entries": ['
    for index, request in enumerate(requests(store, session.id)):
        yield (",\n" if index else "\n") + json.dumps(_entry(request))
    yield "\n]}}\n"


def document(store: Store, session: CaptureSession) -> dict[str, Any]:
    """Return a capture without its requests as plain data."""
    return {"session": asdict(session) | {"started": _time(session.started), "ended": _time(session.ended)}} | _about(store, session)


def request_document(request: StoredRequest) -> dict[str, Any]:
    """Return a request with its findings as plain data."""
    found = asdict(request) | {"at": _time(request.at), "facts": [asdict(fact) for fact in request.facts]}
    found["markers"] = [asdict(item) | {"code_points": [point.label for point in item.code_points]} for item in request.markers]
    del found["fact_count"], found["marker_count"]
    return found


def requests(store: Store, session: str) -> Iterator[StoredRequest]:
    """Give every request of a capture with its findings."""
    offset = 0
    while page := store.requests(session, offset, _PAGE):
        offset += len(page)
        for item in page:
            full = store.request(session, item.number) if item.fact_count or item.marker_count else item
            if full is not None:
                yield full


def _about(store: Store, session: CaptureSession) -> dict[str, Any]:
    return {
        "tool": session.tool,
        "tool_version": session.version,
        "coverage": session.coverage,
        "not_seen": [asdict(item) for item in store.bypasses(session.id)],
        "troubles": [asdict(item) for item in store.troubles(session.id)],
        "facts": [{"host": host, "requests": count} | asdict(fact) for host, fact, count in store.facts(session.id)],
    }


def _entry(request: StoredRequest) -> dict[str, Any]:
    port = "" if (request.scheme, request.port) in {("http", 80), ("https", 443)} else f":{request.port}"
    sent: dict[str, Any] = {
        "method": request.method,
        "url": f"{request.scheme}://{request.host}{port}{request.path}",
        "httpVersion": request.http,
        "cookies": [],
        "headers": [{"name": name, "value": _LEFT_OUT} for name in request.header_names],
        "queryString": [],
        "headersSize": -1,
        "bodySize": request.size,
    }
    if request.size:
        sent["postData"] = {"mimeType": request.content_type, "text": "", "comment": _LEFT_OUT}
    answer = {
        "status": request.status,
        "statusText": "",
        "httpVersion": request.http,
        "cookies": [],
        "headers": [],
        "content": {"size": request.reply_size, "mimeType": request.reply_type, "comment": _LEFT_OUT},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": request.reply_size,
    }
    took = round(request.seconds * 1000, 1)
    return {
        "startedDateTime": _time(request.at),
        "time": took,
        "request": sent,
        "response": answer,
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "comment": request.note,
        "_telltale": {name: value for name, value in request_document(request).items() if name in {"number", "kind", "facts", "markers"}},
    }


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds") if moment else ""
