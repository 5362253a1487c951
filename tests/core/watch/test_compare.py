"""A/B comparison: noise is learnt, what differs because of what is said to the code point, and nothing is said of nothing."""

from __future__ import annotations

import json
import random
import re
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.watch.bodies import Request
from core.watch.compare import Comparison, Dimension, Setting, compare
from core.watch.compare_runner import SandboxRunner
from core.watch.compare_start import CannotCompareError, all_hosts, dimensions, start_of
from core.watch.compare_texts import changes
from tests.fakes import marking_agent
from tests.fakes.compare_room import needs_room

ZONE = Dimension("time-zone", "time zone", "UTC", ("Asia/Shanghai", "Europe/Berlin"))
ADDRESS = Dimension("base-url", "API address", "gateway.example.com", ("gateway.example.cn", "deepseek.example.com", "deepseek.example.cn"))
NAME = Dimension("host-name", "host name", "workstation", ("mia-laptop",))
AGENT = Path(marking_agent.__file__)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Toy:
    """Runs the toy agent without a process."""

    def __init__(self, *, marks: bool = True, tells_name: bool = False) -> None:
        self.marks, self.tells_name, self.runs = marks, tells_name, 0

    def run(self, setting: Setting) -> list[Request]:
        self.runs += 1
        zone, host = (setting.value("time-zone"), setting.value("base-url")) if self.marks else ("UTC", "gateway.example.com")
        body = marking_agent.document(zone, host, NOON)
        if self.tells_name:
            body["os"] = f"running on {setting.value('host-name')} today"
        url = f"http://{setting.value('base-url')}:8399/v1/messages"
        headers = (("Host", setting.value("base-url")), ("X-Request", uuid.uuid4().hex))
        return [Request("POST", url, headers, json.dumps(body).encode())]


def outcome(runner: Toy, runs: int = 3) -> Comparison:
    return compare("toy", runner, (ZONE, ADDRESS, NAME), runs)


def test_all_four_apostrophes_and_both_separators_are_told_with_what_they_change() -> None:
    found = {(item.dimension, item.value, item.before[0].label, item.after[0].label) for item in outcome(Toy()).differences}
    assert found == {
        ("time-zone", "Asia/Shanghai", "U+002D", "U+002F"),
        ("base-url", "gateway.example.cn", "U+0027", "U+2019"),
        ("base-url", "deepseek.example.com", "U+0027", "U+02BC"),
        ("base-url", "deepseek.example.cn", "U+0027", "U+02B9"),
    }


def test_the_verdict_is_plain_and_names_the_slot_and_the_values() -> None:
    sentences = outcome(Toy()).sentences
    assert (
        "Changes with your time zone: the separator in the date line in $.messages[0].content[0].text, U+002D becomes U+002F (seen with Asia/Shanghai)."
        in sentences
    )
    assert "No difference found with your host name in 3 runs each with these values: mia-laptop." in sentences


def test_an_agent_without_marks_shows_nothing_but_noise() -> None:
    result = outcome(Toy(marks=False), 4)
    assert not result.differences
    assert result.noisy_places > 1
    assert all(sentence.startswith("No difference found") for sentence in result.sentences)


def test_a_value_that_is_sent_as_it_is_is_told_as_such() -> None:
    result = outcome(Toy(tells_name=True))
    assert [(item.value, item.holds_value, item.places) for item in result.differences if item.dimension == "host-name"] == [
        ("mia-laptop", True, ("$.os",))
    ]
    assert "Changes with your host name: the value itself stands in $.os (seen with mia-laptop)." in result.sentences
    assert "mia-laptop" not in repr(result.differences[-1].changed)


def test_every_turn_begins_and_ends_with_the_plain_values_and_one_turn_is_not_enough() -> None:
    toy = Toy()
    assert outcome(toy, 1).runs == 2
    assert toy.runs == 2 * (1 + 6 + 1) + 3 * (1 + 4 + 1)


def test_a_tool_that_asks_nothing_is_a_failure_and_no_clean_result() -> None:
    class Silent:
        def run(self, setting: Setting) -> list[Request]:
            return []

    result = compare("toy", Silent(), (ZONE,), 2)
    assert result.sentences == ("The tool made no request with the plain values, so nothing could be compared.",)


