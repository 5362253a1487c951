from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from core import paths
from core.catalogue import load_catalogue
from core.catalogue.tool_schema import FINDERS, RANGE
from core.model import Grade, System
from core.tools.model import Basis, Claim, OptOut, Report, Tool

CATALOGUE = load_catalogue(paths.resource_root() / "catalogue")
TOOLS = CATALOGUE.tools
FOLDER = paths.resource_root() / "catalogue" / "tools"
COMMAND_LINE = (
    "aider amazon-q-cli amp auggie claude-code cline-cli codex-cli continue-cli copilot-cli crush factory-droid gemini-cli goose gptme "
    "grok-build kimi-code llm mistral-vibe ollama open-interpreter opencode pi plandex qoder-cli qwen-code trae-agent warp"
).split()
# Tools whose program was never run: nothing about them may be called observed.
NEVER_RUN = {"amazon-q-cli", "crush", "goose", "ollama", "plandex", "trae-agent", "warp"}
LOADED_WORDS = re.compile(
    r"\b(leak\w*|spy\w*|spie\w*|backdoor\w*|malware|malicious\w*|steal\w*|suspicious\w*|secretly|covert\w*|sneak\w*|phon\w+ home)\b",
    re.IGNORECASE,
)


def claims() -> list[tuple[str, Claim]]:
    return [(tool.id, claim) for tool in TOOLS.values() for claim in tool.claims]


def opt_outs() -> list[tuple[str, OptOut]]:
    return [(tool.id, item) for tool in TOOLS.values() for item in tool.opt_outs]


def reports() -> list[tuple[str, Report]]:
    return [(tool.id, report) for tool in TOOLS.values() for report in tool.reports]


def names_found_by(kind: str) -> set[str]:
    return {
        name for tool in TOOLS.values() for rule in tool.finders if rule.kind == kind for names in rule.match.values() for name in names
    }


def test_no_tool_file_has_a_problem() -> None:
    assert CATALOGUE.tool_problems == ()
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(TOOLS)


def test_the_counts_of_the_command_line_tools_are_the_documented_ones() -> None:
    chosen = [TOOLS[name] for name in COMMAND_LINE]
    grades = Counter(claim.grade for tool in chosen for claim in tool.claims)
    works = Counter(item.works for tool in chosen for item in tool.opt_outs)

    assert len(chosen) == 27
    assert grades == {Grade.SAW_SENT: 120, Grade.SAW_READ: 108, Grade.REPORTED: 18, Grade.VENDOR_SAYS: 4}
    assert works == {"documented": 36, "verified": 29, "untested": 6, "partly": 4, "no-effect": 16}
    assert sum(len(tool.reports) for tool in chosen) == 12


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.id)
def test_a_tool_says_who_makes_it_how_it_is_found_and_when_that_was_checked(tool: Tool) -> None:
    assert tool.vendor
    assert tool.finders
    assert date(2026, 1, 1) <= tool.checked_on <= date(2027, 12, 31)
    assert {rule.kind for rule in tool.finders} <= set(FINDERS)


def test_every_claim_has_source_day_versions_limits_and_a_fitting_basis() -> None:
    for tool, claim in claims():
        assert claim.source, tool
        assert claim.limits.endswith("."), tool
        assert date(2024, 1, 1) <= claim.seen_on <= date(2027, 12, 31), tool
        assert re.fullmatch(RANGE, claim.versions), tool
        assert (claim.basis is Basis.OBSERVED) == (claim.grade in {Grade.SAW_SENT, Grade.SAW_READ}), (tool, claim.signal)


def test_what_we_saw_names_versions_and_system() -> None:
    vague = [
        (tool, claim.signal) for tool, claim in claims() if claim.basis is Basis.OBSERVED and (claim.versions == "*" or not claim.system)
    ]

    assert vague == []


def test_every_signal_named_by_a_tool_exists() -> None:
    named = [(tool, claim.signal) for tool, claim in claims()]
    named += [(tool, name) for tool, item in opt_outs() for name in item.hides]
    named += [(tool, name) for tool, report in reports() for name in report.signals]

    assert [(tool, name) for tool, name in named if name not in CATALOGUE.signals] == []


