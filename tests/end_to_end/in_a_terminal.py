"""Starts a program full-screen in a terminal of its own that answers what terminals are asked: `SECONDS KEYS COMMAND...`.

KEYS is typed once the screen has been still for a while, a part at each `|`; `\\r` is the enter key. What was on the screen is
printed in the end, without its control sequences.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

STILL_S = 2.5  # as long as nothing is written, the program waits for a key
ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",  # where is the cursor?
    b"\x1b[c": b"\x1b[?62;22c",  # which terminal is this?
    b"\x1b]10;?": b"\x1b]10;rgb:dddd/dddd/dddd\x1b\\",  # which colours?
    b"\x1b]11;?": b"\x1b]11;rgb:1111/1111/1111\x1b\\",
    b"\x1b[?u": b"\x1b[?0u",
}
CONTROL = re.compile(rb"\x1b(\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][0-9A-B]|[=>78MNOc])")


def run(seconds: float, keys: list[bytes], command: list[str]) -> bytes:
    """Run the command for so long and return what it wrote."""
    child, handle = pty.fork()
    if child == 0:
        os.execvp(command[0], command)  # noqa: S606  no shell is wanted between the terminal and the program
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    end, last, seen = time.monotonic() + seconds, time.monotonic(), b""
    while time.monotonic() < end:
        if select.select([handle], [], [], 0.2)[0]:
            try:
                piece = os.read(handle, 1 << 16)
            except OSError:
                break
            seen, last = seen + piece, time.monotonic()
            for asked, answer in ANSWERS.items():
                if asked in piece:
                    os.write(handle, answer)
        elif keys and time.monotonic() - last > STILL_S:
            os.write(handle, keys.pop(0))
            last = time.monotonic()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return seen


if __name__ == "__main__":
    typed = [part.replace("\\r", "\r").replace("\\e", "\x1b").encode() for part in sys.argv[2].split("|")] if sys.argv[2] else []
    said = run(float(sys.argv[1]), typed, sys.argv[3:])
    sys.stdout.buffer.write(CONTROL.sub(b" ", said)[-6000:])
