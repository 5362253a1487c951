from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from core.errors import NotAllowedError, NotThereError, TooSlowError, UnreadableError
from core.host import command

if TYPE_CHECKING:
    from pathlib import Path

    from core.host.base import Output

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the test programs are shell scripts")
SHELL = "/bin/sh"


def sh(script: str, timeout_s: float = 10.0, **environ: str) -> Output:
    return command.run(SHELL, ["sh", "-c", script], {"PATH": os.defpath, **environ}, timeout_s)


def test_code_and_both_outputs_are_returned_as_text() -> None:
    answer = sh("printf 'a\\377b'; printf 'oops' >&2; exit 3")
    assert (answer.code, answer.out, answer.err) == (3, "a\ufffdb", "oops")


def test_words_come_in_the_c_locale_and_the_rest_of_the_environment_stays() -> None:
    assert sh('printf "$LC_ALL $KEPT"', LC_ALL="de_DE.UTF-8", KEPT="yes").out == "C yes"


def test_a_command_has_no_input_and_no_terminal() -> None:
    assert sh("cat; test -t 0 || printf none; (: </dev/tty) 2>/dev/null || printf ' no-tty'").out == "none no-tty"


def test_an_argument_is_never_read_by_a_shell() -> None:
    assert command.run(shutil.which("printf") or "/usr/bin/printf", ["printf", "%s", "$(id); `id`"], {}, 10).out == "$(id); `id`"


def test_a_slow_command_ends_with_all_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    with pytest.raises(TooSlowError, match="sh did not answer in time"):
        sh(f"sleep 60 & echo $! > {mark}; sleep 60", timeout_s=0.5)
    pid = int(mark.read_text())
    for _ in range(200):
        if not _is_running(pid):
            return
        time.sleep(0.02)
    pytest.fail("a child of the command outlived it")


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat", "rb") as handle:  # noqa: PTH123  a quick look
            return b") Z " not in handle.read()
    except OSError:
        return False


def test_a_child_that_holds_the_output_open_does_not_hold_us() -> None:
    with pytest.raises(TooSlowError):
        sh("sleep 60 & exit 0", timeout_s=0.5)


def test_too_much_output_is_refused() -> None:
    with pytest.raises(UnreadableError, match="too much"):
        sh("while :; do printf '%1000s' x; done", timeout_s=60)


def test_a_missing_program_and_one_that_may_not_run_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotThereError):
        command.run(str(tmp_path / "none"), ["none"], {}, 5)
    plain = tmp_path / "plain"
    plain.write_text("x")
    with pytest.raises(NotAllowedError):
        command.run(str(plain), ["plain"], {}, 5)
    plain.chmod(0o755)
    with pytest.raises(UnreadableError):
        command.run(str(plain), ["plain"], {}, 5)
    with pytest.raises(UnreadableError):
        command.run(SHELL, ["sh", "-c", "a\0b"], {}, 5)


def test_no_open_descriptor_or_zombie_stays_behind() -> None:
    sh("true")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH208, PTH112  counting descriptors
    for _ in range(5):
        sh("true")
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH208, PTH112  counting descriptors
    assert after == before
    with pytest.raises(ChildProcessError):
        os.waitpid(int(sh("echo $$").out), os.WNOHANG)
