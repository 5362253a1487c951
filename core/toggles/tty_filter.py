"""A filter for system calls: a tool that shares the person's terminal may do all with it but put typed characters into it.

Refused are two requests of `ioctl` (TIOCSTI and the console's TIOCLINUX), with EPERM. The kernel reads a request as 32 bits, so
only these are compared: a request with stray high bits is the same request. A calling convention that the filter does not
know would go round it, so its calls are answered with ENOSYS.
"""

from __future__ import annotations

import struct
from typing import Final

TIOCSTI, TIOCLINUX = 0x5412, 0x541C
_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _SAME, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _CONVENTION, _REQUEST = 0, 4, 24  # where the kernel's `seccomp_data` keeps them (little-endian machines)
_X32: Final = 0x40000000  # set in the numbers of a third convention on x86-64
# AUDIT_ARCH_* of linux/audit.h: the machine's ELF number, with these bits for 64-bit and little-endian ones
_64_BIT, _LITTLE_ENDIAN = 0x80000000, 0x40000000
_EM_386, _EM_ARM, _EM_X86_64, _EM_AARCH64 = 3, 40, 62, 183
# machine -> the audit number and number of `ioctl` of each of its calling conventions, its own first
_IOCTL: Final = {
    "x86_64": ((_EM_X86_64 | _64_BIT | _LITTLE_ENDIAN, 16), (_EM_386 | _LITTLE_ENDIAN, 54)),
    "aarch64": ((_EM_AARCH64 | _64_BIT | _LITTLE_ENDIAN, 29), (_EM_ARM | _LITTLE_ENDIAN, 54)),
}


def tty_filter(machine: str) -> bytes | None:
    """Return the filter for a machine as the kernel takes it, or None for one whose calls are not known here."""
    conventions = _IOCTL.get(machine)
    if conventions is None:
        return None
    (own, ioctl), (other, other_ioctl) = conventions
    return b"".join(
        struct.pack("<HBBI", *step)
        for step in (
            (_LOAD, 0, 0, _CONVENTION),
            (_SAME, 3, 0, own),
            (_SAME, 0, 8, other),  # any third convention: ENOSYS
            (_LOAD, 0, 0, _NUMBER),
            (_SAME, 3, 5, other_ioctl),
            (_LOAD, 0, 0, _NUMBER),
            (_AT_LEAST, 4, 0, _X32),
            (_SAME, 0, 2, ioctl),
            (_LOAD, 0, 0, _REQUEST),
            (_SAME, 2, 0, TIOCSTI),
            (_SAME, 1, 2, TIOCLINUX),
            (_RETURN, 0, 0, _ERRNO | _ENOSYS),
            (_RETURN, 0, 0, _ERRNO | _EPERM),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
