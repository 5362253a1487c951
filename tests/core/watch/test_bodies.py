"""Walking a request: every string is found with its place, packed bodies open within a limit, and nothing can raise."""

from __future__ import annotations

import base64
import gzip
import json
import zlib

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from core.watch import bodies, bodies_unpack, bodies_wire
from core.watch.bodies import Request, walk, walk_text

JSON = ("content-type", "application/json")


def places(body: bytes, *headers: tuple[str, str], url: str = "https://api.example/v1") -> dict[str, str]:
    return {piece.place: piece.text for piece in walk(Request("POST", url, headers, body)).pieces}


def field(number: int, data: bytes) -> bytes:
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def test_json_strings_have_their_path_and_names_that_are_no_words_are_strings_too() -> None:
    found = places(json.dumps({"a": [{"b": "one"}], "/home/x": {"c d": "two"}, "n": 1_234_567, "small": 3, "yes": True}).encode(), JSON)
    assert found["$.a[0].b"] == "one"
    assert found["$['/home/x']['c d']"] == "two"
    assert found["$ (name)"] == "/home/x"
    assert found["$.n"] == "1234567"
    assert "$.small" not in found
    assert "$.yes" not in found


def test_json_inside_strings_is_opened_to_any_reasonable_depth() -> None:
    deep = json.dumps({"id": "x1"})
    for _ in range(4):
        deep = json.dumps({"inner": deep})
    assert places(deep.encode())["$.inner!.inner!.inner!.inner!.id"] == "x1"


def test_a_name_that_stands_twice_in_an_object_loses_no_value() -> None:
    found = [piece.text for piece in walk(Request("POST", "https://h/", (), b'{"a":"first","a":"second"}')).pieces]
    assert {"first", "second"} <= set(found)


def test_base64_and_tokens_and_logins_are_opened() -> None:
    packed = base64.b64encode(gzip.compress(b'{"user":"mia"}')).decode()
    token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"none"}', b'{"sub":"mia"}', b"signature"))
    login = "Basic " + base64.b64encode(b"mia:secret").decode()
    found = places(json.dumps({"p": packed}).encode(), ("Authorization", login), ("X-Token", token))
    assert found["$.p!.user"] == "mia"
    assert found["header Authorization!text"] == "mia:secret"
    assert found["header X-Token!.sub"] == "mia"


def test_random_bytes_in_base64_are_not_taken_for_text() -> None:
    noise = base64.b64encode(bytes((index * 89 + 7) % 256 for index in range(90))).decode()
    assert set(places(json.dumps({"p": noise}).encode())) == {"URL host", "URL path", "$.p", "$ (names)"}


def test_the_address_is_taken_apart() -> None:
    found = places(b"", url="https://mia:pw@api.example:8443/u/%2Fhome%2Fmia?zone=Asia%2FTokyo&empty=#part")
    assert found["URL host"] == "mia:pw@api.example:8443"
    assert found["URL path"] == "/u//home/mia"
    assert found["URL query zone"] == "Asia/Tokyo"
    assert found["URL fragment"] == "part"


def test_forms_parts_events_and_lines_are_read() -> None:
    form = places(b"user=mia&path=%2Fhome", ("content-type", "application/x-www-form-urlencoded"))
    assert form["form field path"] == "/home"
    parts = b'--B\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"k":"v"}\r\n--B--\r\n'
    assert places(parts, ("content-type", "multipart/form-data; boundary=B"))["part meta $.k"] == "v"
    events = places(b'event: a\ndata: {"x":"y"}\n\ndata: plain\n\n', ("content-type", "text/event-stream"))
    assert events["event 2 $.x"] == "y"
    assert places(b'{"a":"one"}\n{"a":"two"}\n')["line 2 $.a"] == "two"


def test_a_telemetry_message_gives_its_texts_and_names_its_attributes() -> None:
    attribute = field(1, b"host.name") + field(2, field(1, b"mia-laptop"))
    raw_id = bytes(range(0xE0, 0xF0))
    body = field(1, field(1, field(1, attribute))) + field(3, raw_id)
    found = places(body, ("content-type", "application/x-protobuf"))
    assert found["field 1.1.1[host.name].1"] == "mia-laptop"
    assert found["field 3 (bytes)"] == raw_id.hex()


def test_a_grpc_body_is_split_into_its_messages() -> None:
    message = field(1, b"mia-laptop")
    body = b"\0" + len(message).to_bytes(4, "big") + message
    assert places(body, ("content-type", "application/grpc"))["message 0 field 1"] == "mia-laptop"


@pytest.mark.parametrize(
    ("name", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstandard.compress)],
)
def test_packed_bodies_are_opened_and_a_bomb_stops_at_the_limit(name: str, pack: object) -> None:
    assert callable(pack)
    assert places(pack(b'{"a":"inside"}'), ("content-encoding", name))["$.a"] == "inside"
    data, faults = bodies_unpack.unpack(pack(bytes(3_000_000)), name, 1_000_000)
    assert len(data) == 1_000_000
    assert "Only the first 1,000,000 bytes" in faults[0]


