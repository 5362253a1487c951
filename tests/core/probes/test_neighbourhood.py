from __future__ import annotations

from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import linux, macos, windows

ROUTE = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\nwlp3s0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
ROUTE6 = f"{'0' * 32} 00 {'0' * 32} 00 fe80{'0' * 27}1 00000258 00000001 00000000 00000003 wlp3s0\n"
ARP = "IP address       HW type     Flags       HW address            Mask     Device\n192.168.1.1      0x1         0x2         3c:a6:2f:00:11:22     *        wlp3s0\n192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        wlp3s0\n"
WIRELESS = "Inter-| sta-|   Quality        |\n face | tus | link level noise |\nwlp3s0: 0000   60.  -50.  -256\n"
IW = "phy#0\n\tInterface wlp3s0\n\t\taddr 3c:22:fb:12:34:56\n\t\tssid Canary Home\n\t\ttype managed\n"


def test_routers_of_both_kinds_of_address_are_read_from_the_kernel() -> None:
    answer = ask("default-route", linux(files={"/proc/net/route": ROUTE, "/proc/net/ipv6_route": ROUTE6}))
    assert raws(answer.result) == ["192.168.1.1", "fe80::1"]


def test_macos_and_windows_name_their_router() -> None:
    # in the documented forms of route(8) and of the adapters' registry keys; not taken from real machines
    mac = macos(commands={"route -n get default": {"code": 0, "out": "   route to: default\n    gateway: 192.168.1.1\n  interface: en0\n"}})
    assert raws(ask("default-route", mac).result) == ["192.168.1.1"]
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces\{A}"
    assert raws(ask("default-route", windows(registry={key: {"DhcpDefaultGateway": "192.168.1.1"}})).result) == ["192.168.1.1"]


def test_neighbours_without_an_answer_do_not_count() -> None:
    files = {"/proc/net/arp": ARP, "/proc/net/if_inet6": "fe80 02 40 20 80 wlp3s0\n"}
    commands = {
        "ip -6 neigh": {"code": 0, "out": "fe80::1 dev wlp3s0 lladdr 3c:a6:2f:00:11:22 router REACHABLE\nfe80::2 dev wlp3s0 FAILED\n"}
    }
    reading = run("lan-neighbours", linux(files=files, commands=commands))
    assert display(reading.result) == "1 device"
    assert raws(reading.result) == ["192.168.1.1", "3c:a6:2f:00:11:22", "fe80::1"]


def test_listings_of_macos_and_windows_leave_out_broadcasts() -> None:
    # in the documented forms of arp(8) and arp.exe; not taken from real machines
    out = "? (192.168.1.1) at 3c:a6:2f:0:11:22 on en0 ifscope [ethernet]\n? (192.168.1.255) at ff:ff:ff:ff:ff:ff on en0 [ethernet]\n? (192.168.1.7) at (incomplete) on en0\n"
    assert raws(ask("lan-neighbours", macos(commands={"arp -an": {"code": 0, "out": out}})).result) == ["192.168.1.1", "3c:a6:2f:00:11:22"]
    out = "Interface: 192.168.1.20 --- 0x5\n  Internet Address      Physical Address      Type\n  192.168.1.1           3c-a6-2f-00-11-22     dynamic\n  224.0.0.22            01-00-5e-00-00-16     static\n"
    assert raws(ask("lan-neighbours", windows(commands={"arp -a": {"code": 0, "out": out}})).result) == ["192.168.1.1", "3c:a6:2f:00:11:22"]


def test_the_wireless_driver_tells_the_networks_name_and_it_stays_masked() -> None:
    answer = ask("wifi-ssid", linux(files={"/proc/net/wireless": WIRELESS}, commands={"iw dev": {"code": 0, "out": IW}}))
    assert raws(answer.result) == ["Canary Home"]
    assert "Canary" not in display(answer.result)


def test_networkmanager_is_asked_only_where_the_driver_is_silent() -> None:
    nmcli = {"nmcli -t -f TYPE,NAME connection show --active": {"code": 0, "out": "802-11-wireless:Canary\\:Home\nbridge:docker0\n"}}
    host = linux(files={"/proc/net/wireless": WIRELESS}, folders={"/run/NetworkManager": []}, commands=nmcli)
    assert raws(source_of(ask("wifi-ssid", host), "NetworkManager (nmcli)")) == ["Canary:Home"]


def test_without_a_wireless_interface_no_command_is_started() -> None:
    host = linux(files={"/proc/net/wireless": WIRELESS.split("wlp3s0", maxsplit=1)[0]}, commands={"iw dev": {"code": 0, "out": IW}})
    assert isinstance(ask("wifi-ssid", host).result, Absent)


def test_windows_keeps_a_list_of_known_wireless_networks() -> None:
    # NameType 71 is wireless, 6 is wired, as commonly documented; not taken from a real computer
    key = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"
    host = windows(
        registry={rf"{key}\{{A}}": {"ProfileName": "Home", "NameType": 71}, rf"{key}\{{B}}": {"ProfileName": "Wire", "NameType": 6}}
    )
    assert raws(ask("wifi-ssid", host).result) == ["Home"]
