"""Questions that psutil answers alike on every system; imported only when asked, because psutil costs a scan's start."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from core.errors import NotAllowedError, NotThereError
from core.host.base import Battery, Connection, Interface, LoggedIn, Mount, Process
from core.host.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NO_MAC: Final = frozenset({"", "00:00:00:00:00:00"})
_ASKED: Final = ("pid", "ppid", "name", "exe", "cmdline", "username", "create_time")


@contextmanager
def asked(what: str) -> Iterator[None]:
    """Turn psutil's errors into ours."""
    import psutil

    try:
        yield
    except psutil.AccessDenied:
        raise NotAllowedError(f"{what} may not be read by this user.") from None
    except psutil.NoSuchProcess:
        raise NotThereError("The process has ended.") from None


def interfaces() -> tuple[Interface, ...]:
    """Return the network interfaces."""
    import psutil

    up = {name: bool(row.isup) for name, row in psutil.net_if_stats().items()}
    return tuple(_interface(name, rows, psutil.AF_LINK, is_up=up.get(name, False)) for name, rows in sorted(psutil.net_if_addrs().items()))


def _interface(name: str, rows: Iterable[Any], hardware: object, *, is_up: bool) -> Interface:
    macs: list[str] = []
    addresses: list[str] = []
    for row in rows:
        (macs if row.family == hardware else addresses).append(str(row.address))
    mac = next((item.replace("-", ":").lower() for item in macs if item not in _NO_MAC), "")
    plain = tuple(address.partition("%")[0] for address in addresses)
    return Interface(clean(name), is_up, "" if mac in _NO_MAC else mac, plain)


def connections(*, owners: bool = True) -> tuple[Connection, ...]:  # noqa: ARG001  owners cost nothing extra here
    """Return the sockets this process can see."""
    import psutil

    with asked("The list of sockets"):
        return tuple(_connection(row) for row in psutil.net_connections("inet"))


def _connection(row: Any) -> Connection:
    kind = "tcp" if row.type.name == "SOCK_STREAM" else "udp"
    state = "" if row.status == "NONE" else str(row.status)
    return Connection(kind, _place(row.laddr), _place(row.raddr), state, row.pid or 0)


def _place(address: Any) -> str:
    if not address:
        return ""
    return f"[{address.ip}]:{address.port}" if ":" in address.ip else f"{address.ip}:{address.port}"


def processes() -> tuple[Process, ...]:
    """Return the running programs this process can see."""
    import psutil

    return tuple(_process(item.info) for item in psutil.process_iter(list(_ASKED)))


def _process(info: Mapping[str, Any]) -> Process:
    return Process(
        pid=info["pid"],
        ppid=info["ppid"] or 0,
        name=clean(info["name"] or ""),
        exe=clean(info["exe"] or ""),
        argv=tuple(clean(item) for item in info["cmdline"] or ()),
        user=clean(info["username"] or ""),
        started=info["create_time"] or 0.0,
    )


def process(pid: int) -> Process:
    """Return one running program; raise `NotThereError` if it has ended."""
    import psutil

    with asked("This process"):
        return _process(psutil.Process(pid).as_dict(list(_ASKED)))


def parents() -> tuple[Process, ...]:
    """Return the chain of programs that started this one, nearest first."""
    import psutil

    with asked("The chain of parents"):
        chain = psutil.Process().parents()
    return tuple(found for item in chain if (found := _one(item)) is not None)


def _one(item: Any) -> Process | None:
    import psutil

    try:
        return _process(item.as_dict(list(_ASKED)))
    except psutil.NoSuchProcess:
        return None


def process_env(pid: int) -> Mapping[str, str]:
    """Return the environment another process was started with."""
    import psutil

    with asked("The environment of this process"):
        found: Mapping[str, str] = psutil.Process(pid).environ()
    return {clean(name): clean(value) for name, value in found.items()}


def mounts() -> tuple[Mount, ...]:
    """Return the mounted file systems."""
    import psutil

    return tuple(Mount(clean(row.device), clean(row.mountpoint), row.fstype) for row in psutil.disk_partitions(all=True))


def logged_in() -> tuple[LoggedIn, ...]:
    """Return the login sessions."""
    import psutil

    return tuple(LoggedIn(clean(row.name), clean(row.terminal or ""), clean(row.host or ""), row.started) for row in psutil.users())


def battery() -> Battery:
    """Return the battery."""
    import psutil

    found = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if found is None:
        raise NotThereError("This computer has no battery.")
    return Battery(float(found.percent), bool(found.power_plugged))


def memory_bytes() -> int:
    """Return the installed memory."""
    import psutil

    return int(psutil.virtual_memory().total)


def boot_time() -> float:
    """Return when the machine started."""
    import psutil

    return float(psutil.boot_time())
