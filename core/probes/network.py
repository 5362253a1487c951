"""Probes for the machine's own place in the network: interfaces, their addresses, tunnels, sockets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotSupportedError
from core.host.sockets import parse_table
from core.model import Origin, System
from core.probes import _address, _routes
from core.probes._ask import (
    LARGE,
    asked,
    command_text,
    count,
    found,
    names_in,
    quiet_text,
    registry_text,
    stated,
    subkeys,
    summarised,
    wrap,
)
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, Result, Unsupported, same_value, separate_values, source
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Connection, Host, Interface
    from core.model import SourceReading

_SYS_NET: Final = "/sys/class/net"
_PLAIN_NAME: Final = re.compile(
    r"lo\d?|eth\d+|en[ospi]\d[a-z0-9]{0,12}|en\d+|wlan\d+|wl[ospi]\d[a-z0-9]{0,12}|wwan\d+|ww[ospi]\d[a-z0-9]{0,12}"
    r"|docker\d|virbr\d+(?:-nic)?|vnet\d+|lxcbr\d|lxdbr\d"
    r"|tun\d+|tap\d+|wg\d+|ppp\d+|tailscale\d|utun\d+|awdl\d|llw\d|bridge\d+|gif\d|stf\d|anpi\d|ap\d|bond\d|br\d|sit\d|dummy\d"
    r"|Ethernet(?: \d+)?|Wi-Fi(?: \d+)?|Local Area Connection(?:\* \d+)?|Loopback Pseudo-Interface \d"
    r"|vEthernet \((?:WSL|Default Switch)[^)]{0,30}\)"
)
_NUMBERED: Final = re.compile(r"(veth|br-|zt|enx|cali|vmnet|vboxnet)[a-z0-9]{1,20}")
_WINDOWS_TUNNEL: Final = re.compile(
    r"wintun|wireguard|tap-windows|openvpn|vpn|tailscale|zerotier|anyconnect|globalprotect|pangp|fortinet|zscaler", re.IGNORECASE
)
_ADAPTERS: Final = r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}"
_NO_REQUEST: Final = "Telltale makes no request to the outside, so it cannot see this address; every server you contact does."


def interface_name(name: str) -> Sensitive:
    """Wrap an interface's name: usual names stay open; chosen names, and those that carry an identifier, are masked."""
    if _PLAIN_NAME.fullmatch(name):
        return open_text(name)
    return Sensitive(name[:100], MaskKind.FULL)


