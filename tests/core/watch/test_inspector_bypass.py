from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from core.host.base import Connection
from core.watch import inspector_bypass
from core.watch.inspector_bypass import BypassWatch, Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.watch.store_model import Bypass


@pytest.fixture
def found() -> list[Bypass]:
    return []


def fed(monkeypatch: pytest.MonkeyPatch, found: list[Bypass], *rows: Connection, is_private: bool = False) -> BypassWatch:
    def looks(_pids: object) -> Iterator[Look]:
        yield Look(rows, is_private)

    monkeypatch.setattr(inspector_bypass, "_looks", looks)
    return BypassWatch(found.extend, {"203.0.113.7": "api2.example"})


def row(remote: str, kind: str = "tcp", local: str = "10.0.0.2:40000") -> Connection:
    return Connection(kind, local, remote, "ESTABLISHED", 0)


def test_connections_elsewhere_are_told_with_their_host_where_it_is_known(monkeypatch: pytest.MonkeyPatch, found: list[Bypass]) -> None:
    fed(monkeypatch, found, row("203.0.113.7:443"), row("[2001:db8::7]:8443")).look()
    assert [(item.host, item.address, item.port, item.why) for item in found] == [
        ("api2.example", "203.0.113.7", 443, "around"),
        ("", "2001:db8::7", 8443, "around"),
    ]


def test_what_stays_on_this_computer_is_no_bypass(monkeypatch: pytest.MonkeyPatch, found: list[Bypass]) -> None:
    fed(monkeypatch, found, row("127.0.0.1:4711"), row("[::1]:1"), row("[::ffff:127.0.0.1]:5"), row("")).look()
    assert found == []


def test_one_connection_is_told_once_however_often_it_is_seen(monkeypatch: pytest.MonkeyPatch, found: list[Bypass]) -> None:
    watch = fed(monkeypatch, found, row("203.0.113.7:443"), row("203.0.113.7:443", local="10.0.0.2:40001"))
    watch.look()
    watch.look()
    assert len(found) == 2


def test_look_ups_of_names_and_quic_are_told_apart(monkeypatch: pytest.MonkeyPatch, found: list[Bypass]) -> None:
    watch = fed(monkeypatch, found, row("9.9.9.9:53", "udp"), row("203.0.113.7:443", "udp"), is_private=True)
    watch.look()
    assert [item.why for item in found] == ["name-look-up", "quic"]
    assert watch.is_private


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's lists are Linux's")
def test_processes_below_are_found_also_when_their_parent_has_ended() -> None:
    code = "import subprocess, sys; print(subprocess.Popen(['sleep', '30']).pid, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin
        assert parent.stdout
        child = int(parent.stdout.readline())
        watch = BypassWatch(lambda _: None, {})
        watch.look()
        assert {parent.pid, child} <= set(watch.pids())
        parent.stdin.close()
        parent.wait()
        watch.look()
        assert child in watch.pids()
        assert parent.pid not in watch.pids()
        subprocess.run(["kill", str(child)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's lists are Linux's")
def test_the_watch_sees_a_real_connection_of_a_child(monkeypatch: pytest.MonkeyPatch, found: list[Bypass]) -> None:
    monkeypatch.setattr(inspector_bypass, "is_loopback", lambda _: False)  # the only network the tests have
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"import socket, sys; s = socket.create_connection(('127.0.0.1', {port})); sys.stdin.read()"
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
            watch = BypassWatch(found.extend, {}, pace_s=0.02)
            watch.start()
            limit = time.monotonic() + 20
            while not found and time.monotonic() < limit:
                time.sleep(0.02)
            assert child.stdin
            child.stdin.close()
            watch.close()
    assert [(item.address, item.port, item.process) for item in found] == [("127.0.0.1", port, found[0].process)]
    assert found[0].process.startswith("python")