def test_packing_that_nobody_named_is_seen_by_its_first_bytes() -> None:
    assert places(gzip.compress(b'{"a":"inside"}'))["$.a"] == "inside"


def test_a_wrong_or_unknown_packing_is_said_and_the_bytes_are_still_looked_at() -> None:
    for name in ("gzip", "br", "zstd", "compress"):
        walked = walk(Request("POST", "https://h/", (("content-encoding", name),), b'{"a":"inside"}'))
        assert any(piece.text == "inside" for piece in walked.pieces)
        assert walked.faults


def test_cut_off_json_is_one_string() -> None:
    assert places(b'{"a": "b", "c": ')["body"] == '{"a": "b", "c": '


def test_a_nest_of_brackets_does_not_break_it() -> None:
    body = b"[" * 100_000 + b'"x"' + b"]" * 100_000
    assert walk(Request("POST", "https://h/", (), body)).pieces


def test_a_plain_text_stays_one_string_and_lines_of_json_are_opened() -> None:
    assert [piece.place for piece in walk_text("id: a\nb: c\n").pieces] == ["text"]
    assert [piece.text for piece in walk_text('{"a":"x"}\n{"a":"y"}\n').pieces if not piece.is_opened] == ["x", "y"]


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["", "application/json", "text/event-stream", "application/x-protobuf", "application/grpc", "multipart/x; boundary=a"]),
    st.sampled_from(["", "gzip", "br", "zstd", "deflate", "gzip, br"]),
    st.text(max_size=40),
)
def test_no_body_can_break_it(body: bytes, kind: str, encoding: str, url: str) -> None:
    request = Request("POST", url, (("content-type", kind), ("content-encoding", encoding)), body)
    for piece in walk(request).pieces:
        assert piece.place


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.text(max_size=12) | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner)
    )
)
def test_every_string_of_a_document_is_among_the_pieces(document: object) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [text for item in inner for text in texts(item)]

    if isinstance(document, dict | list):
        found = [piece.text for piece in walk(Request("POST", "https://h/", (), json.dumps(document).encode())).pieces]
        assert not set(texts(document)) - set(found)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_can_break_the_reader_of_messages(data: bytes) -> None:
    assert all(entry.path for entry in bodies_wire.entries(data))


def test_names_of_fields_are_strings_too_each_once() -> None:
    found = places(json.dumps([{"mia": {"role": 1}}, {"mia": 2, "p\u0430th": 3}]).encode())
    assert found["$ (names)"] == '"mia" "role" '
    assert found["$[1] (name)"] == "p\u0430th"


def test_base64_in_lines_and_base64_of_base64_are_opened() -> None:
    inner = json.dumps({"user": "mia", "more": "x" * 100}).encode()
    for wrapped in (base64.encodebytes(inner).decode(), base64.encodebytes(inner).decode().replace("\n", "\r\n")):
        assert places(json.dumps({"p": wrapped}).encode())["$.p!.user"] == "mia"
    twice = base64.b64encode(base64.b64encode(b"a text that is long enough")).decode()
    assert places(json.dumps({"p": twice}).encode())["$.p!text!text"] == "a text that is long enough"


def test_bytes_in_no_known_form_are_searched_with_their_texts_and_without_their_zeros() -> None:
    noise = bytes(range(128, 256))
    found = places(noise + b"a text of more than thirty-two characters" + noise + "mia-laptop".encode("utf-16-le") * 9)
    assert found["body (bytes)!text at character 129"] == "a text of more than thirty-two characters"
    assert "mia-laptopmia-laptop" in found["body (bytes)!without its zeros"]
    assert "a text of more" in found["body (bytes)"]


def test_long_bytes_in_a_message_are_opened_too() -> None:
    packed = gzip.compress(b'{"user":"mia","more":"' + bytes(f"{list(range(40))}", "ascii") + b'"}')
    assert 64 < len(packed) < 128
    assert places(field(1, b"x") + field(2, packed), ("content-type", "application/x-protobuf"))["field 2 (bytes).user"] == "mia"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"{\n" * 300, ""), (b"--a\r\n\r\nx\r\n" * 300, "multipart/x; boundary=a"), (b"\x0a\x03abc" * 300, "application/x-protobuf"), (b'["abc"]' * 1 + b"", "")],
)  # fmt: skip
def test_a_request_of_very_many_strings_ends_at_a_limit(body: bytes, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_MOST_PIECES", 3)
    walked = walk(Request("POST", "https://h/x", (("content-type", kind),), body))
    assert len(walked.pieces) == 3
    assert walked.faults == ("Only the first 3 strings of the request were looked at.",)