def interface_label(name: str, number: int) -> str:
    """Return a name for a source that says nothing about a person: the usual name, its kind, or only a number."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    if match := _NUMBERED.fullmatch(name):
        return f"{match[1].rstrip('-')} interface {number}"
    return f"interface {number}"


@probe("ip-local")
def ip_local(host: Host) -> Answer:
    """The addresses of each interface, loopback left out."""
    sources = [_addresses(item, number) for number, item in enumerate(_sorted(host.interfaces()), 1)]
    kept = [item for item in sources if isinstance(item.result, Ok)]
    return separate_values(kept) if kept else Answer(Absent("No interface has an address beyond this computer itself."))


def _addresses(item: Interface, number: int) -> SourceReading:
    outside = [_address.ip(text) for text in item.addresses if not _address.is_loopback(text)]
    return source(interface_label(item.name, number), Origin.NETWORK, found(outside))


def _sorted(interfaces: Iterable[Interface]) -> list[Interface]:
    """Order interfaces: those that are up first, then by name."""
    return sorted(interfaces, key=lambda item: (not item.is_up, item.name))


@probe("ip-public")
def ip_public(_host: Host) -> Result:
    """Said only: nothing on this machine knows the address under which servers see it."""
    return Unsupported(_NO_REQUEST)


@probe("interfaces", System.LINUX)
def interfaces_linux(host: Host) -> Answer:
    """What the kernel answers, and what /sys lists: a sandbox may close only one of them."""
    listed = asked("network interfaces", Origin.SYSTEM, lambda: found(interface_name(item.name) for item in _sorted(host.interfaces())))
    folder = asked(
        _SYS_NET, Origin.SYSTEM, lambda: found(interface_name(name) for name in host.entries(_SYS_NET, 500) if name != "bonding_masters")
    )
    return _counted(same_value([listed, folder]), "interface")


@probe("interfaces", System.MACOS, System.WINDOWS)
def interfaces_other(host: Host) -> Answer:
    """What the system answers."""
    listed = asked("network interfaces", Origin.SYSTEM, lambda: found(interface_name(item.name) for item in _sorted(host.interfaces())))
    return _counted(same_value([listed]), "interface")


def _counted(answer: Answer, noun: str) -> Answer:
    """Show only the number where the list is too long for a row."""
    number = len(answer.result.values) if isinstance(answer.result, Ok) else 0
    return summarised(answer, count(number, noun) if number > 3 else "")


def _macs(addresses: Iterable[str]) -> Result:
    kept = sorted({address.strip().lower().replace("-", ":") for address in addresses if address.strip("0:- \n")})
    return found(wrap((address for address in kept if len(address) == 17), MaskKind.MAC))


@probe("mac-address", System.LINUX)
def mac_linux(host: Host) -> Answer:
    """What the kernel answers, and the files in /sys."""
    listed = asked("network interfaces", Origin.SYSTEM, lambda: _macs(item.mac for item in host.interfaces()))
    paths = [f"{_SYS_NET}/{name}/address" for name in names_in(host, _SYS_NET)]
    folder = asked(f"{_SYS_NET}/*/address", Origin.SYSTEM, lambda: _macs(quiet_text(host, path) for path in paths))
    return same_value([listed, folder])


@probe("mac-address", System.MACOS)
def mac_macos(host: Host) -> Answer:
    """What the system answers, and the hardware ports with the addresses they were built with."""
    listed = asked("network interfaces", Origin.SYSTEM, lambda: _macs(item.mac for item in host.interfaces()))
    ports = asked(
        "networksetup", Origin.SYSTEM, lambda: _macs(_port_addresses(command_text(host, ("networksetup", "-listallhardwareports"))))
    )
    return separate_values([listed, ports])


def _port_addresses(text: str) -> list[str]:
    return [line.partition(":")[2] for line in text.splitlines() if line.startswith("Ethernet Address:")]


@probe("mac-address", System.WINDOWS)
def mac_windows(host: Host) -> Answer:
    """What the system answers."""
    return same_value([asked("network interfaces", Origin.SYSTEM, lambda: _macs(item.mac for item in host.interfaces()))])


def _kinds(kinds: Iterable[str]) -> Result:
    return found(open_text(kind) for kind in kinds if kind)


def _tunnel_names(host: Host) -> SourceReading:
    return asked(
        "interface names", Origin.NETWORK, lambda: _kinds(_routes.tunnel_kind(item.name) for item in host.interfaces() if item.is_up)
    )


@probe("vpn-tunnel", System.LINUX)
def vpn_linux(host: Host) -> Answer:
    """Names of interfaces, their kinds in /sys, and routes that outrank the default route."""
    kinds = asked(_SYS_NET, Origin.SYSTEM, lambda: _kinds(_kind_in_sys(host, name) for name in host.entries(_SYS_NET, 500)))
    routes = asked("/proc/net/route", Origin.NETWORK, lambda: _route_tunnel(_routes.ipv4_routes(host.read_text("/proc/net/route"))))
    return separate_values([_tunnel_names(host), kinds, routes])


def _kind_in_sys(host: Host, name: str) -> str:
    if "DEVTYPE=wireguard" in quiet_text(host, f"{_SYS_NET}/{name}/uevent"):
        return "WireGuard"
    flags = quiet_text(host, f"{_SYS_NET}/{name}/tun_flags")
    return _routes.tunnel_kind(name) or "tunnel (tun)" if _is_tun(flags) else ""


def _is_tun(flags: str) -> bool:
    """Return whether tun_flags mean a tunnel for packets (bit 0); virtual machines use the other kind."""
    return bool(re.fullmatch(r"0x[0-9A-Fa-f]{1,8}", flags)) and int(flags, 16) & 1 == 1


def _route_tunnel(routes: list[_routes.Route]) -> Result:
    if _routes.has_split_default(routes):
        return stated("all traffic goes through a tunnel")
    return _kinds(
        f"default route through {_routes.tunnel_kind(route.interface)}"
        for route in routes
        if route.prefix == 0 and _routes.tunnel_kind(route.interface)
    )


@probe("vpn-tunnel", System.MACOS)
def vpn_macos(host: Host) -> Answer:
    """Tunnels with an address of the old kind (macOS always has some without) and the services the system connects."""
    names = asked("interface names", Origin.NETWORK, lambda: _kinds(_mac_tunnel(item) for item in host.interfaces() if item.is_up))
    services = asked(
        "scutil --nc list",
        Origin.USER,
        lambda: found(wrap(_routes.connected_vpns(command_text(host, ("scutil", "--nc", "list"))), MaskKind.FULL)),
    )
    return separate_values([names, services])


def _mac_tunnel(item: Interface) -> str:
    if item.name.startswith("utun"):
        return "tunnel (utun)" if any("." in address for address in item.addresses) else ""
    return _routes.tunnel_kind(item.name)


@probe("vpn-tunnel", System.WINDOWS)
def vpn_windows(host: Host) -> Answer:
    """Names of the adapters that are up, descriptions of installed adapters, and the user's own list of connections."""
    names = asked("adapter names", Origin.NETWORK, lambda: _kinds(_windows_tunnel(item.name) for item in host.interfaces() if item.is_up))
    drivers = asked("installed adapters", Origin.SYSTEM, lambda: _kinds(_windows_tunnel(text) for text in _adapter_drivers(host)))
    book = r"~\AppData\Roaming\Microsoft\Network\Connections\Pbk\rasphone.pbk"
    entries = asked("VPN connections of this user", Origin.USER, lambda: found(wrap(_sections(host.read_text(book)), MaskKind.FULL)))
    return separate_values([names, drivers, entries])


