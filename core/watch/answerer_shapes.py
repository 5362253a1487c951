"""Answers in the shapes that AI tools expect: Anthropic messages, OpenAI responses and chat, Gemini; whole or as events.

The shapes follow the public references of these interfaces; the content is a fixed sentence, or data that fits the schema
which the request asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TEXT: Final = "This is Telltale's own answer from this computer; no model was asked."
_JSON: Final = "application/json"
_EVENTS: Final = "text/event-stream"
_DEEPEST: Final = 12


class Reply(NamedTuple):
    """One answer: status, content type, and the pieces of the body in the order in which they are sent."""

    status: int
    content_type: str
    pieces: tuple[bytes, ...]


def reply(method: str, target: str, body: bytes, text: str = TEXT) -> Reply:
    """Return the answer to one request; whatever is not a model call gets an empty JSON object."""
    parts = urlsplit(target)
    path = parts.path.rstrip("/")
    asked = _document(body)
    if method == "GET" and path.endswith("/models"):
        return _whole({"object": "list", "data": [_model(name) for name in ("gpt-4o", "claude-sonnet-4-5")], "models": []})
    if method != "POST":
        return _whole({})
    if path.endswith("/count_tokens"):
        return _whole({"input_tokens": 8})
    if path.endswith("/messages"):
        return _anthropic(asked, text)
    if path.endswith("/responses"):
        return _responses(asked, text)
    if path.endswith("/chat/completions"):
        return _chat(asked, text)
    if ":" in path.rpartition("/")[2]:
        return _gemini(path.rpartition(":")[2], asked, parts.query, text)
    return _whole({})


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(document: Mapping[str, Any]) -> Reply:
    return Reply(200, _JSON, (json.dumps(document).encode(),))


def _events(events: Iterable[tuple[str, Mapping[str, Any] | str]]) -> Reply:
    pieces = []
    for name, data in events:
        line = data if isinstance(data, str) else json.dumps(data)
        pieces.append(f"{f'event: {name}{chr(10)}' if name else ''}data: {line}\n\n".encode())
    return Reply(200, _EVENTS, tuple(pieces))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1, "owned_by": "this-computer"}


def _words(text: str, schema: object) -> str:
    return json.dumps(sample(schema)) if isinstance(schema, dict) else text


def _anthropic(asked: Mapping[str, Any], text: str) -> Reply:
    output = asked.get("output_config") or {}
    form = asked.get("output_format") or (output.get("format") if isinstance(output, dict) else None) or {}
    text = _words(text, form.get("schema") if isinstance(form, dict) else None)
    usage = {"input_tokens": 8, "output_tokens": 8, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    message: dict[str, Any] = {
        "id": "msg_telltale",
        "type": "message",
        "role": "assistant",
        "model": asked.get("model", "model"),
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }
    if not asked.get("stream"):
        return _whole(message)
    end = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 8}}
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    start = {"type": "message_start", "message": message | {"content": [], "stop_reason": None}}
    events = (start, block, delta, {"type": "content_block_stop", "index": 0}, end, {"type": "message_stop"})
    return _events((str(event["type"]), event) for event in events)


def _responses(asked: Mapping[str, Any], text: str) -> Reply:
    form = asked.get("text") or {}
    inner = form.get("format") if isinstance(form, dict) else None
    text = _words(text, inner.get("schema") if isinstance(inner, dict) else None)
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"id": "item_telltale", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    usage = {
        "input_tokens": 8,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 8,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 16,
    }
    base = {"id": "resp_telltale", "object": "response", "created_at": 1, "model": asked.get("model", "model")}
    done = base | {"status": "completed", "output": [item], "usage": usage}
    if not asked.get("stream"):
        return _whole(done)
    place = {"item_id": "item_telltale", "output_index": 0, "content_index": 0}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": base | {"status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": item | {"status": "in_progress", "content": []}},
        {"type": "response.content_part.added", **place, "part": part | {"text": ""}},
        {"type": "response.output_text.delta", **place, "delta": text},
        {"type": "response.output_text.done", **place, "text": text},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": done},
    ]
    return _events((str(event["type"]), event | {"sequence_number": number}) for number, event in enumerate(events))


def _chat(asked: Mapping[str, Any], text: str) -> Reply:
    form = asked.get("response_format") or {}
    inner = form.get("json_schema") if isinstance(form, dict) else None
    text = _words(text, inner.get("schema") if isinstance(inner, dict) else None)
    base = {"id": "chat-telltale", "created": 1, "model": asked.get("model", "model")}
    usage = {"prompt_tokens": 8, "completion_tokens": 8, "total_tokens": 16}
    if not asked.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return _whole(base | {"object": "chat.completion", "choices": [choice], "usage": usage})
    chunk = base | {"object": "chat.completion.chunk"}
    first = chunk | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
    last = chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return _events([("", first), ("", last), ("", chunk | {"choices": [], "usage": usage}), ("", "[DONE]")])


def _gemini(action: str, asked: Mapping[str, Any], query: str, text: str) -> Reply:
    if action == "countTokens":
        return _whole({"totalTokens": 8})
    inner = asked.get("request")  # the sign-in variant wraps the request
    is_wrapped = isinstance(inner, dict)
    config = (inner if isinstance(inner, dict) else asked).get("generationConfig") or {}
    schema = (config.get("responseJsonSchema") or config.get("responseSchema")) if isinstance(config, dict) else None
    answer: dict[str, Any] = {
        "candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": _words(text, schema)}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 8, "totalTokenCount": 16},
        "modelVersion": "model",
    }
    if is_wrapped:
        answer = {"response": answer}
    if action == "generateContent":
        return _whole(answer)
    if action != "streamGenerateContent":
        return _whole({})
    if parse_qs(query).get("alt") == ["sse"]:
        return _events([("", answer)])
    return Reply(200, _JSON, (json.dumps([answer]).encode(),))


def sample(schema: object, root: object = None, depth: int = 0) -> object:
    """Return the simplest data that fits a JSON schema (also in Gemini's spelling with types in capitals)."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    root = schema if root is None else root
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return sample(_referred(reference, root), root, depth + 1)
    for fixed in ("const", "default"):
        if fixed in schema:
            return schema[fixed]
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if schema.get(choice):
            return sample(schema[choice][0], root, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return _of_type(str(kind[0] if isinstance(kind, list) and kind else kind).lower(), schema, root, depth)


def _of_type(kind: str, schema: dict[str, Any], root: object, depth: int) -> object:
    if kind == "object":
        fields = schema.get("properties") or {}
        return {name: sample(inner, root, depth + 1) for name, inner in fields.items()} if isinstance(fields, dict) else {}
    if kind == "array":
        return [sample(schema.get("items"), root, depth + 1)] * min(3, int(schema.get("minItems") or 0))
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    return None if kind == "null" else "hello"


def _referred(reference: str, root: object) -> object:
    found = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found
