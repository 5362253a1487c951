from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.loopback_only import BeyondLoopbackError, is_loopback

DOCUMENTATION_ADDRESS = ("192.0.2.1", 9)


def test_the_test_run_has_a_throw_away_home() -> None:
    assert not any(Path.home().glob(".ssh/*"))
    assert not any(Path.home().glob(".gitconfig"))


def test_the_test_run_has_no_credentials_in_its_environment() -> None:
    told = [name for name in os.environ if any(part in name.upper() for part in ("TOKEN", "SECRET", "API_KEY", "PASSWORD"))]
    assert told == []


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_connection_beyond_this_computer_is_refused_before_it_is_made(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as sock, pytest.raises(BeyondLoopbackError, match=r"192\.0\.2\.1"):
        sock.connect(DOCUMENTATION_ADDRESS)


def test_a_datagram_beyond_this_computer_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(BeyondLoopbackError):
        sock.sendto(b"x", DOCUMENTATION_ADDRESS)


def test_loopback_can_be_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize("address", ["/run/user/1000/bus", b"\0abstract", (0, 0), ("127.8.8.8", 1), ("::1", 1, 0, 0), ("localhost", 1)])
def test_addresses_on_this_computer_count_as_loopback(address: object) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", [("example.invalid", 80), ("::ffff:192.0.2.1", 80, 0, 0), ("fe80::1%eth0", 1, 0, 2), ("10.0.0.1", 1)])
def test_addresses_elsewhere_do_not(address: object) -> None:
    assert not is_loopback(address)