def _windows_tunnel(name: str) -> str:
    match = _WINDOWS_TUNNEL.search(name[:200])
    return match[0].lower() if match else ""


def _adapter_drivers(host: Host) -> list[str]:
    texts = []
    for key in subkeys(host, _ADAPTERS):
        try:
            texts.append(registry_text(host, key, "DriverDesc"))
        except HostError:
            continue
    return texts


def _sections(text: str) -> list[str]:
    return [line.strip()[1:-1] for line in text.splitlines() if line.startswith("[") and line.strip().endswith("]")]


@probe("open-sockets", System.LINUX)
def sockets_linux(host: Host) -> Answer:
    """The kernel's four tables, which show the sockets of every user in this network."""
    try:
        listed = host.connections(owners=False)
    except NotSupportedError:  # a recorded machine holds the tables themselves
        return _in_numbers(separate_values([_socket_table(host, kind) for kind in ("tcp", "tcp6", "udp", "udp6")]))
    tables = (("tcp", False), ("tcp", True), ("udp", False), ("udp", True))
    return _in_numbers(separate_values([_listed_sockets(listed, kind, is_v6=is_v6) for kind, is_v6 in tables]))


def _listed_sockets(listed: tuple[Connection, ...], kind: str, *, is_v6: bool) -> SourceReading:
    chosen = (item for item in listed if item.kind == kind and item.local.startswith("[") is is_v6)
    rows = [(item.kind, item.local, item.remote, item.state) for item in chosen]
    return source(f"/proc/net/{kind}{'6' if is_v6 else ''}", Origin.NETWORK, found(_sockets(rows)))


def _socket_table(host: Host, kind: str) -> SourceReading:
    path = f"/proc/net/{kind}"
    return asked(path, Origin.NETWORK, lambda: found(_sockets(row[:4] for row in parse_table(kind[:3], host.read_text(path, 2 * LARGE)))))


@probe("open-sockets", System.MACOS, System.WINDOWS)
def sockets_other(host: Host) -> Answer:
    """The sockets that the system shows to this user."""
    rows = asked(
        "sockets", Origin.NETWORK, lambda: found(_sockets((item.kind, item.local, item.remote, item.state) for item in host.connections()))
    )
    return _in_numbers(separate_values([rows]))


def _sockets(rows: Iterable[tuple[str, str, str, str]]) -> list[Sensitive]:
    """Wrap services by port (open) and the far ends of connections (masked)."""
    services: dict[Sensitive, None] = {}
    remotes: dict[Sensitive, None] = {}
    for kind, local, remote, state in rows:
        address, _, port = local.rpartition(":")
        if remote and not _address.is_loopback(remote.rpartition(":")[0]):
            remotes[Sensitive(remote, MaskKind.IP)] = None
        elif not remote and (state.upper().startswith("LISTEN") or kind == "udp"):
            reach = "this computer only" if _is_local_only(address) else "the network"
            services[open_text(f"{kind} {port} open to {reach}")] = None
    return [*services, *remotes]


def _is_local_only(address: str) -> bool:
    bare = address.strip("[]")
    return bare.startswith(("127.", "::ffff:127.")) or bare == "::1"


def _in_numbers(answer: Answer) -> Answer:
    values = answer.result.values if isinstance(answer.result, Ok) else ()
    services = sum(value.kind is MaskKind.OPEN for value in values)
    return summarised(answer, f"{count(services, 'open port')}, {count(len(values) - services, 'far end')}" if values else "")
