from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture.sources import ROOT, tell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux" or not shutil.which("strace"), reason="needs strace, a Linux program"),
]

INTERNET_CALL = re.compile(r"(connect|sendto|sendmsg|sendmmsg|bind|listen)\(.*sa_family=AF_INET6?\b")
MAKES_ONE = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('127.0.0.1', 9))"


def internet_calls(tmp_path: Path, *command: str) -> list[str]:
    log = tmp_path / "trace"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=%network", "-o", str(log), *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 3}, done.stderr[-2000:]
    return [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if INTERNET_CALL.search(line)]


def test_the_trace_would_see_a_connection(tmp_path: Path) -> None:
    assert internet_calls(tmp_path, sys.executable, "-c", MAKES_ONE)


@pytest.mark.parametrize("command", [["scan", "--json"], ["scan"], ["signals"], ["doctor"]], ids=" ".join)
def test_telltale_makes_no_network_connection_of_any_kind(tmp_path: Path, command: list[str]) -> None:
    calls = internet_calls(tmp_path, sys.executable, "gui", *command)
    assert not calls, tell("The app itself never uses the network, not even loopback:", calls)
