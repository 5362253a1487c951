from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from core.selfaudit import SelfAudit, network_connections

if TYPE_CHECKING:
    from pathlib import Path


def test_reads_writes_and_programs_are_counted_by_place_without_values(tmp_path: Path) -> None:
    audit = SelfAudit()
    audit.start()
    (tmp_path / "canaryfile").write_text("x")
    (tmp_path / "canaryfile").read_text()
    subprocess.run([sys.executable, "-c", ""], check=True)
    audit.stop()
    (tmp_path / "canaryfile").unlink()
    deeds = {touch.deed for touch in audit.touches()}
    assert {"reads", "writes", "runs"} <= deeds
    assert audit.count("writes") == 1
    assert "canary" not in str(audit.touches())


def test_a_connection_is_counted_and_a_local_socket_is_not() -> None:
    audit = SelfAudit()
    audit.start()
    before = network_connections()
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert network_connections() == before + 1
        assert audit.count("connects") == 1
    if hasattr(socket, "AF_UNIX"):
        one, two = socket.socketpair()
        one.close()
        two.close()
    audit.stop()
    assert audit.count("connects") == 1


def test_the_record_is_bounded(tmp_path: Path) -> None:
    audit = SelfAudit()
    audit.start()
    for number in range(500):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "file").write_text("x")
    audit.stop()
    assert len(audit.touches()) <= 402
    assert audit.count("writes") == 1000
