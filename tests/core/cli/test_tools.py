from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from core.cli import tools as module
from core.cli.main import main
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from core.host.recorded import RecordedHost
    from tests.conftest import MakeHost

AGENT = tool("agent", finder("npm-package", names=("agent",)), commands=("agent",), process={"exe": ("/agent/bin/agent$",)})
HOME = "/home/mia-tell"
PACKAGE = f"{HOME}/.nvm/versions/node/v22/lib/node_modules/agent"


def machine(make: MakeHost, **more: Any) -> RecordedHost:
    tables: dict[str, Any] = {
        "home": HOME,
        "files": {f"{PACKAGE}/package.json": '{"name": "agent", "version": "1.0.0"}', f"{PACKAGE}/bin/agent": "x"},
        "processes": [
            {
                "pid": 7,
                "ppid": 1,
                "name": "agent",
                "exe": f"{PACKAGE}/bin/agent",
                "argv": ["agent", "the prompt"],
                "user": "mia-tell",
                "started": 9.0,
            }
        ],
        "connections": [{"kind": "tcp", "local": "127.0.0.1:1", "remote": "10.66.66.66:443", "state": "ESTABLISHED", "pid": 7}],
        "links": {"/proc/7/cwd": f"{HOME}/secret-project"},
        "env": {},
    }
    return make(**{**tables, **more})


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, recorded_host: MakeHost, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, **more: Any) -> tuple[int, str, str]:
        monkeypatch.setattr(module, "load_tools", lambda: ({"agent": AGENT}, ()))
        monkeypatch.setattr(module, "choose_host", lambda _persona: machine(recorded_host, **more))
        status = main(["tools", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_installations_are_listed_with_version_channel_and_place(ask: Any) -> None:
    status, out, _ = ask()
    assert status == 0
    assert "Agent" in out
    assert "1.0.0, npm" in out


@pytest.mark.parametrize("arguments", [("--sessions",), ("--sessions", "--json")])
def test_nothing_of_the_person_is_shown_unless_revealed(ask: Any, arguments: tuple[str, ...]) -> None:
    _, out, err = ask(*arguments)
    for text in ("mia-tell", "secret-project", "10.66.66.66", "the prompt"):
        assert text not in out + err


def test_a_session_is_told_with_its_tree_and_since_when(ask: Any) -> None:
    _, out, _ = ask("--sessions")
    said = " ".join(out.split())
    assert "1 session runs now" in said
    assert "process 7, 1 in its tree, since 19" in said
    assert "1 connection" in said


def test_revealed_places_are_whole(ask: Any) -> None:
    _, out, _ = ask("--sessions", "--json", "--reveal")
    data = json.loads(out)
    assert data["installations"][0]["path"] == PACKAGE
    assert data["sessions"][0]["cwd"] == f"{HOME}/secret-project"
    assert data["sessions"][0]["connections"] == ["10.66.66.66:443"]


def test_json_holds_what_was_found(ask: Any) -> None:
    _, out, _ = ask("--json")
    data = json.loads(out)
    assert (data["schema"], data["synthetic"], data["tools_known"]) == ("telltale.tools/1", True, 1)
    assert data["installations"][0]["channel"] == "npm"
    assert "sessions" not in data


def test_what_could_not_be_looked_at_makes_it_incomplete(ask: Any) -> None:
    status, out, err = ask(files={f"{PACKAGE}/package.json": "{"})
    assert status == 3
    assert "0 installations" in out
    assert "agent/package.json is not valid JSON" in err


def test_a_process_list_that_is_refused_makes_it_incomplete(ask: Any) -> None:
    status, _, err = ask("--sessions", processes=None)
    assert status == 3
    assert "What runs could not be told" in err


def test_an_unknown_tool_is_wrong_usage(ask: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask("nonsense")
    assert stopped.value.code == 2
