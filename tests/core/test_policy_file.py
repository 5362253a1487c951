from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import paths
from core.catalogue import load_catalogue
from core.policy import Policy, PolicyScope, Status, judge, recommended
from core.policy_file import PolicyFiles, line_of, read_policy

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

GOOD = """\
format = 1

[organisation]
name = "Example organisation"
note = \"\"\"
[[rule]]
status = "not a rule"\"\"\"

[[rule]]
tool = "claude-code"
status = "high-risk"

[[rule]]
# a comment
tool = "claude-code"
status = "not-allowed"
from = 2026-07-10
sources = ["one", "two"]

[[hide]]
signal = "time-zone"
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def files(folder: Path) -> PolicyFiles:
    return PolicyFiles(folder / "etc" / "policy.toml", folder / "config" / "policy.toml", folder / "state")


def test_a_policy_is_read(tmp_path: Path) -> None:
    policy, problems = read_policy(write(tmp_path / "policy.toml", GOOD))
    assert problems == ()
    assert policy is not None
    assert [(rule.number, rule.tool, rule.status) for rule in policy.rules] == [
        (1, "claude-code", Status.HIGH_RISK),
        (2, "claude-code", Status.NOT_ALLOWED),
    ]
    assert policy.hides[0].signal == "time-zone"


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('status = "not-allowed"', 'status = "forbidden"', 16, "rule[1].status"),
        ("from = 2026-07-10", 'from = "soon"', 17, "rule[1].from"),
        ('sources = ["one", "two"]', 'sources = ["one", 2]', 18, "rule[1].sources[1]"),
        ('tool = "claude-code"\nstatus = "high-risk"', 'status = "high-risk"', 9, "rule[0]"),
        ('tool = "claude-code"\nstatus = "high-risk"', 'tool = "claude-code"', 9, "rule[0].status"),
        ('tool = "claude-code"\nstatus = "high-risk"', 'tool = "claude-code"\nstatus = "high-risk"\ncolour = "red"', 12, "rule[0].colour"),
        ('signal = "time-zone"', "signal = 7", 21, "hide[0].signal"),
        ('name = "Example organisation"', "", 3, "organisation.name"),
        ("format = 1", "format = 2", 1, "format"),
        ("format = 1\n", "", 0, "format"),
        ("[[hide]]", "[[hid]]", 20, "hid"),
        ("format = 1", "format = = 1", 1, ""),
        ('status = "high-risk"', 'status = "high-risk"\nversions = "1.0"', 12, "rule[0].versions"),
        ('status = "high-risk"', 'status = "high-risk"\nreason = "a\\u202eb"', 12, "rule[0].reason"),
    ],
)
def test_a_fault_is_named_by_line_and_key(tmp_path: Path, old: str, new: str, line: int, key: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    policy, problems = read_policy(write(tmp_path / "policy.toml", text))
    assert policy is None
    assert problems
    assert (problems[0].line, problems[0].key) == (line, key)
    assert str(problems[0]).count("\n") == 0


def test_the_organisations_words_may_be_in_any_language(tmp_path: Path) -> None:
    words = "\u9ad8\u98ce\u9669 \u2013 nur nach R\u00fccksprache"
    text = GOOD.replace('status = "high-risk"', f'status = "high-risk"\nreason = "{words}"')
    policy, problems = read_policy(write(tmp_path / "policy.toml", text))
    assert problems == ()
    assert policy is not None
    assert policy.rules[0].reason == words


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x = 1\n" * 60_000, b"a = " + b"[" * 5000])
def test_what_is_no_policy_is_a_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(content)
    policy, problems = read_policy(path)
    assert policy is None
    assert problems


def test_the_last_good_policy_stays_in_force_and_that_is_said(tmp_path: Path) -> None:
    places = files(tmp_path)
    path = write(tmp_path / "config" / "policy.toml", GOOD)
    assert len(places.load().policies) == 1
    kept = tmp_path / "state" / "policy-last-good-user.toml"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    write(path, GOOD.replace('status = "high-risk"', 'status = "odd"'))
    state = places.load()
    assert [policy.rules[0].status for policy in state.policies] == [Status.HIGH_RISK]
    assert "last good" in state.policies[0].place
    assert "line 11, rule[0].status" in state.messages[0]
    assert "the last good one stays in force" in state.messages[0]
    write(path, GOOD.replace('status = "high-risk"', 'status = "allowed"', 1))
    assert places.load().policies[0].rules[0].status is Status.ALLOWED


def test_a_bad_first_policy_leaves_none_in_force(tmp_path: Path) -> None:
    write(tmp_path / "config" / "policy.toml", "format = 1")
    state = files(tmp_path).load()
    assert state.policies == ()
    assert "none is in force" in state.messages[0]


def test_a_policy_that_was_taken_away_is_not_in_force_any_more(tmp_path: Path) -> None:
    places = files(tmp_path)
    path = write(tmp_path / "config" / "policy.toml", GOOD)
    places.load()
    path.unlink()
    assert places.load().policies == ()
    write(path, "broken")
    assert places.load().policies == ()


def test_a_link_that_leads_nowhere_does_not_take_the_policy_away(tmp_path: Path) -> None:
    places = files(tmp_path)
    path = write(tmp_path / "config" / "policy.toml", GOOD)
    places.load()
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    assert len(places.load().policies) == 1


def test_the_system_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "etc" / "policy.toml", GOOD.replace("Example organisation", "System"))
    write(tmp_path / "config" / "policy.toml", GOOD)
    state = files(tmp_path).load()
    assert [(policy.organisation, policy.scope) for policy in state.policies] == [
        ("System", PolicyScope.SYSTEM),
        ("Example organisation", PolicyScope.USER),
    ]


def test_a_system_policy_that_others_may_change_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "etc" / "policy.toml", GOOD)
    path.chmod(0o666)
    assert any("can be changed by others" in message for message in files(tmp_path).load().messages)
    assert not paths.only_administrators_change(path)


def test_names_nobody_knows_are_told_and_are_no_fault(tmp_path: Path) -> None:
    text = GOOD.replace('tool = "claude-code"', 'tool = "claude-cod"', 1).replace("time-zone", "time-zoen")
    write(tmp_path / "config" / "policy.toml", text)
    catalogue = load_catalogue()
    state = files(tmp_path).load(catalogue.tools, catalogue.signals)
    assert len(state.policies) == 1
    assert state.problems == ()
    assert len(state.messages) == 2


def test_a_changed_file_has_another_signature(tmp_path: Path) -> None:
    places = files(tmp_path)
    before = places.signature()
    write(tmp_path / "config" / "policy.toml", GOOD)
    assert places.signature() != before
    assert places.signature() == places.signature()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_text_breaks_the_parser(tmp_path: Path, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(GOOD)))
    junk = data.draw(st.text(max_size=20))
    path = write(
        tmp_path / "policy.toml", (GOOD[:cut] + junk + GOOD[cut + data.draw(st.integers(0, 9)) :]).encode("utf-8", "replace").decode()
    )
    policy, problems = read_policy(path)
    assert (policy is None) == bool(problems)
    last = len(path.read_text(encoding="utf-8").splitlines())
    assert all(0 <= problem.line <= last + 1 for problem in problems)


keys = st.sampled_from(["rule[0].status", "rule[1].tool", "organisation.name", "hide[0].signal", "format", "rule[3].x", "odd[", ""])


@given(st.text(max_size=400), keys)
def test_looking_for_a_line_ends_inside_the_text(source: str, key: str) -> None:
    assert 0 <= line_of(source, key) <= len(source.splitlines())


def shipped(name: str) -> Policy:
    policy, problems = read_policy(paths.resource_root() / "policies" / name)
    assert problems == ()
    assert policy is not None
    return policy


@pytest.mark.parametrize("name", paths.resource_names("policies"))
def test_every_shipped_policy_is_good_and_names_known_signals(name: str) -> None:
    policy = shipped(name)
    assert policy.note
    assert {hide.signal for hide in policy.hides} <= set(load_catalogue().signals)


def test_the_reported_case_is_shipped_as_reported() -> None:
    policy, catalogue = shipped("reported-2026-07.toml"), load_catalogue()
    document = tomllib.loads(paths.read_resource("policies", "reported-2026-07.toml").decode())
    tenth: date = document["rule"][1]["from"]
    before = judge([policy], catalogue.tools["claude-code"], ["2.1.169"], tenth.replace(day=9))
    after = judge([policy], catalogue.tools["claude-code"], ["2.1.169"], tenth)
    assert (before.status, after.status) == (Status.HIGH_RISK, Status.NOT_ALLOWED)
    assert (tenth.isoformat(), after.alternatives) == ("2026-07-10", ("qoder", "qoder-cli"))
    assert recommended([policy]) <= set(catalogue.tools)
    assert "reported" in policy.organisation
    assert all(rule.sources and "reported" in rule.reason for rule in policy.rules)
