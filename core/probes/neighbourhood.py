"""Probes for what is around the machine: router, devices on the same network, Wi-Fi name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError
from core.model import Origin, System
from core.probes import _address, _routes
from core.probes._ask import asked, command_text, count, found, registry_text, subkeys, wrap
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, Result, separate_values
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.model import SourceReading

_INTERFACES: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces"
_PROFILES: Final = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles"
_WIRELESS: Final = "71"


def _ips(addresses: Iterable[str]) -> Result:
    return found([_address.ip(address) for address in addresses if _address.is_ip(address)])


@probe("default-route", System.LINUX)
def route_linux(host: Host) -> Answer:
    """The default routes in the kernel's two tables."""
    old = asked("/proc/net/route", Origin.NETWORK, lambda: _ips(_routes.gateways(_routes.ipv4_routes(host.read_text("/proc/net/route")))))
    new = asked(
        "/proc/net/ipv6_route", Origin.NETWORK, lambda: _ips(_routes.gateways(_routes.ipv6_routes(host.read_text("/proc/net/ipv6_route"))))
    )
    return separate_values([old, new])


@probe("default-route", System.MACOS)
def route_macos(host: Host) -> Answer:
    """What `route` answers for both kinds of address."""
    return separate_values([_route_command(host, "route", ()), _route_command(host, "route -inet6", ("-inet6",))])


def _route_command(host: Host, name: str, words: tuple[str, ...]) -> SourceReading:
    argv = ("route", "-n", "get", *words, "default")
    return asked(name, Origin.NETWORK, lambda: _ips([_routes.value_after(command_text(host, argv), "gateway")]))


@probe("default-route", System.WINDOWS)
def route_windows(host: Host) -> Answer:
    """The router that was set or handed out for each adapter."""
    sources = []
    for number, key in enumerate(subkeys(host, _INTERFACES), 1):
        sources += [_gateway(host, key, value, number) for value in ("DefaultGateway", "DhcpDefaultGateway")]
    kept = [item for item in sources if not isinstance(item.result, Absent)]
    return separate_values(kept or sources[:2])


def _gateway(host: Host, key: str, value: str, number: int) -> SourceReading:
    return asked(
        f"adapter {number} {value}",
        Origin.NETWORK,
        lambda: _ips(registry_text(host, key, value)[:2000].replace("\0", " ").replace(",", " ").split()),
    )


@probe("lan-neighbours", System.LINUX)
def neighbours_linux(host: Host) -> Answer:
    """The kernel's table of devices it has talked to; nothing is searched for."""
    table = asked("/proc/net/arp", Origin.NETWORK, lambda: _devices(_routes.proc_arp(host.read_text("/proc/net/arp"))))
    newer = asked("ip -6 neigh", Origin.NETWORK, lambda: _devices(_newer_neighbours(host)))
    return _counted([table, newer])


def _newer_neighbours(host: Host) -> list[_routes.Neighbour]:
    if all(line.endswith(" lo") for line in host.read_text("/proc/net/if_inet6").splitlines()):
        raise NotThereError("This network has no IPv6 beyond the computer itself.")
    return _routes.ip_neighbours(command_text(host, ("ip", "-6", "neigh")))


def _devices(rows: list[_routes.Neighbour]) -> Result:
    values: list[Sensitive] = []
    for row in rows[:100]:
        values += [_address.ip(row.address), Sensitive(row.mac, MaskKind.MAC)]
    return found(values)


def _counted(sources: list[SourceReading]) -> Answer:
    """Summarise by the number of different hardware addresses."""
    values = {value for item in sources if isinstance(item.result, Ok) for value in item.result.values if value.kind is MaskKind.MAC}
    return separate_values(sources, count(len(values), "device"))


@probe("lan-neighbours", System.MACOS)
def neighbours_macos(host: Host) -> Answer:
    """The system's table; names are not looked up, because that would ask the network."""
    return _counted([asked("arp -an", Origin.NETWORK, lambda: _devices(_routes.arp_listing(command_text(host, ("arp", "-an")))))])


@probe("lan-neighbours", System.WINDOWS)
def neighbours_windows(host: Host) -> Answer:
    """The system's table."""
    return _counted([asked("arp -a", Origin.NETWORK, lambda: _devices(_routes.arp_listing(command_text(host, ("arp", "-a")))))])


@probe("wifi-ssid", System.LINUX)
def wifi_linux(host: Host) -> Answer:
    """The name that the wireless driver and NetworkManager tell every program, without asking anybody."""
    radios = asked("/proc/net/wireless", Origin.SYSTEM, lambda: _radios(host))
    if not isinstance(radios.result, Ok):
        return Answer(radios.result, (radios,))
    driver = asked("iw dev", Origin.NETWORK, lambda: found(wrap(_routes.ssids(command_text(host, ("iw", "dev"))), MaskKind.FULL)))
    if isinstance(driver.result, Ok):
        return separate_values([driver])
    return separate_values(
        [driver, asked("NetworkManager (nmcli)", Origin.NETWORK, lambda: found(wrap(_manager_names(host), MaskKind.FULL)))]
    )


def _radios(host: Host) -> Result:
    """Find out by a file whether there is any wireless interface, before any command is started."""
    names = [line for line in host.read_text("/proc/net/wireless").splitlines()[2:] if ":" in line]
    return Ok(()) if names else Absent("This computer has no wireless interface in use.")


def _manager_names(host: Host) -> list[str]:
    if not host.exists("/run/NetworkManager"):
        raise NotThereError("NetworkManager does not run here.")
    text = command_text(host, ("nmcli", "-t", "-f", "TYPE,NAME", "connection", "show", "--active"))
    rows = (line.partition(":") for line in text.splitlines())
    return [name.replace("\\:", ":") for kind, _, name in rows if "wireless" in kind or kind == "wifi"]


@probe("wifi-ssid", System.WINDOWS)
def wifi_windows(host: Host) -> Answer:
    """The wireless networks this computer has been in; the list needs no consent, unlike the network in use."""
    return separate_values([asked("known networks (registry)", Origin.SYSTEM, lambda: found(wrap(_known_networks(host), MaskKind.FULL)))])


def _known_networks(host: Host) -> list[str]:
    names = []
    for profile in host.registry_keys(_PROFILES)[:100]:
        key = rf"{_PROFILES}\{profile}"
        try:
            if registry_text(host, key, "NameType") == _WIRELESS:
                names.append(registry_text(host, key, "ProfileName"))
        except HostError:
            continue
    return names
