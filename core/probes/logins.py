"""Servers that know a person, and the doors to services with rights of their own; tokens are never read."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from core.model import System
from core.probes._ask import SMALL, env_source, found, joined, not_understood
from core.probes._parse import ini, json_object, member
from core.probes._places import from_places, from_variable, gather, socket_result
from core.probes.registry import probe
from core.redact import MaskKind, Sensitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.probes.result import Answer, Result

_NPM_LOGIN: Final = re.compile(r"^\s*//([^/:\s]+)[^=\s]*:(?:_authToken|_auth|_password|username)\s*=", re.MULTILINE)
_NPM_SCOPE: Final = re.compile(r"^\s*@[^:\s]+:registry\s*=\s*(\S+)", re.MULTILINE)
_AUTH_FILES: Final = {
    System.LINUX: ("~/.docker/config.json", "{runtime}/containers/auth.json", "{config}/containers/auth.json"),
    System.MACOS: ("~/.docker/config.json", "~/.config/containers/auth.json"),
    System.WINDOWS: ("~/.docker/config.json", "~/.config/containers/auth.json"),
}
_SOCKETS: Final = {
    System.LINUX: (
        "/run/docker.sock",
        "/run/podman/podman.sock",
        "/run/containerd/containerd.sock",
        "{runtime}/docker.sock",
        "{runtime}/podman/podman.sock",
    ),
    System.MACOS: ("/var/run/docker.sock", "~/.docker/run/docker.sock", "~/.colima/default/docker.sock", "~/.orbstack/run/docker.sock"),
}


def server_of(address: str) -> str:
    """Return the server's name of an address with or without scheme; an empty text where there is none."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _servers(addresses: Iterable[str]) -> Result:
    return found(Sensitive(name, MaskKind.HOST) for address in addresses if (name := server_of(address)))


def _containers(host: Host, path: str) -> Result:
    content = json_object(host.read_text(path, SMALL))
    if not content:
        return not_understood("The file")
    tables = (member(content, name) for name in ("auths", "credHelpers"))
    return _servers(str(key) for table in tables if isinstance(table, dict) for key in table)


def _npm(host: Host, path: str) -> Result:
    text = host.read_text(path, SMALL)
    return _servers([*_NPM_LOGIN.findall(text), *_NPM_SCOPE.findall(text)])


def _pypirc(host: Host, path: str) -> Result:
    return _servers(item.value for item in ini(host.read_text(path, SMALL)) if item.key == "repository")


@probe("registry-logins")
def registry_logins(host: Host) -> Answer:
    """List the servers for packages and containers that the files name a login or an own scope for."""
    divider = "\\" if host.system is System.WINDOWS else "/"
    sources = from_variable(host, "DOCKER_CONFIG", lambda host, path: _containers(host, f"{path}{divider}config.json"))
    sources += from_variable(host, "REGISTRY_AUTH_FILE", _containers)
    sources += from_places(host, _AUTH_FILES[host.system], _containers)
    sources += from_places(host, ("~/.npmrc",), _npm)
    sources += from_places(host, ("~/.pypirc",), _pypirc)
    return joined("No file names a login at a server for packages or containers.", sources)


@probe("container-socket", System.LINUX, System.MACOS)
def container_socket(host: Host) -> Answer:
    """Tell whether the sockets of container services can be seen; they are never opened."""
    sources = from_places(host, _SOCKETS[host.system], partial(socket_result, words="the socket is there"))
    return gather([env_source(host, "DOCKER_HOST", MaskKind.URL), *sources], "door", empty="No socket of a container service was found.")
