"""A session bus of which a tool reaches only named services: xdg-dbus-proxy with its filter, ended with the start."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.toggles.launch import LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.toggles.prepared import Prepared

_WAIT_S: Final = 5.0


def with_bus(prepared: Prepared, address: str, talk: Iterable[str]) -> Prepared:
    """Return the start with a filtered bus inside: the services in `talk`, nothing else; the machine id is not told."""
    program = shutil.which("xdg-dbus-proxy")
    if program is None:
        raise LaunchError("The program xdg-dbus-proxy is not installed, so a filtered bus is not possible and nothing was started.")
    if not address:
        raise LaunchError("There is no session bus here, so nothing was started; leave the bus out.")
    folder = Path(tempfile.mkdtemp(prefix="telltale-bus-"))
    socket = folder / "bus"
    alive, watched = os.pipe()
    words = [program, f"--fd={watched}", address, str(socket), "--filter", *(f"--talk={name}" for name in talk)]
    process = subprocess.Popen(words, pass_fds=[watched], stdin=subprocess.DEVNULL, start_new_session=True)
    os.close(watched)

    def end() -> None:
        os.close(alive)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_WAIT_S)
        shutil.rmtree(folder, ignore_errors=True)

    if not os.read(alive, 1):
        end()
        raise LaunchError("The filtered bus could not be started, so nothing was started.")
    inside = f"{prepared.env.get('XDG_RUNTIME_DIR', '/run')}/bus"
    return replace(
        prepared,
        arguments=(*prepared.arguments, "--bind", str(socket), inside),
        env={**prepared.env, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={inside}"},
        cleanup=(*prepared.cleanup, end),
    )
