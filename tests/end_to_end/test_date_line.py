"""The reported date line on the real tool: all four apostrophes and both separators in an affected version, none outside.

The versions are installed once into an ignored folder. Inside the tests the tool has a network of its own, an invented key
and a throw-away home.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.watch.bodies import walk
from core.watch.compare import Setting, compare
from core.watch.compare_runner import SandboxRunner
from core.watch.compare_start import CannotCompareError, all_hosts, dimensions, start_of
from core.watch.markers import known_lines, scan
from tests.end_to_end import claude_versions
from tests.end_to_end.real_tools import NEWEST

if TYPE_CHECKING:
    from pathlib import Path

    from core.watch.bodies import Request

pytestmark = pytest.mark.slow
AFFECTED = "2.1.197"
UNAFFECTED = ("2.1.90", "newest")
HOSTS = {
    "gateway.example.com": "'",
    "gateway.example.cn": "\u2019",
    "deepseek.example.com": "\u02bc",
    "deepseek.example.cn": "\u02b9",
}
ZONES = {"UTC": "-", "Asia/Shanghai": "/"}


def installed(version: str) -> Path:
    """Return the program of a version; skip where it is not installed (see `claude_versions` and `real_tools`)."""
    program = claude_versions.native(NEWEST) if version == "newest" else claude_versions.program(version)
    if program is None:
        pytest.skip(f"version {version} is not installed; python3 -m tests.end_to_end.claude_versions does it outside the enclosure")
    return program


def runner_for(version: str) -> SandboxRunner:
    try:
        return SandboxRunner(start_of("claude-code", [str(installed(version)), "-p", "Say hello."]), all_hosts(dimensions()))
    except CannotCompareError as error:
        pytest.skip(str(error))


def setting(host: str, zone: str) -> Setting:
    plain = Setting(tuple((item.name, item.plain) for item in dimensions()))
    return plain.with_value("base-url", host).with_value("time-zone", zone)


def asked(requests: list[Request]) -> list[Request]:
    found = [request for request in requests if request.url.partition("?")[0].endswith("/v1/messages")]
    assert found, "the tool asked its model nothing"
    return found


def line_in(requests: list[Request]) -> tuple[str, str]:
    """Read apostrophe and separator out of the raw bytes, without any code of the detector."""
    whole = "".join(json.dumps(json.loads(request.body), ensure_ascii=False) for request in asked(requests))
    after = whole.split("Today", 1)[1]
    return after[0], after.split("date is 20", 1)[1][2]


def test_the_affected_version_has_all_four_apostrophes_and_both_separators_and_each_is_read() -> None:
    with runner_for(AFFECTED) as runner:
        for host, apostrophe in HOSTS.items():
            for zone, separator in ZONES.items():
                requests = asked(runner.run(setting(host, zone)))
                assert line_in(requests) == (apostrophe, separator), (host, zone)
                found = [item for request in requests for item in scan(request) if item.scheme == "date-line"]
                odd = {ch for ch in apostrophe + separator if ch not in "'-"}
                assert {chr(point.code) for item in found for point in item.code_points} == odd, (host, zone)
                assert not [item for request in requests for item in scan(request) if not item.scheme]


@pytest.mark.parametrize("version", UNAFFECTED)
def test_a_version_outside_the_range_has_the_ordinary_line_everywhere(version: str) -> None:
    with runner_for(version) as runner:
        for host in HOSTS:
            for zone in ZONES:
                requests = asked(runner.run(setting(host, zone)))
                assert line_in(requests) == ("'", "-"), (host, zone)
                assert not [item for request in requests for item in scan(request)]
                assert any(not is_marked for request in requests for _, _, is_marked in known_lines(walk(request).pieces))


def test_the_comparison_finds_the_scheme_of_the_affected_version_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.compare.SURE", 3)  # how often is enough is tested with toys
    varied = dimensions(["time-zone", "base-url", "host-name"])
    with runner_for(AFFECTED) as runner:
        result = compare("claude-code", runner, varied, 2)
    assert not result.failures
    marks = {(item.dimension, item.after[0].label) for item in result.differences if item.after and not chr(item.after[0].code).isdigit()}
    assert marks == {("time-zone", "U+002F"), ("base-url", "U+2019"), ("base-url", "U+02BC"), ("base-url", "U+02B9")}
    assert any(sentence.startswith("No difference found with your host name") for sentence in result.sentences)