def test_no_claim_is_made_twice() -> None:
    counted = Counter((tool, claim.signal, claim.grade, claim.versions, claim.text) for tool, claim in claims())

    assert [key for key, number in counted.items() if number > 1] == []


def test_every_switch_says_when_and_with_what_it_was_checked() -> None:
    for tool, item in opt_outs():
        assert date(2025, 1, 1) <= item.checked_on <= date(2027, 12, 31), (tool, item.id)
        assert item.checked_version, (tool, item.id)
        assert item.source, (tool, item.id)
        assert item.effect.endswith("."), (tool, item.id)


def test_ids_of_switches_and_reports_are_used_once() -> None:
    for ids in ([item.id for _, item in opt_outs()], [report.id for _, report in reports()]):
        assert [name for name, number in Counter(ids).items() if number > 1] == []


def test_a_switch_without_effect_hides_nothing() -> None:
    assert [item.id for _, item in opt_outs() if item.works == "no-effect" and item.hides] == []
    assert {"qoder-cli-telemetry", "codex-cli-do-not-track", "mistral-vibe-disable-telemetry"} <= {
        item.id for _, item in opt_outs() if item.works == "no-effect"
    }


def test_the_values_of_settings_files_are_json() -> None:
    import json

    for tool, item in opt_outs():
        if item.kind == "settings-file":
            json.loads(item.value)
            ends = [place.path.replace("\\", "/") for place in TOOLS[tool].places if place.what == "settings"]
            is_end_of_one = any(path.endswith(f"/{item.place}") for path in ends)
            assert is_end_of_one or item.place.startswith(("~", "<project>", "/", "%", "$")), (tool, item.id)


def test_both_sides_of_every_report_are_there() -> None:
    for tool, report in reports():
        for text in (report.claim, report.vendor_answer, report.state, report.own_check):
            assert len(text) > 15, (tool, report.id)
        assert report.claimed_by, (tool, report.id)
        assert report.sources, (tool, report.id)
        assert date(2020, 1, 1) <= report.first_date <= report.checked_on, (tool, report.id)


def test_the_report_of_july_2026_has_its_exact_range_and_both_sides() -> None:
    report = next(report for _, report in reports() if report.id == "claude-code-date-line")

    assert (report.versions, report.first_version, report.last_version) == (">=2.1.91 <=2.1.197", "2.1.91", "2.1.197")
    assert report.first_date == date(2026, 6, 10)
    assert len(report.conditions) == 8
    for mark in ("U+0027", "U+2019", "U+02BC", "U+02B9", "2026/11/21", "ANTHROPIC_BASE_URL", "TZ=UTC", "Urumqi"):
        assert any(mark in condition for condition in report.conditions), mark
    assert "experiment" in report.vendor_answer
    assert "2.1.198" in report.state
    assert "not at 2.1.196" in report.own_check
    assert set(report.signals) == {"time-zone", "ai-base-url"}


def test_the_marked_versions_are_the_range_of_the_claims_too() -> None:
    marked = [claim for claim in TOOLS["claude-code"].claims if claim.versions == ">=2.1.91 <=2.1.197"]

    assert {claim.signal for claim in marked} == {"time-zone", "ai-base-url"}


def test_packages_that_are_something_else_are_in_no_finder() -> None:
    npm, python = names_found_by("npm-package"), names_found_by("python-package")

    assert not npm & {"cursor-agent", "ollama", "kimi-code", "goose", "gemini", "codex", "claude", "@vibe-kit/grok-cli"}
    assert not python & {"kiro-cli", "goose-ai", "ollama", "cline", "codex", "gemini", "aider-install"}


def test_a_command_is_found_by_its_name_and_a_mark() -> None:
    rules = [rule for tool in TOOLS.values() for rule in tool.finders if rule.kind == "path-command"]

    assert rules
    assert all(rule.match["names"] and rule.match["markers"] for rule in rules)


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("claude-code", "node /home/mia/.npm/lib/node_modules/@anthropic-ai/claude-code/cli.js -p hello"),
        ("codex-cli", "/usr/bin/node /usr/lib/node_modules/@openai/codex/bin/codex.js exec"),
        ("gemini-cli", "/usr/bin/node --max-old-space-size=4096 /home/mia/p/node_modules/.bin/gemini -p hello"),
        ("qwen-code", "/usr/bin/node --expose-gc /usr/lib/node_modules/@qwen-code/qwen-code/cli.js"),
        ("qoder-cli", "node /home/mia/.npm/bin/qodercli"),
        ("kimi-code", "kimi-code"),
        ("continue-cli", "node /usr/local/bin/cn -p hello"),
        ("aider", "/home/mia/.local/share/uv/tools/aider-chat/bin/python /home/mia/.local/bin/aider --model x"),
        ("llm", "/usr/bin/python3 /home/mia/.local/bin/llm hello"),
    ],
)
def test_command_lines_seen_in_runs_are_recognised_by_one_tool_only(tool: str, line: str) -> None:
    assert [one.id for one in TOOLS.values() if any(re.search(rule, line) for rule in one.process["argv"])] == [tool]


