"""A network of the tool's own through pasta: fixed addresses, one fixed hardware address, no neighbours, no local services."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from core.toggles.launch import LaunchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.toggles.prepared import Sealed

HARDWARE_ADDRESS: Final = "02:00:00:00:00:01"
ADDRESS, BITS, GATEWAY = "10.0.2.15", "24", "10.0.2.2"
_LOOK: Final = ("--ns-mac-addr", HARDWARE_ADDRESS, "-I", "eth0", "-a", ADDRESS, "-n", BITS, "-g", GATEWAY)
_WAIT_S: Final = 10
_ENDED: Final = "The sandbox ended before its network was ready, so the tool was not started."


def pasta(ports: Iterable[int]) -> list[str]:
    """Return pasta's command line: nothing reaches in, and of this machine's own services only `ports` can be reached."""
    reached = ",".join(str(port) for port in ports) or "none"
    closed = ("-t", "none", "-u", "none", "-U", "none", "-T", reached, "--no-map-gw")
    as_root = ("--runas", "0") if os.geteuid() == 0 else ()
    return ["pasta", *as_root, "--config-net", *_LOOK, *closed, "-q"]


def with_network(sealed: Sealed, ports: Iterable[int], packets: str = "") -> Sealed:
    """Start inside an own, empty network that waits until pasta has filled it; `packets` is a pipe that gets what passes."""
    told_by, tells = os.pipe()
    waits, lets_go = os.pipe()
    for handle in (tells, waits):
        os.set_inheritable(handle, True)
    handle, name = tempfile.mkstemp(prefix="telltale-network-")
    os.close(handle)
    number = Path(name)
    outer = (
        *(sealed.argv[0], "--dev-bind", "/", "/", "--unshare-user", "--unshare-net", "--die-with-parent"),
        *("--info-fd", str(tells), "--block-fd", str(waits)),
    )

    def settle() -> None:
        for closed in (tells, waits):
            os.close(closed)
        try:
            pid = _child(told_by)
            try:
                _wait_for_loopback(pid)
                _fill(pid, [*pasta(ports), *(["-p", packets] if packets else [])], number)
            except BaseException:
                os.kill(pid, signal.SIGKILL)  # it waits for `lets_go`, whose end would let the tool start as well
                raise
            _let_go(lets_go)
        finally:
            os.close(lets_go)
            os.close(told_by)

    return replace(
        sealed,
        argv=(*outer, *sealed.argv),
        pass_fds=(*sealed.pass_fds, tells, waits),
        cleanup=(*sealed.cleanup, lambda: _end(number)),
        settle=settle,
        layers=sealed.layers + 1,
    )


def _wait_for_loopback(pid: int) -> None:
    """Wait until bubblewrap has given the new network its loopback address; pasta sets the device up, too, and the later one fails.

    The table of routes names the address once the device is up. A process that ended by now is found out by what comes next.
    """
    table = Path(f"/proc/{pid}/net/fib_trie")
    end = time.monotonic() + _WAIT_S
    with contextlib.suppress(OSError):
        while "127.0.0.1" not in table.read_text(encoding="ascii") and time.monotonic() < end:
            time.sleep(0.001)


def _let_go(handle: int) -> None:
    try:
        os.write(handle, b"1")
    except BrokenPipeError as error:
        raise LaunchError(_ENDED) from error


def _child(handle: int) -> int:
    said = b""
    while not said.rstrip().endswith(b"}"):
        piece = os.read(handle, 4096)
        if not piece:
            raise LaunchError(_ENDED)
        said += piece
    return int(json.loads(said)["child-pid"])


def _fill(pid: int, command: list[str], number: Path) -> None:
    argv = [*command, "-P", str(number), str(pid)]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=_WAIT_S, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LaunchError("The private network could not be started (pasta), so the tool was not started either.") from error
    if done.returncode:
        raise LaunchError(f"The private network could not be made: {reason(done.stderr)} The tool was not started.")


def reason(said: bytes) -> str:
    """Return pasta's complaint as a sentence."""
    text = said.decode("utf-8", "replace")
    if "No external routable interface" in text:
        return "this computer has no network now."
    if "Operation not permitted" in text or "user namespaces" in text:
        return "this kernel refuses it."
    return "pasta refused."


def _end(number: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(number.read_text()), signal.SIGTERM)
    number.unlink(missing_ok=True)
