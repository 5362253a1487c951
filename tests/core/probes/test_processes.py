from __future__ import annotations

from core.probes.result import Unsupported
from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows

RUNNING = [
    {"pid": 1, "ppid": 0, "name": "systemd", "argv": ["/sbin/init"], "user": "root"},
    {"pid": 20, "ppid": 1, "name": "openvpn", "argv": ["openvpn", "--config", "/etc/acme.ovpn"], "user": "root"},
    {"pid": 30, "ppid": 1, "name": "tool", "argv": ["tool", "--token=canary-abcdefghijkl", "https://u:canary@x.test/"], "user": "mia"},
    {"pid": 40, "ppid": 2, "name": "kworker/0:1", "user": "root"},
]


def test_programs_are_counted_and_telling_kinds_named() -> None:
    reading = ask("processes", linux(processes=RUNNING, files={"/proc/self/mounts": "proc /proc proc rw,nosuid,relatime 0 0\n"}))
    assert shown(reading) == {
        "process list": "4 programs of 2 accounts, VPN or proxy",
        "/proc": "programs of other accounts are listed too",
    }
    assert "canary" not in every_text(reading)


def test_hidepid_decides_what_is_seen_of_other_accounts() -> None:
    for option, words in (
        ("hidepid=2", "hidden"),
        ("hidepid=invisible", "hidden"),
        ("hidepid=1", "listed without details"),
        ("hidepid=off", "listed too"),
    ):
        mounts = f"proc /proc proc rw 0 0\nproc /proc proc rw,{option} 0 0\nx /y ext4 hidepid=2\n"
        assert (
            shown(ask("processes", linux(processes=RUNNING, files={"/proc/self/mounts": mounts})))["/proc"]
            == f"programs of other accounts are {words}"
        )


def test_command_lines_with_secrets_are_counted_and_dropped() -> None:
    reading = ask("process-args", linux(processes=RUNNING, kinds={"/proc/30/environ": "file"}))
    assert shown(reading)["command lines"] == "3 of 4 command lines readable, 1 command line with what looks like a password or key"
    assert shown(reading)["/proc/PID/environ"] == "absent"
    assert "canary" not in every_text(reading)


def test_root_may_read_every_environment() -> None:
    reading = ask("process-args", linux(processes=RUNNING, account={"uid": 0, "gid": 0, "name": "root"}))
    assert shown(reading)["/proc/PID/environ"] == "environments of 4 of 4 programs are open to this account"


def test_five_thousand_programs_are_an_answer() -> None:
    many = [{"pid": pid, "ppid": 1, "name": f"p{pid}", "argv": ["p"] * 50, "user": "mia"} for pid in range(2, 5002)]
    host = linux(processes=many, files={"/proc/self/mounts": ""})
    assert summary(ask("processes", host)).startswith("5000 programs of 1 account")
    assert summary(ask("process-args", host)) == "5000 of 5000 command lines readable"


def test_other_systems_count_too_and_an_unrecorded_list_is_unsupported() -> None:
    assert summary(ask("processes", macos(processes=RUNNING))) == "4 programs of 2 accounts, VPN or proxy"
    assert summary(ask("process-args", windows(processes=RUNNING[:1]))) == "1 of 1 command line readable"
    assert isinstance(ask("process-args", linux()).result, Unsupported)
