from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.cli.main import main
from core.history import History
from core.model import Grade
from core.toggles.profiles import profile_path
from core.tools.model import Evidence
from core.watch import kept_evidence

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = load_catalogue()
pytestmark = pytest.mark.usefixtures("home_with_a_tool")


def test_the_installed_tool_is_measured_and_every_signal_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", "--json"]) in {0, 3}
    told = json.loads(capsys.readouterr().out)
    assert "claude-code" in {tool["id"] for tool in told["tools"]}
    mine = [cell for cell in told["exposures"] if cell["tool"] == "claude-code"]
    assert [cell["signal"] for cell in mine] == list(CATALOGUE.signals)
    kernel = next(cell for cell in mine if cell["signal"] == "kernel")
    assert kernel["here"] == "could-see"
    assert kernel["evidence"][0]["method"] == "stand-in"


def test_one_signal_is_explained_with_its_evidence_and_the_limits(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", "claude-code", "--signal", "time-zone"]) in {0, 3}
    said = " ".join(capsys.readouterr().out.split())
    assert "Telltale's makers saw version 2.1.91 to 2.1.197 send it" in said
    assert "not on this computer" in said
    assert "the versions between them were not run" in said


def test_a_tool_that_is_not_installed_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", "qoder-cli", "--signal", "hostname"]) in {0, 3}
    assert "not installed here" in capsys.readouterr().out


def test_what_changed_since_the_last_time_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    main(["exposure", "claude-code", "--diff"])
    assert "There is no earlier look to compare with" in capsys.readouterr().out
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    main(["exposure", "claude-code", "--diff", "--signal", "proxy-env"])
    assert "Proxy in the environment: nothing there (2.1.169) -> could see" in capsys.readouterr().out
    main(["exposure", "claude-code", "--diff", "--signal", "proxy-env"])
    assert capsys.readouterr().out == "Nothing differs.\n"
    main(["history", "--kind", "exposure-changed"])
    assert "What Claude Code could see changed" in capsys.readouterr().out


def test_what_a_switch_hides_is_hidden_and_what_was_seen_before_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    at = datetime(2026, 11, 20, tzinfo=UTC)
    history = History()
    history.add_evidence(Evidence("claude-code", "kernel", Grade.SAW_READ, "trace", at, "2.1.169", "a", "", "/proc/version"))
    history.close()
    sent = Evidence("claude-code", "hostname", Grade.SAW_SENT, "inspector", at, "2.1.169", "b", "", "$.system")
    monkeypatch.setattr(kept_evidence, "captured_evidence", lambda: (sent,))
    profile = profile_path("claude-code")
    profile.parent.mkdir(parents=True)
    profile.write_text('environment = ["time-zone"]\n', encoding="ascii")
    assert main(["exposure", "claude-code", "--json"]) in {0, 3}
    cells = {cell["signal"]: cell for cell in json.loads(capsys.readouterr().out)["exposures"]}
    assert [cells[name]["here"] for name in ("time-zone", "kernel", "hostname")] == ["hidden", "saw-read", "saw-sent"]
    assert "started through Telltale" in cells["time-zone"]["sentence"]


def test_two_versions_are_compared_by_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", "claude-code", "--versions", "2.1.197", "2.1.198", "--signal", "time-zone", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["applies_to"] for row in told["differences"]} == {"2.1.197"}
    assert main(["exposure", "claude-code", "--versions", "9.1", "9.2"]) == 0
    assert "does not show that they are alike" in capsys.readouterr().out
    with pytest.raises(SystemExit) as end:
        main(["exposure", "claude-code", "--versions", "newest", "9.2"])
    assert end.value.code == 2
    assert "'newest' is no version" in capsys.readouterr().err


def test_a_report_is_told_with_its_conditions_the_vendors_answer_and_the_present_state(capsys: pytest.CaptureFixture[str]) -> None:
    main(["exposure", "claude-code", "--signal", "time-zone"])
    said = " ".join(capsys.readouterr().out.split())
    parts = ["version 2.1.91 to 2.1.197", "Conditions:", "The vendor's answer:", "Now: Removed in 2.1.198"]
    places = [said.find(part, said.find("Elsewhere: reported")) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_an_invented_computer_leaves_no_history(home_with_a_tool: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from core import paths

    name = next(name for name in paths.resource_names("personas") if name.endswith(".toml")).removesuffix(".toml")
    assert main(["exposure", "claude-code", "--persona", name, "--json"]) in {0, 3}
    assert json.loads(capsys.readouterr().out)["host"]["synthetic"] is True
    assert not list(home_with_a_tool.rglob("history.sqlite"))


@pytest.mark.parametrize(
    "words",
    [
        ["nobody"],
        ["--signal", "nothing"],
        ["--versions", "1", "2"],
        ["claude-code", "--persona", "x", "--diff"],
        ["claude-code", "--diff", "soon"],
    ],
)
def test_wrong_usage_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["exposure", *words])
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("telltale: ")
