"""What a start on macOS denies, by the text of its rules and its command line; nothing here ran on a real macOS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import paths
from core.catalogue import load_catalogue
from core.toggles import seatbelt
from core.toggles.launch import LaunchError, LaunchProfile
from core.toggles.plan import make_plan
from core.toggles.prepared import Situation, command, seal
from core.toggles.ready import Facts
from core.toggles.registry import SANDBOX_PARTS, Context
from core.toggles.sandbox_check import why_no_sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import MakeHost

PLACES = seatbelt.Places("/Users/mia", "/Users/mia/work/a.b", ("/Users/mia/.config/gh/tool", "/Users/mia/.tool"))


def test_all_is_allowed_but_what_is_named() -> None:
    assert seatbelt.render((), PLACES) == "(version 1)\n(allow default)\n"
    assert seatbelt.render(["hostname", "zone"], PLACES) == "(version 1)\n(allow default)\n"


def test_keys_and_histories_are_denied_and_the_tools_own_places_stay() -> None:
    rules = seatbelt.render(["home"], PLACES).splitlines()
    assert '(deny file-read* (subpath "/Users/mia/.ssh"))' in rules
    assert '(deny file-read* (subpath "/Users/mia/.zsh_history"))' in rules
    assert rules[-1] == '(allow file-read* (subpath "/Users/mia/.config/gh/tool"))'
    assert not any("/.tool" in rule for rule in rules), "what is not denied needs no exception"


@pytest.mark.parametrize(
    ("name", "denied"),
    [
        (".env", True),
        ("x/y/.envrc", True),
        (".env.local", True),
        (".env.local.sample", False),
        (".env.example", False),
        ("env", False),
        (".environment", False),
    ],
)
def test_secret_files_of_the_project_are_denied_and_templates_are_not(name: str, denied: bool) -> None:
    rules = [line for line in seatbelt.render(["dotenv"], PLACES).splitlines() if "regex" in line]
    last = [rule.startswith("(deny") for rule in rules if re.search(pattern_of(rule), f"{PLACES.project}/{name}")]
    assert (last[-1:] == [True]) is denied
    assert not any(re.search(pattern_of(rule), f"/Users/mia/work/axb/{name}") for rule in rules)


def pattern_of(rule: str) -> str:
    found = re.search(r'\(regex "(.*)"\)', rule)
    assert found
    return found[1].replace('\\"', '"').replace("\\\\", "\\")


def test_serial_number_clipboard_and_history_are_rules_of_their_own() -> None:
    text = seatbelt.render(["devices", "display", "history"], PLACES)
    assert "IOPlatformSerialNumber" in text
    assert "com.apple.pasteboard.1" in text
    assert '(deny file-read* (subpath "/Users/mia/work/a.b/.git"))' in text


@given(st.sets(st.sampled_from(sorted(SANDBOX_PARTS))), st.text(st.characters(min_codepoint=32, exclude_characters="\x7f"), max_size=20))
def test_a_start_never_gets_more_than_a_plain_one(parts: set[str], name: str) -> None:
    places = seatbelt.Places(f"/Users/{name}", f"/Users/{name}/p", (f"/Users/{name}/.ssh/tool",))
    first, second, *rules = seatbelt.render(parts, places).split("\n")[:-1]
    assert (first, second) == ("(version 1)", "(allow default)")
    for rule in rules:
        assert re.fullmatch(r'\((deny|allow) [a-z*-]+ (\((subpath|regex|iokit-property|global-name) "(?:[^"\\]|\\.)*"\) ?)+\)', rule), rule
    assert all(
        any(earlier.startswith("(deny") for earlier in rules[:place]) for place, rule in enumerate(rules) if rule.startswith("(allow")
    )


def test_a_path_that_rules_cannot_name_is_refused() -> None:
    with pytest.raises(LaunchError, match="control character"):
        seatbelt.render(["home"], seatbelt.Places("/Users/m\nia", "/p"))


def test_the_start_is_the_tools_own_command_line_under_private_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "mia"
    (home / "work/.git").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    profile = LaunchProfile("t", {"TZ": "UTC"}, parts=frozenset({"home", "zone"}))
    situation = Situation(Facts("t"), {"HOME": str(home), "PATH": "/usr/bin"}, str(home / "work"), system="darwin")
    prepared = command(profile, ["/usr/bin/tool", "a b", "--x"], situation)
    file = paths.state_dir() / "launch-rules" / "t.sb"
    assert prepared.argv == (seatbelt.PROGRAM, "-f", str(file), "/usr/bin/tool", "a b", "--x")
    assert seal(prepared).argv == prepared.argv
    assert prepared.env == {"HOME": str(home), "PATH": "/usr/bin", "TZ": "UTC"}
    assert f'(deny file-read* (subpath "{home}/.ssh"))' in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "never run on a real macOS" in prepared.notes[0]
    assert "deprecated" in prepared.notes[0]
    assert prepared.notes[1] == "Not possible on macOS and left out: zone."


def test_a_plan_says_what_is_denied_there_and_that_it_was_never_run(
    recorded_host: MakeHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = load_catalogue()
    host = recorded_host("macos", which={"sandbox-exec": seatbelt.PROGRAM})
    monkeypatch.setattr(type(host), "is_synthetic", False)
    context = Context(host, catalogue.tools, tmp_path)
    plan = make_plan(context, catalogue.toggles, ["home-folder", "machine-id"], "codex-cli")
    (change,) = [item for item in plan.changes if item.kind == "launch-sandbox"]
    assert (change.after or "").startswith("sandbox-exec: reading keys, logins")
    assert "never run on a real macOS" in change.note
    assert "accounts" in change.note
    assert "only its environment can be changed" in plan.refused["machine-id"]


def test_without_the_program_the_reason_is_told(recorded_host: MakeHost) -> None:
    assert "sandbox-exec is not on this Mac" in str(why_no_sandbox(recorded_host("macos", which={}), ["home"]))
    assert "only its environment" in str(why_no_sandbox(recorded_host("macos", which={"sandbox-exec": "/x"}), ["zone"]))
    assert why_no_sandbox(recorded_host("macos", which={"sandbox-exec": "/x"}), ["zone", "home"]) is None
