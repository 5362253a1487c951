"""Traces of real starts: behind the inspector, and in the Strict sandbox."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from core.cli.main import main
from core.toggles.prepared import Prepared
from core.toggles.run import run
from core.watch import inspector_setup, trace_file, trace_start
from core.watch.inspect_wrapper import InspectWrapper
from core.watch.inspector_run import InspectOptions
from core.watch.trace_wrapper import TraceWrapper
from tests.fakes.capture import USER, searcher

if TYPE_CHECKING:
    from pathlib import Path

    from core.tools.model import Tool
    from core.watch.store import Store

TOY = f"""
import json, sys, urllib.request
open("/etc/passwd").close()
body = json.dumps({{"user": "{USER}", "stream": False}}).encode()
answer = urllib.request.urlopen(urllib.request.Request("https://api.example/v1/messages", data=body), timeout=60)
sys.exit(7 if b"no model was asked" in answer.read() else 1)
"""

pytestmark = pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here")


def test_what_a_tool_reads_and_what_it_sends_are_seen_in_the_same_run(
    a_tool: Tool, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inspector_setup.is_installed():
        pytest.skip("mitmproxy is not installed here: telltale requests --set-up")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    toy = Prepared((os.path.realpath(sys.executable), "-c", TOY), {"PATH": "/usr/bin:/bin"}, str(tmp_path))
    inspected = InspectWrapper(a_tool, "1.0", InspectOptions(answers=True), searcher=searcher, store=store)
    seen = TraceWrapper(None)
    assert run(toy, [inspected, seen]) == 7
    assert inspected.report is not None
    assert [fact.signal for _, fact, _ in store.facts(inspected.report.session)] == ["user-name"]
    assert seen.report is not None
    assert seen.report.is_whole
    assert "user-name" in seen.report.signals


def test_a_start_in_the_strict_sandbox_is_traced_with_its_own_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed here")
    home = tmp_path / "home"
    work = home / "work"
    work.mkdir(parents=True)
    for name, value in (("HOME", home), ("XDG_STATE_HOME", home / "state"), ("XDG_CONFIG_HOME", home / "config")):
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(work)
    status = main(["run", "--trace", "--preset", "strict", "sh", "-c", "read -r a < /etc/os-release; cat /etc/passwd >/dev/null; exit 5"])
    assert status == 5, capfd.readouterr().err
    report = trace_file.load(trace_file.listed()[0])
    assert report.is_whole
    assert "user-name" in report.signals
    assert "The trace saw" in capfd.readouterr().err
