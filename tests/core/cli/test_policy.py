from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core import paths
from core.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("home_with_a_tool")
HEAD = 'format = 1\n[organisation]\nname = "Example organisation"\n'
REPORTED = str(paths.resource_root() / "policies" / "reported-2026-07.toml")


def policy(folder: Path, text: str) -> str:
    path = folder / "a-policy.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ('[[rule]]\ntool = "claude-code"\nstatus = "allowed"', 0),
        ('[[rule]]\ntool = "codex-cli"\nstatus = "not-allowed"', 0),
        ('[[rule]]\ntool = "claude-code"\nstatus = "high-risk"', 7),
        ('[[rule]]\nvendor = "Anthropic"\nstatus = "not-allowed"', 5),
        ('[[rule]]\nunknown = true\nstatus = "not-allowed"', 5),
        ('[[rule]]\ntool = "claude-code"\nversions = ">=2.1.198"\nstatus = "not-allowed"', 0),
        ('[[rule]]\ntool = "claude-code"\nversions = "<2.1.198"\nstatus = "not-allowed"', 5),
        ('[[rule]]\ntool = "claude-code"\nstatus = "not-allowed"\nfrom = 2999-01-01', 0),
        ('[[hide]]\nsignal = "kernel"', 6),
        ('[[hide]]\nsignal = "ip-public"', 6),
        ('[[hide]]\nsignal = "kernel"\ntools = ["codex-cli"]', 0),
        ('[[rule]]\ntool = "claude-code"\nstatus = "odd"', 4),
        ('[[rule]]\ntool = "claude-code"\nstatus = "not-allowed"\n[[hide]]\nsignal = "kernel"', 5),
    ],
)
def test_the_exit_status_tells_the_gravest_fact(tmp_path: Path, text: str, status: int) -> None:
    assert main(["policy", "check", "claude-code", "--file", policy(tmp_path, text)]) == status


def test_without_a_policy_the_status_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    if paths.system_policy_file().exists():
        pytest.skip("this computer has a policy of its own")
    assert main(["policy", "check"]) == 8
    assert "There is no policy here; looked for" in capsys.readouterr().out


def test_the_users_policy_is_found_and_its_last_good_copy_stays(capsys: pytest.CaptureFixture[str]) -> None:
    place = paths.user_policy_file()
    place.parent.mkdir(parents=True)
    place.write_text(HEAD + '[[rule]]\ntool = "claude-code"\nstatus = "high-risk"\n', encoding="utf-8")
    assert main(["policy", "check", "claude-code"]) == 7
    place.write_text(HEAD + "[[rule]\n", encoding="utf-8")
    assert main(["policy", "check", "claude-code"]) == 4
    told = capsys.readouterr()
    assert "line 4" in told.err
    assert "the last good one stays in force" in told.err
    assert told.out.count("High risk") == 2


@pytest.mark.parametrize(
    ("day", "status", "badge"),
    [
        ("2026-07-02", 0, "High risk from tomorrow"),
        ("2026-07-07", 7, "High risk, not allowed in 3 days"),
        ("2026-07-12", 5, "Not allowed since 10 July"),
    ],
)
def test_the_reported_case_by_day(day: str, status: int, badge: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "claude-code", "--file", REPORTED, "--on", day, "--json"]) == status
    (told,) = json.loads(capsys.readouterr().out)["tools"]
    assert told["badge"] == badge


def test_a_check_names_whose_words_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "claude-code", "--file", REPORTED, "--on", "2026-07-08"]) == 7
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("What Alibaba (as reported) says (file: ")
    assert said.endswith("Claude Code High risk, not allowed in 2 days")


def test_an_explanation_puts_the_recommended_tool_beside(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "explain", "claude-code", "--file", REPORTED, "--on", "2026-07-12"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "They recommend Qoder or Qoder CLI instead." in said
    assert "No rule is about it; it is recommended instead of Claude Code." in said
    assert "Claude Code: could see " in said
    assert "Qoder CLI (not installed here; as if started in this session): could see " in said


def test_only_the_text_of_a_policy_can_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "--syntax", "--file", policy(tmp_path, '[[rule]]\nunknown = true\nstatus = "not-allowed"')]) == 0
    assert "1 rules, 0 signals to hide" in capsys.readouterr().out
    assert main(["policy", "check", "--syntax", "--json", "--file", policy(tmp_path, "[[rule]]\nunknown = true")]) == 4
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["line"], problem["key"]) == (4, "rule[0].status")


@pytest.mark.parametrize(
    "words", [["check", "--file", "/nowhere/x.toml"], ["check", "--on", "soon"], ["check", "nobody", "--file", REPORTED], ["judge"]]
)
def test_wrong_usage_is_said(words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["policy", *words])
    assert end.value.code == 2
