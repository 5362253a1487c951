"""No change widens what a tool may do: judged by an independent reading of the rules, on any settings and any edit."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.toggles import edits, permissions
from core.toggles.edit_base import UneditableError
from core.toggles.permissions import Rules, all_rules, narrows_by_presence, parse_key, refuses_variable, rules_for, widened

CLAUDE = rules_for("claude-code")
items = st.lists(st.sampled_from(["Read(a)", "Bash(b)", "Edit(c)"]), unique=True, max_size=3)
groups = st.fixed_dictionaries(
    {},
    optional={
        "permissions": st.fixed_dictionaries(
            {}, optional={"allow": items, "deny": items, "ask": items, "defaultMode": st.sampled_from(["plan", "acceptEdits"])}
        ),
        "sandbox": st.fixed_dictionaries(
            {}, optional={"enabled": st.booleans(), "excludedCommands": items, "allowUnsandboxedCommands": st.booleans()}
        ),
        "cleanupPeriodDays": st.integers(0, 9),
        "skipWebFetchPreflight": st.booleans(),
        "trustedThing": st.booleans(),
    },
)
keys = st.sampled_from(
    [
        ("permissions",),
        ("permissions", "allow"),
        ("permissions", "deny"),
        ("permissions", "ask"),
        ("permissions", "defaultMode"),
        ("sandbox",),
        ("sandbox", "enabled"),
        ("sandbox", "excludedCommands"),
        ("sandbox", "allowUnsandboxedCommands"),
        ("cleanupPeriodDays",),
        ("skipWebFetchPreflight",),
        ("trustedThing",),
    ]
)
values = st.one_of(st.booleans(), st.integers(0, 9), items, st.sampled_from(["plan", "acceptEdits"]))


def granted(tree: Any) -> set[str]:
    """What a settings tree allows, written down independently of the rules file."""
    inside = tree.get("permissions") if isinstance(tree.get("permissions"), dict) else {}
    box = tree.get("sandbox") if isinstance(tree.get("sandbox"), dict) else {}
    every = {"Read(a)", "Bash(b)", "Edit(c)"}
    listed = lambda group, name: set(group.get(name) or ()) if isinstance(group.get(name), list) else set()  # noqa: E731  three uses
    found = {f"allow {item}" for item in listed(inside, "allow")}
    found |= {f"not denied {item}" for item in every - listed(inside, "deny")}
    found |= {f"not asked {item}" for item in every - listed(inside, "ask")}
    found |= {"no sandbox"} if box.get("enabled") is not True else set()
    found |= {f"outside {item}" for item in listed(box, "excludedCommands")}
    found |= {"unsandboxed"} if box.get("allowUnsandboxedCommands") is not False else set()
    found |= {"no look-up"} if tree.get("skipWebFetchPreflight") is True else set()
    return found | {f"mode {inside.get('defaultMode')}", f"trust {tree.get('trustedThing')}"}


@given(groups, keys, values, st.sampled_from(["put", "append", "drop"]))
@settings(max_examples=400)
def test_whatever_is_not_refused_grants_nothing_new(tree: dict[str, Any], key: tuple[str, ...], value: Any, operation: str) -> None:
    old = json.dumps(tree, indent=2).encode()
    try:
        if operation == "put":
            new = edits.put("json", old, key, value)
        else:
            new = edits.append("json", old, key, "Read(a)") if operation == "append" else edits.drop("json", old, key)
    except UneditableError:
        return
    after = json.loads(new)
    if not widened(CLAUDE, tree, after):
        assert granted(after) <= granted(tree)


@given(groups)
def test_narrowing_is_not_refused(tree: dict[str, Any]) -> None:
    after = copy.deepcopy(tree)
    after.setdefault("permissions", {}).setdefault("deny", []).append("Read(z)")
    after["permissions"]["allow"] = []
    after.setdefault("sandbox", {})["enabled"] = True
    after["cleanupPeriodDays"] = 1
    assert widened(CLAUDE, tree, after) == ()


@pytest.mark.parametrize("tool", all_rules())
def test_every_rule_of_every_tool_stops_what_it_names(tool: str) -> None:
    rules = rules_for(tool)
    for key in rules.grows:
        assert widened(rules, {}, nested(key, ["x"]))
        assert widened(rules, nested(key, ["x"]), nested(key, "all"))
    for key in rules.shrinks:
        assert widened(rules, nested(key, ["x"]), nested(key, []))
        assert widened(rules, nested(key, ["x"]), {})
        assert not widened(rules, nested(key, ["x"]), nested(key, ["x", "y"]))
    for key in rules.frozen:
        assert widened(rules, {}, nested(key, "x"))
    for key, (_, order) in (rules.levels or {}).items():
        assert widened(rules, nested(key, order[0]), nested(key, order[-1]))
        assert widened(rules, nested(key, order[0]), nested(key, "a word nobody knows"))
        assert not widened(rules, nested(key, order[-1]), nested(key, order[0]))


def nested(key: tuple[str, ...], value: Any) -> Any:
    for name in reversed(key):
        value = {name: value}
    return value


@pytest.mark.parametrize(
    "key", ["autoApprove", "chat.tools.autoApprove", "trustedFolders", "sandboxMode", "mcpServers.x.command", "hooks.Stop", "yolo"]
)
def test_without_rules_a_name_that_sounds_like_a_permission_is_enough(key: str) -> None:
    assert widened(Rules(), {}, nested(tuple(key.split(".")), True))


def test_without_rules_an_opt_out_is_not_refused() -> None:
    for key in ("telemetry.telemetryLevel", "privacy.usageStatisticsEnabled", "feedback.enabled", "includeGitInstructions"):
        assert not widened(Rules(), {}, nested(tuple(key.split(".")), "off"))


def test_variables_that_widen_are_neither_set_nor_left_out() -> None:
    for name in ("IS_SANDBOX", "NODE_TLS_REJECT_UNAUTHORIZED", "GEMINI_CLI_TRUST_WORKSPACE", "CLAUDE_CODE_BUBBLEWRAP", "X_ALLOW_ALL"):
        assert refuses_variable(CLAUDE, name)
    assert not refuses_variable(CLAUDE, "DISABLE_TELEMETRY")
    assert narrows_by_presence(CLAUDE, "CLAUDE_CODE_SUBPROCESS_ENV_SCRUB")
    assert not narrows_by_presence(CLAUDE, "NODE_OPTIONS")


def test_keys_may_hold_dots_in_quotes() -> None:
    assert parse_key('"telemetry.telemetryLevel"') == ("telemetry.telemetryLevel",)
    assert parse_key('a."b.c".d') == ("a", "b.c", "d")
    for wrong in ("", ".", "a.", 'a"b'):
        with pytest.raises(ValueError, match="not a key"):
            permissions.parse_key(wrong)
