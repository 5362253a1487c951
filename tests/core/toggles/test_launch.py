from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from core.catalogue import load_catalogue
from core.model import System
from core.toggles.halves import half_done
from core.toggles.launch import LaunchError, LaunchProfile, build_environment, hiding, profile_for, profile_of, with_needs
from core.toggles.model import ChangeSpec, LaunchGroup, Scope, Toggle
from core.toggles.presets import shipped
from core.toggles.profiles import ProfileFile, profile_path
from core.toggles.ready import Facts, read_ready, write_ready
from core.toggles.registry import SANDBOX_PARTS

if TYPE_CHECKING:
    from pathlib import Path

EVERYWHERE = tuple(System)


def toggle(name: str, *changes: ChangeSpec, **more: Any) -> Toggle:
    texts: dict[str, Any] = dict.fromkeys(
        ("title", "plain", "from_when", "side_effect", "undo", "verify", "link", "source", "checked_version"), ""
    )
    given = {"hides": (), "tools": (), "works": "verified", **more}
    return Toggle(id=name, scope=Scope.LAUNCH, group=LaunchGroup.NONE, changes=changes, checked_on=date(2026, 11, 20), **texts, **given)


def setting(systems: tuple[System, ...] = EVERYWHERE, **parameters: str) -> ChangeSpec:
    return ChangeSpec("launch-environment", parameters, systems)


def parts(*names: str) -> ChangeSpec:
    return ChangeSpec("launch-sandbox", {"part": "\n".join(names)}, EVERYWHERE)


def test_toggles_add_up_to_one_profile() -> None:
    profile = profile_of(
        "t", [toggle("a", setting(set="TZ=UTC\nA=b=c"), parts("zone")), toggle("b", setting(unset="X_*\nY"), parts("zone", "home"))]
    )
    assert profile.environment_set == {"TZ": "UTC", "A": "b=c"}
    assert profile.environment_unset == ("X_*", "Y")
    assert profile.parts == {"zone", "home"}
    assert profile.toggles == ("a", "b")


def test_a_step_for_another_system_is_left_out() -> None:
    both = [toggle("a", setting((System.WINDOWS,), set="A=1"), setting((System.LINUX,), set="B=1"))]
    assert profile_of("t", both, system=System.LINUX).environment_set == {"B": "1"}
    assert profile_of("t", both, system=System.WINDOWS).environment_set == {"A": "1"}


def test_only_the_steps_which_the_file_lists_apply() -> None:
    listed = ProfileFile("t", environment=("a",), sandbox=())
    profile = profile_of("t", [toggle("a", setting(set="TZ=UTC"), parts("zone")), toggle("b", setting(set="B=1"))], listed)
    assert profile.environment_set == {"TZ": "UTC"}
    assert not profile.needs_sandbox


def test_an_empty_file_hides_nothing() -> None:
    assert profile_of("t", [toggle("a", setting(set="TZ=UTC"), parts("zone"))], ProfileFile("t")).is_plain


def test_toggles_that_disagree_are_refused() -> None:
    with pytest.raises(LaunchError, match="TZ to different values, so nothing was started"):
        profile_of("t", [toggle("a", setting(set="TZ=UTC")), toggle("b", setting(set="TZ=Etc/UTC"))])


def test_the_profile_of_a_tool_is_read_from_its_file(tmp_path: Path) -> None:
    path = profile_path("codex-cli", tmp_path)
    path.parent.mkdir()
    path.write_text('tool = "codex-cli"\nenvironment = ["time-zone", "gone"]\nsandbox = ["time-zone"]\n')
    profile = profile_for("codex-cli", load_catalogue().toggles, tmp_path)
    assert profile.environment_set == {"TZ": "UTC"}
    assert profile.parts == {"zone"}


def test_variables_are_kept_left_out_and_set_in_this_order() -> None:
    profile = LaunchProfile("t", {"TZ": "UTC"}, ("AWS_*", "TZ"), ("PATH", "AWS_*", "LC_*"))
    base = {"PATH": "/bin", "AWS_KEY": "1", "LC_TIME": "de", "SECRET": "2", "TERM": "xterm", "TZ": "Asia/Shanghai"}
    assert build_environment(profile, base) == {"PATH": "/bin", "LC_TIME": "de", "TERM": "xterm", "TZ": "UTC"}


def test_an_allow_list_keeps_what_the_tool_itself_needs() -> None:
    tool = load_catalogue().tools["claude-code"]
    profile = with_needs(LaunchProfile("claude-code", keep_only=("PATH",)), tool)
    base = {"PATH": "/bin", "ANTHROPIC_API_KEY": "k", "CLAUDE_CONFIG_DIR": "/x", "AWS_SECRET_ACCESS_KEY": "s", "HTTPS_PROXY": "p"}
    assert set(build_environment(profile, base)) == {"PATH", "ANTHROPIC_API_KEY", "CLAUDE_CONFIG_DIR", "HTTPS_PROXY"}


