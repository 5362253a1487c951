"""`telltale run --trace --inspect TOOL` as a person types it: what it read and what it sent is filed, and asked for by other commands."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from core.watch import inspector_setup, trace_start
from tests.fakes.real_run import EMAIL, VERSION, RealRun

if TYPE_CHECKING:
    from pathlib import Path

TOOL = """
text = open(os.path.expanduser("~/.gitconfig")).read()
open("/etc/passwd").close()
os.system("cat /etc/os-release > /dev/null")
mail = text.split("email = ")[1].split()[0]
body = json.dumps({"messages": [{"role": "user", "content": "from " + mail}], "stream": False}).encode()
print("answered:", b"no model was asked" in post("https://api.anthropic.com/v1/messages", body))
sys.exit(5)
"""

pytestmark = [
    pytest.mark.skipif(bool(trace_start.why_not()), reason=trace_start.why_not() or "traces work here"),
    pytest.mark.skipif(not inspector_setup.is_installed(), reason="mitmproxy is not installed here: telltale requests --set-up"),
]


def test_what_a_tool_read_and_sent_is_filed_with_its_version_process_and_time(tmp_path: Path) -> None:
    here = RealRun(tmp_path, TOOL)
    begun = int(time.time())
    done = here.run("run", "--trace", "--inspect", "--answer", "claude")
    assert (done.returncode, done.stdout) == (5, "answered: True\n"), done.stderr
    assert "The trace saw" in done.stderr
    assert "Read: 1 request to 1 host." in done.stderr

    capture = here.document("requests", "--session", "last")
    request = capture["requests"][0]
    assert (capture["session"]["tool"], capture["session"]["version"], request["host"]) == ("claude-code", VERSION, "api.anthropic.com")
    sent = {fact["signal"]: fact["place"] for fact in here.document("requests", "--request", "1")["facts"]}
    assert sent["git-identity"] == "$.messages[0].content"

    trace = here.document("trace", "show", next((here.state / "traces").glob("*.json")).stem)
    who = {(item["what"], item["who"], item["program"]) for item in trace["events"] if item["counts"]}
    assert ("~/.gitconfig", "tool", "cli.js") in who or ("~/.gitconfig", "tool", "claude") in who
    assert all(item["pid"] > 0 and item["at"] > 0 for item in trace["events"])
    assert (trace["tool"], trace["version"]) == ("claude-code", VERSION)

    exposure = here.document("exposure", "claude-code")
    filed = next(item for item in exposure["exposures"] if item["signal"] == "git-identity")
    seen = {item["grade"]: item for item in filed["evidence"]}
    read, left = seen["saw-read"], seen["saw-sent"]
    assert (read["method"], read["version"], read["place"]) == ("trace", VERSION, "~/.gitconfig")
    assert read["detail"].startswith("~/.gitconfig: opened by the tool itself")
    assert (left["method"], left["version"], left["source"]) == ("inspector", VERSION, capture["session"]["id"])
    assert begun <= min(at(read["at"]), at(left["at"])) <= max(at(read["at"]), at(left["at"])) <= time.time()
    told = {(item["text"], item["detail"]["version"]) for item in here.document("history", "--tool", "claude-code")["events"]}
    assert {
        ("Claude Code was seen reading Git name and e-mail.", VERSION),
        ("Claude Code was seen sending Git name and e-mail.", VERSION),
    } <= told
    assert EMAIL not in done.stderr + str(capture) + str(trace) + str(exposure) + str(told)
    for file in here.state.rglob("*"):
        if file.is_file():
            assert EMAIL.encode() not in file.read_bytes()
    assert not any((tmp_path / "tmp").iterdir())


def at(text: str) -> float:
    """Return a moment of a JSON document as seconds."""
    return datetime.fromisoformat(text).timestamp()
