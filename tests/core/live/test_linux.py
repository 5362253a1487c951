from __future__ import annotations

import queue
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("these notifications are Linux's", allow_module_level=True)

from core.host.real import RealHost
from core.live.linux import LinuxNotifier
from core.model import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Told:
    def __init__(self) -> None:
        self.keys: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()

    def __call__(self, keys: Iterable[str]) -> None:
        self.keys.put(frozenset(keys))


@pytest.fixture
def notifier() -> Iterator[LinuxNotifier]:
    made = LinuxNotifier(RealHost())
    yield made
    made.close()


def test_a_changed_file_names_only_the_keys_that_watch_it(notifier: LinuxNotifier, tmp_path: Path) -> None:
    told = Told()
    watches = {name: Changes(watch=(str(tmp_path / name),)) for name in ("one", "two")}
    assert notifier.start(watches, told) == {"one", "two"}
    (tmp_path / "two").write_text("x")
    assert told.keys.get(timeout=10) == {"two"}


def test_what_cannot_be_watched_is_left_to_polling(notifier: LinuxNotifier, tmp_path: Path) -> None:
    watches = {
        "file": Changes(watch=(str(tmp_path / "file"),)),
        "bus": Changes(notify=("dbus:org.example.Thing",)),
        "kernel": Changes(watch=("/proc/cpuinfo",)),
        "nothing": Changes(poll_s=5),
    }
    assert notifier.start(watches, Told()) == {"file"}


def run_in_own_network(*command: str) -> subprocess.CompletedProcess[str]:
    alone = ["unshare", "--user", "--map-root-user", "--net", "--uts", *command]
    return subprocess.run(alone, capture_output=True, text=True, timeout=60, check=False)


WAIT_FOR_KEY = """
import queue, subprocess, sys
from core.host.real import RealHost
from core.live.linux import LinuxNotifier
from core.model import Changes
told = queue.SimpleQueue()
notifier = LinuxNotifier(RealHost())
covered = notifier.start({"key": Changes(watch=WATCH, notify=NOTIFY)}, told.put)
assert covered == {"key"}, covered
subprocess.run(sys.argv[1:], check=True)
print(sorted(told.get(timeout=10)))
notifier.close()
"""


def own_namespaces_work() -> bool:
    return shutil.which("unshare") is not None and run_in_own_network("true").returncode == 0


NEW_LINK = ("ip", "link", "add", "telltale0", "type", "veth")
NEW_ADDRESS = ("ip", "address", "add", "127.0.0.2/8", "dev", "lo")


@pytest.mark.parametrize(("kind", "change"), [("link", NEW_LINK), ("address", NEW_ADDRESS)])
def test_a_new_interface_and_a_new_address_are_noticed(kind: str, change: tuple[str, ...]) -> None:
    if shutil.which("ip") is None or not own_namespaces_work() or run_in_own_network(*change).returncode:
        pytest.skip("needs user namespaces, the ip command and a kernel with such links")
    code = WAIT_FOR_KEY.replace("WATCH", "()").replace("NOTIFY", f"('netlink:{kind}',)")
    done = run_in_own_network(sys.executable, "-c", code, *change)
    assert done.stdout.strip() == "['key']", done.stderr


@pytest.mark.skipif(not own_namespaces_work(), reason="needs user namespaces")
def test_a_new_host_name_is_noticed() -> None:
    code = WAIT_FOR_KEY.replace("WATCH", "('/proc/sys/kernel/hostname',)").replace("NOTIFY", "()")
    assert socket.gethostname() != "telltale-test"
    done = run_in_own_network(sys.executable, "-c", code, "hostname", "telltale-test")
    assert done.stdout.strip() == "['key']", done.stderr


def test_a_file_of_the_kernel_that_cannot_be_read_is_left_to_polling(notifier: LinuxNotifier) -> None:
    assert not notifier._open_kernel_file("/proc/self/mem")
    assert notifier._kernel_files == {}
