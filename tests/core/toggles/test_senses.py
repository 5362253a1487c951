"""The senses of this computer: what a stand-in reads through a tool's own launch profile decides what a receipt says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.host.real import RealHost
from core.toggles.model import ToggleState
from core.toggles.sandbox_check import why_no_sandbox
from core.toggles.senses import RealSenses, real_senses
from tests.fakes.toggle_home import ToggleHome, catalogue

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
NO_SANDBOX = why_no_sandbox(RealHost())


@pytest.fixture
def measured_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ToggleHome:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    monkeypatch.setattr("core.toggles.senses.sessions", lambda *_any: ())  # tests beside this one start real tools
    home = ToggleHome(tmp_path, monkeypatch)
    home.senses = real_senses(RealHost(), catalogue(), home.own / "telltale")
    home.service = home.new_service()
    return home


def test_a_variable_is_measured_before_and_after(measured_home: ToggleHome) -> None:
    (receipt,) = measured_home.service.apply(measured_home.service.plan(["language"], "codex-cli"))
    assert receipt.verified is True
    assert receipt.before["ui-languages"]
    assert not receipt.after["ui-languages"]
    assert measured_home.service.state("language", "codex-cli") is ToggleState.ON_VERIFIED


@pytest.mark.skipif(NO_SANDBOX is not None, reason=str(NO_SANDBOX))
def test_the_zone_is_measured_inside_the_sandbox(measured_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(measured_home.project)
    receipts = measured_home.service.apply(measured_home.service.plan(["time-zone"], "codex-cli"))
    assert [receipt.verified for receipt in receipts] == [True, True]
    assert receipts[0].before["time-zone"].startswith("Asia/")
    assert receipts[0].after["time-zone"] == "UTC"


@pytest.mark.skipif(NO_SANDBOX is not None, reason=str(NO_SANDBOX))
def test_what_needs_the_private_network_is_not_called_measured(measured_home: ToggleHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(measured_home.project)
    (receipt,) = measured_home.service.apply(measured_home.service.plan(["private-network"], "codex-cli"))
    assert receipt.verified is None


def test_a_tool_that_is_not_installed_has_no_version_and_no_sessions(measured_home: ToggleHome) -> None:
    senses = RealSenses(RealHost(), catalogue(), measured_home.own / "telltale")
    assert senses.version("plandex") == ""
    assert all(session.tool in catalogue().tools for session in senses.sessions())
