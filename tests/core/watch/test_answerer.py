from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any

import pytest

from core.watch.answerer import Answerer
from core.watch.answerer_shapes import reply, sample

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def answerer() -> Iterator[Answerer]:
    with Answerer("Good day.") as running:
        yield running


def ask(answerer: Answerer, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", answerer.port, timeout=10)
    connection.request(method, path, None if body is None else json.dumps(body), headers or {})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers.get("Content-Type", ""), data


def events(data: bytes) -> list[Any]:
    lines = [line[6:] for line in data.decode().splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_an_anthropic_message_comes_whole(answerer: Answerer) -> None:
    status, kind, data = ask(answerer, "POST", "/v1/messages?beta=true", {"model": "m"})
    assert (status, kind) == (200, "application/json")
    assert json.loads(data)["content"] == [{"type": "text", "text": "Good day."}]


def test_an_anthropic_message_comes_as_events_in_the_documented_order(answerer: Answerer) -> None:
    _, kind, data = ask(answerer, "POST", "/v1/messages", {"model": "m", "stream": True})
    assert kind == "text/event-stream"
    assert [event["type"] for event in events(data)] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]


def test_an_openai_response_comes_as_events_that_end_with_completed(answerer: Answerer) -> None:
    _, _, data = ask(answerer, "POST", "/v1/responses", {"stream": True})
    found = events(data)
    assert found[0]["type"] == "response.created"
    assert found[-1]["response"]["output"][0]["content"][0]["text"] == "Good day."
    assert [event["sequence_number"] for event in found] == list(range(len(found)))


def test_an_openai_chat_comes_as_chunks_with_a_closing_mark(answerer: Answerer) -> None:
    _, _, data = ask(answerer, "POST", "/v1/chat/completions", {"stream": True})
    assert data.endswith(b"data: [DONE]\n\n")
    assert events(data)[0]["choices"][0]["delta"]["content"] == "Good day."


def test_gemini_is_answered_whole_as_events_and_as_a_list(answerer: Answerer) -> None:
    whole = json.loads(ask(answerer, "POST", "/v1beta/models/x:generateContent", {})[2])
    stream = events(ask(answerer, "POST", "/v1beta/models/x:streamGenerateContent?alt=sse", {})[2])[0]
    listed = json.loads(ask(answerer, "POST", "/v1beta/models/x:streamGenerateContent", {})[2])[0]
    assert whole == stream == listed
    assert whole["candidates"][0]["content"]["parts"][0]["text"] == "Good day."


def test_the_gemini_router_gets_data_that_fits_its_schema(answerer: Answerer) -> None:
    schema = {
        "type": "OBJECT",
        "properties": {"reasoning": {"type": "STRING"}, "model_choice": {"type": "STRING", "enum": ["flash", "pro"]}},
    }
    data = ask(answerer, "POST", "/v1beta/models/x:generateContent", {"generationConfig": {"responseSchema": schema}})[2]
    text = json.loads(data)["candidates"][0]["content"]["parts"][0]["text"]
    assert json.loads(text) == {"reasoning": "hello", "model_choice": "flash"}


def test_a_schema_is_filled_with_references_choices_and_numbers() -> None:
    schema = {
        "$defs": {"one": {"type": "integer", "minimum": 3}},
        "properties": {
            "a": {"$ref": "#/$defs/one"},
            "b": {"anyOf": [{"type": "boolean"}]},
            "c": {"type": "array", "minItems": 1, "items": {}},
        },
    }
    assert sample(schema) == {"a": 3, "b": False, "c": ["hello"]}


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    schema = {"type": "object", "properties": {"again": {"$ref": "#"}}}
    assert "again" in json.dumps(sample(schema))


def test_what_is_no_model_call_gets_an_empty_object() -> None:
    assert reply("POST", "/api/event_logging/batch", b"not json").pieces == (b"{}",)
    assert reply("GET", "/anything", b"").status == 200


def test_a_chunked_body_is_noted_whole(answerer: Answerer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", answerer.port, timeout=10)
    connection.request("POST", "/v1/messages", iter([b'{"a":', b'"b"}']), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
    connection.getresponse().read()
    connection.close()
    assert answerer.requests[-1].body == b'{"a":"b"}'
    assert answerer.requests[-1].url.endswith("/v1/messages")


def test_a_channel_is_refused_so_that_tools_go_on_without_it(answerer: Answerer) -> None:
    assert ask(answerer, "GET", "/v1/responses", headers={"Upgrade": "websocket", "Connection": "Upgrade"})[0] == 426


def test_a_length_that_is_no_number_is_refused(answerer: Answerer) -> None:
    assert ask(answerer, "POST", "/v1/messages", headers={"Content-Length": "many"})[0] == 400
    assert answerer.requests == ()


def test_it_listens_on_this_computer_only_and_forgets_when_told(answerer: Answerer) -> None:
    assert answerer.url == f"http://127.0.0.1:{answerer.port}"
    ask(answerer, "GET", "/")
    assert len(answerer.requests) == 1
    answerer.clear()
    assert answerer.requests == ()


def test_only_the_newest_requests_are_kept() -> None:
    with Answerer(keep=2) as running:
        for number in range(4):
            ask(running, "GET", f"/{number}")
        assert [request.url.rpartition("/")[2] for request in running.requests] == ["2", "3"]
