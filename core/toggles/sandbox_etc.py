"""A private /etc: single binds of what programs need, generated files for what would tell on a person or a machine."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from core.toggles import looked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MACHINE_ID: Final = "b08dfa6083e7567a1921a715000001fb"  # the public value that many installations share
USER: Final = "user"
HOST: Final = "host"
HOME: Final = "/home/user"
UID: Final = 1000
SHELLS: Final = ("/bin/bash", "/bin/sh")
_GIT: Final = "gitconfig"
_RESOLVER: Final = "resolv.conf"

NEEDED: Final = (
    "ssl ca-certificates ca-certificates.conf pki crypto-policies alternatives ld.so.cache ld.so.conf ld.so.conf.d host.conf services "
    "protocols terminfo fonts bash.bashrc bashrc profile profile.d lsb-release debian_version redhat-release xdg mime.types gai.conf "
    "inputrc shells login.defs nanorc zsh python3 perl java-17-openjdk java-21-openjdk java-11-openjdk gss ethertypes rpc "
    "chromium chromium.d chromium-browser opt libva.conf OpenCL vulkan glvnd vim bash_completion.d locale.alias environment.d"
).split()
# every mount takes longer than the one before, so single files and folders of a few are copied instead
_MOST_FILES, _MOST_ENTRIES, _LARGEST_COPIED, _DEEPEST_COPIED = 4, 80, 1 << 18, 3
SETTINGS: Final = "apt npmrc pip.conf wgetrc curlrc maven gradle ssh default docker containers environment".split()


@dataclass(frozen=True, slots=True)
class Data:
    """Content of a file inside, handed over through a descriptor: made here, or that of a `source` on this machine."""

    content: bytes = b""
    source: str = ""


Argument = str | Data


def private_etc(parts: frozenset[str], also: Iterable[str], etc: str = "/etc") -> list[Argument]:
    """Return the arguments that make /etc; `also` names entries a tool needs (its own settings, an organisation's rules)."""
    looked.state(etc)
    made = dict(_generated(parts, etc))
    wanted = [*NEEDED, *([] if "mounts" in parts else SETTINGS), *also]
    arguments: list[Argument] = ["--tmpfs", "/etc"]
    for name in dict.fromkeys(wanted):
        if name not in made:
            arguments += _copied(name, etc) or _shown(name, etc)
    for name, content in made.items():
        arguments += _file(Data(content), name)
    if looked.exists(f"{etc}/{_GIT}"):  # it may hold a password, so it is mounted and not copied
        arguments += ["--ro-bind", f"{etc}/{_GIT}", f"/etc/{_GIT}.machine" if _GIT in made else f"/etc/{_GIT}"]
    arguments += ["--symlink", _zone(parts, etc), "/etc/localtime"]
    if looked.exists("/usr/lib/os-release"):
        arguments += ["--symlink", "../usr/lib/os-release", "/etc/os-release"]
    return [*arguments, "--symlink", "/proc/self/mounts", "/etc/mtab"]


def _zone(parts: frozenset[str], etc: str) -> str:
    """Return the target of /etc/localtime: always a relative link into the zone files, because many programs read its name."""
    if "zone" in parts:
        return "../usr/share/zoneinfo/Etc/UTC"
    real = looked.real(os.path.join(etc, "localtime"))
    return f"..{real}" if real.startswith("/usr/share/zoneinfo/") else "../usr/share/zoneinfo/Etc/UTC"


def _shown(name: str, etc: str) -> list[Argument]:
    source = os.path.join(etc, name)
    if looked.link(source):
        target = looked.real(source)
        if target.startswith("/usr/"):
            return ["--symlink", target, f"/etc/{name}"]
        content = looked.read(source)
        return _file(Data(content), name) if content else []
    return ["--ro-bind", source, f"/etc/{name}"] if looked.exists(source) else []


def _file(data: Data, name: str) -> list[Argument]:
    return ["--perms", "0444", "--file", data, f"/etc/{name}"]


def _copied(name: str, etc: str) -> list[Argument]:
    """Return the arguments that copy a small file or folder of the system's; none if it is not small or must not be copied."""
    if name not in NEEDED or looked.link(os.path.join(etc, name)):
        return []
    arguments: list[Argument] = []
    waiting, files = [name], 0
    while waiting:
        item = waiting.pop()
        source = os.path.join(etc, item)
        if len(waiting) > _MOST_ENTRIES or item.count("/") > _DEEPEST_COPIED or files > _MOST_FILES:
            return []
        if target := looked.link(source):
            arguments += ["--symlink", target, f"/etc/{item}"]
        elif looked.is_folder(source):
            arguments += ["--perms", "0755", "--dir", f"/etc/{item}"]
            waiting += [f"{item}/{part}" for part in looked.names(source)]
        elif looked.is_file(source) and looked.is_plain(source, _LARGEST_COPIED):
            arguments += _file(Data(source=source), item)
            files += 1
        elif looked.exists(source):
            return []
    return arguments


def _generated(parts: frozenset[str], etc: str) -> Iterator[tuple[str, bytes]]:
    own_user = bool(parts & {"accounts", "home"})
    if own_user:
        yield from _accounts(parts, etc)
        yield "nsswitch.conf", b"passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n"
    else:
        yield from ((name, looked.read(f"{etc}/{name}")) for name in ("passwd", "group", "nsswitch.conf"))
    yield "hostname", f"{HOST}\n".encode() if "hostname" in parts else looked.read(f"{etc}/hostname")
    yield "hosts", _hosts(parts) if {"hosts", "hostname"} & parts else looked.read(f"{etc}/hosts")
    resolver = looked.read(f"{etc}/{_RESOLVER}")
    yield _RESOLVER, without_search(resolver) if "hosts" in parts else resolver
    yield (
        "timezone",
        b"Etc/UTC\n" if "zone" in parts else looked.read(f"{etc}/timezone") or _zone(parts, etc).rpartition("zoneinfo/")[2].encode(),
    )
    yield "machine-id", f"{MACHINE_ID}\n".encode() if "machine-id" in parts else looked.read(f"{etc}/machine-id")
    if "home" in parts:
        yield _GIT, _git_settings(etc)


def _hosts(parts: frozenset[str]) -> bytes:
    name = HOST if "hostname" in parts else looked.host_name()
    return f"127.0.0.1 localhost\n127.0.1.1 {name}\n::1 localhost ip6-localhost ip6-loopback\n".encode()


def _accounts(parts: frozenset[str], etc: str) -> Iterator[tuple[str, bytes]]:
    shell = next((shell for shell in SHELLS if looked.exists(shell)), "/bin/sh")
    name, number, group = USER, UID, UID
    if "accounts" not in parts:
        name, number, group = _name_of(os.getuid(), etc), os.getuid(), os.getgid()
    yield "passwd", f"{name}:x:{number}:{group}::{HOME}:{shell}\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n".encode()
    yield "group", f"{name}:x:{group}:\nnogroup:x:65534:\n".encode()


def _name_of(number: int, etc: str) -> str:
    fields = (line.split(":") for line in looked.read(f"{etc}/passwd").decode("utf-8", "replace").splitlines())
    return next((entry[0] for entry in fields if len(entry) > 2 and entry[2] == str(number)), USER)


def _git_settings(etc: str) -> bytes:
    """Return git settings for a hidden home: the machine's, then a neutral identity, which a project's own settings outrank."""
    before = f"[include]\n\tpath = /etc/{_GIT}.machine\n" if looked.exists(f"{etc}/{_GIT}") else ""
    return f"{before}[user]\n\tname = {USER}\n\temail = {USER}@localhost\n".encode()


def without_search(resolver: bytes) -> bytes:
    """Return a resolver file without the lines that name an organisation's domain."""
    return b"".join(line for line in resolver.splitlines(keepends=True) if not re.match(rb"\s*(search|domain)\b", line))
