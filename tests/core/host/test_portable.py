from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

psutil = pytest.importorskip("psutil")

from core.errors import NotAllowedError, NotThereError  # noqa: E402  psutil may be missing
from core.host import portable  # noqa: E402  psutil may be missing


class Address(NamedTuple):
    ip: str
    port: int


def test_psutil_lists_this_process_its_parents_and_its_environment() -> None:
    mine = next(item for item in portable.processes() if item.pid == os.getpid())
    assert mine.argv
    assert mine.started > 0
    assert portable.process_env(os.getpid())["PATH"] == os.environ["PATH"]
    assert [item.pid for item in portable.parents()][:1] == ([os.getppid()] if os.getppid() else [])


def test_psutil_describes_the_machine() -> None:
    assert portable.memory_bytes() > 1 << 26
    assert portable.boot_time() > 0
    assert portable.mounts()
    assert any("127.0.0.1" in item.addresses for item in portable.interfaces())
    assert isinstance(portable.logged_in(), tuple)


def test_psutils_errors_become_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotThereError):
        portable.process_env(2**22 + 1)

    def refuse(_kind: str) -> None:
        raise psutil.AccessDenied(1)

    monkeypatch.setattr(psutil, "net_connections", refuse)
    with pytest.raises(NotAllowedError):
        portable.connections()


def test_connections_are_written_in_the_usual_way(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, datagram = SimpleNamespace(name="SOCK_STREAM"), SimpleNamespace(name="SOCK_DGRAM")
    rows = [
        SimpleNamespace(type=stream, laddr=Address("127.0.0.1", 80), raddr=Address("2001:db8::1", 443), status="ESTABLISHED", pid=7),
        SimpleNamespace(type=datagram, laddr=Address("::", 53), raddr=(), status="NONE", pid=None),
    ]
    monkeypatch.setattr(psutil, "net_connections", lambda _kind: rows)
    first, second = portable.connections()
    assert (first.kind, first.local, first.remote, first.state, first.pid) == ("tcp", "127.0.0.1:80", "[2001:db8::1]:443", "ESTABLISHED", 7)
    assert (second.kind, second.local, second.remote, second.state, second.pid) == ("udp", "[::]:53", "", "", 0)


@pytest.mark.parametrize("found", [None, SimpleNamespace(percent=55, power_plugged=True)])
def test_the_battery_is_told_or_not_there(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: found, raising=False)
    if found is None:
        with pytest.raises(NotThereError):
            portable.battery()
    else:
        assert (portable.battery().percent, portable.battery().is_charging) == (55.0, True)


def test_a_hardware_address_is_written_with_colons_in_lower_case(monkeypatch: pytest.MonkeyPatch) -> None:
    row = SimpleNamespace(family=psutil.AF_LINK, address="00-00-5E-00-53-AA")
    six = SimpleNamespace(family="six", address="fe80::1%eth0")
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"eth0": [row, six], "none": []})
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {"eth0": SimpleNamespace(isup=True)})
    first, second = portable.interfaces()
    assert (first.mac, first.addresses, first.is_up) == ("00:00:5e:00:53:aa", ("fe80::1",), True)
    assert (second.mac, second.is_up) == ("", False)
