from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.redact import MaskKind
from core.watch.addon_frames import Frame
from core.watch.addon_relay import reason
from core.watch.facts import Searcher
from core.watch.inspector_recorder import Recorder
from core.watch.inspector_words import coverage
from core.watch.store_model import CaptureSession, KeepBodies
from tests.fakes.capture import HOME, HOST_NAME, USER, reading, searcher

if TYPE_CHECKING:
    from core.watch.store import Store
    from core.watch.store_model import StoredRequest


def message(number: int = 1, **more: Any) -> dict[str, Any]:
    base = {"kind": "request", "what": "http", "number": number, "at": 1.0, "method": "POST", "scheme": "https", "host": "api.example"}
    rest = {"port": 443, "path": "/v1/messages", "http": "HTTP/1.1", "headers": [["Content-Type", "application/json"]], "size": 0}
    return base | rest | more


def record(store: Store, *frames: Frame, keep: KeepBodies = KeepBodies.NO, made: Any = searcher) -> list[StoredRequest]:
    store.begin(CaptureSession("s", "toy", "1", "proxy", 1.0))
    recorder = Recorder(store, "s", "toy", made, keep)
    for frame in frames:
        recorder.take(frame)
    recorder.finish()
    return [full for item in store.requests("s") if (full := store.request("s", item.number))]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/messages?beta=true", "/v1/messages?*"),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/*"),
        ("/backend-api/codex/responses", "/backend-api/codex/responses"),
        ("/api/orgs/3fa85f64-5717-4562-b3fc-2c963f66afa6/x", "/api/orgs/*/x"),
        (f"/files/{USER}/notes", "/*"),
        ("", ""),
        ("/\x1b[31m<b>", "/*"),
    ],
)
def test_a_path_is_kept_without_what_may_be_a_value(store: Store, path: str, shown: str) -> None:
    assert record(store, Frame(message(path=path)))[0].path == shown


def test_a_place_that_names_a_value_is_masked_too(store: Store) -> None:
    body = json.dumps({f"{HOME}/notes.txt": f"host {HOST_NAME}", USER: {"host": HOST_NAME}}).encode()
    found = record(store, Frame(message(size=len(body)), body))[0]
    assert len(found.facts) >= 2
    assert USER not in repr(found)
    assert {"$[*]", "$ *"} <= {fact.place for fact in found.facts}


def test_a_key_that_is_itself_a_name_is_not_kept(store: Store) -> None:
    key = "ghp_" + "a1B2" * 8
    body = json.dumps({"tokens": {key: {"host": HOST_NAME}}}).encode()
    found = record(store, Frame(message(size=len(body), headers=[[key, "x"]]), body))[0]
    assert found.facts
    assert key not in repr(found)
    assert found.header_names == ("*",)


def test_a_gateway_of_ones_own_is_kept_masked_and_a_vendors_host_open(store: Store) -> None:
    def made() -> Searcher:
        return Searcher([reading("ai-base-url", "https://gateway.acme-internal.example/llm", MaskKind.URL)])

    rows = record(store, Frame(message(1, host="gateway.acme-internal.example")), Frame(message(2)), made=made)
    assert "acme" not in rows[0].host
    assert rows[1].host == "api.example"


def test_header_names_are_kept_and_their_values_are_not(store: Store) -> None:
    headers = [["Authorization", "Bearer sk-x"], [f"X-{USER}", "1"], ["Content-Type", "application/json; charset=x"], ["X-\x1b", "\x07"]]
    found = record(store, Frame(message(headers=headers)))[0]
    assert found.header_names[0] == "Authorization"
    assert found.header_names[1] == "*"
    assert found.content_type == "application/json"
    assert "sk-x" not in repr(found)
    assert "\x1b" not in "".join(found.header_names)


def test_a_body_is_kept_only_when_asked_for_and_without_keys(store: Store) -> None:
    body = b'{"token":"abcdefgh12345678","text":"hello"}'
    record(store, Frame(message(size=len(body)), body), keep=KeepBodies.ENCRYPTED)
    kept = store.body("s", 1)
    assert kept is not None
    assert b"hello" in kept
    assert b"abcdefgh12345678" not in kept


def test_a_body_is_not_kept_unasked(store: Store) -> None:
    assert not record(store, Frame(message(size=2), b"{}"))[0].has_body


