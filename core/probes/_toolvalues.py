"""Readers that take proxies out of tools' settings files; a document that is broken as a whole raises `UnreadableError`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.probes import _address
from core.probes._formats import between, json_settings, texts_at, toml_settings, unquote, without_comments, xml_text, yaml_pairs
from core.probes._parse import ini, member
from core.redact import MaskKind, Sensitive, open_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_APT: Final = re.compile(r'(?:proxy|https?::proxy(?:::[\w.-]{1,100})?)\s{1,20}"([^"\n]{1,300})"', re.IGNORECASE)
_CURL: Final = re.compile(r"(?:--)?(?:proxy|socks5-hostname|socks5h?|socks4a?|preproxy)[\s=:]+(.+)|-x\s*(.+)")
_DROP_IN: Final = re.compile(r'Environment=.*?"?(https?_proxy|no_proxy)=([^"\s]+)', re.IGNORECASE)
_HARMLESS: Final = frozenset({"none", "direct", "false", "null"})


def _addresses(values: Iterable[str]) -> list[Sensitive]:
    return _address.host_urls(value for value in values if value.strip().lower() not in _HARMLESS and "$" not in value)


def npm(text: str) -> list[Sensitive]:
    """`proxy`, `https-proxy`, `noproxy` of .npmrc."""
    rows = [(row.key, unquote(row.value)) for row in ini(text)]
    hosts = [name for key, value in rows if key == "noproxy" for name in _address.host_names(value)]
    return [*_addresses(value for key, value in rows if key in {"proxy", "https-proxy", "http-proxy"}), *hosts]


def pip(text: str) -> list[Sensitive]:
    """`proxy` of any section of pip.conf."""
    return _addresses(row.value for row in ini(text) if row.key == "proxy")


def yarn(text: str) -> list[Sensitive]:
    """`httpProxy`, `httpsProxy` of .yarnrc.yml."""
    return _addresses(value for key, value in yaml_pairs(text) if key in {"httpProxy", "httpsProxy"})


def apt(text: str) -> list[Sensitive]:
    """`Acquire::http::Proxy "..."` in its flat and its nested notation; `//` lines are comments."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(("//", "#")))
    return _addresses(match[1] for line in lines for match in _APT.finditer(line[:2000]))


def docker_client(text: str) -> list[Sensitive]:
    """`proxies` of Docker's config.json."""
    proxies = member(json_settings(text), "proxies")
    values: list[Sensitive] = []
    for entry in proxies.values() if isinstance(proxies, dict) else ():
        values += _addresses(value for key in ("httpProxy", "httpsProxy", "ftpProxy", "allProxy") for value in texts_at(entry, key))
        values += [name for text_value in texts_at(entry, "noProxy") for name in _address.host_names(text_value)]
    return values


def docker_daemon(text: str) -> list[Sensitive]:
    """`proxies` of Docker's daemon.json."""
    data = json_settings(text)
    return _addresses(value for key in ("http-proxy", "https-proxy") for value in texts_at(data, "proxies", key))


def docker_drop_in(text: str) -> list[Sensitive]:
    """`Environment="HTTP_PROXY=..."` of a service's drop-in file."""
    matches = [match for line in text.splitlines() if (match := _DROP_IN.match(line.strip()[:1000]))]
    return _addresses(match[2] for match in matches if match[1].lower() != "no_proxy")


def curl(text: str) -> list[Sensitive]:
    """`proxy = ...`, `-x ...` of .curlrc; the option that holds a proxy's password is not among them."""
    matches = [match for line in text.splitlines() if (match := _CURL.fullmatch(line.strip()[:1000]))]
    return _addresses(unquote(match[1] or match[2]) for match in matches)


def wget(text: str) -> list[Sensitive]:
    """`http_proxy = ...` of .wgetrc."""
    return _addresses(row.value for row in ini(text) if row.key.lower().replace("-", "_") in {"http_proxy", "https_proxy", "ftp_proxy"})


def gradle(text: str) -> list[Sensitive]:
    """`systemProp.https.proxyHost` and `proxyPort` of gradle.properties."""
    rows = {row.key: row.value for row in ini(text)}
    pairs = [
        (kind, rows.get(f"systemProp.{kind}.proxyHost", ""), rows.get(f"systemProp.{kind}.proxyPort", "")) for kind in ("http", "https")
    ]
    socks = rows.get("systemProp.socksProxyHost", "")
    return _addresses([*(f"{kind}://{name}:{port}" for kind, name, port in pairs if name), *([f"socks://{socks}"] if socks else [])])


def maven(text: str) -> list[Sensitive]:
    """Each active `<proxy>` of settings.xml."""
    values = []
    for block in between(without_comments(text), "<proxy>", "</proxy>"):
        name = xml_text(block, "host")
        if name and xml_text(block, "active").lower() != "false":
            values.append(f"{xml_text(block, 'protocol') or 'http'}://{name}:{xml_text(block, 'port')}")
    return _addresses(values)


def cargo(text: str) -> list[Sensitive]:
    """`http.proxy` of Cargo's config.toml."""
    return _addresses(texts_at(toml_settings(text), "http", "proxy"))


def ssh(text: str) -> list[Sensitive]:
    """`ProxyJump` hosts, and of `ProxyCommand` the program and the hosts with a port."""
    values: list[Sensitive] = []
    for line in text.splitlines():
        key, _, value = line.strip().replace("=", " ", 1).partition(" ")
        value = value.strip()[:1000]
        if key.lower() == "proxyjump" and value.lower() != "none":
            values += [Sensitive(_address.without_credentials(name).rpartition("@")[2], MaskKind.HOST) for name in value.split(",")]
        elif key.lower() == "proxycommand" and value.lower() != "none" and value:
            program = re.split(r"[/\\]", value.split()[0].strip("\"'"))[-1]
            values += [open_text(f"command {program}") if program.isalnum() else open_text("a command"), *_address.hosts_with_port(value)]
    return values


def conda(text: str) -> list[Sensitive]:
    """`proxy_servers` of .condarc."""
    return _addresses(value for key, value in yaml_pairs(text) if key.startswith("proxy_servers."))


def editor(text: str) -> list[Sensitive]:
    """`http.proxy` of VS Code's settings."""
    return _addresses(texts_at(json_settings(text), "http.proxy"))