def test_a_tool_that_fails_with_one_value_is_named() -> None:
    class Picky(Toy):
        def run(self, setting: Setting) -> list[Request]:
            return [] if setting.value("host-name") != "workstation" else super().run(setting)

    result = outcome(Picky())
    assert any("no request with another host name" in sentence for sentence in result.sentences)
    assert not any(sentence.startswith("No difference found with your host name") for sentence in result.sentences)


class Shaped(Toy):
    """Sends other fields, headers, orders, numbers or requests with another host name."""

    def __init__(self, how: str) -> None:
        super().__init__(marks=False)
        self.how = how

    def run(self, setting: Setting) -> list[Request]:
        (request,) = super().run(setting)
        if setting.value("host-name") == "workstation":
            return [request]
        body = json.loads(request.body)
        headers = request.headers
        if self.how == "field":
            body["flag"] = "on"
        elif self.how == "no field":
            del body["id"]
        elif self.how == "key order":
            body = dict(reversed(body.items()))
        elif self.how == "number":
            body["temperature"] = 1.0001
        elif self.how == "header":
            headers = (*headers, ("X-Flag", "1"))
        elif self.how == "header order":
            headers = tuple(reversed(headers))
        text = json.dumps(body, separators=(",", ":")) if self.how == "spaces" else json.dumps(body)
        changed = Request(request.method, request.url, headers, text.encode())
        return [changed, Request("GET", "http://gateway.example.com/flag")] if self.how == "request" else [changed]


@pytest.mark.parametrize(
    ("how", "place", "words"),
    [
        ("field", "$.flag", "sent only then"),
        ("no field", "$.id", "not sent then"),
        ("key order", "layout of the body", ""),
        ("number", "layout of the body", ""),
        ("spaces", "layout of the body", "U+0020 becomes nothing"),
        ("header", "header X-Flag", "sent only then"),
        ("header order", "order of headers", ""),
        ("request", "a request GET flag", "sent only then"),
    ],
)
def test_what_is_no_text_is_compared_too(how: str, place: str, words: str) -> None:
    result = outcome(Shaped(how), 2)
    assert {item.dimension for item in result.differences} == {"host-name"}
    assert {name for item in result.differences for name in item.places} == {place}
    assert any(words in item.sentence for item in result.differences)


def test_a_request_that_is_not_always_made_is_noise() -> None:
    class Restless(Toy):
        def run(self, setting: Setting) -> list[Request]:
            return [*super().run(setting), *[Request("GET", "http://gateway.example.com/news")] * (self.runs % 3)]

    assert not outcome(Restless(marks=False), 3).differences


def test_what_looks_different_by_chance_has_to_show_once_more() -> None:
    class Drawn(Toy):
        def run(self, setting: Setting) -> list[Request]:
            (request,) = super().run(setting)
            is_odd = setting.value("host-name") == "mia-laptop" and self.runs <= 16
            return [Request("POST", request.url, (("X-Mood", "b" if is_odd else "a"),), request.body)]

    assert not outcome(Drawn(marks=False), 2).differences


def test_what_chance_decides_is_not_said_to_follow_what_was_varied() -> None:
    chance = random.Random(1)  # noqa: S311  the same chance in every run of this test

    class Shuffled(Toy):
        def run(self, setting: Setting) -> list[Request]:
            words = ["alpha", "beta", "gamma"]
            chance.shuffle(words)
            return [Request("POST", "http://h/v1", (), json.dumps({"t": f"{chance.random()} {', '.join(words)}"}).encode())]

    found = [compare("toy", Shuffled(), (ZONE, ADDRESS, NAME), 2).differences for _ in range(60)]
    assert sum(map(bool, found)) == 0


def test_it_is_said_how_often_a_difference_showed_and_what_could_not_be_compared() -> None:
    often, noisy = outcome(Toy(), 2).notes
    assert "in each of at least 5 runs with the value from each of 10 with the plain ones" in often
    assert re.match(r"\d places? differs? from run to run", noisy)


