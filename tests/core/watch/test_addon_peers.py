from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from core.watch import addon_peers

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


@pytest.fixture
def tables(tmp_path: Path) -> dict[int, Path]:
    def row(user: int, peer: tuple[str, int], here: tuple[str, int]) -> str:
        return f"   0: {addon_peers.cell(peer)} {addon_peers.cell(here)} 01 00000000:00000000 00:00000000 00000000  {user}        0 77 1\n"

    (tmp_path / "tcp").write_text(
        HEAD
        + row(os.getuid(), ("127.0.0.1", 4000), ("127.0.0.1", 9000))
        + row(os.getuid() + 1, ("127.0.0.1", 4001), ("127.0.0.1", 9000))
        + "broken row\n"
    )
    (tmp_path / "tcp6").write_text(HEAD + row(os.getuid(), ("::1", 4000), ("::1", 9000)))
    return {4: tmp_path / "tcp", 16: tmp_path / "tcp6"}


def test_an_own_program_is_told_from_one_of_another_user(tables: dict[int, Path]) -> None:
    assert addon_peers.is_own(("127.0.0.1", 4000), ("127.0.0.1", 9000), tables)
    assert addon_peers.is_own(("::1", 4000), ("::1", 9000), tables)
    assert not addon_peers.is_own(("127.0.0.1", 4001), ("127.0.0.1", 9000), tables)


def test_who_is_not_in_the_table_is_no_own_program(tables: dict[int, Path], tmp_path: Path) -> None:
    assert not addon_peers.is_own(("127.0.0.1", 5), ("127.0.0.1", 9000), tables)
    assert not addon_peers.is_own(("127.0.0.1", 4000), ("127.0.0.1", 9001), tables)
    assert not addon_peers.is_own(("no address", 4000), ("127.0.0.1", 9000), tables)
    assert not addon_peers.is_own(("127.0.0.1", 4000), ("127.0.0.1", 9000), {4: tmp_path / "missing", 16: tmp_path})


@pytest.mark.skipif(not addon_peers.can_tell(), reason="this system has no table of sockets")
def test_the_kernels_own_table_is_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as client:
        assert addon_peers.is_own(client.getsockname(), listener.getsockname())