@pytest.mark.parametrize(
    ("tool", "exe"),
    [
        ("claude-code", "/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe"),
        ("claude-code", "/usr/lib/node_modules/@anthropic-ai/claude-code-linux-x64/claude"),
        ("claude-code", "/home/mia/.local/share/claude/versions/2.1.329"),
        ("codex-cli", "/usr/lib/node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex"),
        ("copilot-cli", "/usr/lib/node_modules/@github/copilot-linux-x64/copilot"),
        ("opencode", "/usr/lib/node_modules/opencode-ai/bin/opencode.exe"),
        ("cline-cli", "/usr/lib/node_modules/@cline/cli-linux-x64/bin/cline"),
        ("factory-droid", "/usr/lib/node_modules/@factory/cli-linux-x64/bin/droid"),
        ("grok-build", "/usr/lib/node_modules/@xai-official/grok/bin/grok-native"),
        ("amp", "/usr/lib/node_modules/@ampcode/cli/bin/amp.exe"),
        ("mistral-vibe", "/home/mia/.venv/lib/python3.12/site-packages/vibe/_bin/vibe-rs"),
    ],
)
def test_programs_seen_in_runs_are_recognised_by_one_tool_only(tool: str, exe: str) -> None:
    assert [one.id for one in TOOLS.values() if any(re.search(rule, exe) for rule in one.process["exe"])] == [tool]


@pytest.mark.parametrize(
    "line",
    [
        "vim node_modules/@google/gemini-cli/README.md",
        "npm install @anthropic-ai/claude-code",
        "grep -r aider /home/mia",
        "python3 train.py --model llm",
        "/usr/bin/codex",
        "/usr/local/bin/goose up",
        "node server.js gemini",
    ],
)
def test_what_only_names_a_tool_is_no_session_of_it(line: str) -> None:
    rules = [rule for tool in TOOLS.values() for kind in ("argv", "background") for rule in tool.process[kind]]
    rules += [rule for tool in TOOLS.values() for rule in tool.process["exe"]] if " " not in line else []

    assert [rule for rule in rules if re.search(rule, line)] == []


def test_of_tools_that_were_not_run_nothing_is_called_observed() -> None:
    for name in NEVER_RUN:
        tool = TOOLS[name]
        entries = [*tool.finders, *tool.places, *tool.claims, *tool.opt_outs]
        assert [entry for entry in entries if entry.basis is Basis.OBSERVED] == [], name


def test_a_tool_that_sends_nothing_of_the_machine_stays_so() -> None:
    assert [claim for claim in TOOLS["llm"].claims if claim.grade is Grade.SAW_SENT] == []


def test_texts_are_ascii_in_their_files_and_use_no_loaded_words() -> None:
    for file in FOLDER.glob("*.toml"):
        text = file.read_bytes().decode("ascii")
        assert [found.group(0) for found in LOADED_WORDS.finditer(text)] == [], file.name


def test_no_address_of_a_package_registry_is_named() -> None:
    named = [
        file.name
        for file in FOLDER.glob("*.toml")
        if re.search(r"(npmjs|pypi|pythonhosted|crates)\.(org|io)", file.read_text(encoding="ascii"))
    ]

    assert named == []


def test_places_fit_their_systems() -> None:
    for tool in TOOLS.values():
        for place in tool.places:
            if place.path.startswith(("%", "C:")):
                assert place.systems == (System.WINDOWS,), (tool.id, place.path)
            if "/Library/" in place.path:
                assert place.systems == (System.MACOS,), (tool.id, place.path)
