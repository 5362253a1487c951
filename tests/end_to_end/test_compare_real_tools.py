"""Real tools compared: what each sends follows the machine's zone, language or names as it was seen to, and nothing else is told.

Every tool runs in the comparison's own network with an invented key; what is not installed is skipped, and says so.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import pytest

from core.watch.compare import Comparison, Dimension, compare
from core.watch.compare_runner import SandboxRunner
from core.watch.compare_start import CannotCompareError, all_hosts, dimensions, start_of
from tests.end_to_end import claude_versions, inspected_tools

if TYPE_CHECKING:
    from pathlib import Path

    from core.watch.compare import Difference

pytestmark = pytest.mark.slow
TOOLS: Final = {name: recipe[0] for name, recipe in inspected_tools.RECIPES.items()} | {"claude-2.1.90": "claude-code"}
VARIED: Final = {"time-zone": "Asia/Shanghai", "locale": "de_DE.UTF-8", "host-name": "mia-laptop"}
GATEWAY: Final = {"base-url": "deepseek.example.cn"}
WITH_GATEWAY: Final = {"claude-2.1.90", "claude-2.1.197", "claude-newest", "llm"}
OFTEN: Final = {"claude-2.1.197", "claude-newest", "llm"}  # the others take minutes together
EACH: Final = [pytest.param(name, marks=() if name in OFTEN else pytest.mark.long) for name in TOOLS]
# beside dates and times, which follow the zone for all but llm: what has to be found, and then nothing else
FOUND: Final[dict[str, set[str]]] = {
    "claude-2.1.197": {"time-zone", "base-url"},
    "codex": {"time-zone"},
    "gemini": {"locale"},
    "qwen": {"locale"},
    "copilot": {"time-zone"},
    "qodercli": {"time-zone", "locale", "host-name"},
    "aider": {"locale"},
}


@pytest.fixture(autouse=True)
def few_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again once only: how often is enough is tested with toys."""
    monkeypatch.setattr("core.watch.compare.SURE", 3)


def program(name: str) -> Path:
    found = claude_versions.program("2.1.90") if name == "claude-2.1.90" else inspected_tools.program(name)
    if found is None:
        pytest.skip(f"{name} is not installed; python3 -m tests.end_to_end.launch_tools does it outside the enclosure")
    return found


@cache
def compared(name: str) -> Comparison:
    start = start_of(TOOLS[name])
    start = start_of(TOOLS[name], [str(program(name)), *start.command[1:]])
    wanted = VARIED | (GATEWAY if name in WITH_GATEWAY else {})
    varied = [Dimension(item.name, item.title, item.plain, (wanted[item.name],) if item.name in wanted else ()) for item in dimensions()]
    try:
        with SandboxRunner(start, all_hosts(varied)) as runner:
            return compare(TOOLS[name], runner, varied, 2)
    except CannotCompareError as error:
        if "network of its own" in str(error):
            pytest.skip(str(error))
        raise


def text(points: tuple[object, ...]) -> str:
    return "".join(chr(point.code) for point in points)  # type: ignore[attr-defined]  # code points


def is_date(item: Difference) -> bool:
    """Whether it is an ordinary part of a date or time that follows the zone: words, numbers and no marks."""
    return item.dimension == "time-zone" and text(item.before + item.after).isalnum()


@pytest.mark.parametrize("name", EACH)
def test_what_is_found_is_what_the_tool_was_seen_to_send_and_nothing_else(name: str) -> None:
    result = compared(name)
    assert not result.failures
    found = {item.dimension for item in result.differences}
    wanted = FOUND.get(name, set())
    others = [item for item in result.differences if item.dimension not in wanted]
    assert found >= wanted
    assert all(map(is_date, others)), result.sentences
    assert name != "llm" or not found


def test_the_affected_version_has_the_reported_scheme_to_the_code_point() -> None:
    marks = {(item.dimension, text(item.before), text(item.after)) for item in compared("claude-2.1.197").differences if not is_date(item)}
    assert marks == {("time-zone", "-", "/"), ("base-url", "'", "\u02b9")}


@pytest.mark.long
def test_codex_tells_the_name_of_the_zone_that_the_link_of_the_machine_has() -> None:
    (found,) = [item for item in compared("codex").differences if item.holds_value]
    assert text(found.after) == "Asia/Shanghai"
    assert all(place.startswith("$.input[") for place in found.places)


@pytest.mark.long
def test_qodercli_tells_zone_language_and_name_before_any_sign_in() -> None:
    found = {item.dimension: text(item.after) for item in compared("qodercli").differences if not text(item.after).isdigit()}
    assert found == {"time-zone": "Asia/Shanghai", "locale": "de_DE", "host-name": "mia-laptop"}


@pytest.mark.parametrize("name", [item for item in EACH if item.values[0] != "claude-2.1.197"])
def test_no_tool_but_the_affected_version_marks_what_it_sends(name: str) -> None:
    texts = [(item.sentence, text(item.before + item.after)) for item in compared(name).differences]
    assert [sentence for sentence, changed in texts if not any(ch.isalnum() for ch in changed)] == []
