"""What a tool is told so that it goes through the inspector: proxy and certificate variables, or another base URL.

Everything is for the one process tree that is started; nothing is written outside Telltale's own folder.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from core import paths
from core.errors import TelltaleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.tools.model import Tool

_PROXY_NAMES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
_FOR_HTTPS: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_FOR_HTTP: Final = ("HTTP_PROXY", "http_proxy")
_BUNDLE_NAMES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE")
_STORES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")
_VENDORS: Final = {
    "anthropic": "https://api.anthropic.com",
    "openai-chat": "https://api.openai.com",
    "openai-responses": "https://api.openai.com",
    "gemini": "https://generativelanguage.googleapis.com",
}
_KEYS: Final = {
    "anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"),
    "openai-chat": ("OPENAI_API_KEY",),
    "openai-responses": ("OPENAI_API_KEY", "CODEX_API_KEY"),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
}
NO_KEY: Final = "sk-ant-not-a-key-the-answer-comes-from-this-computer"


class WayError(TelltaleError):
    """The tool cannot be led through the inspector; the message says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a tool gets to the inspector: mitmproxy's mode, and the variable and path of a base URL if that is the way."""

    name: str
    mode: str
    base_url_env: str = ""
    path: str = ""
    upstream_auth: str = ""
    upstream_host: str = ""


class Proxy(NamedTuple):
    """A running proxy: its port, its certificate, and the folder for the files that the tool reads."""

    port: int
    certificate: bytes
    folder: Path


@dataclass(frozen=True, slots=True)
class Additions:
    """What a launch gets: variables, files it must be able to read, ports of this computer it must reach, a pipe for packets."""

    environment: Mapping[str, str] = field(default_factory=dict)
    readable: tuple[str, ...] = ()
    local_ports: tuple[int, ...] = ()
    packets: str = ""


def choose(tool: Tool | None, env: Mapping[str, str], wish: str = "", *, is_answered: bool = False) -> Way:
    """Return the way for a tool: the catalogue's, or the one wished for (`proxy`, `base-url`)."""
    inspect = tool.inspect if tool else {}
    name = wish or inspect.get("way", "proxy")
    if name == "none":
        note = inspect.get("note", "")
        raise WayError(f"{tool.name if tool else 'This tool'} cannot be led through the inspector, so nothing was started. {note}".strip())
    variable = inspect.get("base_url_env", "")
    own = env.get(variable, "") if variable else ""
    base = own or _VENDORS.get(inspect.get("api", ""), "")
    if name == "base-url" and variable and base:
        parts = urlsplit(base)
        own_proxy = _own_proxy(env, _FOR_HTTPS if parts.scheme == "https" else (*_FOR_HTTP, *_FOR_HTTPS[2:]))
        if own_proxy and not is_answered and not _goes_around(env, parts.hostname or ""):
            raise WayError(
                "This tool reaches the inspector by another base URL, from where nothing can go on through your own proxy, so nothing was "
                "started; name the host in NO_PROXY if it can be reached without it, or start the tool without looking at its requests."
            )
        path = parts.path.rstrip("/") if own else inspect.get("base_url_path", "")
        return Way(name, f"reverse:{parts.scheme}://{parts.netloc}", variable, path, upstream_host=parts.hostname or "")
    if name == "base-url" and wish:
        raise WayError("The catalogue knows no base-URL variable for this tool, so nothing was started; leave the way out to use a proxy.")
    return _proxy_way(env, is_answered=is_answered)


