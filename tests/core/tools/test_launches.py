from __future__ import annotations

import pytest

from core.catalogue import load_catalogue
from core.host.real import RealHost
from core.toggles.launch import LaunchProfile
from core.toggles.sandbox_check import why_no_sandbox
from core.tools.launches import _without_network, measure_launch, profile_in_force
from core.tools.looks import HIDING, Look, Sight, View
from tests.fakes.exposures import NOW, reading

CATALOGUE = load_catalogue()
TOOL = CATALOGUE.tools["claude-code"]


def test_a_tool_without_a_profile_starts_plainly() -> None:
    assert profile_in_force("claude-code", CATALOGUE) is None


def test_the_environment_of_a_profile_is_what_the_stand_in_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mia Example")
    profile = LaunchProfile("claude-code", environment_unset=("GIT_AUTHOR_NAME",))
    view = measure_launch(TOOL, None, profile, CATALOGUE, ["env-names"])
    assert not view.problem
    assert 0 < view.looks["env-names"].shared < view.looks["env-names"].own


@pytest.mark.slow
def test_the_sandbox_of_a_profile_hides_what_it_is_made_to_hide() -> None:
    if (why := why_no_sandbox(RealHost())) is not None:
        pytest.skip(why)
    profile = LaunchProfile("claude-code", {"TZ": "UTC"}, parts=frozenset({"hostname", "machine-id"}))
    view = measure_launch(TOOL, None, profile, CATALOGUE, ["hostname", "machine-id", "kernel"])
    assert not view.problem
    assert view.looks["hostname"].sight in HIDING
    assert view.looks["kernel"].sight not in HIDING


def test_what_a_stand_in_without_the_private_network_sees_of_the_network_is_not_measured() -> None:
    looks = {name: Look(reading(name, "x"), sight) for name, sight in (("dns-resolvers", Sight.SAME), ("hostname", Sight.SAME))}
    looks["ip-local"] = Look(reading("ip-local", "x"), Sight.GONE)
    left = _without_network(View("pal", "1", "stand-in", NOW, looks), CATALOGUE).looks
    assert set(left) == {"hostname", "ip-local"}
