from __future__ import annotations

import socket
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform != "linux":
    pytest.skip("inet_diag is Linux's", allow_module_level=True)

from core.host.sockdiag import decode, tcp_rows
from core.host.sockets import parse_table


def tables() -> set[tuple[str, str, str, str, int]]:
    found: set[tuple[str, str, str, str, int]] = set()
    for name in ("tcp", "tcp6"):
        with open(f"/proc/self/net/{name}", encoding="ascii") as table:  # noqa: PTH123  the kernel's table is the judge here
            found |= set(parse_table("tcp", table.read()))
    return found


def test_the_kernel_gives_the_same_sockets_as_its_tables() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        with accepted:
            rows = tcp_rows()
            if rows is None:
                pytest.skip("this kernel has no inet_diag")
            port = f"127.0.0.1:{server.getsockname()[1]}"
            assert {row[3] for row in rows if row[1] == port} == {"LISTEN", "ESTABLISHED"}
            mine = {row for row in rows if port in row[1:3]}
            assert len(mine) == 3
            assert mine == {row for row in tables() if port in row[1:3]}
            assert client.fileno() > 0


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_an_ipv6_listener_reads_alike() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        rows = tcp_rows()
        if rows is None:
            pytest.skip("this kernel has no inet_diag")
        local = f"[::1]:{server.getsockname()[1]}"
        assert {row for row in rows if row[1] == local} == {row for row in tables() if row[1] == local}
        assert any(row[1] == local for row in rows)


@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_without_an_error(data: bytes) -> None:
    decode(data)