def test_a_body_kept_in_memory_is_not_in_the_file(store: Store) -> None:
    record(store, Frame(message(size=5), b"hello"), keep=KeepBodies.MEMORY)
    assert store.body("s", 1) == b"hello"
    assert store._rows("SELECT count(*) FROM body") == [(0,)]


def test_what_was_cut_off_is_told(store: Store) -> None:
    assert record(store, Frame(message(size=100), b"x"))[0].note == "Only the first 1 of 100 bytes were looked at."


def test_very_long_strings_are_searched_for_markers_to_their_end(store: Store) -> None:
    body = b"a " * 1_000_000 + "hello\u200bworld".encode()
    found = record(store, Frame(message(size=len(body)), body))[0]
    assert found.note == ""
    assert [item.kind for item in found.markers] == ["zero-width"]


def test_the_rest_of_a_large_body_is_searched_while_it_streams_by(store: Store) -> None:
    beginning, rest = b"a" * 100, f"and then {USER} and hello\u200bworld in a sentence that goes on".encode()
    more = {"kind": "more", "number": 1, "at": 100}
    found = record(store, Frame(more, rest), Frame(message(size=100 + len(rest)), beginning))[0]
    assert found.looked_at == found.size == 100 + len(rest)
    assert {(item.signal, item.place) for item in found.facts} == {("user-name", "body after its first 100 bytes")}
    assert [item.kind for item in found.markers] == ["zero-width"]
    assert found.note == "What follows the first 100 bytes was searched as it stands, without opening what is packed in it."


def test_parts_of_a_large_body_that_were_dropped_are_told(store: Store) -> None:
    frames = (Frame({"kind": "more", "number": 1, "at": 100}, b"x" * 50), Frame({"kind": "more", "number": 1, "at": 500}, b"x" * 50))
    found = record(store, *frames, Frame(message(size=1_000), b"a" * 100))[0]
    assert found.looked_at == 200
    assert found.note.endswith("Only 200 of 1,000 bytes were looked at.")


def test_a_host_beyond_the_certificate_is_learnt_for_the_next_time(store: Store) -> None:
    record(store, Frame({"kind": "unread", "host": "new.example", "port": 443, "why": "not-in-scope"}))
    assert store.learnt("toy") == ("new.example",)
    assert store.bypasses("s")[0].host == "new.example"


def test_a_host_whose_name_is_a_fact_is_remembered_nowhere(store: Store) -> None:
    host = f"{HOST_NAME}.corp.example"
    record(store, Frame({"kind": "unread", "host": host, "port": 443, "why": "not-in-scope"}))
    assert store.learnt("toy") == ()
    assert HOST_NAME not in "".join(store._base.iterdump())
    assert "not remembered" in coverage((), store.bypasses("s"), is_complete=True)


def test_troubles_become_sentences(store: Store) -> None:
    record(
        store,
        Frame({"kind": "tls-refused", "host": "a.example", "sure": True}),
        Frame({"kind": "stranger"}),
        Frame({"kind": "fault", "what": "upstream", "host": "b.example", "why": "name"}),
    )
    assert [item.kind for item in store.troubles("s")] == ["tls-refused", "stranger", "upstream"]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.none(), max_size=4), st.binary(max_size=60))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_message_can_stop_the_recorder(store: Store, data: dict[str, Any], body: bytes) -> None:
    store.forget()
    rows = record(store, Frame({"kind": "request"} | data, body), Frame(message(9, method=str(data)), body))
    assert [row.number for row in rows] == [9]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[Errno 111] Connect call failed ('127.0.0.1', 1)", "unreachable"),
        ("[Errno -2] Name or service not known", "name"),
        ("Certificate verify failed: self-signed certificate", "certificate"),
        ("The remote server does not speak TLS.", "tls"),
        ("server closed connection", "closed"),
        ("something else", "other"),
    ],
)
def test_an_error_is_told_by_its_kind_and_never_by_its_words(text: str, kind: str) -> None:
    assert reason(text) == kind


def test_markers_that_are_not_listed_are_told_with_the_request(store: Store) -> None:
    body = json.dumps({"system": "ab\u200bcd " * 100}).encode()
    found = record(store, Frame(message(size=len(body)), body))[0]
    assert len(found.markers) == 40
    assert "And 60 more markers are not listed" in found.note
