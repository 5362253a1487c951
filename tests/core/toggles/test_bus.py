from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.toggles.bus import with_bus
from core.toggles.launch import LaunchError, LaunchProfile
from core.toggles.prepared import Situation, command
from core.toggles.run import completed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fakes.starts import Desk

NEEDED = ("dbus-daemon", "dbus-send", "xdg-dbus-proxy")
pytestmark = pytest.mark.skipif(not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)}")
ASK = "/usr/bin/dbus-send --session --print-reply --dest={} / org.freedesktop.DBus.Peer.{}"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    words = ["dbus-daemon", "--session", "--print-address=1", "--print-pid=1", "--fork", f"--address=unix:path={tmp_path}/bus"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    yield told[0]
    os.kill(int(told[1]), signal.SIGTERM)


def says(desk: Desk, address: str, script: str) -> tuple[int, str]:
    profile = LaunchProfile("t", parts=frozenset({"runtime", "bus", "processes"}))
    prepared = command(
        profile, ["/bin/sh", "-c", script], Situation(base_env={**desk.env, "DBUS_SESSION_BUS_ADDRESS": address}, cwd=str(desk.project))
    )
    done = completed(with_bus(prepared, address, ["org.freedesktop.secrets"]))
    return done.returncode, (done.stdout + done.stderr).decode()


def test_the_bus_inside_answers_but_hides_what_was_not_named(desk: Desk, address: str) -> None:
    listed = "/usr/bin/dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames"
    code, said = says(desk, address, listed)
    assert code == 0, said
    assert "org.freedesktop.DBus" in said


def test_the_filtered_bus_does_not_tell_the_machine_id(desk: Desk, address: str) -> None:
    open_bus = subprocess.run(
        ASK.format("org.freedesktop.DBus", "GetMachineId").split(),
        env={**desk.env, "DBUS_SESSION_BUS_ADDRESS": address},
        capture_output=True,
        check=False,
    )
    code, said = says(desk, address, ASK.format("org.freedesktop.DBus", "GetMachineId"))
    assert code != 0, said
    assert open_bus.returncode == 0 or b"machine" in open_bus.stderr.lower()


def test_without_a_bus_nothing_starts() -> None:
    from core.toggles.prepared import Prepared

    with pytest.raises(LaunchError, match="no session bus"):
        with_bus(Prepared(("/bin/true",), {}, "/"), "", [])
