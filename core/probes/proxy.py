"""Probes for proxies in the environment and in the system's settings; a PAC address is named, never fetched and never run."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from core.errors import HostError, NotThereError
from core.model import Agreement, Origin, System
from core.probes import _address, _resolver, _winproxy
from core.probes._ask import asked, command_text, env_source, found, names_in, registry_text
from core.probes._formats import exports, gsettings_rows, gvariant_texts, gvariant_value
from core.probes._session_settings import config_home, gnome_state, gsettings, kde_value, shown_path
from core.probes.registry import probe, result_of
from core.probes.result import Absent, Answer, Ok, Result, same_value, separate_values, source
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.model import SourceReading

PAIRS: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_RARE: Final = (
    "ftp_proxy",
    "FTP_PROXY",
    "GLOBAL_AGENT_HTTP_PROXY",
    "GLOBAL_AGENT_HTTPS_PROXY",
    "GLOBAL_AGENT_NO_PROXY",
    "npm_config_proxy",
    "npm_config_https_proxy",
    "npm_config_noproxy",
)
_SWITCHES: Final = ("NODE_USE_ENV_PROXY", "ELECTRON_GET_USE_PROXY")
_START_FILES: Final = (
    "/etc/environment",
    "/etc/profile",
    "~/.profile",
    "~/.bash_profile",
    "~/.bashrc",
    "~/.zshenv",
    "~/.zprofile",
    "~/.zshrc",
    "~/.pam_environment",
)
_INTERNET: Final = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
_OFF: Final = Absent("The proxy is switched off here.")
_GNOME: Final = "org.gnome.system.proxy"


def proxy_values(name: str, value: str) -> list[Sensitive]:
    """Wrap a proxy variable: host lists as hosts, everything else as an address without credentials and path."""
    if name.lower().endswith(("no_proxy", "noproxy")):
        return _address.host_names(value)
    return _address.host_urls([value])


@probe("proxy-env", System.LINUX, System.MACOS)
def proxy_env(host: Host) -> Answer:
    """Every variable in lower and upper case, and the files that set them; each name is compared with itself only."""
    files = [row for path in _environment_files(host) for row in _file_rows(host, path)]
    groups = [[_variable(host, name), _variable(host, name.upper()), *_named(files, name)] for name in PAIRS]
    rest = [item for key, item in files if key not in PAIRS]
    return _joined(groups, [*_rare(host), *rest])


@probe("proxy-env", System.WINDOWS)
def proxy_env_windows(host: Host) -> Answer:
    """The variables (their case does not matter here) and where the registry keeps those of user and machine."""
    machine = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
    groups = [
        [
            _variable(host, name.upper()),
            _registry_variable(host, "user environment", r"HKCU\Environment", name.upper()),
            _registry_variable(host, "machine environment", machine, name.upper()),
        ]
        for name in PAIRS
    ]
    return _joined(groups, _rare(host))


def _variable(host: Host, name: str) -> SourceReading:
    value = host.env(name)
    return asked(name, Origin.ENVIRONMENT, lambda: found(proxy_values(name, value))) if value else env_source(host, name, MaskKind.URL)


def _registry_variable(host: Host, place: str, key: str, name: str) -> SourceReading:
    return asked(f"{place} {name}", Origin.USER, lambda: found(proxy_values(name, registry_text(host, key, name))))


def _rare(host: Host) -> list[SourceReading]:
    """Ask the variables that only some programs know; they appear only where they are set."""
    sources = [_variable(host, name) for name in _RARE if host.env(name)]
    return [*sources, *(env_source(host, name, MaskKind.OPEN) for name in _SWITCHES if host.env(name))]


def _environment_files(host: Host) -> list[str]:
    folders = (("/etc/profile.d", ".sh"), ("/etc/environment.d", ".conf"), (f"{config_home(host)}/environment.d", ".conf"))
    found_files = [f"{folder}/{name}" for folder, ending in folders for name in names_in(host, folder, 60) if name.endswith(ending)]
    return [*_START_FILES, *found_files, f"{config_home(host)}/fish/config.fish"]


def _file_rows(host: Host, path: str) -> list[tuple[str, SourceReading]]:
    """Return (variable in lower case, its source) for each proxy that a file sets; a file that fails is a row of its own."""
    origin = Origin.SYSTEM if path.startswith("/etc/") else Origin.USER
    try:
        text = host.read_text(path)
    except NotThereError:
        return []
    except HostError as error:
        return [("", source(shown_path(host, path), origin, result_of(error)))]
    if "proxy" not in text.lower():
        return []
    values = {name: value for name, value in exports(text).items() if name.lower() in {*PAIRS, "ftp_proxy"} and value and "$" not in value}
    return [
        (name.lower(), source(f"{shown_path(host, path)} {name}", origin, found(proxy_values(name, value))))
        for name, value in values.items()
    ]


def _named(rows: Iterable[tuple[str, SourceReading]], name: str) -> list[SourceReading]:
    return [item for key, item in rows if key == name]


def _joined(groups: list[list[SourceReading]], rest: list[SourceReading]) -> Answer:
    """Join the groups: each is one value with several places, but the groups themselves need not be equal."""
    answers = [same_value(group) for group in groups]
    whole = separate_values(chain(*groups, rest))
    differing = [answer.verdict for answer in answers if answer.agreement is Agreement.DIFFER]
    if differing:
        return Answer(whole.result, whole.sources, Agreement.DIFFER, " ".join(differing))
    if whole.agreement is Agreement.SEPARATE and any(answer.agreement is Agreement.AGREE for answer in answers):
        return Answer(whole.result, whole.sources, Agreement.AGREE, "Every variable has the same value wherever it is set.")
    return whole


def _gnome_rows(host: Host) -> dict[tuple[str, str], str]:
    state = gnome_state(host, "proxy/")
    if not isinstance(state, Ok):
        raise NotThereError(state.reason)
    return gsettings_rows(gsettings(host, "list-recursively", _GNOME))


def _gnome_proxy(host: Host) -> Result:
    rows = _gnome_rows(host)
    mode = gvariant_value(rows.get((_GNOME, "mode"), ""))
    if mode == "auto":
        return found([open_text("automatic")])
    if mode != "manual":
        return _OFF
    values: list[Sensitive] = []
    for kind in ("http", "https", "ftp", "socks"):
        name = gvariant_value(rows.get((f"{_GNOME}.{kind}", "host"), ""))
        port = gvariant_value(rows.get((f"{_GNOME}.{kind}", "port"), ""))
        values += _address.host_urls([f"{kind}://{name}:{port}" if name else ""])
    ignored = gvariant_texts(rows.get((_GNOME, "ignore-hosts"), ""))
    return found([*values, *_address.host_names(",".join(ignored))])


def _kde_text(host: Host) -> tuple[str, str]:
    """Return KDE's proxy file and its kind: 0 none, 1 manual, 2 PAC, 3 WPAD, 4 variables."""
    text = host.read_text(f"{config_home(host)}/kioslaverc")
    return text, kde_value(text, "Proxy Settings", "ProxyType") or "0"


