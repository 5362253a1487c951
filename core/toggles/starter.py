"""A few lines of sh that start a tool on a terminal, inside a sandbox: in a process group of its own, telling when it stopped."""

from __future__ import annotations

from typing import Final

TOLD, GO_ON = 9, 8  # descriptors of the starter: it writes to one when the tool stopped and reads the other before going on
# its own exit status is lost where sh cannot give the terminal back to a group outside its process list, so it says the tool's
_SCRIPT: Final = """exec 7>&2 2>/dev/null; set -m; "$@" 2>&7 7>&- 8<&- 9>&-; s=$?
while [ $s -gt 128 ] && kill -0 %1; do echo stopped >&9; read -r x <&8 || break; fg %1 >/dev/null; s=$?; done; echo $s >&9"""
STARTER: Final = ("/bin/sh", "-c", _SCRIPT, "sh")
