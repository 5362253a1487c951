"""Readers for the kernel's network tables and for what `route`, `arp`, `ip`, `iw` and `netstat` print; none of them ever raises."""

from __future__ import annotations

import re
import socket
import struct
from typing import Final, NamedTuple

from core.probes._address import is_ip

_ARP_LINE: Final = re.compile(r"\((\d{1,3}(?:\.\d{1,3}){3})\) at ([0-9A-Fa-f:]{11,17})\b")
_WINDOWS_ARP: Final = re.compile(r"^\s+(\d{1,3}(?:\.\d{1,3}){3})\s+([0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5})\s")
_TUNNELS: Final = (
    (re.compile(r"wg|nordlynx|mullvad|proton"), "WireGuard"),
    (re.compile(r"tailscale|ts\d"), "Tailscale"),
    (re.compile(r"zt[a-z0-9]{8}"), "ZeroTier"),
    (re.compile(r"cscotun|cscod"), "Cisco AnyConnect"),
    (re.compile(r"gpd\d"), "GlobalProtect"),
    (re.compile(r"tun|outline-tun"), "tunnel (tun)"),
    (re.compile(r"tap"), "tunnel (tap)"),
    (re.compile(r"ppp\d"), "point-to-point link (ppp)"),
    (re.compile(r"ipsec|vti|xfrm"), "IPsec"),
)


class Route(NamedTuple):
    """One route: interface, destination with prefix length, gateway (empty where there is none)."""

    interface: str
    destination: str
    prefix: int
    gateway: str


class Neighbour(NamedTuple):
    """One device of the local network."""

    address: str
    mac: str


def ipv4_routes(text: str) -> list[Route]:
    """Read /proc/net/route."""
    rows: list[Route] = []
    for line in text.splitlines()[1:]:
        cells = line.split()
        if len(cells) < 8:
            continue
        numbers = [_hex(cells[index], 8) for index in (1, 2, 7)]
        if None not in numbers:
            target, gateway, mask = (int(number or 0) for number in numbers)
            rows.append(Route(cells[0], _ipv4(target), mask.bit_count(), _ipv4(gateway) if gateway else ""))
    return rows


def _hex(text: str, most: int) -> int | None:
    if not re.fullmatch(rf"[0-9A-Fa-f]{{1,{most}}}", text):
        return None
    return int(text, 16)


def _ipv4(number: int) -> str:
    """Return the address of a 32-bit number in the machine's own byte order."""
    return socket.inet_ntoa(struct.pack("=L", number))


def ipv6_routes(text: str) -> list[Route]:
    """Read /proc/net/ipv6_route."""
    rows: list[Route] = []
    for line in text.splitlines():
        cells = line.split()
        if len(cells) < 10 or any(_hex(cells[index], 32) is None or len(cells[index]) != 32 for index in (0, 4)):
            continue
        prefix = _hex(cells[1], 2)
        target, gateway = (socket.inet_ntop(socket.AF_INET6, bytes.fromhex(cells[index])) for index in (0, 4))
        if prefix is not None:
            rows.append(Route(cells[9], target, prefix, "" if gateway == "::" else gateway))
    return rows


def gateways(routes: list[Route]) -> list[str]:
    """Return the gateways of the default routes."""
    return [route.gateway for route in routes if route.prefix == 0 and route.gateway]


def has_split_default(routes: list[Route]) -> bool:
    """Return whether two halves of the address space are routed apart, as VPN programs do to outrank the default route."""
    halves = {route.destination for route in routes if route.prefix == 1}
    return {"0.0.0.0", "128.0.0.0"} <= halves or {"::", "8000::"} <= halves  # noqa: S104  compared, never bound


def proc_arp(text: str) -> list[Neighbour]:
    """Read /proc/net/arp; entries without an answer (all zeros) are left out."""
    rows = (line.split() for line in text.splitlines()[1:])
    return [Neighbour(cells[0], cells[3]) for cells in rows if len(cells) > 5 and is_ip(cells[0]) and _is_mac(cells[3])]


def ip_neighbours(text: str) -> list[Neighbour]:
    """Read `ip neigh`: `fe80::1 dev wlan0 lladdr aa:bb:cc:dd:ee:ff router REACHABLE`."""
    rows: list[Neighbour] = []
    for line in text.splitlines():
        cells = line.split()
        if "lladdr" in cells[:-1] and is_ip(cells[0]):
            mac = cells[cells.index("lladdr") + 1]
            if _is_mac(mac):
                rows.append(Neighbour(cells[0], mac))
    return rows


def arp_listing(text: str) -> list[Neighbour]:
    """Read `arp -an` of macOS and `arp -a` of Windows; broadcast and multicast addresses are left out."""
    rows: list[Neighbour] = []
    for line in text.splitlines():
        match = _ARP_LINE.search(line[:200]) or _WINDOWS_ARP.match(line[:200])
        mac = _full_mac(match[2]) if match else ""
        if match and is_ip(match[1]) and _is_mac(mac) and int(mac[:2], 16) % 2 == 0:
            rows.append(Neighbour(match[1], mac))
    return rows


def _full_mac(text: str) -> str:
    """Return a hardware address with two digits in each part; macOS drops leading zeros."""
    return ":".join(part.zfill(2) for part in re.split(r"[:-]", text.lower()))


def _is_mac(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", text)) and bool(text.strip("0:-"))


def value_after(text: str, key: str) -> str:
    """Return the first `key: value` of a listing (`route -n get default`, `networksetup`)."""
    rows = (line.partition(":") for line in text.splitlines())
    return next((value.strip() for name, _, value in rows if name.strip() == key), "")


def ssids(text: str) -> list[str]:
    """Return the names of connected networks that `iw dev` lists."""
    lines = (line.strip() for line in text.splitlines())
    return [line[5:].strip() for line in lines if line.startswith("ssid ")]


def connected_vpns(text: str) -> list[str]:
    """Return the names of connected services that `scutil --nc list` prints in quotes."""
    lines = [line for line in text.splitlines() if "(Connected)" in line]
    return [name for line in lines if (name := line.partition('"')[2].partition('"')[0])]


def tunnel_kind(name: str) -> str:
    """Return what kind of tunnel an interface's name means; an empty text if it is none."""
    return next((kind for pattern, kind in _TUNNELS if pattern.match(name.lower())), "")
