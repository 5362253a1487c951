from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalogue import load_catalogue
from core.watch.trace_map import Mapping, Subject
from core.watch.trace_model import TraceError, Who
from core.watch.trace_rules import load_rules

if TYPE_CHECKING:
    from pathlib import Path

SUBJECT = Subject("/home/mia", ("/home/mia/.claude", "/home/mia/.claude.json"), frozenset({40, 41}))


def mapping() -> Mapping:
    return Mapping(SUBJECT, {100, 101}.__contains__)


def test_every_rule_names_signals_of_the_catalogue() -> None:
    rules, known = load_rules(), load_catalogue().signals
    listed = [item.rule for item in (*rules.files, *rules.sockets)] + [*rules.exact.values(), *rules.programs.values()]
    listed += [rule for entries in rules.calls.values() for _, rule in entries]
    assert len(listed) > 150
    assert {signal for rule in listed for signal in rule.signals} <= set(known)


def test_the_glance_at_bytes_lets_through_whatever_a_rule_can_fit() -> None:
    rules, told = load_rules(), mapping()
    written = [*rules.exact, *(item.path for item in rules.files)]
    for text in written:
        place = text.replace("**/", "/srv/x/").replace("/**", "/y").replace("*", "z").replace("~", SUBJECT.home)
        assert told.may_tell(place.encode()), text
    assert not told.may_tell(b"/usr/lib/node_modules/agent/dist/part.js")
    assert not told.may_tell(b"/home/mia/work/main.py")


def test_no_rule_of_place_is_written_twice() -> None:
    rules = load_rules()
    assert len({(item.expression, item.process) for item in rules.files}) == len(rules.files)


@pytest.mark.parametrize(
    ("path", "signal"),
    [
        ("/etc/machine-id", "machine-id"),
        ("/etc/../etc/machine-id", "machine-id"),
        ("//etc/machine-id", "machine-id"),
        ("/home/mia/.gitconfig", "git-identity"),
        ("/home/mia/.bash_history", "shell-history"),
        ("/home/mia/.ssh/id_ed25519", "ssh-private"),
        ("/home/mia/.ssh/id_ed25519.pub", "ssh-public"),
        ("/home/mia/work/deep/.git/config", "git-remotes"),
        ("/srv/project/.env", "dotenv"),
        ("/home/mia/.aws/credentials", "cloud-credentials"),
        ("/sys/class/net/wlp3s0/address", "mac-address"),
        ("/sys/class/net", "interfaces"),
        ("/sys/class/dmi/id/board_serial", "hw-serials"),
        ("/sys/class/dmi/id/sys_vendor", "virtualisation"),
        ("/usr/share/zoneinfo/Europe/Berlin", "time-zone"),
        ("/proc/7/cmdline", "process-args"),
        ("/proc/7/task/9/stat", "processes"),
        ("/proc/40/cmdline", "launcher-chain"),
        ("/proc/100/cgroup", "virtualisation"),
        ("/proc/7/environ", "env-names"),
        ("/proc", "processes"),
        ("/home/mia", "home-listing"),
        ("/home/mia/.codex/config.toml", "ai-tool-data"),
    ],
)
def test_a_place_tells_its_signal(path: str, signal: str) -> None:
    hit = mapping().place(path)
    assert hit is not None
    assert signal in hit.rule.signals


@pytest.mark.parametrize(
    "path",
    [
        "/etc/machine-id2",
        "/home/mallory/.gitconfig2",
        "/home/miau/.ssh/id_rsa",
        "/proc/100/cmdline",
        "/proc/101/stat",
        "/proc/40/environ/x",
        "/home/mia/.claude/settings.json",
        "/home/mia/.claude.json",
        "/home/mia/.claude.json.backup",
        "/usr/lib/x86_64-linux-gnu/libc.so.6",
        "/home/mia/work/env",
        "",
    ],
)
def test_other_places_tell_nothing(path: str) -> None:
    assert mapping().place(path) is None


@given(st.text(max_size=40))
def test_no_text_of_a_path_is_ever_shown_beyond_the_rules_own_words(name: str) -> None:
    secret = f"zq{name}qz"
    for path in (
        f"/home/mia/.ssh/id_{secret}",
        f"/srv/{secret}/.env",
        f"/usr/share/zoneinfo/{secret}",
        f"/home/mia/.config/chromium/{secret}",
    ):
        hit = mapping().place(path)
        assert hit is None or "zq" not in hit.shown
    shown, _ = mapping().socket(
        b'3, {sa_family=AF_UNIX, sun_path="/run/' + secret.encode("utf-8", "replace").replace(b'"', b"") + b'/s"}, 110'
    )
    assert "zq" not in shown


def test_connections_are_told_with_private_addresses_masked() -> None:
    told = mapping().socket
    assert told(b'3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("93.184.215.14")}, 16) = 0') == ("93.184.215.14:443", None)
    shown, _ = told(b'3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("192.168.7.9")}, 16) = 0')
    assert "7.9" not in shown
    assert shown.endswith(":53")
    six = (
        b'3, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28'
    )
    assert told(six) == ("[::1]:80", None)
    shown, hit = told(b'3, {sa_family=AF_UNIX, sun_path="/var/run/docker.sock"}, 23) = 0')
    assert hit is not None
    assert hit.rule.signals == ("container-socket",)
    assert told(b"3, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 0") == ("", None)


def test_calls_tell_signals_by_what_they_ask() -> None:
    told = mapping().call
    found = told(b"ioctl", b"3, SIOCGIFHWADDR, {ifr_name=...}) = 0")
    assert found is not None
    assert (found[0], found[1].signals) == ("ioctl(SIOCGIFHWADDR)", ("mac-address",))
    assert told(b"ioctl", b"1, TCGETS, {...}) = 0") is None
    found = told(b"uname", b'{sysname="Linux"}) = 0')
    assert found is not None
    assert found[1].who is Who.LIBRARY


def test_a_damaged_rule_is_named_and_nothing_is_half_known(tmp_path: Path) -> None:
    (tmp_path / "files.toml").write_text('[[file]]\npaths = ["/a"]\nsignals = ["hostname"]\ncolour = true\n')
    with pytest.raises(TraceError, match=r"trace.*damaged|damaged"):
        load_rules(tmp_path)
