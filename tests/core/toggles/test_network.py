from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.toggles import network
from core.toggles.halves import half_done
from core.toggles.launch import LaunchError, LaunchProfile
from core.toggles.prepared import Sealed, clean_up

if TYPE_CHECKING:
    from tests.fakes.starts import Desk

LOOK = "cat /sys/class/net/*/address 2>/dev/null; ip -br link | grep -v ^lo; ip -br addr | grep -v ^lo; ip route; exit 7"
CAN = os.geteuid() == 0 and all(map(shutil.which, ("pasta", "setpriv", "ip", "unshare"))) and Path("/usr/bin/python3").exists()


def test_only_named_local_ports_can_be_reached() -> None:
    assert network.pasta([])[-3:] == ["none", "--no-map-gw", "-q"]
    assert "8080,9090" in network.pasta([8080, 9090])


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (b"No external routable interface for IPv4", "this computer has no network now."),
        (b"Couldn't write to /proc/self/uid_map: Operation not permitted", "this kernel refuses it."),
        (b"\xff", "pasta refused."),
    ],
)
def test_a_refusal_has_a_reason(said: bytes, sentence: str) -> None:
    assert network.reason(said) == sentence


@pytest.mark.slow
@pytest.mark.skipif(not CAN, reason="needs pasta and the right to make a network of its own")
def test_inside_there_is_one_fixed_interface_and_the_status_comes_through(desk: Desk) -> None:
    for item in (desk.home, *desk.home.rglob("*")):
        os.chown(item, 1000, 1000)
    for folder in desk.home.parents:
        if folder.stat().st_uid == 0 and not folder.stat().st_mode & 1:
            folder.chmod(0o711)
    argv = ["/usr/bin/python3", *desk.argv("/bin/sh", "-c", LOOK, parts=("network", "processes"))[1:]]
    setting_up = (
        "ip link set lo up; ip link add d0 type veth peer name d1 && ip addr add 192.168.77.5/24 dev d0 && ip link set d0 up && "
        'ip link set d1 up && ip route add default via 192.168.77.1 && exec setpriv --reuid 1000 --regid 1000 --clear-groups "$@"'
    )
    words = ["unshare", "--net", "sh", "-c", setting_up, "sh", *argv]
    done = subprocess.run(words, env=desk.env, cwd=desk.project, capture_output=True, text=True, check=False, timeout=60)
    if "Unknown device type" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("this kernel makes no network pair")
    assert done.returncode == 7, done.stderr
    assert "eth0" in done.stdout
    assert network.HARDWARE_ADDRESS in done.stdout
    assert f"{network.ADDRESS}/{network.BITS}" in done.stdout
    assert f"default via {network.GATEWAY}" in done.stdout
    assert "192.168.77" not in done.stdout
    addresses = set(re.findall(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", done.stdout))
    assert addresses == {network.HARDWARE_ADDRESS}, "no other interface's address, /sys included"
    assert "d0" not in done.stdout.split()
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
    assert "pasta --config-net" not in left, "the network's helper ends with the tool"


@pytest.mark.slow
@pytest.mark.skipif(not CAN, reason="needs pasta and the right to make a network of its own")
def test_an_abstract_socket_such_as_a_displays_is_reached_unless_the_network_is_private(desk: Desk) -> None:
    reach = (
        "import socket\nasked = socket.socket(socket.AF_UNIX)\ntry:\n    asked.connect('\\0/tmp/.X11-unix/X77')\n    print('reached')\n"
        "except OSError as error:\n    print(error.strerror)\n"
    )
    starts = [
        desk.argv("/usr/bin/python3", "-c", reach, parts=parts) for parts in (("display", "mounts"), ("display", "mounts", "network"))
    ]
    driver = (
        "import json, socket, subprocess, sys\nheld = socket.socket(socket.AF_UNIX)\nheld.bind('\\0/tmp/.X11-unix/X77')\nheld.listen(5)\n"
        "for argv in json.loads(sys.argv[1]):\n    subprocess.run(argv, check=False)\n"
    )
    way_out = (
        "ip link set lo up; ip link add d0 type veth peer name d1 && ip addr add 192.168.77.5/24 dev d0 && ip link set d0 up && "
        'ip link set d1 up && ip route add default via 192.168.77.1 && exec "$@"'
    )
    words = ["unshare", "--net", "sh", "-c", way_out, "sh", sys.executable, "-c", driver, json.dumps(starts)]
    done = subprocess.run(words, env=desk.env, cwd=desk.project, capture_output=True, text=True, check=False, timeout=60)
    if "Unknown device type" in done.stderr or "not permitted" in done.stderr:
        pytest.skip("this kernel makes no network pair")
    assert done.stdout.splitlines() == ["reached", "Connection refused"], done.stderr


def test_the_person_is_told_of_the_displays_abstract_socket_where_the_network_is_shared() -> None:
    shared = half_done(LaunchProfile("t", parts=frozenset({"display"})), {})
    assert any("abstract socket stays reachable" in half.sentence for half in shared)
    private = half_done(LaunchProfile("t", parts=frozenset({"display", "network"})), {})
    assert not any("abstract socket" in half.sentence for half in private)


@pytest.mark.skipif(not shutil.which("pasta"), reason="pasta is not installed")
def test_without_a_network_the_tool_is_not_started_and_the_reason_is_told(desk: Desk) -> None:
    done = desk.start("/bin/echo", "started", parts=("network",))
    if done.returncode == 0:
        pytest.skip("this machine has a network")
    assert b"The tool was not started." in done.stderr or b"was not started either" in done.stderr
    assert b"started\n" not in done.stdout


def test_a_sandbox_that_ends_while_its_network_is_made_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_child", lambda _: os.getpid())
    monkeypatch.setattr(network, "_fill", lambda *_: None)
    monkeypatch.setattr(network, "_wait_for_loopback", lambda _: None)
    sealed = network.with_network(Sealed(("bwrap",), {}, "/", (), ()), ())
    assert sealed.settle
    with pytest.raises(LaunchError, match="ended before its network was ready"):
        sealed.settle()
    clean_up(sealed.cleanup)


def test_the_network_is_filled_only_once_its_loopback_device_is_up() -> None:
    """Else bubblewrap, which says its child's number first, finds the address there and gives up: seen on a busy machine."""
    words = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", "echo ready; read go; ip link set lo up; read end"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n" or shutil.which("ip") is None:
            process.kill()
            pytest.skip("this system allows no network of one's own")
        table = Path(f"/proc/{process.pid}/net/fib_trie")
        assert "127.0.0.1" not in table.read_text()
        threading.Timer(0.1, process.stdin.write, (b"\n",)).start()
        threading.Timer(0.12, process.stdin.flush).start()
        network._wait_for_loopback(process.pid)
        assert "127.0.0.1" in table.read_text()
        process.kill()


def test_a_process_that_has_ended_is_not_waited_for() -> None:
    network._wait_for_loopback(2**22 + 1)