def test_without_an_allow_list_nothing_is_added_for_the_tool() -> None:
    assert with_needs(LaunchProfile("t"), load_catalogue().tools["claude-code"]).keep_only == ()


def test_signals_are_hidden_by_the_toggles_that_name_them() -> None:
    general, own = (
        toggle("zone", setting(set="TZ=UTC"), hides=("time-zone",)),
        toggle("own", setting(set="A=1"), hides=("time-zone",), tools=("t",)),
    )
    no_effect = toggle("none", setting(set="B=1"), hides=("time-zone",), works="no-effect")
    account = toggle("account", ChangeSpec("settings-key", {}, EVERYWHERE), hides=("time-zone",))
    assert hiding(["time-zone"], [general, own, no_effect, account], "t") == ([general], [])
    assert hiding(["own"], [general, own], "t") == ([own], [])
    assert hiding(["own", "zone"], [general, own], "other") == ([general], ["own"])


HALVES = [
    (LaunchGroup.ZONE, LaunchProfile("t", {"TZ": "UTC"}), {}),
    (LaunchGroup.ZONE, LaunchProfile("t", parts=frozenset({"zone"})), {"TZ": "Asia/Shanghai"}),
    (LaunchGroup.ZONE, LaunchProfile("t", {"TZ": "UTC0"}, parts=frozenset({"zone"})), {}),
    (LaunchGroup.LANGUAGE, LaunchProfile("t", {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}), {"LANGUAGE": "de"}),
    (LaunchGroup.LANGUAGE, LaunchProfile("t", {"LANG": "C.UTF-8"}), {"LC_TIME": "de_DE.UTF-8"}),
    (LaunchGroup.IDENTITY, LaunchProfile("t", {"USER": "user"}), {}),
    (LaunchGroup.IDENTITY, LaunchProfile("t", parts=frozenset({"accounts"})), {}),
    (LaunchGroup.IDENTITY, LaunchProfile("t", parts=frozenset({"hostname"})), {}),
    (LaunchGroup.DEVICE, LaunchProfile("t", parts=frozenset({"machine-id"})), {}),
    (LaunchGroup.DEVICE, LaunchProfile("t", parts=frozenset({"display"})), {}),
    (LaunchGroup.NETWORK, LaunchProfile("t", environment_unset=("HTTPS_PROXY",)), {"https_proxy": "http://127.0.0.1:1"}),
    (LaunchGroup.SECRETS, LaunchProfile("t", environment_unset=("*_TOKEN",)), {}),
]


@pytest.mark.parametrize(("group", "profile", "base"), HALVES)
def test_a_half_neutral_pair_is_told(group: LaunchGroup, profile: LaunchProfile, base: dict[str, str]) -> None:
    assert group in {half.group for half in half_done(profile, build_environment(profile, base))}


def test_a_whole_profile_has_no_half() -> None:
    profile = LaunchProfile(
        "t", {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "USER": "user"}, ("LANGUAGE",), parts=frozenset(SANDBOX_PARTS)
    )
    assert half_done(profile, build_environment(profile, {"LANGUAGE": "de", "LC_TIME": "de"})) == ()


def test_the_preset_strict_leaves_only_what_a_shared_network_leaves() -> None:
    catalogue = load_catalogue()
    strict = next(preset for preset in shipped() if preset.id == "strict")
    profile = profile_of("codex-cli", [catalogue.toggles[name] for name in strict.ids_for(catalogue.toggles, "codex-cli")])
    base = {"LANGUAGE": "de", "LC_TIME": "de", "DISPLAY": ":0", "TZ": "Asia/Shanghai"}
    told = [half for half in half_done(profile, build_environment(profile, base)) if "abstract socket" not in half.sentence]
    assert told == []


def test_a_rendered_start_is_read_back_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.paths.state_dir", lambda: tmp_path)
    profile = LaunchProfile("t", {"A": "x\ny"}, ("B",), ("C",), frozenset({"zone"}), ("one",), ("/r",), ("/w",), (1,))
    assert write_ready(profile, Facts("t", ("tt",), ("~/.t",)))
    assert read_ready("t") == (profile, Facts("t", ("tt",), ("~/.t",)))


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 0, "tool": "t"}', b'{"format": 1, "tool": "t"}', b"\xff"])
def test_a_broken_rendered_start_is_none(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.paths.state_dir", lambda: tmp_path)
    (tmp_path / "shims.d").mkdir()
    (tmp_path / "shims.d" / "t.json").write_bytes(content)
    assert read_ready("t") is None
