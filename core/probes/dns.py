"""Probes for name resolution: DNS servers, search domains, the hosts file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.model import Origin, System
from core.probes import _address, _resolver
from core.probes._ask import LARGE, asked, command_text, count, env_source, found, names_in, registry_text, subkeys
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, Result, separate_values
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.host.base import Host
    from core.model import SourceReading

_TCPIP: Final = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters"
_RESOLVED: Final = "/run/systemd/resolve/resolv.conf"
_LINKS: Final = "/run/systemd/netif/links"
_STUB_ONLY: Final = Absent("It names only this machine's own forwarder.")


def _ips(addresses: Iterable[str]) -> Result:
    """Wrap name servers; a file that names only the local forwarder does not tell the real ones."""
    every = list(addresses)
    real = [_address.ip(address) for address in every if not _resolver.is_stub(address)]
    return _STUB_ONLY if every and not real else found(real)


def _domains(names: Iterable[str]) -> Result:
    return found(Sensitive(name[:253], MaskKind.HOST) for name in names if name not in {".", "localdomain", "local", "lan", "home"})


def _file(host: Host, path: str, read: Callable[[str], Result]) -> SourceReading:
    return asked(path, Origin.NETWORK, lambda: read(host.read_text(path)))


def _link_files(host: Host, key: str, wrapper: Callable[[list[str]], Result]) -> list[SourceReading]:
    """Ask systemd-networkd's record of each link; its folder is missing where another service runs the network."""
    paths = [f"{_LINKS}/{name}" for name in names_in(host, _LINKS, 20) if name.isdigit()]
    return [_file(host, path, lambda text: wrapper(_resolver.networkd_values(text, key))) for path in paths]


@probe("dns-resolvers", System.LINUX)
def resolvers_linux(host: Host) -> Answer:
    """resolv.conf as programs read it, and the real servers behind a local forwarder."""
    return separate_values(
        [
            _file(host, "/etc/resolv.conf", lambda text: _ips(_resolver.resolv_servers(text))),
            _file(host, _RESOLVED, lambda text: _ips(_resolver.resolv_servers(text))),
            _file(host, "/run/NetworkManager/no-stub-resolv.conf", lambda text: _ips(_resolver.resolv_servers(text))),
            *_link_files(host, "DNS", _ips),
        ]
    )


@probe("dns-search", System.LINUX)
def search_linux(host: Host) -> Answer:
    """The search domains in the same files, and the variable that overrides them."""
    variable = host.env("LOCALDOMAIN")
    return separate_values(
        [
            env_source(host, "LOCALDOMAIN", MaskKind.HOST)
            if not variable
            else asked("LOCALDOMAIN", Origin.ENVIRONMENT, lambda: _domains(variable.split()[:20])),
            _file(host, "/etc/resolv.conf", lambda text: _domains(_resolver.resolv_domains(text))),
            _file(host, _RESOLVED, lambda text: _domains(_resolver.resolv_domains(text))),
            *_link_files(host, "DOMAINS", _domains),
        ]
    )


def _scutil(host: Host, key: str, wrapper: Callable[[list[str]], Result]) -> SourceReading:
    return asked("scutil --dns", Origin.NETWORK, lambda: wrapper(_resolver.scutil_values(command_text(host, ("scutil", "--dns")), key)))


@probe("dns-resolvers", System.MACOS)
def resolvers_macos(host: Host) -> Answer:
    """The system's resolvers, and resolv.conf, which macOS keeps for old programs."""
    resolv = _file(host, "/etc/resolv.conf", lambda text: _ips(_resolver.resolv_servers(text)))
    return separate_values([_scutil(host, "nameserver", _ips), resolv])


@probe("dns-search", System.MACOS)
def search_macos(host: Host) -> Answer:
    """The system's search domains, and those in resolv.conf."""
    resolv = _file(host, "/etc/resolv.conf", lambda text: _domains(_resolver.resolv_domains(text)))
    return separate_values([_scutil(host, "search domain", _domains), resolv])


def _registry_list(host: Host, key: str, value: str, wrapper: Callable[[list[str]], Result], name: str) -> SourceReading:
    return asked(name, Origin.NETWORK, lambda: wrapper(registry_text(host, key, value)[:4000].replace(",", " ").split()))


def _adapters(host: Host, values: tuple[str, ...], wrapper: Callable[[list[str]], Result]) -> list[SourceReading]:
    """Ask every adapter's registry key for the values that are there."""
    sources: list[SourceReading] = []
    for number, key in enumerate(subkeys(host, rf"{_TCPIP}\Interfaces"), 1):
        sources += [_registry_list(host, key, value, wrapper, f"adapter {number} {value}") for value in values]
    return [item for item in sources if not isinstance(item.result, Absent)]


@probe("dns-resolvers", System.WINDOWS)
def resolvers_windows(host: Host) -> Answer:
    """Each adapter's own and received name servers, and the machine's."""
    machine = _registry_list(host, _TCPIP, "NameServer", _ips, "machine NameServer")
    return separate_values([*_adapters(host, ("NameServer", "DhcpNameServer"), _ips), machine])


@probe("dns-search", System.WINDOWS)
def search_windows(host: Host) -> Answer:
    """USERDNSDOMAIN, the machine's domain and search list, and what the network hands out."""
    machine = [_registry_list(host, _TCPIP, name, _domains, f"machine {name}") for name in ("Domain", "SearchList", "DhcpDomain")]
    return separate_values(
        [env_source(host, "USERDNSDOMAIN", MaskKind.HOST), *machine, *_adapters(host, ("Domain", "DhcpDomain"), _domains)]
    )


def _hosts(host: Host, path: str) -> Answer:
    source = asked(path, Origin.SYSTEM, lambda: found(_hosts_values(host.read_text(path, LARGE))))
    number = len(source.result.values) if isinstance(source.result, Ok) else 0
    return separate_values([source], count(number, "name"))


def _hosts_values(text: str) -> list[Sensitive]:
    return [Sensitive(name[:253], MaskKind.HOST) for row in _resolver.hosts_lines(text)[:500] for name in row.names]


@probe("hosts-file", System.LINUX, System.MACOS)
def hosts_file(host: Host) -> Answer:
    """The names in /etc/hosts beyond the standard ones; the line of the machine itself counts, because it names it."""
    return _hosts(host, "/etc/hosts")


@probe("hosts-file", System.WINDOWS)
def hosts_file_windows(host: Host) -> Answer:
    """The same file at its place on Windows."""
    root = (host.env("SystemRoot") or r"C:\Windows").rstrip("\\")
    return _hosts(host, rf"{root}\System32\drivers\etc\hosts")
