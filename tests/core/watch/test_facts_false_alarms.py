"""False alarms, counted: requests that carry ordinary files of this machine's Python, searched for two recorded people's facts."""

from __future__ import annotations

import json
import sysconfig
from pathlib import Path

import pytest

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.recorded import load_persona
from core.watch.bodies import Request, walk
from core.watch.facts import Searcher
from core.watch.markers import Confidence, scan_pieces

FILES = 300


def ordinary_files() -> list[Path]:
    """Return source files of the standard library, spread over all of it; tests and tables of Unicode are not ordinary."""
    found = sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py"))
    named = [path for path in found if not {"test", "tests", "site-packages", "encodings", "idlelib", "lib2to3"} & set(path.parts)]
    return named[:: max(1, len(named) // FILES)]


def ordinary_requests() -> list[Request]:
    out = []
    for path in ordinary_files():
        messages = [{"role": "user", "content": [{"type": "text", "text": path.read_text(encoding="utf-8", errors="replace")}]}]
        body = {"model": "some-model-2026-01", "max_tokens": 32000, "temperature": 1, "stream": True, "messages": messages}
        headers = (
            ("User-Agent", "tool/1.106.0 (linux; x64) node/22.4.0"),
            ("Accept-Language", "en-US"),
            ("Content-Type", "application/json"),
        )
        out.append(Request("POST", "https://api.example/v1/messages?beta=true", headers, json.dumps(body, ensure_ascii=False).encode()))
    return out


@pytest.fixture(scope="module")
def corpus() -> list[Request]:
    return ordinary_requests()


@pytest.mark.parametrize("persona", ["developer-laptop", "office-desktop"])
def test_fewer_than_one_ordinary_request_in_a_hundred_gives_a_fact(persona: str, corpus: list[Request]) -> None:
    searcher = Searcher(scan_once(load_persona(persona), load_catalogue()))
    assert len(searcher.wanted) > 80
    found = [searcher.search(request) for request in corpus]
    wrong = [[(item.signal, item.masked, item.encoding) for item in items] for items in found if items]
    assert len(corpus) >= FILES // 2
    assert len(wrong) * 100 < len(corpus), wrong


def test_fewer_than_one_ordinary_request_in_a_hundred_gives_a_marker(corpus: list[Request]) -> None:
    wrong = [
        (item.kind, item.code_points)
        for request in corpus
        for item in scan_pieces(walk(request).pieces)
        if item.confidence is not Confidence.POSSIBLE
    ]
    assert len(wrong) * 100 < len(corpus), wrong
