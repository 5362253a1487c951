"""Canary mode: every run has a new machine, everything that is planted is looked for, and nothing stays."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.watch.canary import Outcome, left_out, try_canary
from core.watch.compare_start import CannotCompareError, start_of
from core.watch.facts_canary import make_canary
from core.watch.facts_parts import wanted
from core.watch.facts_rule import Strength
from tests.fakes import telling_agent
from tests.fakes.compare_room import needs_room

if TYPE_CHECKING:
    from collections.abc import Iterator

AGENT = Path(telling_agent.__file__)


@pytest.fixture(autouse=True)
def nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold every test to leaving no folder behind."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield
    assert not list(tmp_path.glob("telltale-*"))


def tried(how: str, runs: int = 1) -> Outcome:
    needs_room()
    return try_canary("toy", start_of("toy", [sys.executable, str(AGENT), how], ["TOY_BASE_URL"]), runs)


def test_every_signal_of_the_catalogue_is_planted_or_left_out_with_a_reason_and_none_twice() -> None:
    planted = make_canary().signals
    listed = [*planted, *(signal for item in left_out(planted) for signal in item.signals)]
    assert sorted(listed) == sorted(load_catalogue().signals)


def test_of_an_address_that_a_tool_can_read_in_its_room_it_is_not_said_that_there_is_none() -> None:
    reason = next(item.reason for item in left_out(make_canary().signals) if "mac-address" in item.signals)
    assert "not looked for" in reason  # /sys lists the devices of this computer also in a network of one's own


def test_every_invented_value_is_looked_for_wherever_it_stands() -> None:
    for _ in range(50):
        canary = make_canary()
        searched = wanted(canary.readings())
        assert {item.signal for item in searched if item.strength is Strength.ANYWHERE} == set(canary.signals)


def test_two_machines_share_no_value() -> None:
    one, other = make_canary(), make_canary()
    assert not {text for _, listed in one.values for text, _ in listed} & {text for _, listed in other.values for text, _ in listed}


def test_each_run_has_a_new_machine_and_a_place_is_told_once_with_its_runs() -> None:
    outcome = tried("telling", 2)
    assert {item.runs for item in outcome.sent} == {2}
    assert outcome.asked == (("gateway.example.com", 2),)
    assert not outcome.failures


def test_without_an_etc_of_its_own_nothing_is_run_because_real_values_would_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needs_room()
    limited = tmp_path / "bwrap"
    limited.write_text(f'#!/bin/sh\ncase "$*" in *" /etc "*) exit 1;; esac\nexec {shutil.which("bwrap")} "$@"\n')
    limited.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(CannotCompareError, match=r"real ones\. Nothing was run"):
        tried("telling")
