"""The machine's full name from its own files, without asking the network."""

from __future__ import annotations

from core.errors import NotThereError


def full_name_of(node: str, hosts: str) -> str:
    """Return the name with a domain that the host name or the hosts file gives; raise `NotThereError` if neither has one."""
    if "." in node.strip("."):
        return node
    for line in hosts.splitlines():
        names = line.partition("#")[0].split()[1:]
        if node and node in names:
            dotted = [name for name in names if "." in name]
            if dotted:
                return dotted[0]
    raise NotThereError("This computer has no full name of its own.")
