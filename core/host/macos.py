"""The questions that differ by system, as macOS answers them (written from documented interfaces, not run on a Mac)."""

from __future__ import annotations

from core.host.portable import battery, boot_time, connections, interfaces, logged_in, memory_bytes, mounts, parents, process_env, processes
from core.host.posix import account, account_home, no_registry, uname

registry = no_registry
registry_names = no_registry
registry_keys = no_registry

__all__ = [
    "account",
    "account_home",
    "battery",
    "boot_time",
    "connections",
    "interfaces",
    "logged_in",
    "memory_bytes",
    "mounts",
    "parents",
    "process_env",
    "processes",
    "registry",
    "registry_keys",
    "registry_names",
    "uname",
]
