from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from core.catalogue import load_catalogue
from core.cli.claims import due, shown
from core.cli.main import main
from core.tools.model import Basis

TOOLS = load_catalogue().tools


def test_every_tool_is_listed_with_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims"]) == 0

    lines = capsys.readouterr().out.splitlines()
    listed = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert set(listed) == set(TOOLS)
    assert max(map(len, lines)) <= 80
    assert f"{len(TOOLS['claude-code'].opt_outs)} switches" in listed["claude-code"]


def test_a_tool_is_explained_with_every_claim_switch_and_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "claude-code"]) == 0

    said = " ".join(capsys.readouterr().out.split())
    tool = TOOLS["claude-code"]
    for claim in tool.claims:
        assert claim.signal in said
        assert " ".join(claim.limits.split()[:4]) in said
    for switch in tool.opt_outs:
        assert switch.key in said
    for words in ("Claim", "By", "Vendor's answer", "Now", "Seen by us", "2.1.91 to 2.1.197"):
        assert words in said


def test_json_holds_what_the_catalogue_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "telltale.claims/1"
    assert [tool["id"] for tool in said["tools"]] == list(TOOLS)
    for tool in said["tools"]:
        known = TOOLS[tool["id"]]
        assert [claim["text"] for claim in tool["claims"]] == [claim.text for claim in shown(known.claims)]
        assert [item["id"] for item in tool["opt_outs"]] == [item.id for item in known.opt_outs]
        assert [item["vendor_answer"] for item in tool["reports"]] == [item.vendor_answer for item in known.reports]


def test_what_is_only_remembered_is_never_shown_as_a_claim() -> None:
    claim = TOOLS["llm"].claims[0]

    assert shown((claim, replace(claim, basis=Basis.UNVERIFIED))) == (claim,)


def test_what_was_checked_too_long_ago_is_due_from_the_day_after() -> None:
    tool = TOOLS["kimi-code"]
    oldest = min(claim.seen_on for claim in tool.claims)
    last_day = date.fromordinal(oldest.toordinal() + 90)

    assert list(due(tool, last_day, 90)) == []
    found = list(due(tool, date.fromordinal(last_day.toordinal() + 1), 90))

    assert {kind for _, kind, _ in found} == {"claim", "switch", "report"}
    assert (oldest, "claim", "hostname, saw-sent") in found


def test_old_entries_are_printed_as_text_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "kimi-code", "--older-than", "-1"]) == 0
    assert "kimi-code-telemetry" in capsys.readouterr().out

    assert main(["claims", "kimi-code", "--older-than", "100000", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schema": "telltale.claims-due/1", "days": 100000, "due": []}


def test_an_unknown_tool_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["claims", "claude-cod"])

    assert end.value.code == 2
    assert "did you mean claude-code?" in capsys.readouterr().err
