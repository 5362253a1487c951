from __future__ import annotations

import pytest

from core.host.real import RealHost
from core.model import Agreement, System
from core.probes.network import interface_label, interface_name
from core.probes.registry import load
from core.probes.result import Absent, Answer, Ok, Unsupported, display
from core.redact import MaskKind
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, macos, windows

LAN = {"name": "wlp3s0", "is_up": True, "mac": "3c:22:fb:12:34:56", "addresses": ["192.168.1.20", "fe80::1234%wlp3s0", "2001:db8::20"]}
LO = {"name": "lo", "is_up": True, "mac": "00:00:00:00:00:00", "addresses": ["127.0.0.1", "::1"]}
ROUTES = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
TCP = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


def test_addresses_beyond_this_computer_are_listed_by_interface() -> None:
    answer = ask("ip-local", linux(interfaces=[LO, LAN]))
    assert [item.name for item in answer.sources] == ["wlp3s0"]
    assert raws(answer.result) == ["192.168.1.20", "fe80::1234%wlp3s0", "2001:db8::20"]
    assert "2001" not in display(answer.result)


def test_only_loopback_is_no_address() -> None:
    assert isinstance(ask("ip-local", linux(interfaces=[LO])).result, Absent)


@pytest.mark.parametrize("system", System)
def test_the_public_address_is_never_asked_for(system: System) -> None:
    result = load()["ip-public", system](linux())
    assert isinstance(result, Unsupported)
    assert "no request" in result.reason


@pytest.mark.parametrize("name", ["enx3c22fb123456", "wg-acme", "Mia's phone", "br-0a1b2c3d4e5f"])
def test_names_that_a_person_or_a_number_chose_are_masked_everywhere(name: str) -> None:
    assert interface_name(name).kind is MaskKind.FULL
    assert name not in interface_label(name, 3)


def test_an_interface_with_a_chosen_name_is_not_named_by_its_source() -> None:
    reading = run("ip-local", linux(interfaces=[{**LAN, "name": "wg-canary", "addresses": ["10.9.0.2"]}]))
    assert "canary" not in every_text(reading)


def test_a_sandbox_that_closes_only_one_way_to_the_interfaces_is_seen() -> None:
    answer = ask("interfaces", linux(interfaces=[LO], folders={"/sys/class/net": ["lo", "wlp3s0", "bonding_masters"]}))
    assert answer.agreement is Agreement.DIFFER
    assert raws(source_of(answer, "/sys/class/net")) == ["lo", "wlp3s0"]


def test_hardware_addresses_show_only_the_makers_half() -> None:
    answer = ask("mac-address", linux(interfaces=[LO, LAN], files={"/sys/class/net/wlp3s0/address": "3C:22:FB:12:34:56\n"}))
    assert answer.agreement is Agreement.AGREE
    assert "12:34:56" not in display(answer.result)


def test_macos_hardware_ports_are_read_from_networksetup() -> None:
    # in the documented form of networksetup(8); not taken from a real Mac
    out = "\nHardware Port: Wi-Fi\nDevice: en0\nEthernet Address: 3c:22:fb:12:34:57\n"
    answer = ask("mac-address", macos(interfaces=[LAN], commands={"networksetup -listallhardwareports": {"code": 0, "out": out}}))
    assert raws(answer.result) == ["3c:22:fb:12:34:56", "3c:22:fb:12:34:57"]


def test_a_tunnel_is_told_by_name_kind_and_route() -> None:
    files = {
        "/sys/class/net/office/uevent": "DEVTYPE=wireguard\nINTERFACE=office\n",
        "/proc/net/route": ROUTES
        + "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\ntun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n",
    }
    answer = ask("vpn-tunnel", linux(interfaces=[LAN, {"name": "tun0", "is_up": True}], files=files))
    assert raws(answer.result) == ["tunnel (tun)", "WireGuard", "all traffic goes through a tunnel"]


def test_a_virtual_machines_tap_is_no_vpn() -> None:
    files = {"/sys/class/net/vnet0/uevent": "INTERFACE=vnet0\n", "/sys/class/net/vnet0/tun_flags": "0x1002\n", "/proc/net/route": ROUTES}
    assert isinstance(ask("vpn-tunnel", linux(interfaces=[LAN], files=files)).result, Absent)


def test_the_tunnels_that_macos_always_has_raise_no_alarm() -> None:
    # in the documented form of `scutil --nc list`; not taken from a real Mac
    out = '* (Disconnected)   1A PPP --> L2TP "Old" [PPP:L2TP]\n* (Connected)      2B VPN (com.example) "Office" [VPN:com.example]\n'
    quiet = macos(interfaces=[{"name": "utun0", "is_up": True, "addresses": ["fe80::1"]}])
    assert not isinstance(ask("vpn-tunnel", quiet).result, Ok)
    loud = macos(
        interfaces=[{"name": "utun4", "is_up": True, "addresses": ["10.9.0.2"]}], commands={"scutil --nc list": {"code": 0, "out": out}}
    )
    assert raws(ask("vpn-tunnel", loud).result) == ["tunnel (utun)", "Office"]


def test_windows_vpns_are_told_by_adapters_and_by_the_users_list() -> None:
    # places as commonly documented; not taken from a real computer
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}\0007"
    book = r"C:\Users\mia\AppData\Roaming\Microsoft\Network\Connections\Pbk\rasphone.pbk"
    host = windows(
        interfaces=[{"name": "Ethernet", "is_up": True}],
        registry={key: {"DriverDesc": "TAP-Windows Adapter V9"}},
        files={book: "[Office]\r\nType=2\r\n"},
    )
    assert raws(ask("vpn-tunnel", host).result) == ["tap-windows", "Office"]


def test_sockets_are_counted_and_far_ends_masked() -> None:
    rows = "   0: 0100007F:1F90 00000000:0000 0A 0 0 0 1000 0 11\n   1: 00000000:0016 00000000:0000 0A 0 0 0 0 0 12\n   2: 1401A8C0:A000 0A0200C6:01BB 01 0 0 0 1000 0 13\n"
    padded = "\n".join(f"{line} 1 x" for line in rows.splitlines()).replace(" 0 0 0 ", " 00000000:00000000 00:00000000 00000000 ")
    reading = run("open-sockets", linux(files={"/proc/net/tcp": TCP + padded + "\n", "/proc/net/udp": TCP}))
    assert raws(reading.result) == ["tcp 8080 open to this computer only", "tcp 22 open to the network", "198.0.2.10:443"]
    assert display(reading.result) == "2 open ports, 1 far end"


def test_other_systems_list_the_sockets_they_show_this_user() -> None:
    connections = [
        {"kind": "tcp", "local": "0.0.0.0:445", "state": "LISTEN"},
        {"kind": "tcp", "local": "10.0.0.2:5000", "remote": "198.51.100.7:443", "state": "ESTABLISHED"},
    ]
    reading = run("open-sockets", windows(connections=connections))
    assert display(reading.result) == "1 open port, 1 far end"


def test_this_machine_answers_every_question_about_its_network() -> None:
    host = RealHost()
    for name in ("ip-local", "interfaces", "mac-address", "vpn-tunnel", "open-sockets"):
        assert isinstance(load()[name, host.system](host), Answer)
    assert "lo" in raws(source_of(ask("interfaces", host), "network interfaces"))  # type: ignore[arg-type]  # the fake asks any host
