from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.cli.main import build_parser
from core.toggles.prepared import Prepared
from core.toggles.run import run
from core.watch import inspector_setup
from core.watch.inspect_wrapper import InspectWrapper, wrapper
from core.watch.inspector_run import InspectOptions
from core.watch.store_model import KeepBodies
from tests.fakes.capture import USER, searcher

if TYPE_CHECKING:
    from pathlib import Path

    from core.tools.model import Tool
    from core.watch.store import Store

TOY = f"""
import json, sys, urllib.request
body = json.dumps({{"user": "{USER}", "stream": False}}).encode()
answer = urllib.request.urlopen(urllib.request.Request("https://api.example/v1/messages", data=body), timeout=20)
sys.exit(7 if b"no model was asked" in answer.read() else 1)
"""


@pytest.fixture
def toy(tmp_path: Path) -> Prepared:
    return Prepared((sys.executable, "-c", TOY), {"PATH": "/usr/bin:/bin"}, str(tmp_path))


def test_a_tool_is_started_through_the_inspector_and_its_exit_status_is_its_own(toy: Prepared, a_tool: Tool, store: Store) -> None:
    if not inspector_setup.is_installed():
        pytest.skip("mitmproxy is not installed here: telltale requests --set-up")
    inspected = InspectWrapper(a_tool, "1.0", InspectOptions(answers=True), searcher=searcher, store=store)
    assert run(toy, [inspected]) == 7
    assert inspected.report is not None
    assert [fact.signal for _, fact, _ in store.facts(inspected.report.session)] == ["user-name"]
    assert inspected.said()[0].startswith("Read: 1 request to 1 host.")
    assert inspected.said()[-1] == f"Everything that was found: telltale requests --session {inspected.report.session}"


def test_what_a_sandbox_must_let_through_is_named(toy: Prepared, a_tool: Tool, store: Store) -> None:
    if not inspector_setup.is_installed():
        pytest.skip("mitmproxy is not installed here: telltale requests --set-up")
    inspected = InspectWrapper(a_tool, "1.0", searcher=searcher, store=store)
    prepared = inspected.prepare(toy)
    try:
        (port,) = prepared.local_ports
        assert prepared.env["HTTPS_PROXY"] == f"http://127.0.0.1:{port}"
        assert all(prepared.env[name].startswith(prepared.show) for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"))
        assert "keys" not in prepared.show[0]
    finally:
        for action in prepared.cleanup:
            action()


def test_the_choices_of_the_command_line_arrive(a_tool: Tool) -> None:
    parser = build_parser(["run"])
    made = wrapper(a_tool, parser.parse_args(["run", "--inspect", "--answer", "--keep-bodies", "--all-hosts", "toy"]))
    assert made._options == InspectOptions(answers=True, keep_bodies=KeepBodies.ENCRYPTED, reads_all=True)
    assert wrapper(a_tool)._options is None
    assert made.said() == ()
