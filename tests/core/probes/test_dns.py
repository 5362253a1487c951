from __future__ import annotations

from core.probes.result import Absent, Denied, Failed, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, macos, windows

# in the documented form of `scutil --dns`; not taken from a real Mac
SCUTIL = """DNS configuration

resolver #1
  search domain[0] : corp.example
  nameserver[0] : 10.20.0.53
  nameserver[1] : fd00::53
  if_index : 6 (en0)
  flags    : Request A records
"""
TCPIP = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"


def test_a_local_forwarder_does_not_hide_the_servers_behind_it() -> None:
    files = {
        "/etc/resolv.conf": "nameserver 127.0.0.53\nsearch corp.example lan\n",
        "/run/systemd/resolve/resolv.conf": "nameserver 10.20.0.53\n",
    }
    answer = ask("dns-resolvers", linux(files=files))
    assert isinstance(source_of(answer, "/etc/resolv.conf"), Absent)
    assert raws(answer.result) == ["10.20.0.53"]


def test_search_domains_come_from_files_and_from_the_variable() -> None:
    files = {
        "/etc/resolv.conf": "domain old.example\nsearch corp.example home # note\n",
        "/run/systemd/netif/links/2": "DOMAINS=net.example\nDNS=10.0.0.1\n",
    }
    answer = ask("dns-search", linux(env={"LOCALDOMAIN": "env.example"}, files=files))
    assert raws(answer.result) == ["env.example", "corp.example", "net.example"]
    assert "corp" not in display(answer.result)


def test_macos_resolvers_are_read_from_scutil() -> None:
    host = macos(commands={"scutil --dns": {"code": 0, "out": SCUTIL}})
    assert raws(ask("dns-resolvers", host).result) == ["10.20.0.53", "fd00::53"]
    assert raws(ask("dns-search", host).result) == ["corp.example"]


def test_windows_adapters_are_asked_one_by_one() -> None:
    registry = {
        rf"{TCPIP}\Interfaces\{{A}}": {
            "NameServer": "10.20.0.53,10.20.0.54",
            "DhcpNameServer": "192.168.1.1",
            "DhcpDomain": "fritz.example",
        },
        TCPIP: {"Domain": "corp.example", "SearchList": "a.example,b.example"},
    }
    host = windows(env={"USERDNSDOMAIN": "CORP.EXAMPLE"}, registry=registry)
    assert raws(ask("dns-resolvers", host).result) == ["10.20.0.53", "10.20.0.54", "192.168.1.1"]
    assert raws(ask("dns-search", host).result) == ["CORP.EXAMPLE", "corp.example", "a.example", "b.example", "fritz.example"]


def test_the_hosts_file_gives_only_names_that_somebody_added() -> None:
    text = "127.0.0.1 localhost\n::1 ip6-localhost ip6-loopback\n127.0.1.1 mias-laptop.corp.example\n10.0.0.7 wiki # intranet\n0.0.0.0 ads.example\n"
    reading = run("hosts-file", linux(files={"/etc/hosts": text}))
    assert display(reading.result) == "3 names"
    assert raws(reading.result) == ["mias-laptop.corp.example", "wiki", "ads.example"]


def test_the_hosts_file_of_windows_is_found_by_its_variable() -> None:
    host = windows(env={"SystemRoot": r"D:\Win"}, files={r"D:\Win\System32\drivers\etc\hosts": "10.0.0.7 wiki\r\n"})
    assert raws(ask("hosts-file", host).result) == ["wiki"]


def test_hostile_files_give_a_result_without_their_content() -> None:
    assert isinstance(ask("hosts-file", linux(denied=["/etc/hosts"])).result, Denied)
    assert isinstance(ask("dns-resolvers", linux(kinds={"/etc/resolv.conf": "fifo"})).result, Failed)
    huge = run("hosts-file", linux(files={"/etc/hosts": "10.0.0.7 canary\n" * 400_000}))
    assert isinstance(huge.result, Failed)
    assert "canary" not in every_text(huge)
