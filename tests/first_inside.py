"""First program inside the enclosure: makes the process list private, brings loopback up, gives up lent rights, becomes the command.

Done here and not by `unshare --mount-proc`, because that refuses where `/` is no mount point (a chroot, as on build machines).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
MS_NOSUID_NODEV_NOEXEC, MS_REC, MS_PRIVATE = 0xE, 0x4000, 0x40000
LIBC = ctypes.CDLL(None, use_errno=True)


def mount(kind: bytes, target: bytes, flags: int) -> bool:
    """Call mount(2) and return whether it worked."""
    return bool(LIBC.mount(kind, target, kind, ctypes.c_ulong(flags), None) == 0)


def private_process_list() -> None:
    """Mount a `/proc` of the new process namespace where no other mount namespace can see it."""
    if not mount(b"none", b"/", MS_REC | MS_PRIVATE) and not mount(b"none", b"/proc", MS_PRIVATE):
        sys.exit("the mount could not be made private")
    if not mount(b"proc", b"/proc", MS_NOSUID_NODEV_NOEXEC):
        sys.exit("no private process list")


def bring_up(name: bytes) -> None:
    """Set the interface's UP flag, as `ip link set NAME up` would."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        answer = fcntl.ioctl(sock, SIOCGIFFLAGS, struct.pack("16sH14x", name, 0))
        flags = struct.unpack("16sH14x", answer)[1]
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", name, flags | IFF_UP))


if __name__ == "__main__":
    private_process_list()
    bring_up(b"lo")
    LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - no shell wanted: this process becomes the command
