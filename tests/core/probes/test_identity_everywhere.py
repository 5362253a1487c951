"""All probes of names, device, hardware and session: on empty, hostile and refusing machines, and on this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core.errors import HostError, NotAllowedError
from core.host.base import Account, Battery, FileFacts, LoggedIn, Mount, Output, Uname
from core.host.real import RealHost
from core.host.recorded import RecordedHost
from core.model import System
from core.probes import registry
from core.probes.result import Absent, Answer, Denied, Failed, Ok, Unsupported, display
from core.redact import raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.host.base import Host

MODULES = ("identity", "device", "hardware", "session")
OURS = sorted((key, function) for key, function in registry.load().items() if function.__module__.rpartition(".")[2].startswith(MODULES))
EACH = pytest.mark.parametrize(("key", "function"), OURS, ids=[f"{name}-{system}" for (name, system), _ in OURS])
HOSTILE = "\x00\x1b]0;x\x07\u202e\ufffd{[<\"'=:;,/\\\n" * 40


class Hostile(RecordedHost):
    """A machine whose every answer is present and nonsense."""

    def env(self, name: str) -> str | None:
        return HOSTILE[:300]

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        return (HOSTILE.encode() + bytes(range(256)))[:limit]

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        return ("\x1b[31m", "a-b", "config_x", "x.pub", "card0-DP-1")[:limit] if path.count("/") + path.count("\\") < 12 else ()

    def facts(self, path: str) -> FileFacts:
        return FileFacts("folder", -1, -1, -1, float("inf"))

    def exists(self, path: str) -> bool:
        return True

    def run(self, argv: object, timeout_s: float = 2.0) -> Output:
        return Output(0, HOSTILE)

    def which(self, name: str) -> str:
        return f"/bin/{name}"

    def uname(self) -> Uname:
        return Uname(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)

    def account(self) -> Account:
        return Account(-1, -1, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE, ""))

    def fqdn(self) -> str:
        return HOSTILE

    def mounts(self) -> tuple[Mount, ...]:
        return (Mount(HOSTILE, HOSTILE, HOSTILE), Mount("//x/y", "", "cifs"))

    def logged_in(self) -> tuple[LoggedIn, ...]:
        return (LoggedIn(HOSTILE, HOSTILE, HOSTILE, float("nan")),)

    def battery(self) -> Battery:
        return Battery(float("nan"), is_charging=False)

    def memory_bytes(self) -> int:
        return -1

    def cpu_count(self) -> int:
        return 0

    def boot_time(self) -> float:
        return float("inf")

    def registry(self, key: str, name: str) -> str | int | bytes:
        return HOSTILE.encode() if "EDID" in name or "SMBios" in name else HOSTILE

    def registry_names(self, key: str) -> tuple[str, ...]:
        return (HOSTILE, "0", "\\??\\Volume{")

    def registry_keys(self, key: str) -> tuple[str, ...]:
        return (HOSTILE[:20], "0000", "{x}") if key.count("\\") < 9 else ()


def recorded(kind: Callable[..., Host], system: System) -> Host:
    home = r"C:\Users\mia" if system is System.WINDOWS else "/home/mia"
    return kind({"system": str(system), "home": home, "cwd": home}, "test")


def asked(function: object, host: Host) -> Answer:
    try:
        outcome = function(host)  # type: ignore[operator]  # a registered probe is callable
    except HostError as error:
        outcome = registry.result_of(error)
    return outcome if isinstance(outcome, Answer) else Answer(outcome)


def results(answer: Answer) -> list[object]:
    return [answer.result, *(item.result for item in answer.sources)]


@EACH
def test_an_empty_machine_gives_a_reason_for_every_gap(key: tuple[str, System], function: object) -> None:
    answer = asked(function, recorded(RecordedHost, key[1]))
    for result in results(answer):
        assert isinstance(result, Ok | Absent | Unsupported | Failed | Denied)
        if not isinstance(result, Ok):
            assert result.reason.endswith(".")


@EACH
def test_nonsense_everywhere_is_bounded_masked_and_raises_nothing(key: tuple[str, System], function: object) -> None:
    answer = asked(function, recorded(Hostile, key[1]))
    for result in results(answer):
        if isinstance(result, Ok):
            assert len(result.values) <= 2000
            assert all(len(raw(value)) <= 400 for value in result.values)
            assert display(result).isprintable()


@EACH
def test_a_refusing_machine_costs_no_exception(key: tuple[str, System], function: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotAllowedError("It may not be read by this user.")

    host = recorded(RecordedHost, key[1])
    for name in (
        "read",
        "read_text",
        "entries",
        "facts",
        "link",
        "run",
        "registry",
        "registry_names",
        "registry_keys",
        "uname",
        "account",
        "fqdn",
        "mounts",
        "logged_in",
    ):
        monkeypatch.setattr(host, name, refuse)
    answer = asked(function, host)
    assert not any(isinstance(result, Failed) for result in results(answer))


HERE = [(key, function) for key, function in OURS if key[1] is System.LINUX]


@pytest.mark.skipif(not __import__("sys").platform.startswith("linux"), reason="asks this very computer")
@pytest.mark.parametrize(("key", "function"), HERE, ids=[name for (name, _), _ in HERE])
def test_this_computer_answers_every_question(key: tuple[str, System], function: object) -> None:
    assert not any(isinstance(result, Failed) for result in results(asked(function, RealHost())))


def test_this_computer_knows_its_kernel_processor_memory_and_start() -> None:
    probes = {name: function for (name, system), function in OURS if system is RealHost().system}
    for name in ("hostname", "kernel", "cpu", "memory", "uptime", "user-name", "work-dir"):
        assert isinstance(asked(probes[name], RealHost()).result, Ok), name