def _kde_proxy(host: Host) -> Result:
    text, kind = _kde_text(host)
    if kind == "0":
        return _OFF
    if kind in {"2", "3"}:
        return found([open_text("automatic")])
    keys = ("httpProxy", "httpsProxy", "ftpProxy", "socksProxy")
    values = [kde_value(text, "Proxy Settings", key) for key in keys]
    if kind == "4":
        return found(open_text(f"from the variable {value}") for value in values if value.replace("_", "").isalnum() and len(value) < 40)
    # KDE writes host and port apart: `http://proxy.example 3128`.
    proxies = _address.host_urls(":".join(value.split(None, 1)) for value in values)
    return found([*proxies, *_address.host_names(kde_value(text, "Proxy Settings", "NoProxyFor"))])


@probe("proxy-desktop", System.LINUX)
def proxy_desktop_linux(host: Host) -> Answer:
    """GNOME's and KDE's settings."""
    gnome = asked("GNOME", Origin.USER, lambda: _gnome_proxy(host))
    return separate_values([gnome, asked("KDE (kioslaverc)", Origin.USER, lambda: _kde_proxy(host))])


@probe("proxy-auto", System.LINUX)
def proxy_auto_linux(host: Host) -> Answer:
    """The address of the script in GNOME's and KDE's settings, or that the network is asked for one."""
    gnome = asked("GNOME", Origin.USER, lambda: _gnome_auto(host))
    return separate_values([gnome, asked("KDE (kioslaverc)", Origin.USER, lambda: _kde_auto(host))])


def _gnome_auto(host: Host) -> Result:
    rows = _gnome_rows(host)
    if gvariant_value(rows.get((_GNOME, "mode"), "")) != "auto":
        return Absent("The automatic proxy is switched off here.")
    address = gvariant_value(rows.get((_GNOME, "autoconfig-url"), ""))
    return _automatic(address, is_searched=not address)


