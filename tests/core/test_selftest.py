from __future__ import annotations

from typing import TYPE_CHECKING

from core import selftest
from core.model import System
from core.probes import registry
from core.probes.result import Absent, Ok
from core.redact import MaskKind, Sensitive
from tests.fakes.machines import catalogue, signal

if TYPE_CHECKING:
    import pytest

    from core.host.base import Host
    from core.probes.result import Result


def failed(outcomes: tuple[selftest.Outcome, ...]) -> list[str]:
    return [outcome.name for outcome in outcomes if not outcome.passed]


def probe_user(monkeypatch: pytest.MonkeyPatch, answer: object) -> None:
    registry.load()
    monkeypatch.setitem(registry._PROBES, ("user", System.LINUX), answer)


def masked(host: Host) -> Result:
    return Ok((Sensitive(str(host.env("USER"))),))


def test_masked_values_pass_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    probe_user(monkeypatch, masked)
    assert failed(selftest.run_self_test(catalogue(signal("user")), lambda readings, _c, _h: [str(readings)])) == []


def test_an_open_value_is_found_in_all_that_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    probe_user(monkeypatch, lambda host: Ok((Sensitive(str(host.env("USER")), MaskKind.OPEN),)))
    names = failed(selftest.run_self_test(catalogue(signal("user")), lambda readings, _c, _h: [str(readings)]))
    assert names == [f"no planted value in {place}" for place in ("text", "JSON", "every form of a value", "log")]


def test_a_value_in_a_reason_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(host: Host) -> Result:
        return Absent(f"Nothing for {host.env('USER')}.")

    probe_user(monkeypatch, careless)
    assert "no planted value in JSON" in failed(selftest.run_self_test(catalogue(signal("user")), lambda _r, _c, _h: []))


def test_a_search_that_met_nothing_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    probe_user(monkeypatch, lambda _host: Absent())
    assert failed(selftest.run_self_test(catalogue(signal("user")), lambda _r, _c, _h: [])) == ["probes met planted values"]