def test_some_silent_runs_are_not_called_silence() -> None:
    class Moody(Toy):
        def run(self, setting: Setting) -> list[Request]:
            made = super().run(setting)
            is_first = setting.value("host-name") != "workstation" and self.runs < 9
            return [] if is_first else made

    (sentence,) = outcome(Moody(marks=False)).failures
    assert sentence == "The tool made no request in 1 of 3 runs with another host name (mia-laptop), so that was not compared."


def test_names_that_a_tool_sends_cannot_act_on_a_terminal() -> None:
    class Hostile(Toy):
        def run(self, setting: Setting) -> list[Request]:
            name = "x-\x1b[2J" if setting.value("host-name") != "workstation" else "x-plain"
            path = "\x1b]0;title\x07" if setting.value("host-name") != "workstation" else ""
            return [Request("POST", f"http://h/v1{path}", ((name, "1"),), b"{}"), Request("POST", "http://h/v2", ((name, "1"),), b"{}")]

    result = outcome(Hostile())
    assert len(result.differences) >= 2
    assert "\x1b" not in "".join([*result.sentences, *(place for item in result.differences for place in item.places)])


def test_texts_that_differ_everywhere_are_compared_within_a_limit() -> None:
    many = ["".join(f"{text}{number}\n\n" for number in range(3000)) for text in "ab"]
    assert len(changes(many[:1], many[1:])) == 1


def test_noise_beside_a_difference_does_not_hide_it() -> None:
    found = changes(["id 17 at 10:01 date 1-2", "id 99 at 10:02 date 1-2"], ["id 23 at 10:03 date 1/2", "id 40 at 10:04 date 1/2"])
    assert [(item.before, item.after, item.position) for item in found] == [("-", "/", 21)]


def test_a_character_that_stands_in_some_runs_only_is_noise() -> None:
    assert not changes(["a-b", "a/b"], ["a/b", "a-b"])
    assert not changes(["it's 1", "it's 2"], ["it's 3", "it's 4"])


def test_an_inserted_unseen_character_is_told() -> None:
    assert [(item.before, item.after) for item in changes(["hello world"] * 2, ["hello\u200b world"] * 2)] == [("", "\u200b")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=3), st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_no_texts_can_break_the_comparison(first: list[str], second: list[str]) -> None:
    for item in changes(first, second):
        assert first[0][item.position : item.position + len(item.before)] == item.before
        assert item.before != item.after


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_the_same_text_has_no_difference(text: str) -> None:
    assert not changes([text, text], [text])


def test_what_cannot_be_varied_or_started_is_said() -> None:
    with pytest.raises(CannotCompareError, match="cannot be varied"):
        dimensions(["shoe-size"])
    with pytest.raises(CannotCompareError, match="does not know how to start"):
        start_of("no-such-tool")
    with pytest.raises(CannotCompareError, match="was not found"):
        SandboxRunner(start_of("x", ["no-such-program-here"]), [])


def test_without_bubblewrap_nothing_is_run(tmp_path: Path) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    with pytest.raises(CannotCompareError, match="needs a network of its own"):
        SandboxRunner(start_of("toy", [sys.executable]), [], bwrap=str(refusing))


def test_only_what_is_named_is_varied() -> None:
    assert [item.name for item in dimensions(["time-zone"]) if item.others] == ["time-zone"]
    assert len([item for item in dimensions() if item.others]) == 5


@pytest.mark.slow
def test_a_real_program_is_compared_in_a_network_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_room()
    monkeypatch.setattr("core.watch.compare.SURE", 3)  # how often it is asked again is tested with toys
    varied = dimensions(["time-zone", "base-url"])
    start = start_of("toy", [sys.executable, str(AGENT)], ["TOY_BASE_URL"])
    with SandboxRunner(start, all_hosts(varied)) as runner:
        result = compare("toy", runner, varied, 2)
        assert not result.failures
    marks = {item.after[0].label for item in result.differences if not chr(item.after[0].code).isdigit()}
    assert marks == {"U+002F", "U+2019", "U+02BC", "U+02B9"}
