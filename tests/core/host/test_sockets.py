from __future__ import annotations

import os
import socket
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.host import sockets

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
little = pytest.mark.skipif(sys.byteorder != "little", reason="the recorded tables come from a little-endian machine")


@little
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("0100007F:1F90", "127.0.0.1:8080"),
        ("00000000:0000", "0.0.0.0:0"),
        ("00000000000000000000000001000000:0050", "[::1]:80"),
        ("B80D0120000000000000000001000000:01BB", "[2001:db8::1]:443"),
    ],
)
def test_addresses_are_written_in_the_usual_way(cell: str, text: str) -> None:
    assert sockets.address(cell) == text


@little
def test_a_table_row_becomes_a_connection_and_a_broken_row_is_left_out() -> None:
    good = "   0: 0100007F:1F90 146433C6:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 4242 1\n"
    listening = "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0        0 17 1\n"
    rows = sockets.parse_table("tcp", HEADER + good + "broken\n" + good.replace("0100007F", "xyz") + listening)
    assert rows == [
        ("tcp", "127.0.0.1:8080", "198.51.100.20:443", "ESTABLISHED", 4242),
        ("tcp", "0.0.0.0:22", "", "LISTEN", 17),
    ]
    assert sockets.parse_table("udp", HEADER + listening)[0][3] == ""


@given(st.text(max_size=300))
def test_any_table_is_read_without_failing(text: str) -> None:
    assert isinstance(sockets.parse_table("tcp", text), list)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")
def test_a_listening_socket_is_found_with_its_owner_also_when_it_appears_later() -> None:
    owners = sockets.Owners()
    sockets.connections("/proc/self/net", owners)
    with socket.socket(socket.AF_INET) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        wanted = f"127.0.0.1:{server.getsockname()[1]}"
        found = next(item for item in sockets.connections("/proc/self/net", owners) if item.local == wanted)
    assert (found.kind, found.state, found.pid) == ("tcp", "LISTEN", os.getpid())
    assert not any(item.local == wanted for item in sockets.connections("/proc/self/net", owners))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux")
def test_known_sockets_are_not_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = sockets.Owners()
    searches = []
    monkeypatch.setattr(sockets, "_all_owners", lambda: searches.append(1) or {5: 77})
    assert dict(owners.of([5, 6])) == {5: 77, 6: 0}
    assert owners.of([6])[6] == 0
    assert len(searches) == 1
    owners.of([7])
    assert len(searches) == 2
