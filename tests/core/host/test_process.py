from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import HostError, NotAllowedError, NotSupportedError, NotThereError, UnreadableError
from core.host import process as process_module
from core.host.process import ProcessHost
from core.host.real import RealHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems tell only an environment")
ALL = "-r -m -p -f --kill-child --mount-proc -u -n".split()


def wait_for(condition: object) -> None:
    for _ in range(250):
        if callable(condition) and condition():
            return
        time.sleep(0.02)
    pytest.fail("the process did not get ready")


def start(argv: list[str], folder: Path | str = "/", **environ: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(argv, env=environ, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: Path(f"/proc/{child.pid}/cmdline").read_bytes().startswith(argv[0].encode()))
    return child


@pytest.fixture
def child(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".gitconfig").write_text("[user]\n")
    running = start(
        ["sleep", "60"], tmp_path, HOME=str(tmp_path / "home"), TZ="Pacific/Auckland", PATH="/nowhere:/usr/bin:/bin", BROKEN="x"
    )
    yield running
    running.kill()
    running.wait()


def test_a_childs_environment_and_folders_are_its_own(child: subprocess.Popen[bytes], tmp_path: Path) -> None:
    host = ProcessHost(child.pid)
    assert host.eyes == f"process {child.pid}"
    assert not host.is_synthetic
    assert host.environ() == {"HOME": str(tmp_path / "home"), "TZ": "Pacific/Auckland", "PATH": "/nowhere:/usr/bin:/bin", "BROKEN": "x"}
    assert (host.env("TZ"), host.env("LANG")) == ("Pacific/Auckland", None)
    assert (host.home, host.cwd) == (str(tmp_path / "home"), str(tmp_path))
    assert host.read_text("~/.gitconfig") == "[user]\n"
    assert host.read_text("home/.gitconfig") == "[user]\n"
    assert host.entries("~") == (".gitconfig",)
    assert host.which("sleep").endswith("bin/sleep")
    with pytest.raises(NotThereError):
        host.which("no-such-command")


def test_a_childs_view_of_this_machine_matches_ours(child: subprocess.Popen[bytes]) -> None:
    host, real = ProcessHost(child.pid), RealHost()
    assert host.uname() == real.uname()
    assert host.account() == real.account()
    assert host.interfaces() == real.interfaces()
    assert host.mounts() == real.mounts()
    assert (host.memory_bytes(), host.cpu_count(), host.boot_time()) == (real.memory_bytes(), real.cpu_count(), real.boot_time())
    assert {item.pid for item in host.processes()} >= {child.pid, os.getpid()}
    assert host.parents()[0].pid == os.getpid()
    assert host.process_env(child.pid)["BROKEN"] == "x"
    assert host.connections() is not None
    assert host.logged_in() == real.logged_in()


def test_its_own_proc_files_are_read_not_ours(child: subprocess.Popen[bytes]) -> None:
    host = ProcessHost(child.pid)
    assert f"Pid:\t{child.pid}\n" in host.read_text("/proc/self/status")
    assert b"BROKEN=x" in host.read("/proc/self/environ")
    assert host.link("/proc/self/exe").endswith("sleep")


def test_what_would_run_or_ask_with_our_eyes_is_refused(child: subprocess.Popen[bytes]) -> None:
    host = ProcessHost(child.pid)
    for ask in (
        lambda: host.run(["hostname"]),
        lambda: host.registry("HKCU", "x"),
        lambda: host.registry_names("HKCU"),
        lambda: host.registry_keys("HKCU"),
    ):
        with pytest.raises(NotSupportedError):
            ask()


def test_unusual_files_are_refused_as_on_the_real_host(child: subprocess.Popen[bytes], tmp_path: Path) -> None:
    host = ProcessHost(child.pid)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    with (tmp_path / "huge").open("wb") as handle:
        handle.truncate(100 << 20)
    for name in ("fifo", "loop", "huge", "home", "/dev/null", "a\0b"):
        with pytest.raises(UnreadableError):
            host.read(name)
    with pytest.raises(UnreadableError):
        host.link("huge")
    assert host.facts("loop").kind == "link"
    assert (host.exists("fifo"), host.exists("loop"), host.exists("none")) == (True, False, False)


def test_a_process_that_ended_is_not_there(tmp_path: Path) -> None:
    running = start(["sleep", "60"], tmp_path, A="1")
    host = ProcessHost(running.pid)
    running.kill()
    wait_for(lambda: b") Z " in Path(f"/proc/{running.pid}/stat").read_bytes())
    first: tuple[Callable[[], object], ...] = (host.environ, lambda: host.read("/etc/passwd"), lambda: host.cwd)
    for ask in first:
        with pytest.raises(NotThereError):
            ask()
    running.wait()
    for ask in (*first, host.account, host.mounts, host.uname, host.parents):
        with pytest.raises(NotThereError):
            ask()
    with pytest.raises(NotThereError):
        ProcessHost(running.pid)
    assert not host.exists("/etc/passwd")


def test_a_later_process_with_the_same_number_is_not_taken_for_the_first(child: subprocess.Popen[bytes]) -> None:
    started = next(item.started for item in RealHost().processes() if item.pid == child.pid)
    assert ProcessHost(child.pid, started).env("BROKEN") == "x"
    with pytest.raises(NotThereError):
        ProcessHost(child.pid, started - 100)


def test_every_descriptor_is_given_back(child: subprocess.Popen[bytes]) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  counting descriptors
    host = ProcessHost(child.pid)
    host.read("/etc/passwd")
    host.exists("/none")
    del host
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208  counting descriptors


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_another_users_process_is_refused(child: subprocess.Popen[bytes]) -> None:
    pid = os.fork()
    if pid == 0:
        verdict = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            host = ProcessHost(child.pid)
            refused = 0
            for ask in (host.environ, lambda: host.read("/etc/passwd"), lambda: host.cwd):
                try:
                    ask()
                except NotAllowedError:
                    refused += 1
            verdict = 0 if refused == 3 else 2
        finally:
            os._exit(verdict)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def can_unshare() -> bool:
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-U", *ALL, "true"], capture_output=True, check=False).returncode == 0


def innermost(pid: int) -> int:
    while True:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        if not children:
            return pid
        pid = int(children[0])


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[int]:
    """Start a process with namespaces and a user number of its own, which has placed a file of its own over `/etc/hostname`."""
    if not can_unshare():
        pytest.skip("this kernel gives no private namespaces here")
    (tmp_path / "name").write_text("inside\n")
    script = f"mount --bind {tmp_path}/name /etc/hostname; hostname inside; exec sleep 61"
    outer = subprocess.Popen(["unshare", "-U", *ALL, "sh", "-c", script], env={"HOME": "/root", "PATH": os.environ["PATH"]})
    wait_for(lambda: b"sleep\x0061" in Path(f"/proc/{innermost(outer.pid)}/cmdline").read_bytes())
    yield innermost(outer.pid)
    outer.kill()
    outer.wait()


def test_a_process_in_its_own_namespaces_is_seen_from_inside(apart: int) -> None:
    host = ProcessHost(apart)
    assert host.read_text("/etc/hostname") == "inside\n"
    assert [(item.pid, item.name) for item in host.processes()] == [(1, "sleep")]
    assert host.parents() == ()
    assert host.process_env(1)["HOME"] == "/root"
    assert (host.account().uid, host.account().name) == (0, "root")
    assert any(item.point == "/etc/hostname" for item in host.mounts())
    assert host.connections() == ()


def test_a_host_name_or_network_of_its_own_is_not_answered_with_ours(apart: int) -> None:
    host = ProcessHost(apart)
    for ask in (host.uname, host.fqdn, host.interfaces):
        with pytest.raises(NotSupportedError, match="of its own"):
            ask()


@pytest.fixture
def boxed(tmp_path: Path) -> Iterator[int]:
    """Start a process in a root folder of its own making (bubblewrap), without `/proc` and `/sys`."""
    bwrap = shutil.which("bwrap")
    if not bwrap:
        pytest.skip("bubblewrap is not installed")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("boxed:x:4242:4242:Box Example,,,:/inside:/bin/sh\n")
    (tmp_path / "etc" / "group").write_text("boxers:x:4242:\n")
    (tmp_path / "etc" / "absolute").symlink_to("/etc/passwd")
    argv = [bwrap, "--unshare-user", "--uid", "4242", "--gid", "4242", "--unshare-pid", "--tmpfs", "/"]
    for folder in ("/usr", "/lib", "/lib64", "/bin"):
        argv += ["--ro-bind-try", folder, folder]
    argv += ["--ro-bind", str(tmp_path / "etc"), "/etc", "--dir", "/inside", "--chdir", "/inside", "--clearenv", "sleep", "62"]
    with (tmp_path / "said").open("wb") as said:
        outer = subprocess.Popen(argv, stdout=said, stderr=said)
    for _ in range(250):
        if outer.poll() is not None:
            pytest.skip(f"bubblewrap does not run here: {(tmp_path / 'said').read_text().strip()}")
        if b"sleep\x0062" in Path(f"/proc/{innermost(outer.pid)}/cmdline").read_bytes().split(b"bwrap")[0]:
            break
        time.sleep(0.02)
    yield innermost(outer.pid)
    outer.kill()
    outer.wait()


def test_a_sandboxed_root_is_the_only_root_seen(boxed: int) -> None:
    host = ProcessHost(boxed)
    assert host.entries("/etc") == ("absolute", "group", "passwd")
    assert host.read_text("/etc/absolute").startswith("boxed:")
    assert host.cwd == "/inside"
    assert host.home == "/inside"
    assert host.account().full_name == "Box Example"
    assert (host.account().uid, host.account().groups[0]) == (4242, "boxers")
    for path in ("/work", "/root", "/home"):
        assert not host.exists(path)
    for ask in (host.processes, host.parents, host.battery, lambda: host.process_env(1)):
        with pytest.raises(NotThereError):
            ask()


def test_elsewhere_only_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "_LINUX", False)
    host = ProcessHost(os.getpid())
    assert host.environ()["PATH"] == os.environ["PATH"]
    for ask in (lambda: host.read("/etc/passwd"), lambda: host.cwd, host.account, host.uname, host.interfaces, host.mounts, host.battery):
        with pytest.raises(NotSupportedError):
            ask()


def test_no_process_with_an_impossible_number_is_there() -> None:
    for pid in (0, -1, 2**30):
        with pytest.raises(HostError):
            ProcessHost(pid)
