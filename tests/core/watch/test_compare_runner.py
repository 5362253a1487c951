"""A comparison's room: the zone by its link, schemes nobody reported, tools that hang, crash, stay silent or leave things behind."""

from __future__ import annotations

import errno
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from core.watch.compare import Comparison, Setting
from core.watch.compare_runner import SandboxRunner, compare_tool
from core.watch.compare_start import CannotCompareError, Start, all_hosts, dimensions, start_of
from tests.fakes import odd_agent
from tests.fakes.compare_room import needs_room

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
AGENT = Path(odd_agent.__file__)


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every test to leaving no folder and no program behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("core.watch.compare.SURE", 3)  # how often it is asked again is tested with toys
    yield
    assert not list(tmp_path.glob("telltale-compare-*"))
    left = [process.pid for process in psutil.process_iter(["cmdline"]) if AGENT.name in " ".join(process.info["cmdline"] or ())]
    assert not left
    assert not [p.pid for p in psutil.process_iter(["cmdline"]) if "telltale-left-behind" in (p.info["cmdline"] or ())]


def agent(mode: str) -> Start:
    return start_of("toy", [sys.executable, str(AGENT), mode], ["TOY_BASE_URL"])


def compared(mode: str, *names: str) -> Comparison:
    needs_room()
    return compare_tool("toy", agent(mode), names, 2)


def one_run(mode: str, seconds: float) -> tuple[int, SandboxRunner]:
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    needs_room()
    with SandboxRunner(agent(mode), all_hosts(dimensions()), seconds=seconds) as runner:
        return len(runner.run(plain)), runner


@pytest.mark.parametrize(("mode", "place"), [("zone-link", "the link"), ("zone-file", "/etc/timezone")])
def test_a_tool_that_reads_the_zone_without_tz_is_seen_to_follow_it(mode: str, place: str) -> None:
    result = compared(mode, "time-zone")
    assert {item.value for item in result.differences if item.holds_value} == set(dimensions(["time-zone"])[0].others), place
    assert any("/usr/share/zoneinfo" in note for note in result.notes)


def test_where_etc_cannot_be_private_the_zone_is_varied_by_tz_only_and_that_is_said(tmp_path: Path) -> None:
    limited = tmp_path / "bwrap"
    limited.write_text('#!/bin/sh\ncase "$*" in *" /etc "*) exit 1;; esac\nexec bwrap "$@"\n')
    limited.chmod(0o755)
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    needs_room()
    with SandboxRunner(agent("plain"), all_hosts(dimensions()), bwrap=str(limited)) as runner:
        assert len(runner.run(plain)) == 1
        assert any("TZ only" in note for note in runner.notes)


def test_trailing_spaces_that_follow_the_host_name_are_found_to_the_code_point() -> None:
    (found,) = compared("spaces", "host-name").differences
    assert (found.before, [point.label for point in found.after]) == ((), ["U+0020", "U+0020"])
    assert found.position == len("Be brief.")
    assert "nothing becomes U+0020 U+0020" in found.sentence


def test_unseen_characters_that_follow_the_language_are_found_to_the_code_point() -> None:
    found = {
        (item.value, item.position, tuple(point.label for point in item.after)) for item in compared("zero-width", "locale").differences
    }
    assert found == {("de_DE.UTF-8", 2, ("U+200B",)), ("zh_CN.UTF-8", 2, ("U+2060",))}


def test_an_order_of_words_that_follows_the_language_is_found() -> None:
    assert {item.value for item in compared("order", "locale").differences} == {"de_DE.UTF-8"}


def test_a_silent_tool_is_a_sentence_that_says_how_it_ended() -> None:
    with pytest.raises(CannotCompareError, match="asked nothing: it ended with status 3"):
        compared("silent", "host-name")


def test_a_hanging_tool_is_ended_in_its_time_and_that_is_said() -> None:
    with pytest.raises(CannotCompareError, match="did not end within 1 seconds and was ended"):
        one_run("hanging", 1)


def test_a_program_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    needs_room()
    broken = tmp_path / "broken"
    broken.write_text("#!/no/such/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(CannotCompareError, match="could not be started"):
        compare_tool("toy", start_of("toy", [str(broken)]), ["host-name"], 2)


def test_a_tool_that_asks_and_never_ends_is_compared_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.compare_runner.QUIET_S", 0.5)
    count, runner = one_run("lingering", 30)
    assert (count, dict(runner.endings)) == (1, {"grew quiet": 1})
    assert "In 1 of 1 runs the tool did not end by itself and was ended." in runner.notes


def test_a_tool_that_crashes_after_its_request_is_compared_and_the_crash_is_said() -> None:
    count, runner = one_run("crashing", 30)
    assert count == 1
    assert "In 1 of 1 runs the tool ended with an error; what it had sent until then was compared." in runner.notes


def test_what_a_tool_leaves_running_and_on_disk_is_gone() -> None:
    assert one_run("leaving", 30)[0] == 1


def test_cancelling_ends_a_run_at_once() -> None:
    needs_room()

    class EnoughError(Exception):
        pass

    def cancel(done: int, of: int) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        compare_tool("toy", agent("hanging"), ["host-name"], 2, cancel)


def test_a_tool_that_asks_without_end_is_looked_at_up_to_a_limit_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    needs_room()
    monkeypatch.setattr("core.watch.compare_runner.MOST_REQUESTS", 2)
    asks = "import os, urllib.request\nfor number in range(5): urllib.request.urlopen(os.environ['TOY_BASE_URL'] + f'/v1/{number}').read()"
    start = start_of("toy", [sys.executable, "-c", asks], ["TOY_BASE_URL"])
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    with SandboxRunner(start, all_hosts(dimensions())) as runner:
        assert [request.url.rpartition("/")[2] for request in runner.run(plain)] == ["0", "1"]
        assert "In 1 of 1 runs the tool asked for more than is looked at; the first requests were." in runner.notes


def sent_by(said: str) -> str:
    """Return what a tool says that sends the value of one expression."""
    needs_room()
    asks = f"import os, socket, urllib.request\nurllib.request.urlopen(os.environ['TOY_BASE_URL'] + '/v1/' + str({said})).read()"
    start = start_of("toy", [sys.executable, "-c", asks], ["TOY_BASE_URL"])
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    with SandboxRunner(start, all_hosts(dimensions())) as runner:
        return runner.run(plain)[0].url.rpartition("/")[2]


def test_the_instructions_with_the_tools_command_do_not_lie_on_disk_while_it_runs() -> None:
    """A command may hold a key, and a killed comparison leaves its folder until the next one."""
    assert sent_by("os.path.exists(os.path.join(os.path.dirname(os.environ['HOME']), 'plan'))") == "False"


def test_the_systems_bus_that_knows_this_computers_own_names_is_not_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bus = tmp_path / "bus"
    bus.mkdir()
    monkeypatch.setattr("core.watch.compare_room._BUSES", (str(bus),), raising=False)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(bus / "s"))
        listener.listen()
        assert sent_by(f"socket.socket(socket.AF_UNIX).connect_ex({str(bus / 's')!r})") == str(errno.ENOENT)