def _kde_auto(host: Host) -> Result:
    text, kind = _kde_text(host)
    return _automatic(kde_value(text, "Proxy Settings", "Proxy Config Script") if kind == "2" else "", is_searched=kind == "3")


def _automatic(address: str, *, is_searched: bool) -> Result:
    """Name the script's address and whether the network is searched for one."""
    values = [*_address.urls([address]), *([open_text("searched on the network (WPAD)")] if is_searched else [])]
    return found(values) if values else Absent("The automatic proxy is switched off here.")


def _scutil(host: Host) -> dict[str, list[str]]:
    return _resolver.scutil_dictionary(command_text(host, ("scutil", "--proxy")))


def _first(rows: dict[str, list[str]], key: str) -> str:
    return next(iter(rows.get(key, ())), "")


@probe("proxy-desktop", System.MACOS)
def proxy_desktop_macos(host: Host) -> Answer:
    """The proxies of the network in use."""
    return separate_values([asked("scutil --proxy", Origin.SYSTEM, lambda: _mac_proxy(_scutil(host)))])


def _mac_proxy(rows: dict[str, list[str]]) -> Result:
    values: list[Sensitive] = []
    for key, scheme in (("HTTP", "http"), ("HTTPS", "https"), ("SOCKS", "socks"), ("FTP", "ftp")):
        if _first(rows, f"{key}Enable") == "1":
            values += _address.host_urls([f"{scheme}://{_first(rows, f'{key}Proxy')}:{_first(rows, f'{key}Port')}"])
    return found([*values, *_address.host_names(" ".join(rows.get("ExceptionsList", ())))]) if values else _OFF


@probe("proxy-auto", System.MACOS)
def proxy_auto_macos(host: Host) -> Answer:
    """The address of the script of the network in use."""
    return separate_values([asked("scutil --proxy", Origin.SYSTEM, lambda: _mac_auto(_scutil(host)))])


def _mac_auto(rows: dict[str, list[str]]) -> Result:
    address = _first(rows, "ProxyAutoConfigURLString") if _first(rows, "ProxyAutoConfigEnable") == "1" else ""
    return _automatic(address, is_searched=_first(rows, "ProxyAutoDiscoveryEnable") == "1")


@probe("proxy-desktop", System.WINDOWS)
def proxy_desktop_windows(host: Host) -> Answer:
    """The user's settings, a policy's settings, and those of the machine's services (WinHTTP)."""
    user = asked("Internet Settings (user)", Origin.USER, lambda: _windows_proxy(host, rf"HKCU\{_INTERNET}"))
    policy_key = r"HKCU\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings"
    policy = asked("Internet Settings (policy)", Origin.SYSTEM, lambda: _windows_proxy(host, policy_key))
    return separate_values([user, policy, asked("WinHTTP (machine)", Origin.SYSTEM, lambda: _winhttp(host))])


def _windows_proxy(host: Host, key: str) -> Result:
    if registry_text(host, key, "ProxyEnable") != "1":
        return _OFF
    values = _winproxy.servers(registry_text(host, key, "ProxyServer"))
    try:
        override = registry_text(host, key, "ProxyOverride")
    except HostError:
        override = ""
    return found([*values, *_address.host_names(override)])


def _winhttp(host: Host) -> Result:
    data = host.registry(rf"HKLM\{_INTERNET}\Connections", "WinHttpSettings")
    settings = _winproxy.connection_settings(data if isinstance(data, bytes) else b"")
    return found([*_winproxy.servers(settings.server), *_address.host_names(settings.bypass)]) if settings.uses_proxy else _OFF


@probe("proxy-auto", System.WINDOWS)
def proxy_auto_windows(host: Host) -> Answer:
    """The script's address, and the mark that lets Windows search the network for one."""
    key = rf"HKCU\{_INTERNET}"
    script = asked("AutoConfigURL", Origin.USER, lambda: _automatic(registry_text(host, key, "AutoConfigURL"), is_searched=False))
    return separate_values([script, asked("DefaultConnectionSettings", Origin.USER, lambda: _connection(host, key))])


def _connection(host: Host, key: str) -> Result:
    data = host.registry(rf"{key}\Connections", "DefaultConnectionSettings")
    settings = _winproxy.connection_settings(data if isinstance(data, bytes) else b"")
    return _automatic(settings.script if settings.uses_script else "", is_searched=settings.is_searched)