def _proxy_way(env: Mapping[str, str], *, is_answered: bool) -> Way:
    own = _own_proxy(env, _FOR_HTTPS)
    if is_answered or not (own or _own_proxy(env, _FOR_HTTP)):
        return Way("proxy", "regular")
    for name in (*_FOR_HTTPS, *_FOR_HTTP):
        kind = _split(env.get(name, "")).scheme if env.get(name) else "http"
        if kind not in {"http", "https"}:
            raise WayError(
                f"Your own proxy is of the kind '{kind}', through which the inspector cannot pass anything on, so nothing was started; "
                "use an HTTP proxy, or start the tool without looking at its requests."
            )
    parts = _split(own)
    if not parts.hostname:
        raise WayError(
            "Your own proxy is set for plain HTTP only, and the inspector passes on either all requests through a proxy or none, so "
            "nothing was started; set HTTPS_PROXY as well, or start the tool without looking at its requests."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    user = f"{parts.username}:{parts.password or ''}" if parts.username else ""
    return Way("proxy", f"upstream:{parts.scheme}://{host}:{port}", upstream_auth=user)


def _own_proxy(env: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((env[name] for name in names if env.get(name)), "")


def _split(proxy: str) -> SplitResult:
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _goes_around(env: Mapping[str, str], host: str) -> bool:
    """Whether the user's own settings keep a host away from any proxy, or it is this computer."""
    parts = [part.strip() for part in (env.get("NO_PROXY") or env.get("no_proxy") or "").split(",")]
    around = [part.lstrip("*").lstrip(".") for part in parts if part]
    return host in _LOCAL or "*" in parts or any(part and (host == part or host.endswith(f".{part}")) for part in around)


def trusted(env: Mapping[str, str]) -> bytes:
    """Return the certificates the user's programs trust: the system's, and those the environment adds."""
    own = [env[name] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE") if env.get(name)]
    listed = (
        [*own[:1], ssl.get_default_verify_paths().cafile or "", *_STORES]
        if own
        else [*_STORES, ssl.get_default_verify_paths().cafile or ""]
    )
    base = next((data for name in listed if name and b"BEGIN CERTIFICATE" in (data := paths.read_private(Path(name), 8 << 20))), b"")
    return b"\n".join(part for part in (base, extra(env)) if part)


def extra(env: Mapping[str, str]) -> bytes:
    """Return the certificates that node programs were told to trust on top."""
    name = env.get("NODE_EXTRA_CA_CERTS", "")
    return paths.read_private(Path(name), 8 << 20) if name else b""


def additions(way: Way, tool: Tool | None, env: Mapping[str, str], proxy: Proxy) -> Additions:
    """Write the certificate files and return what the tool is told."""
    port, certificate, folder = proxy
    if way.name == "base-url":
        return Additions({way.base_url_env: f"http://127.0.0.1:{port}{way.path}"}, (), (port,))
    bundle, extras = folder / "trusted.pem", folder / "extra.pem"
    if not (
        paths.write_private(bundle, trusted(env) + b"\n" + certificate) and paths.write_private(extras, extra(env) + b"\n" + certificate)
    ):
        raise WayError("The inspector's certificate could not be written, so nothing was started; is the disk full?")
    return Additions(_proxy_environment(tool, env, port, str(bundle), str(extras)), (str(folder),), (port,))


def _proxy_environment(tool: Tool | None, env: Mapping[str, str], port: int, bundle: str, extras: str) -> dict[str, str]:
    proxy = f"http://127.0.0.1:{port}"
    setting = dict.fromkeys(_PROXY_NAMES, proxy)
    setting |= {name: proxy for name in ("ALL_PROXY", "all_proxy") if env.get(name)}
    own = env.get("NO_PROXY") or env.get("no_proxy") or ""
    around = ",".join(dict.fromkeys([*_LOCAL, *(part.strip() for part in own.split(",") if part.strip())]))
    setting |= {"NO_PROXY": around, "no_proxy": around}
    names = [*_BUNDLE_NAMES, *(tool.ca_env if tool else ())]
    setting |= {name: bundle for name in names if not name.endswith("_DIR")}
    return setting | {"NODE_EXTRA_CA_CERTS": extras, "NODE_USE_ENV_PROXY": "1"}


def stand_in_keys(tool: Tool | None, env: Mapping[str, str]) -> dict[str, str]:
    """Return a key that is none, for a tool that is answered from this computer and has no key of its own."""
    names = _KEYS.get((tool.inspect if tool else {}).get("api", ""), ())
    return {names[0]: NO_KEY} if names and not any(env.get(name) for name in names) else {}


def left_out(env: Mapping[str, str]) -> str:
    """Return a sentence on hosts that the user's own settings keep away from any proxy; empty if there are none."""
    own = [part.strip() for part in (env.get("NO_PROXY") or env.get("no_proxy") or "").split(",")]
    others = [part for part in own if part and part not in _LOCAL]
    return f"Your own NO_PROXY names {len(others)} other place{'s' * (len(others) > 1)}; requests there were not seen." if others else ""
